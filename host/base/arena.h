/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena.h - many small allocations with one end of life.
 */
#ifndef KW_BASE_ARENA_H
#define KW_BASE_ARENA_H

#include <stddef.h>

struct arena; /* opaque */

/**
 * arena_new - Return: an empty arena, or NULL
 */
struct arena *arena_new(void);

/**
 * arena_alloc - @size zeroed bytes, aligned for any type, until arena_reset() or arena_free(); NULL
 * when memory ran out
 */
void *arena_alloc(struct arena *arena, size_t size);

char *arena_strndup(struct arena *arena, const char *string, size_t len);
char *arena_printf(struct arena *arena, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/**
 * arena_reset - forget all allocations, keep one block's memory for the next sample
 */
void arena_reset(struct arena *arena);
void arena_free(struct arena *arena);

#endif
