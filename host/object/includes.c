/* SPDX-License-Identifier: Apache-2.0 */
#include "object/includes.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DEPTH 16
#define FILE_LIMIT (4u << 20)
/* Files that include each other without guards would be visited for ever. */
#define VISITS 4096

struct walk {
	void (*visit)(void *ctx, const char *path, const struct buf *content);
	void *ctx;
	unsigned visits;
	bool all; /* every include names its file */
};

/* Blanks, comments, and a backslash at the end of a line, which all may stand in a directive. */
static const char *skip_space(const char *p)
{
	for (;;) {
		const char *end;

		p += strspn(p, " \t\f\v\r");
		if (p[0] == '\\' && p[1] == '\n')
			p += 2;
		else if (p[0] == '/' && p[1] == '*' && (end = strstr(p + 2, "*/")))
			p = end + 2;
		else
			return p;
	}
}

/* What stands behind #include, or NULL. */
static const char *include_argument(struct walk *w, const char *line)
{
	static const char *const words[] = {"include", "include_next", "import"};
	size_t mark, len;

	line = skip_space(line);
	mark = *line == '#' ? 1 : line[0] == '%' && line[1] == ':' ? 2 : 0;
	if (!mark)
		return NULL;
	line = skip_space(line + mark);
	len = strspn(line, "abcdefghijklmnopqrstuvwxyz_");
	/* Nobody cuts such a word in two, but one could. */
	if (line[len] == '\\' && line[len + 1] == '\n')
		w->all = false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (len == strlen(words[i]) && memcmp(line, words[i], len) == 0)
			return skip_space(line + len);
	return NULL;
}

/* A name in quotes or angle brackets behind #include; length, or 0. */
static size_t included_name(struct walk *w, const char *line, const char **name)
{
	line = include_argument(w, line);
	if (!line || !*line || *line == '\n')
		return 0;
	if (*line != '"' && *line != '<') {
		w->all = false;
		return 0;
	}
	*name = line + 1;
	size_t len = strcspn(*name, *line == '"' ? "\"\n" : ">\n");

	return (*name)[len] == '\n' || !(*name)[len] ? 0 : len;
}

static void walk_text(struct walk *w, const char *text, const char *file, unsigned depth);

static bool is_file(const char *path)
{
	struct stat st;

	/* A pipe or a device is no file to be read twice. */
	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* In the directories that the compiler takes from this variable. */
static bool find_listed(const char *variable, const char *name, size_t len, char path[PATH_MAX])
{
	const char *list = getenv(variable);

	while (list && *list) {
		size_t dir = strcspn(list, ":");

		if (dir && dir + 1 + len < PATH_MAX) {
			snprintf(path, PATH_MAX, "%.*s/%.*s", (int)dir, list, (int)len, name);
			if (is_file(path))
				return true;
		}
		list += dir + (list[dir] == ':');
	}
	return false;
}

/*
 * @name as @file includes it: beside @file if it is there, else where CPATH and C_INCLUDE_PATH say,
 * else in the working directory.
 */
static bool find(const char *name, size_t len, const char *file, char path[PATH_MAX])
{
	const char *slash = strrchr(file, '/');
	size_t dir = slash && name[0] != '/' ? (size_t)(slash - file) + 1 : 0;

	if (dir + len >= PATH_MAX)
		return false;
	memcpy(path, file, dir);
	memcpy(path + dir, name, len);
	path[dir + len] = '\0';
	if (!is_file(path) &&
	    (name[0] == '/' || (!find_listed("CPATH", name, len, path) &&
				!find_listed("C_INCLUDE_PATH", name, len, path)))) {
		memcpy(path, name, len);
		path[len] = '\0';
	}
	return true;
}

static void walk_file(struct walk *w, const char *path, unsigned depth)
{
	struct buf content = {0};

	if (!is_file(path) || buf_read_file(&content, path, FILE_LIMIT) < 0) {
		w->visit(w->ctx, path, NULL);
	} else {
		w->visit(w->ctx, path, &content);
		if (depth < DEPTH)
			walk_text(w, buf_string(&content), path, depth + 1);
	}
	buf_free(&content);
}

/* What may be an #include: what a line begins with, or what follows a comment on it. */
static void walk_line(struct walk *w, const char *line, const char *file, unsigned depth)
{
	char path[PATH_MAX];
	const char *name;
	size_t len = included_name(w, line, &name);

	if (len && w->visits < VISITS && find(name, len, file, path)) {
		w->visits++;
		walk_file(w, path, depth);
	}
}

static void walk_text(struct walk *w, const char *text, const char *file, unsigned depth)
{
	/* What is there or not decides, and which file that is is not looked for. */
	if (strstr(text, "__has_include"))
		w->all = false;
	for (const char *line = text; *line;) {
		const char *end = line + strcspn(line, "\n");

		walk_line(w, line, file, depth);
		for (const char *p = line; (p = memmem(p, (size_t)(end - p), "*/", 2)); p += 2)
			walk_line(w, p + 2, file, depth);
		line = end + (*end == '\n');
	}
}

bool includes_visit(const char *text, const char *beside,
		    void (*visit)(void *ctx, const char *path, const struct buf *content),
		    void *ctx)
{
	struct walk w = {visit, ctx, 0, true};
	char file[PATH_MAX] = "";

	/* As if it were a file there. */
	if (beside)
		snprintf(file, sizeof(file), "%s/", beside);
	walk_text(&w, text, file, 0);
	return w.all;
}
