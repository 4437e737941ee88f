/* SPDX-License-Identifier: Apache-2.0 */
#include "symbol/maps.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/regular.h"

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
	uint32_t major, minor;
	char rights[5];
	int at = 0;

	*m = (struct mapping){0};
	if (sscanf(line,
		   "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %" SCNx32 ":%" SCNx32 " %" SCNu64 "%n",
		   &m->start, &m->end, rights, &m->offset, &major, &minor, &m->inode, &at) != 7 ||
	    !at || m->start >= m->end)
		return false;
	m->device = (uint64_t)major << 32 | minor;
	m->executable = rights[0] && rights[1] && rights[2] == 'x';
	*path = line + at + strspn(line + at, " ");
	return true;
}

/* Room for @n mappings in all. */
static int reserve(struct maps *maps, size_t n)
{
	size_t room = maps->room ? maps->room : 1;

	if (n <= maps->room)
		return 0;
	while (room < n)
		room *= 2;
	struct mapping *more = reallocarray(maps->list, room, sizeof(*more));

	if (!more)
		return -ENOMEM;
	maps->list = more;
	maps->room = room;
	return 0;
}

static int add(struct maps *maps, const struct mapping *m, const char *path)
{
	static const char gone[] = " (deleted)";
	size_t len = strlen(path), ending = sizeof(gone) - 1;

	if (reserve(maps, maps->n + 1) < 0)
		return -ENOMEM;
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

static int own_inode(const void *at, uint64_t *device, uint64_t *inode)
{
	struct maps maps;
	int rc = maps_read(getpid(), true, &maps);

	if (rc < 0)
		return rc;
	const struct mapping *m = maps_find(&maps, (uintptr_t)at);

	if (m) {
		*device = m->device;
		*inode = m->inode;
	}
	maps_free(&maps);
	return m ? 0 : -ENOENT;
}

int maps_inode(const char *path, uint64_t *device, uint64_t *inode)
{
	int fd = regular_open(path, true, NULL);

	if (fd < 0)
		return fd;
	void *page = mmap(NULL, 1, PROT_READ, MAP_PRIVATE, fd, 0);
	int rc = page == MAP_FAILED ? -errno : own_inode(page, device, inode);

	if (page != MAP_FAILED)
		munmap(page, 1);
	close(fd);
	return rc;
}

/* How many mappings end at an address or below. */
static size_t ended_at(const struct maps *maps, uint64_t address)
{
	size_t from = 0, to = maps->n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (maps->list[middle].end <= address)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

const struct mapping *maps_find(const struct maps *maps, uint64_t address)
{
	size_t at = ended_at(maps, address);

	return at < maps->n && maps->list[at].start <= address ? &maps->list[at] : NULL;
}

/* What is left of @old in front of an address, or behind it; its path is its own. */
static int part(const struct mapping *old, uint64_t start, uint64_t end, struct mapping *out)
{
	*out = *old;
	out->path = strdup(old->path);
	out->offset += start - old->start;
	out->start = start;
	out->end = end;
	return out->path ? 0 : -ENOMEM;
}

int maps_put(struct maps *maps, const struct mapping *mapping)
{
	const size_t first = ended_at(maps, mapping->start);
	size_t behind = first, n = 0;
	struct mapping pieces[3];
	int rc = reserve(maps, maps->n + 2);

	while (behind < maps->n && maps->list[behind].start < mapping->end)
		behind++;
	/* What it covers may reach further, to one side or to both. */
	if (rc == 0 && first < behind && maps->list[first].start < mapping->start)
		rc = part(&maps->list[first], maps->list[first].start, mapping->start,
			  &pieces[n++]);
	if (rc == 0)
		rc = part(mapping, mapping->start, mapping->end, &pieces[n++]);
	if (rc == 0 && first < behind && maps->list[behind - 1].end > mapping->end)
		rc = part(&maps->list[behind - 1], mapping->end, maps->list[behind - 1].end,
			  &pieces[n++]);
	if (rc < 0) {
		while (n > 0)
			free(pieces[--n].path);
		return rc;
	}
	for (size_t i = first; i < behind; i++)
		free(maps->list[i].path);
	memmove(maps->list + first + n, maps->list + behind,
		(maps->n - behind) * sizeof(*maps->list));
	memcpy(maps->list + first, pieces, n * sizeof(*pieces));
	maps->n += n - (behind - first);
	return 0;
}

int maps_copy(const struct maps *from, struct maps *to)
{
	int rc = 0;

	memset(to, 0, sizeof(*to));
	rc = reserve(to, from->n);
	for (size_t i = 0; rc == 0 && i < from->n; i++) {
		rc = part(&from->list[i], from->list[i].start, from->list[i].end, &to->list[i]);
		to->n += rc == 0;
	}
	if (rc < 0)
		maps_free(to);
	return rc;
}

void maps_free(struct maps *maps)
{
	for (size_t i = 0; i < maps->n; i++)
		free(maps->list[i].path);
	free(maps->list);
	memset(maps, 0, sizeof(*maps));
}
