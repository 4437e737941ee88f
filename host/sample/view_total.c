/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_total.c - views that have one row for all entries: sum and age.
 */
#include <errno.h>

#include "sample/view_maker.h"

static const void *entry_leaf(const struct view_source *source, size_t i)
{
	return (const char *)source->leaves + i * source->leaf_stride;
}

static int row_only(struct arena *arena, size_t ncells, struct view *view)
{
	struct row *row = arena_alloc(arena, sizeof(*row));

	if (!row)
		return -ENOMEM;
	row->cells = arena_alloc(arena, ncells * sizeof(*row->cells));
	row->ncells = ncells;
	view->rows = row;
	view->nrows = 1;
	return row->cells ? 0 : -ENOMEM;
}

static int cell_number(struct arena *arena, struct cell *cell, const char *name, uint64_t number)
{
	cell->name = arena_printf(arena, "%s", name);
	cell->u = number;
	cell->s = (int64_t)number;
	return cell->name ? 0 : -ENOMEM;
}

/* Each part is divided before it is added, so that printed parts add up to the printed sum. */
int view_sum_make(struct view_maker *maker, const struct view_source *source, struct arena *arena,
		  struct view *view)
{
	struct format_row what = {.is_signed = view_is_signed(maker), .wall = source->wall};
	uint64_t value = 0;
	int rc = row_only(arena, 1, view);

	if (rc)
		return rc;
	for (size_t i = 0; i < source->n; i++) {
		uint64_t part = column_number(maker->value, entry_leaf(source, i));

		value += part;
		what.shown += view_divide(maker, part);
	}
	struct row *row = &view->rows[0];

	rc = cell_number(arena, &row->cells[0], maker->value->name, value);
	if (rc)
		return rc;
	row->cells[0].is_signed = what.is_signed;
	row->value = value;
	row->shown = what.shown;
	view->total = what.shown;
	if (maker->show->nonzero && what.shown == 0)
		view->nrows = 0;
	return view_row_text(maker, &what, arena, row);
}

int view_age_make(struct view_maker *maker, const struct view_source *source, struct arena *arena,
		  struct view *view)
{
	const unsigned long divisor = maker->show->divisor ? maker->show->divisor : 1;
	struct format_row what = {.owner.naming = source->naming, .wall = source->wall};
	uint64_t longest = 0;

	for (size_t i = 0; i < source->n; i++) {
		uint64_t since = column_number(maker->since, entry_leaf(source, i));
		/* A call that began after the clock was read has lasted no time. */
		uint64_t age = since < source->now_ns ? source->now_ns - since : 0;

		if (since == 0)
			continue;
		if (what.count++ && age <= longest)
			continue;
		longest = age;
		what.key = (const char *)source->keys + i * source->key_stride;
		what.leaf = entry_leaf(source, i);
	}
	if (what.count == 0)
		return 0;
	what.owner.pid = view_process(maker, what.key, what.leaf);
	int rc = row_only(arena, 2, view);

	if (rc)
		return rc;
	struct row *row = &view->rows[0];

	rc = cell_number(arena, &row->cells[0], "count", what.count);
	if (!rc)
		rc = cell_number(arena, &row->cells[1], "longest", longest);
	if (rc)
		return rc;
	row->value = longest;
	row->shown = longest / divisor;
	view->total = row->shown;
	what.longest = row->shown;
	what.shown = row->shown;
	return view_row_text(maker, &what, arena, row);
}
