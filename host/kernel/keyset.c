/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/keyset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <xxhash.h>

#define ROOM_AT_START 256u

/* Where the key at position @n is, or the free slot where it belongs. */
static uint32_t *find_slot(const struct keyset *set, const unsigned char *keys, size_t key_size,
			   uint32_t n)
{
	const unsigned char *key = keys + (size_t)n * key_size;
	size_t at = (size_t)XXH3_64bits_withSeed(key, key_size, set->seed) & (set->room - 1);

	while (set->slots[at] &&
	       memcmp(keys + (size_t)(set->slots[at] - 1) * key_size, key, key_size) != 0)
		at = (at + 1) & (set->room - 1);
	return &set->slots[at];
}

static int keyset_grow(struct keyset *set, const unsigned char *keys, size_t key_size)
{
	struct keyset more = {.room = set->room ? set->room * 2 : ROOM_AT_START,
			      .used = set->used,
			      .seed = set->seed};

	/* Keys may be chosen by who is watched: without a seed they could be made to collide. */
	if (!set->room && getrandom(&more.seed, sizeof(more.seed), GRND_NONBLOCK) < 0)
		more.seed = (uint64_t)(uintptr_t)set;
	more.slots = calloc(more.room, sizeof(*more.slots));
	if (!more.slots)
		return -ENOMEM;
	for (size_t i = 0; i < set->room; i++) {
		if (set->slots[i])
			*find_slot(&more, keys, key_size, set->slots[i] - 1) = set->slots[i];
	}
	free(set->slots);
	*set = more;
	return 0;
}

int keyset_add(struct keyset *set, const unsigned char *keys, size_t key_size, uint32_t n)
{
	if (n == UINT32_MAX)
		return -ENOMEM;
	if (set->used * 2 >= set->room) {
		int rc = keyset_grow(set, keys, key_size);

		if (rc)
			return rc;
	}
	uint32_t *slot = find_slot(set, keys, key_size, n);

	if (*slot)
		return 0;
	*slot = n + 1;
	set->used++;
	return 1;
}

void keyset_free(struct keyset *set)
{
	free(set->slots);
	memset(set, 0, sizeof(*set));
}
