/* SPDX-License-Identifier: Apache-2.0 */
#include "symbol/maps.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

/* 65,530 mappings are the kernel's default limit (vm.max_map_count); of 4 KB paths at the worst. */
#define MAPS_LIMIT (256u << 20)

/* fs/proc/task_mmu.c writes a newline of a path as \012, and nothing else in this way. */
static void unescape(char *path)
{
	char *to = path;

	for (const char *from = path; *from; to++) {
		bool newline = strncmp(from, "\\012", 4) == 0;

		*to = newline ? '\n' : *from;
		from += newline ? 4 : 1;
	}
	*to = '\0';
}

/* "7f00-7f10 r-xp 00001000 fe:01 1234   /usr/lib/x.so (deleted)" */
static bool parse_line(const char *line, struct mapping *m, const char **path)
{
	char rights[5];
	int at = 0;

	*m = (struct mapping){0};
	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %*x:%*x %" SCNu64 "%n", &m->start,
		   &m->end, rights, &m->offset, &m->inode, &at) != 5 ||
	    !at || m->start >= m->end)
		return false;
	m->executable = rights[0] && rights[1] && rights[2] == 'x';
	*path = line + at + strspn(line + at, " ");
	return true;
}

static int add(struct maps *maps, const struct mapping *m, const char *path)
{
	static const char gone[] = " (deleted)";
	size_t len = strlen(path), ending = sizeof(gone) - 1;

	if ((maps->n & (maps->n - 1)) == 0) {
		size_t room = maps->n ? maps->n * 2 : 1;
		struct mapping *more = reallocarray(maps->list, room, sizeof(*more));

		if (!more)
			return -ENOMEM;
		maps->list = more;
	}
	struct mapping *to = &maps->list[maps->n];

	*to = *m;
	to->deleted = len > ending && strcmp(path + len - ending, gone) == 0;
	to->path = strndup(path, to->deleted ? len - ending : len);
	if (!to->path)
		return -ENOMEM;
	unescape(to->path);
	maps->n++;
	return 0;
}

int maps_parse(char *text, bool all, struct maps *maps)
{
	char *next;
	int rc = 0;

	memset(maps, 0, sizeof(*maps));
	for (char *line = text; *line && rc == 0; line = next) {
		size_t len = strcspn(line, "\n");
		struct mapping m;
		const char *path;

		next = line + len + (line[len] == '\n');
		line[len] = '\0';
		if (parse_line(line, &m, &path) && (all || m.executable))
			rc = add(maps, &m, path);
	}
	if (rc < 0)
		maps_free(maps);
	return rc;
}

int maps_read(pid_t pid, bool all, struct maps *maps)
{
	struct buf text = {0};
	char path[64];

	memset(maps, 0, sizeof(*maps));
	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	int rc = buf_read_file(&text, path, MAPS_LIMIT);

	if (rc == -ENOENT)
		rc = -ESRCH;
	if (rc == 0 && text.len)
		rc = maps_parse(text.data, all, maps);
	buf_free(&text);
	return rc;
}

const struct mapping *maps_find(const struct maps *maps, uint64_t address)
{
	size_t from = 0, to = maps->n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		const struct mapping *m = &maps->list[middle];

		if (address < m->start)
			to = middle;
		else if (address >= m->end)
			from = middle + 1;
		else
			return m;
	}
	return NULL;
}

int maps_put(struct maps *maps, const struct mapping *mapping)
{
	struct mapping *list = calloc(maps->n + 3, sizeof(*list));
	struct mapping whole = *mapping;
	size_t n = 0, power = 1;

	whole.path = strdup(mapping->path);
	if (!list || !whole.path) {
		free(list);
		free(whole.path);
		return -ENOMEM;
	}
	bool placed = false;

	for (size_t i = 0; i < maps->n; i++) {
		struct mapping *old = &maps->list[i];

		if (!placed && old->start >= whole.start) {
			list[n++] = whole;
			placed = true;
		}
		if (old->end <= whole.start || old->start >= whole.end) {
			list[n++] = *old;
			continue;
		}
		/* What is left of it on one side; a hole in the middle takes its end. */
		if (old->start < whole.start) {
			old->end = whole.start;
			list[n++] = *old;
		} else if (old->end > whole.end) {
			old->offset += whole.end - old->start;
			old->start = whole.end;
			list[n++] = *old;
		} else {
			free(old->path);
		}
	}
	if (!placed)
		list[n++] = whole;
	free(maps->list);
	/* add() counts on room up to the next power of two. */
	while (power < n)
		power *= 2;
	struct mapping *more = reallocarray(list, power, sizeof(*more));

	maps->list = more ? more : list;
	maps->n = n;
	return 0;
}

void maps_free(struct maps *maps)
{
	for (size_t i = 0; i < maps->n; i++)
		free(maps->list[i].path);
	free(maps->list);
	memset(maps, 0, sizeof(*maps));
}
