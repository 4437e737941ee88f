/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sample/view_maker.h"

#define TOP_LIMIT 20

/* The leaf's first number, an enumerator only where there is no other. */
static const struct column *value_column(const struct columns *leaves)
{
	const struct column *found = NULL;

	for (size_t i = 0; i < leaves->n; i++) {
		const struct column *column = &leaves->list[i];

		if (type_is_number(column->type) && (!found || found->type->nnames) &&
		    (!found || !column->type->nnames))
			found = column;
	}
	return found;
}

/* BCC's tools call it pid or tgid. */
static const struct column *process_column(const struct columns *columns)
{
	static const char *const names[] = {"tgid", "pid", "process", "pid_tgid"};

	for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
		const struct column *column = column_find(columns, names[n], "");

		if (column && type_is_number(column->type))
			return column;
	}
	return NULL;
}

static void process_find(struct view_maker *maker)
{
	maker->process = process_column(&maker->keys);
	maker->process_leaf = !maker->process;
	if (!maker->process)
		maker->process = process_column(&maker->leaves);
}

static enum as_kind maker_as(const struct view_maker *maker, const struct type *type)
{
	return as_of(maker->plan->header, maker->show->table, maker->key, maker->leaf, type);
}

/* An address that is a record, as struct in6_addr is, stands for itself as a whole. */
static bool is_whole(const void *ctx, const struct type *type)
{
	return maker_as(ctx, type) != AS_IS;
}

/* What the as lines say of the columns. */
static void columns_as(struct view_maker *maker, struct columns *columns)
{
	for (size_t i = 0; i < columns->n; i++)
		columns->list[i].as = maker_as(maker, columns->list[i].type);
}

static int order_check(struct view_maker *maker, struct error *err)
{
	const struct show_line *show = maker->show;
	const bool rows = show->kind == VIEW_COUNT || show->kind == VIEW_TOP ||
			  show->kind == VIEW_LINES || show->kind == VIEW_STACKS;
	struct buf names = {0};

	if (!rows && (show->by || show->limit))
		return show_fails(show, err, "only count, top, lines and stacks have rows to %s",
				  show->by ? "sort" : "limit");
	if (!show->by)
		return 0;
	maker->by = column_find(&maker->keys, show->by, "key");
	maker->by_leaf = !maker->by;
	if (!maker->by)
		maker->by = column_find(&maker->leaves, show->by, "value");
	if (!maker->by && strcmp(show->by, "value") == 0)
		maker->by = maker->value;
	if (maker->by)
		return 0;
	for (size_t i = 0; i < maker->keys.n + maker->leaves.n; i++) {
		bool key = i < maker->keys.n;
		const char *name =
			key ? maker->keys.list[i].name : maker->leaves.list[i - maker->keys.n].name;

		buf_addf(&names, "%s%s", i ? ", " : "", name[0] ? name : key ? "key" : "value");
	}
	int rc = show_fails(show, err, "its entries have no field '%s' to sort by; there are %s",
			    show->by, buf_string(&names));

	buf_free(&names);
	return rc;
}

static const struct column *column_of(const struct columns *columns, const struct type *type)
{
	for (size_t i = 0; type && i < columns->n; i++) {
		if (columns->list[i].type == type)
			return &columns->list[i];
	}
	return NULL;
}

static int age_check(struct view_maker *maker, struct error *err)
{
	static const char *const names[] = {"since", "ts", "start"};
	const struct type *type = type_is_number(maker->leaf) ? maker->leaf : NULL;
	size_t base;

	for (size_t i = 0; !type && i < sizeof(names) / sizeof(names[0]); i++)
		type = type_find(maker->leaf, names[i], &base);
	maker->since = column_of(&maker->leaves, type);
	if (!type || !maker->since || !type_is_number(type) || type->size != 8)
		return show_fails(maker->show, err,
				  "age needs a start time in its entries: 64 "
				  "bits named 'since', 'ts' or 'start'");
	return 0;
}

static int value_check(const struct view_maker *maker, struct error *err)
{
	/* A table of words alone has an order still: that of its keys. */
	if (maker->value || maker->show->kind == VIEW_TOP)
		return 0;
	struct buf names = {0};

	type_field_names(maker->leaf, &names);
	int rc = show_fails(maker->show, err, "its entries have no number to show%s%s%s",
			    names.len ? " (only " : "", buf_string(&names), names.len ? ")" : "");

	buf_free(&names);
	return rc;
}

