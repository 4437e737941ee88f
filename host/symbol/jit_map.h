/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jit_map.h - what a JIT has written of the code that it made: /tmp/perf-PID.map.
 *
 * Everybody can put a file there, so only one of the process's own user, of root or of ours is
 * taken, as perf(1) does; and nothing but a file, for we must neither wait nor open a device.
 */
#ifndef KW_SYMBOL_JIT_MAP_H
#define KW_SYMBOL_JIT_MAP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* All zeroes: nothing was read yet. */
struct jit_map {
	struct list_names *names; /* NULL: none */
	off_t size;		  /* of the file when it was read */
};

/**
 * jit_map_read - read it, if there is one and its size has changed
 * @ours:	it is in our own file system, where a link that we or root have made is followed
 * @owner:	user of the process; (uid_t)-1: not known
 *
 * Return: is there a file?
 */
bool jit_map_read(struct jit_map *map, const char *path, bool ours, uid_t owner);

/**
 * jit_map_find - the name that an address has, or NULL
 */
const char *jit_map_find(const struct jit_map *map, uint64_t address);

void jit_map_free(struct jit_map *map);

#endif
