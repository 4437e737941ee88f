/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cache.h - compiled objects, kept for the next start.
 *
 * One file an object, named by the hash of all that the object depends on (cache_key.h). An entry
 * is written to a temporary file and renamed, checksummed, and loaded only when its owner and mode,
 * and those of its directory, make it safe for a privileged process: owned by root or by us, and
 * writable by nobody else. Anything else is a miss, and is said with -v.
 */
#ifndef KW_OBJECT_CACHE_H
#define KW_OBJECT_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "object/object.h"

/* What is kept about functions (names.h) lies beside the entries. */
#define CACHE_NAMES_FILE "functions.memo"

/* Least recently used entries are removed above this. */
#define CACHE_MAX_BYTES (64ull << 20)

/**
 * struct cache - where it is
 * @dir:	descriptor of the directory, or -1: there is no cache, and all calls are misses
 */
struct cache {
	int dir;
	char *path;
};

/**
 * cache_open - $KWHILE_CACHE, else /var/cache/kwhile for root, else $XDG_CACHE_HOME/kwhile
 *
 * Made when it is missing. A directory that others may write to, or that cannot be made, is no
 * cache; why is said with -v.
 */
void cache_open(struct cache *cache);

/**
 * cache_load - look an object up
 * @key:	its file name, from cache_key()
 *
 * Return: 0, -ENOENT when there is none that may be used, -ENOMEM.
 */
int cache_load(const struct cache *cache, const char *key, struct object *object);

/**
 * cache_store - keep an object; a failure (a full disk) costs the entry only, and is said with -v
 */
void cache_store(const struct cache *cache, const char *key, const struct object *object);

/**
 * cache_read, cache_write - a small file of another kind, by the same rules
 * @name:	of the file; not counted and not listed as an entry
 *
 * Return: of cache_read: 0, -ENOENT when there is none that may be used, or a negative errno.
 */
int cache_read(const struct cache *cache, const char *name, size_t limit, struct buf *text);
void cache_write(const struct cache *cache, const char *name, const void *bytes, size_t len);

/**
 * struct cache_entry - one file, for listing
 * @release:	kernel that the object is for; NULL where it was not looked for, or cannot be read
 * @problem:	why it would not be loaded, or NULL
 */
struct cache_entry {
	char *name;
	uint64_t bytes;
	int64_t used; /* seconds since 1970 */
	char *release;
	char *problem;
};

/**
 * cache_list - all entries, most recently used first
 * @verify:	read each one and check it; otherwise problems are not looked for
 *
 * Return: number of entries in *@list, to be freed with cache_list_free(), or a negative errno.
 */
long cache_list(const struct cache *cache, int verify, struct cache_entry **list);
void cache_list_free(struct cache_entry *list, long n);

/**
 * cache_clear - remove all entries, what else is kept, and what starts that were killed have left
 *
 * Return: how many entries there were.
 */
long cache_clear(const struct cache *cache);

void cache_close(struct cache *cache);

#endif