/* An array is one cell of text: where all cells are printed, it would stand there undivided. */
static int divisor_check(const struct view_maker *maker, struct error *err)
{
	const struct show_line *show = maker->show;

	if (show->divisor <= 1 || maker->format ||
	    (show->kind != VIEW_TOP && show->kind != VIEW_LINES))
		return 0;
	for (size_t i = 0; i < maker->leaves.n; i++) {
		if (maker->leaves.list[i].type->count > 1)
			return show_fails(show, err,
					  "'%s' is no single number that could be divided by %lu",
					  maker->leaves.list[i].name, show->divisor);
	}
	return 0;
}

static int kind_check(struct view_maker *maker, struct error *err)
{
	const enum view_kind kind = maker->show->kind;

	if (!maker->key->size && kind != VIEW_LINES && kind != VIEW_TOP && kind != VIEW_SUM)
		return show_fails(maker->show, err,
				  "its values have no keys: lines, top or sum shows them");
	switch (maker->show->kind) {
	case VIEW_HIST:
	case VIEW_LHIST:
		return view_hist_check(maker, err);
	case VIEW_AGE:
		return age_check(maker, err);
	case VIEW_COUNT:
	case VIEW_SUM:
	case VIEW_TOP:
		return value_check(maker, err);
	case VIEW_LINES:
		return 0;
	case VIEW_STACKS:
		return view_stacks_check(maker, err);
	}
	return 0;
}

/* The format, and the list that it says the keys are indices into. */
static int format_check(struct view_maker *maker, struct error *err)
{
	const struct show_line *show = maker->show;

	if (!show->format)
		return 0;
	int rc = format_new(show, maker->plan, maker->key, maker->leaf, maker->value,
			    &maker->format, err);

	if (rc)
		return rc;
	if (show->kind == VIEW_COUNT || show->kind == VIEW_TOP || show->kind == VIEW_LINES)
		maker->list = format_list(maker->format);
	if (!maker->list)
		return 0;
	maker->seen = calloc(maker->list->n + 1, sizeof(*maker->seen));
	return maker->seen ? 0 : error_nomem(err);
}

int view_maker_new(const struct show_line *show, const struct plan *plan, const struct type *key,
		   const struct type *leaf, size_t limit, struct view_maker **out,
		   struct error *err)
{
	struct view_maker *maker = calloc(1, sizeof(*maker));

	if (!maker)
		return error_nomem(err);
	maker->show = show;
	maker->plan = plan;
	maker->key = key;
	maker->leaf = leaf;
	maker->limit = show->limit ? show->limit : limit;
	if (!maker->limit && show->kind == VIEW_TOP)
		maker->limit = TOP_LIMIT;
	const struct columns_whole whole = {is_whole, maker};
	int rc = columns_make(key, &whole, &maker->keys);

	if (!rc)
		rc = columns_make(leaf, &whole, &maker->leaves);
	if (rc) {
		error_nomem(err);
		goto fail;
	}
	maker->value = value_column(&maker->leaves);
	process_find(maker);
	rc = as_lines_check(plan->header, show->table, key, leaf, err);
	columns_as(maker, &maker->keys);
	columns_as(maker, &maker->leaves);
	if (!rc)
		rc = kind_check(maker, err);
	if (!rc)
		rc = order_check(maker, err);
	if (!rc)
		rc = format_check(maker, err);
	if (!rc)
		rc = divisor_check(maker, err);
	if (rc)
		goto fail;
	*out = maker;
	return 0;
fail:
	view_maker_free(maker);
	return rc;
}

int view_make(struct view_maker *maker, const struct view_source *source, struct arena *arena,
	      struct view *view, struct error *err)
{
	int rc = 0;

	view->show = maker->show;
	view->list = maker->show->kind == VIEW_COUNT && !maker->show->nonzero ? maker->list : NULL;
	view->rows = NULL;
	view->nrows = 0;
	view->hists = NULL;
	view->nhists = 0;
	view->outside = 0;
	view->total = 0;
	switch (maker->show->kind) {
	case VIEW_HIST:
	case VIEW_LHIST:
		rc = view_hist_make(maker, source, arena, view);
		break;
	case VIEW_SUM:
		rc = view_sum_make(maker, source, arena, view);
		break;
	case VIEW_AGE:
		rc = view_age_make(maker, source, arena, view);
		break;
	case VIEW_COUNT:
	case VIEW_TOP:
	case VIEW_LINES:
		rc = view_rows_make(maker, source, arena, view);
		break;
	case VIEW_STACKS:
		rc = view_stacks_make(maker, source, arena, view);
		break;
	}
	return rc ? error_nomem(err) : 0;
}

void view_maker_free(struct view_maker *maker)
{
	if (!maker)
		return;
	columns_free(&maker->keys);
	columns_free(&maker->leaves);
	format_free(maker->format);
	free(maker->seen);
	free(maker);
}
