/* SPDX-License-Identifier: Apache-2.0 */
#include "object/headers_tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

#define SMALL_FILE_MAX (1u << 20)

/* "A/B" */
static char *join(const char *a, const char *b)
{
	char *path;

	return asprintf(&path, "%s/%s", a, b) < 0 ? NULL : path;
}

static bool has(const char *dir, const char *name, mode_t type)
{
	struct stat st;
	char *path = join(dir, name);
	bool found = path && stat(path, &st) == 0 && (st.st_mode & S_IFMT) == type;

	free(path);
	return found;
}

/* The two files without which no text compiles: libbcc includes the first, and it the second. */
static bool has_source(const char *dir)
{
	return has(dir, "include/linux/kconfig.h", S_IFREG);
}

static bool has_build(const char *dir)
{
	return has(dir, "include/generated/autoconf.h", S_IFREG);
}

/* @path without links; or NULL. Frees @path. */
static char *resolve(char *path)
{
	char *real = path ? realpath(path, NULL) : NULL;

	free(path);
	return real;
}

/* A file's text where there is one of sane size; or NULL. */
static char *read_small(const char *dir, const char *name)
{
	struct buf text = {0};
	char *path = join(dir, name);

	if (!path || buf_read_file(&text, path, SMALL_FILE_MAX))
		buf_free(&text);
	free(path);
	return text.data ? buf_take(&text) : NULL;
}

/* The directory D of a line "include D/Makefile"; or NULL. Cuts @text. */
static char *included_dir(char *text)
{
	static const char word[] = "include ", file[] = "/Makefile";
	char *rest = text;

	for (char *line; (line = strsep(&rest, "\n"));) {
		if (strncmp(line, word, strlen(word)) != 0)
			continue;
		line += strspn(line + strlen(word), " \t") + strlen(word);
		line[strcspn(line, " \t\r")] = '\0';
		size_t len = strlen(line);

		if (len <= strlen(file) || strcmp(line + len - strlen(file), file) != 0)
			continue;
		line[len - strlen(file)] = '\0';
		return line;
	}
	return NULL;
}

/*
 * The tree that a build tree's Makefile includes: an absolute path in Debian's packages, relative
 * in SUSE's. Packages that were unpacked elsewhere still lie side by side.
 */
static char *source_from_makefile(const char *build)
{
	char *text = read_small(build, "Makefile");
	char *dir = text ? included_dir(text) : NULL;
	char *source = NULL;

	if (dir) {
		source = resolve(dir[0] == '/' ? strdup(dir) : join(build, dir));
		if (!source || !has_source(source)) {
			const char *base = strrchr(dir, '/');
			char *sibling;

			free(source);
			if (asprintf(&sibling, "%s/../%s", build, base ? base + 1 : dir) < 0)
				sibling = NULL;
			source = resolve(sibling);
		}
	}
	free(text);
	return source;
}

/* The source tree of a build tree; or NULL. */
static char *find_source(const char *build)
{
	if (has_source(build))
		return strdup(build);
	char *source = resolve(join(build, "source"));

	if (source && has_source(source))
		return source;
	free(source);
	return source_from_makefile(build);
}

static int tree_check(const char *dir, const struct header_tree *tree, struct error *err)
{
	if (!tree->build || !has_build(tree->build))
		return error_set(err, EXIT_USAGE, -EINVAL,
				 "%s: no include/generated/autoconf.h; a kernel's source needs "
				 "'make modules_prepare' before its headers can be used",
				 dir);
	if (!tree->source || !has_source(tree->source))
		return error_set(
			err, EXIT_USAGE, -EINVAL,
			"%s: no include/linux/kconfig.h; if the source tree lies elsewhere "
			"give BUILD:SOURCE",
			dir);
	return 0;
}

static bool is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* "BUILD:SOURCE", where both are directories; names may hold a colon themselves. */
static void split_two(const char *dir, struct header_tree *tree)
{
	for (const char *colon = strchr(dir, ':'); colon; colon = strchr(colon + 1, ':')) {
		char *build = strndup(dir, (size_t)(colon - dir));

		if (build && is_dir(build) && is_dir(colon + 1)) {
			tree->build = resolve(build);
			tree->source = realpath(colon + 1, NULL);
			return;
		}
		free(build);
	}
}

int tree_find(const char *dir, struct header_tree *tree, struct error *err)
{
	int rc;

	memset(tree, 0, sizeof(*tree));
	if (!is_dir(dir)) {
		bool hidden = access(dir, F_OK) < 0 && errno == EACCES;

		split_two(dir, tree);
		if (!tree->build && hidden)
			return error_set(err, EXIT_USAGE, -EACCES, "kernel headers '%s': %s", dir,
					 strerror(EACCES));
		if (!tree->build)
			return error_set(
				err, EXIT_USAGE, -ENOENT,
				"kernel headers '%s': that is neither a directory nor two as "
				"BUILD:SOURCE",
				dir);
	} else if (!has_build(dir) && has(dir, "build", S_IFDIR)) {
		tree->build = resolve(join(dir, "build"));
		tree->source = resolve(join(dir, "source"));
	} else {
		tree->build = realpath(dir, NULL);
	}
	if (tree->build && !tree->source)
		tree->source = find_source(tree->build);
	rc = tree_check(dir, tree, err);
	if (rc)
		tree_free(tree);
	return rc;
}

bool tree_is_whole(const struct header_tree *tree)
{
	return strcmp(tree->build, tree->source) == 0;
}

/* The quoted word of: #define UTS_RELEASE "6.1.0-56-amd64" */
static char *uts_release(const char *build)
{
	char *text = read_small(build, "include/generated/utsrelease.h");
	const char *at = text ? strstr(text, "UTS_RELEASE") : NULL;
	char *release = NULL;

	at = at ? strchr(at, '"') : NULL;
	if (at && at[1] != '"' && strchr(at + 1, '"'))
		release = strndup(at + 1, strcspn(at + 1, "\""));
	free(text);
	return release;
}

char *tree_release(const struct header_tree *tree)
{
	/* What uname(2) tells is made of it (init/version.c), so it goes first. */
	char *release = uts_release(tree->build);

	if (release)
		return release;
	/* Debian's packages have the version upstream here, 6.1.192 for 6.1.0-56-amd64. */
	char *text = read_small(tree->build, "include/config/kernel.release");

	if (text)
		text[strcspn(text, " \t\r\n")] = '\0';
	if (text && text[0])
		return text;
	free(text);
	return NULL;
}

void tree_free(struct header_tree *tree)
{
	free(tree->build);
	free(tree->source);
	memset(tree, 0, sizeof(*tree));
}
