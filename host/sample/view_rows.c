/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_rows.c - views that have a row an entry: count, top, lines.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sample/view_maker.h"

/**
 * struct entry - one entry that gets a row
 * @key:	NULL for an item of a list that the table has no entry for
 * @number:	its key, where that is a number
 * @item:	index into the maker's list, or -1
 */
struct entry {
	const struct view_maker *maker;
	const void *key;
	const void *leaf;
	uint64_t value;
	uint64_t number;
	long item;
};

static int by_key(const void *a, const void *b)
{
	const struct entry *left = a;
	const struct entry *right = b;

	return columns_compare(&left->maker->keys, NULL, left->key, right->key);
}

/* By the column that the show line names: numbers from the largest on, all else from the smallest.
 */
static int by_column(const struct entry *left, const struct entry *right)
{
	const struct view_maker *maker = left->maker;
	const bool number = maker->by->type->kind == TYPE_UINT || maker->by->type->kind == TYPE_INT;
	int order = column_compare(maker->by, maker->by_leaf ? left->leaf : left->key,
				   maker->by_leaf ? right->leaf : right->key);

	return number ? -order : order;
}

static int by_value(const void *a, const void *b)
{
	const struct entry *left = a;
	const struct entry *right = b;
	int named = left->maker->by ? by_column(left, right) : 0;

	if (named)
		return named;
	int order = (left->value < right->value) - (left->value > right->value);

	if (view_is_signed(left->maker))
		order = ((int64_t)left->value < (int64_t)right->value) -
			((int64_t)left->value > (int64_t)right->value);
	if (order)
		return order;
	/* Values without keys stay as they came. */
	if (!left->maker->key->size)
		return (left->leaf > right->leaf) - (left->leaf < right->leaf);
	/* Rows that were made for items have no keys to compare. */
	if (left->item >= 0 && right->item >= 0)
		return (left->item > right->item) - (left->item < right->item);
	return by_key(a, b);
}

static void entry_set(const struct view_maker *maker, const void *key, const void *leaf,
		      struct entry *entry)
{
	entry->maker = maker;
	entry->key = key;
	entry->leaf = leaf;
	entry->item = -1;
	entry->value = maker->value ? column_number(maker->value, leaf) : 0;
	if (type_is_number(maker->key))
		entry->number = column_number(&maker->keys.list[0], key);
}

/* Entries that have something in this interval. */
static size_t entries_collect(const struct view_maker *maker, const struct view_source *source,
			      struct entry *entries)
{
	size_t n = 0;

	for (size_t i = 0; i < source->n; i++) {
		const void *key = (const char *)source->keys + i * source->key_stride;
		const void *leaf = (const char *)source->leaves + i * source->leaf_stride;

		if (source->in_order || columns_any(&maker->leaves, leaf))
			entry_set(maker, key, leaf, &entries[n++]);
	}
	return n;
}

/* Is there a line for an item that counted nothing? Only where the user named it himself. */
static bool item_has_row(struct view_maker *maker, const struct view_source *source, size_t index)
{
	const struct plan_item *item = &maker->list->items[index];

	if (item->missing || item->from_glob || maker->show->nonzero)
		return false;
	if (!source->attached || source->attached(source->ctx, maker->list, (long)index))
		maker->seen[index] = true;
	return maker->seen[index];
}

/**
 * items_collect - put entries in the order that the list's items were asked for, add those that
 * have a row at 0, and keep what is no item's (nothing that was counted is left out) at the end
 *
 * @entries:	@n of them, sorted by key
 * @out:	room for @n and all items
 * @zero:	key and leaf of an entry without anything
 */
static size_t items_collect(struct view_maker *maker, const struct view_source *source,
			    const struct entry *entries, size_t n, const void *zero,
			    struct entry *out)
{
	const size_t items = maker->list->n;
	size_t taken = 0;
	size_t at = 0;

	/* Negative keys sort first; they belong to no item. */
	while (at < n && entries[at].number >= items)
		at++;
	size_t first = at;

	for (size_t i = 0; i < items; i++) {
		if (at < n && entries[at].number == i) {
			if (source->attached && source->attached(source->ctx, maker->list, (long)i))
				maker->seen[i] = true;
			out[taken] = entries[at++];
			out[taken++].item = (long)i;
		} else if (item_has_row(maker, source, i)) {
			entry_set(maker, zero, zero, &out[taken]);
			out[taken].number = i;
			out[taken++].item = (long)i;
		}
	}
	for (size_t i = 0; i < n; i++) {
		if (i < first || i >= at)
			out[taken++] = entries[i];
	}
	return taken;
}

/* The word of a label line for this key, or NULL. */
static const struct label_line *label_find(const struct view_maker *maker,
					   const struct entry *entry)
{
	const struct header *header = maker->plan->header;

	if (!type_is_number(maker->key))
		return NULL;
	for (size_t i = 0; i < header->nlabels; i++) {
		const struct label_line *label = &header->labels[i];

		if ((uint64_t)label->value == entry->number &&
		    strcmp(label->table, maker->show->table) == 0)
			return label;
	}
	return NULL;
}

/* Names of all cells, once for the view. */
static const char **names_copy(const struct view_maker *maker, struct arena *arena)
{
	const size_t nkeys = maker->keys.n;
	const size_t n = nkeys + maker->leaves.n;
	const char **names = arena_alloc(arena, n * sizeof(*names));

	for (size_t i = 0; names && i < n; i++) {
		const struct column *column =
			i < nkeys ? &maker->keys.list[i] : &maker->leaves.list[i - nkeys];

		names[i] = arena_strndup(arena, column->name, strlen(column->name));
		if (!names[i])
			return NULL;
	}
	return names;
}

