/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/history.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <xxhash.h>

/*
 * Open addressing over one flat copy of the reading before: its keys, its leaves, and an index.
 * Rebuilt from each reading, so that keys that are gone are forgotten without a sweep.
 */
struct reading {
	size_t n;
	unsigned char *keys;
	unsigned char *leaves;
	uint32_t *index; /* position + 1; 0: free */
	size_t mask;
};

struct history {
	size_t key_size;
	size_t leaf_size;
	uint64_t seed; /* keys are chosen by whoever is watched, and must not all have one slot */
	struct reading before;
};

struct history *history_new(size_t key_size, size_t leaf_size)
{
	struct history *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	h->key_size = key_size;
	h->leaf_size = leaf_size;
	if (getrandom(&h->seed, sizeof(h->seed), GRND_NONBLOCK) < 0)
		h->seed = (uint64_t)(uintptr_t)h;
	return h;
}

static void reading_free(struct reading *r)
{
	free(r->keys);
	free(r->leaves);
	free(r->index);
	memset(r, 0, sizeof(*r));
}

/* The index slot where @key is, or where it would go. */
static size_t reading_slot(const struct history *h, const struct reading *r, const void *key)
{
	size_t slot = (size_t)XXH64(key, h->key_size, h->seed) & r->mask;

	while (r->index[slot] &&
	       memcmp(r->keys + (r->index[slot] - 1) * h->key_size, key, h->key_size) != 0)
		slot = (slot + 1) & r->mask;
	return slot;
}

static int reading_copy(const struct history *h, const struct entries *now, struct reading *r)
{
	size_t slots = 16;

	while (slots < now->n * 2)
		slots *= 2;
	*r = (struct reading){.n = now->n, .mask = slots - 1};
	r->keys = malloc(now->n * h->key_size + 1);
	r->leaves = malloc(now->n * h->leaf_size + 1);
	r->index = calloc(slots, sizeof(*r->index));
	if (!r->keys || !r->leaves || !r->index) {
		reading_free(r);
		return -ENOMEM;
	}
	if (now->n) {
		memcpy(r->keys, now->keys, now->n * h->key_size);
		memcpy(r->leaves, now->leaves, now->n * h->leaf_size);
	}
	for (size_t i = 0; i < now->n; i++)
		r->index[reading_slot(h, r, now->keys + i * h->key_size)] = (uint32_t)i + 1;
	return 0;
}

int history_subtract(struct history *h, const struct type *type, struct entries *now)
{
	struct reading next;
	int rc = reading_copy(h, now, &next);

	if (rc < 0) {
		now->n = 0;
		return rc;
	}
	for (size_t i = 0; h->before.n && i < now->n; i++) {
		size_t slot = reading_slot(h, &h->before, now->keys + i * h->key_size);
		uint32_t at = h->before.index[slot];

		const unsigned char *before =
			at ? h->before.leaves + (at - 1) * h->leaf_size : NULL;

		/* What counts down was made anew meanwhile: all of it is this interval's. */
		if (at && !type_fell(type, now->leaves + i * h->leaf_size, before))
			type_subtract(type, now->leaves + i * h->leaf_size, before);
	}
	reading_free(&h->before);
	h->before = next;
	return 0;
}

void history_reset(struct history *h)
{
	reading_free(&h->before);
}

void history_free(struct history *h)
{
	if (!h)
		return;
	reading_free(&h->before);
	free(h);
}
