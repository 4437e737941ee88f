/* SPDX-License-Identifier: Apache-2.0 */
/*
 * maps.h - what a process has mapped: /proc/PID/maps.
 */
#ifndef KW_SYMBOL_MAPS_H
#define KW_SYMBOL_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * struct mapping - one line
 * @device:	of the file's file system: major and minor number, 32 bits each
 * @path:	as the process sees it, "[vdso]", or ""; without " (deleted)"
 * @deleted:	the file is no longer there
 */
struct mapping {
	uint64_t start;
	uint64_t end;
	uint64_t offset;
	uint64_t device;
	uint64_t inode;
	bool executable;
	bool deleted;
	char *path;
};

/* In the order of addresses, none over another one; all zeroes for none. */
struct maps {
	struct mapping *list;
	size_t n;
	size_t room;
};

/**
 * maps_read - Return: 0, -ESRCH where there is no such process, or another negative errno
 * @maps:	filled; free with maps_free()
 * @all:	false: only executable mappings
 */
int maps_read(pid_t pid, bool all, struct maps *maps);

/**
 * maps_inode - the numbers that mappings of a file have
 *
 * They are mostly those of stat(2). Of a file of overlayfs that was written to before (copied up),
 * older kernels (6.1) show others; so it is mapped, to see.
 *
 * Return: 0, or a negative errno.
 */
int maps_inode(const char *path, uint64_t *device, uint64_t *inode);

/**
 * maps_parse - the lines of one such file; lines that are none are left out
 * @text:	NUL-terminated; changed
 */
int maps_parse(char *text, bool all, struct maps *maps);

/**
 * maps_find - the mapping that has an address, or NULL
 */
const struct mapping *maps_find(const struct maps *maps, uint64_t address);

/**
 * maps_put - a mapping in its place, instead of what it covers
 *
 * Return: 0 or -ENOMEM, and then nothing has changed.
 */
int maps_put(struct maps *maps, const struct mapping *mapping);

/**
 * maps_copy - @to: filled; free with maps_free(). Return: 0 or -ENOMEM
 */
int maps_copy(const struct maps *from, struct maps *to);

void maps_free(struct maps *maps);

#endif