static int cells_fill(const struct view_maker *maker, const struct entry *entry, const char **names,
		      struct as_owner owner, struct arena *arena, struct row *row)
{
	int rc = 0;

	row->nkeys = maker->keys.n;
	row->ncells = maker->keys.n + maker->leaves.n;
	row->cells = arena_alloc(arena, row->ncells * sizeof(*row->cells));
	if (!row->cells)
		return -ENOMEM;
	for (size_t i = 0; rc == 0 && i < row->ncells; i++) {
		bool key = i < row->nkeys;

		row->cells[i].name = names[i];
		rc = column_fill(key ? &maker->keys.list[i] : &maker->leaves.list[i - row->nkeys],
				 key ? entry->key : entry->leaf, arena, &row->cells[i]);
		if (rc == 0)
			rc = column_as(
				key ? &maker->keys.list[i] : &maker->leaves.list[i - row->nkeys],
				key ? entry->key : entry->leaf, owner, arena, &row->cells[i]);
	}
	/* A row made for an item has no key in the table, but it stands for one. */
	if (rc == 0 && entry->item >= 0) {
		row->cells[0].u = entry->number;
		row->cells[0].s = (int64_t)entry->number;
	}
	return rc;
}

/* Row @i of a view. */
static int row_fill(const struct view_maker *maker, const struct view_source *source, size_t i,
		    const struct entry *entry, const char **names, struct arena *arena,
		    struct row *row)
{
	const struct label_line *label = label_find(maker, entry);
	struct format_row what = {
		.key = entry->key,
		.leaf = entry->leaf,
		.key_word = label ? label->word : NULL,
		.shown = view_divide(maker, entry->value),
		.is_signed = view_is_signed(maker),
		.owner = {source->naming, view_process(maker, entry->key, entry->leaf)},
		.wall = source->walls ? source->walls[i] : source->wall,
	};

	row->process = what.owner.pid;
	int rc = cells_fill(maker, entry, names, what.owner, arena, row);

	if (rc)
		return rc;
	if (entry->item >= 0)
		what.item = maker->list->items[entry->item].asked;
	if (!what.key_word)
		what.key_word = what.item;
	if (what.key_word) {
		row->cells[0].label = arena_strndup(arena, what.key_word, strlen(what.key_word));
		if (!row->cells[0].label)
			return -ENOMEM;
	}
	row->value = entry->value;
	row->shown = what.shown;
	row->wall = what.wall;
	return view_row_text(maker, &what, arena, row);
}

/* Rows of @n entries, in their order. */
static int rows_fill(const struct view_maker *maker, const struct view_source *source,
		     const struct entry *entries, size_t n, struct arena *arena, struct view *view)
{
	const char **names = names_copy(maker, arena);
	const struct label_line *only = n == 1 ? label_find(maker, &entries[0]) : NULL;

	view->rows = arena_alloc(arena, n * sizeof(*view->rows));
	if (!names || !view->rows)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		struct row *row = &view->rows[i];
		int rc = row_fill(maker, source, i, &entries[i], names, arena, row);

		if (rc)
			return rc;
		view->total += row->shown;
	}
	view->nrows = only && only->quiet ? 0 : n;
	return 0;
}

int view_rows_make(struct view_maker *maker, const struct view_source *source, struct arena *arena,
		   struct view *view)
{
	const size_t items = maker->list ? maker->list->n : 0;
	const size_t zeroes = maker->key->size > maker->leaf->size * maker->leaf->count
				      ? maker->key->size
				      : maker->leaf->size * maker->leaf->count;
	struct entry *entries = calloc(source->n + 1, sizeof(*entries));
	struct entry *asked = calloc(source->n + items + 1, sizeof(*asked));
	void *zero = calloc(1, zeroes + 1);
	int rc = -ENOMEM;

	if (!entries || !asked || !zero)
		goto out;
	struct entry *from = entries;
	size_t n = entries_collect(maker, source, entries);

	if (!source->in_order)
		qsort(entries, n, sizeof(*entries), by_key);
	if (items) {
		n = items_collect(maker, source, entries, n, zero, asked);
		from = asked;
	}
	const bool as_they_come = source->in_order && maker->show->kind == VIEW_LINES;

	if (maker->by || (maker->show->kind != VIEW_COUNT && !as_they_come))
		qsort(from, n, sizeof(*from), by_value);
	if (maker->limit && n > maker->limit) {
		view->left_out = n - maker->limit;
		n = maker->limit;
	}
	rc = rows_fill(maker, source, from, n, arena, view);
out:
	free(entries);
	free(asked);
	free(zero);
	return rc;
}

int view_records_make(struct view_maker *maker, const struct view_source *source,
		      struct arena *arena, struct view *view)
{
	struct entry *entries = calloc(source->n + 1, sizeof(*entries));
	int rc = -ENOMEM;

	for (size_t i = 0; entries && i < source->n; i++)
		entry_set(maker, source->keys,
			  (const char *)source->leaves + i * source->leaf_stride, &entries[i]);
	if (entries)
		rc = rows_fill(maker, source, entries, source->n, arena, view);
	free(entries);
	return rc;
}
