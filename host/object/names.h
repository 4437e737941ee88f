/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names.h - what was learnt about the kernel's functions, kept in the cache until the next boot.
 *
 * The list of functions is long to read; what a name or a pattern stands for stays the same until
 * the machine boots or a module comes or goes. One file holds the answers, and what they belong to.
 */
#ifndef KW_OBJECT_NAMES_H
#define KW_OBJECT_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "object/cache.h"

/**
 * struct names - what answers belong to: filled by names_load(), ahead of any reading of the list
 */
struct names {
	uint64_t sum[2];
	bool known;
};

/**
 * names_load - the text kept by names_keep() on this boot, with these modules
 * @files:	NULL-terminated paths of what the answers were read from; whether this process may
 *read them is a part of what they belong to
 * @text:	stays NULL where there is none that may be used; to be freed
 */
void names_load(const struct cache *cache, const char *const *files, struct names *names,
		char **text);

/**
 * names_keep - instead of what was kept before
 */
void names_keep(const struct cache *cache, const struct names *names, const char *text);

#endif
