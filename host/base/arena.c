/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_FIRST ((size_t)16 << 10)
#define BLOCK_MOST ((size_t)1 << 20)

/* A block serves allocations from its start to its end and never moves. */
struct block {
	struct block *next;
	size_t used;
	size_t room;
	max_align_t data[];
};

/**
 * struct arena
 * @blocks:	newest first; only the newest is allocated from
 */
struct arena {
	struct block *blocks;
};

struct arena *arena_new(void)
{
	return calloc(1, sizeof(struct arena));
}

/* A block that has at least @need bytes; blocks double, so that their number stays small. */
static struct block *block_add(struct arena *arena, size_t need)
{
	size_t room = BLOCK_FIRST;

	if (arena->blocks)
		room = arena->blocks->room < BLOCK_MOST / 2 ? arena->blocks->room * 2 : BLOCK_MOST;
	if (room < need)
		room = need;
	if (room > SIZE_MAX - sizeof(struct block))
		return NULL;
	struct block *block = malloc(sizeof(*block) + room);

	if (!block)
		return NULL;
	block->next = arena->blocks;
	block->used = 0;
	block->room = room;
	arena->blocks = block;
	return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	const size_t unit = _Alignof(max_align_t);

	if (size > SIZE_MAX - unit)
		return NULL;
	/* Nothing is asked for: still an address of its own, so that NULL means out of memory. */
	size_t need = size ? (size + unit - 1) / unit * unit : unit;
	struct block *block = arena->blocks;

	if (!block || block->room - block->used < need)
		block = block_add(arena, need);
	if (!block)
		return NULL;
	void *bytes = (char *)block->data + block->used;

	block->used += need;
	memset(bytes, 0, need);
	return bytes;
}

char *arena_strndup(struct arena *arena, const char *string, size_t len)
{
	size_t used = strnlen(string, len);
	char *copy = arena_alloc(arena, used + 1);

	if (copy)
		memcpy(copy, string, used);
	return copy;
}

char *arena_printf(struct arena *arena, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int len = vsnprintf(NULL, 0, fmt, ap);

	va_end(ap);
	if (len < 0)
		return NULL;
	char *text = arena_alloc(arena, (size_t)len + 1);

	if (!text)
		return NULL;
	va_start(ap, fmt);
	vsnprintf(text, (size_t)len + 1, fmt, ap);
	va_end(ap);
	return text;
}

void arena_reset(struct arena *arena)
{
	struct block *keep = arena->blocks;

	for (struct block *block = arena->blocks; block; block = block->next) {
		if (block->room > keep->room)
			keep = block;
	}
	while (arena->blocks) {
		struct block *block = arena->blocks;

		arena->blocks = block->next;
		if (block != keep)
			free(block);
	}
	if (keep) {
		keep->next = NULL;
		keep->used = 0;
		arena->blocks = keep;
	}
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	while (arena->blocks) {
		struct block *block = arena->blocks;

		arena->blocks = block->next;
		free(block);
	}
	free(arena);
}
