/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_hist.c - histograms: a table's slots, in one section or in one for each sub-key.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sample/view_maker.h"

/* As many as BCC has: a slot for each bit of a 64-bit number and for 0; 0 to 1024. */
#define LOG2_SLOTS 65
#define LINEAR_SLOTS 1025

struct bucket {
	const struct view_maker *maker;
	const void *key;
	uint64_t slot;
	uint64_t count;
};

static uint64_t most_slots(const struct view_maker *maker)
{
	return maker->show->kind == VIEW_HIST ? LOG2_SLOTS : LINEAR_SLOTS;
}

/* The key's field "slot", or its last integer. */
static const struct column *slot_column(const struct view_maker *maker)
{
	const struct column *last = NULL;
	size_t base;
	const struct type *named = type_find(maker->key, "slot", &base);

	for (size_t i = 0; i < maker->keys.n; i++) {
		const struct column *column = &maker->keys.list[i];

		if (!type_is_number(column->type))
			continue;
		if (column->type == named)
			return column;
		last = column;
	}
	return last;
}

int view_hist_check(struct view_maker *maker, struct error *err)
{
	maker->slot = slot_column(maker);
	if (!maker->slot)
		return show_fails(maker->show, err,
				  "a histogram needs a key that is a number, or "
				  "has one: the slot");
	if (!type_is_number(maker->leaf) || maker->leaf->size > 8)
		return show_fails(maker->show, err,
				  "a histogram needs entries that are one "
				  "number: the count of a slot");
	if (maker->show->divisor > 1)
		return show_fails(maker->show, err, "a histogram's counts cannot be divided (/%lu)",
				  maker->show->divisor);
	if (maker->show->format)
		return show_fails(maker->show, err, "a histogram has no format, only a unit");
	return 0;
}

static int by_section(const void *a, const void *b)
{
	const struct bucket *left = a;
	const struct bucket *right = b;
	const struct view_maker *maker = left->maker;

	return columns_compare(&maker->keys, maker->slot, left->key, right->key);
}

/* @outside: set to what is counted in slots beyond all that there are */
static size_t buckets_collect(const struct view_maker *maker, const struct view_source *source,
			      struct bucket *buckets, uint64_t *outside)
{
	size_t n = 0;

	for (size_t i = 0; i < source->n; i++) {
		struct bucket *bucket = &buckets[n];
		const void *leaf = (const char *)source->leaves + i * source->leaf_stride;

		bucket->maker = maker;
		bucket->key = (const char *)source->keys + i * source->key_stride;
		/* A negative slot is a large number here, and outside as those are. */
		bucket->slot = column_number(maker->slot, bucket->key);
		bucket->count = column_number(&maker->leaves.list[0], leaf);
		if (bucket->slot >= most_slots(maker))
			*outside += bucket->count;
		else if (bucket->count)
			n++;
	}
	return n;
}

/* "NAME = VALUE", or several of them; NULL stays NULL where the key is the slot alone. */
static int section_fill(const struct view_maker *maker, struct naming *naming, const void *key,
			struct arena *arena, struct hist *hist)
{
	struct buf text = {0};

	if (maker->keys.n < 2)
		return 0;
	for (size_t i = 0; i < maker->keys.n; i++) {
		const struct column *column = &maker->keys.list[i];

		if (column == maker->slot)
			continue;
		buf_addf(&text, "%s%s = ", text.len ? ", " : "", column->name);
		as_print(column->as, column->type, (const char *)key + column->base,
			 (struct as_owner){naming, view_process(maker, key, NULL)}, &text);
	}
	if (!buf_error(&text))
		hist->section = arena_strndup(arena, buf_string(&text), text.len);
	buf_free(&text);
	return hist->section ? 0 : -ENOMEM;
}

/* One section of @n buckets. */
static int hist_fill(const struct bucket *buckets, size_t n, struct arena *arena, struct view *view)
{
	struct hist *hist = &view->hists[view->nhists++];

	for (size_t i = 0; i < n; i++) {
		if (buckets[i].slot >= hist->nslots)
			hist->nslots = (size_t)buckets[i].slot + 1;
	}
	hist->slots = arena_alloc(arena, hist->nslots * sizeof(*hist->slots));
	if (!hist->slots)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		hist->slots[buckets[i].slot] += buckets[i].count;
		view->total += buckets[i].count;
	}
	return 0;
}

static size_t section_length(const struct bucket *buckets, size_t n)
{
	size_t length = 1;

	while (length < n && by_section(&buckets[0], &buckets[length]) == 0)
		length++;
	return length;
}

int view_hist_make(struct view_maker *maker, const struct view_source *source, struct arena *arena,
		   struct view *view)
{
	struct bucket *buckets = calloc(source->n + 1, sizeof(*buckets));
	size_t sections = 0;
	int rc = 0;

	if (!buckets)
		return -ENOMEM;
	size_t n = buckets_collect(maker, source, buckets, &view->outside);

	qsort(buckets, n, sizeof(*buckets), by_section);
	for (size_t i = 0; i < n; i += section_length(buckets + i, n - i))
		sections++;
	view->hists = arena_alloc(arena, sections * sizeof(*view->hists));
	if (!view->hists)
		rc = -ENOMEM;
	for (size_t i = 0; rc == 0 && i < n;) {
		size_t length = section_length(buckets + i, n - i);

		rc = hist_fill(buckets + i, length, arena, view);
		if (rc == 0)
			rc = section_fill(maker, source->naming, buckets[i].key, arena,
					  &view->hists[view->nhists - 1]);
		i += length;
	}
	free(buckets);
	return rc;
}
