/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.c - for programs: one object a line for each sample; docs/json.md has the schema.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "output/json_write.h"
#include "output/output.h"
#include "output/write.h"

#define AUDIT_POINT 512 /* bytes of a probe point: a function's name, and where in it */

static const char *kind_name(enum view_kind kind)
{
	switch (kind) {
	case VIEW_HIST:
		return "hist";
	case VIEW_LHIST:
		return "lhist";
	case VIEW_COUNT:
		return "count";
	case VIEW_SUM:
		return "sum";
	case VIEW_TOP:
		return "top";
	case VIEW_LINES:
		return "lines";
	case VIEW_AGE:
		return "age";
	case VIEW_STACKS:
		return "stacks";
	}
	return "unknown";
}

/* RFC 3339, with microseconds and the zone's offset. */
static void time_add(struct json *json, const struct timespec *wall)
{
	char day[32];
	char text[96];
	struct tm tm;

	if (!localtime_r(&wall->tv_sec, &tm) ||
	    strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm) == 0) {
		json_absent(json, "time");
		return;
	}
	long minutes = labs(tm.tm_gmtoff) / 60;

	snprintf(text, sizeof(text), "%s.%06ld%c%02ld:%02ld", day, wall->tv_nsec / 1000,
		 tm.tm_gmtoff < 0 ? '-' : '+', minutes / 60, minutes % 60);
	json_text(json, "time", text);
}

static void seconds_add(struct json *json, uint64_t ns)
{
	char text[48];

	snprintf(text, sizeof(text), "%" PRIu64 ".%09" PRIu64, ns / 1000000000, ns % 1000000000);
	json_raw(json, "seconds", text);
}

static void number_add(struct json *json, const char *name, uint64_t number, bool is_signed)
{
	if (is_signed)
		json_int(json, name, (int64_t)number);
	else
		json_uint(json, name, number);
}

static void cell_add(struct json *json, const char *name, const struct cell *cell)
{
	if (cell->is_text)
		json_text(json, name, cell->text);
	else
		number_add(json, name, cell->u, cell->is_signed);
}

/* A key or leaf: a value where it is one without a name, an object where it has fields. */
static void cells_add(struct json *json, const char *name, const struct cell *cells, size_t n)
{
	if (n == 1 && !cells[0].name[0]) {
		cell_add(json, name, &cells[0]);
		return;
	}
	json_open(json, name, '{');
	for (size_t i = 0; i < n; i++)
		cell_add(json, cells[i].name, &cells[i]);
	json_close(json, '}');
}

/* The row's number is signed if its first leaf cell that is a number is. */
static bool row_is_signed(const struct row *row)
{
	for (size_t i = row->nkeys; i < row->ncells; i++) {
		if (!row->cells[i].is_text)
			return row->cells[i].is_signed;
	}
	return false;
}

/* A name that a cell of the key has too has "leaf." in front. */
static void as_cell_add(struct json *json, const struct row *row, size_t i)
{
	const struct cell *cell = &row->cells[i];
	const char *name = cell->name[0] ? cell->name : i < row->nkeys ? "key" : "value";
	bool twice = false;
	char leaf[128];

	for (size_t k = 0; i >= row->nkeys && k < row->nkeys; k++)
		twice |= row->cells[k].as && strcmp(row->cells[k].name, name) == 0;
	snprintf(leaf, sizeof(leaf), "leaf.%s", name);
	json_text(json, twice ? leaf : name, cell->as);
}

/* What cells stand for by as lines or as enumerators, beside the values that they have. */
static void as_add(struct json *json, const struct row *row)
{
	bool any = false;

	for (size_t i = 0; i < row->ncells; i++)
		any |= row->cells[i].as != NULL;
	if (!any)
		return;
	json_open(json, "as", '{');
	for (size_t i = 0; i < row->ncells; i++)
		if (row->cells[i].as)
			as_cell_add(json, row, i);
	json_close(json, '}');
}

static bool has_stacks(const struct row *row)
{
	for (size_t i = 0; i < row->nkeys; i++)
		if (row->cells[i].stack)
			return true;
	return false;
}

/* What the key's ids stand for. */
static void stacks_add(struct json *json, const struct row *row)
{
	for (size_t i = 0; i < row->nkeys; i++) {
		const struct stack *stack = row->cells[i].stack;

		if (!stack)
			continue;
		json_open(json, row->cells[i].name[0] ? row->cells[i].name : "stack", '{');
		json_open(json, "frames", '[');
		for (size_t f = 0; f < stack->nframes; f++)
			json_text(json, NULL, stack->frames[f]);
		json_close(json, ']');
		json_uint(json, "kernel", stack->nkernel);
		json_bool(json, "cut", stack->cut);
		json_int(json, "error", stack->error);
		json_close(json, '}');
	}
}

static void row_add(struct json *json, const struct row *row)
{
	const struct cell *leaves = row->cells + row->nkeys;
	size_t nleaves = row->ncells - row->nkeys;
	bool is_signed = row_is_signed(row);

	json_open(json, NULL, '{');
	if (row->nkeys)
		cells_add(json, "key", row->cells, row->nkeys);
	if (row->nkeys && row->cells[0].label)
		json_text(json, "label", row->cells[0].label);
	number_add(json, "value", row->value, is_signed);
	number_add(json, "shown", row->shown, is_signed);
	if (nleaves > 1 || (nleaves == 1 && leaves[0].name[0]))
		cells_add(json, "leaf", leaves, nleaves);
	as_add(json, row);
	if (has_stacks(row)) {
		json_open(json, "stacks", '{');
		stacks_add(json, row);
		json_close(json, '}');
	}
	json_close(json, '}');
}

/* What was asked for by name and cannot be counted on this kernel. */
static void absent_add(struct json *json, const struct plan_list *list, size_t item)
{
	if (list->items[item].from_glob)
		return;
	json_open(json, NULL, '{');
	json_uint(json, "key", item);
	json_text(json, "label", list->items[item].asked);
	json_absent(json, "value");
	json_absent(json, "shown");
	json_close(json, '}');
}

/* Rows stand in the order of the items, and behind them rows that are no item's. */
static void rows_add(struct json *json, const struct view *view)
{
	size_t items = view->list ? view->list->n : 0;
	size_t at = 0;

	json_open(json, "rows", '[');
	for (size_t item = 0; item < items; item++) {
		if (at < view->nrows && view->rows[at].cells[0].u == item)
			row_add(json, &view->rows[at++]);
		else
			absent_add(json, view->list, item);
	}
	while (at < view->nrows)
		row_add(json, &view->rows[at++]);
	json_close(json, ']');
}

static void hists_add(struct json *json, const struct view *view)
{
	json_open(json, "hists", '[');
	for (size_t i = 0; i < view->nhists; i++) {
		const struct hist *hist = &view->hists[i];

		json_open(json, NULL, '{');
		json_text(json, "section", hist->section);
		json_open(json, "slots", '[');
		for (size_t s = 0; s < hist->nslots; s++)
			json_uint(json, NULL, hist->slots[s]);
		json_close(json, ']');
		json_close(json, '}');
	}
	json_close(json, ']');
}

/* How many records there were: they stand in lines of their own. */
static void stream_add(struct json *json, const struct view *view)
{
	json_open(json, NULL, '{');
	json_text(json, "table", view->show->table);
	json_text(json, "kind", kind_name(view->show->kind));
	json_uint(json, "records", view->total);
	if (view->lost < 0)
		json_absent(json, "lost");
	else
		json_int(json, "lost", view->lost);
	json_close(json, '}');
}

static void view_add(struct json *json, const struct view *view)
{
	const struct show_line *show = view->show;
	bool is_hist = show->kind == VIEW_HIST || show->kind == VIEW_LHIST;
	bool is_signed = view->nrows && row_is_signed(&view->rows[0]);

	if (view->stream) {
		stream_add(json, view);
		return;
	}
	json_open(json, NULL, '{');
	json_text(json, "table", show->table);
	json_text(json, "kind", kind_name(show->kind));
	json_text(json, "unit", show->unit);
	json_uint(json, "divisor", show->divisor ? show->divisor : 1);
	if (is_hist)
		hists_add(json, view);
	else
		rows_add(json, view);
	number_add(json, "total", view->total, is_signed);
	if (view->left_out)
		json_uint(json, "left_out", view->left_out);
	if (view->outside)
		json_uint(json, "outside", view->outside);
	json_uint(json, "refused", view->refused);
	json_close(json, '}');
}

static void count_add(struct json *json, const char *name, int64_t count)
{
	if (count < 0)
		json_absent(json, name);
	else
		json_int(json, name, count);
}

static void account_add(struct json *json, const struct account *account)
{
	json_open(json, "account", '{');
	count_add(json, "returns_missed", account->returns_missed);
	count_add(json, "events_skipped", account->events_skipped);
	count_add(json, "refused", account->refused);
	count_add(json, "lost", account->lost);
	count_add(json, "repaired", account->repaired);
	count_add(json, "stacks_lost", account->stacks_lost);
	count_add(json, "stacks_cut", account->stacks_cut);
	json_close(json, '}');
}

/* What the kernel's own counts say, in the last sample of a run with --audit. */
static void audit_add(struct json *json, const struct audit_report *audit)
{
	json_open(json, "audit", '[');
	for (size_t i = 0; i < audit->n; i++) {
		const struct audit_line *line = &audit->lines[i];
		char point[AUDIT_POINT];

		probe_format(&line->probe->probe, point, sizeof(point));
		json_open(json, NULL, '{');
		json_text(json, "probe", point);
		count_add(json, "events", line->events);
		count_add(json, "runs", line->runs);
		count_add(json, "skipped", line->skipped);
		count_add(json, "unsure", line->events < 0 ? line->events : line->unsure);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static int json_sample(FILE *file, const struct plan *plan, const struct sample *sample)
{
	struct json json = {0};

	(void)plan;
	json_open(&json, NULL, '{');
	json_uint(&json, "sample", sample->number);
	time_add(&json, &sample->wall);
	seconds_add(&json, sample->length_ns);
	json_bool(&json, "exact", sample->exact);
	json_bool(&json, "late", sample->late);
	json_bool(&json, "last", sample->last);
	json_open(&json, "views", '[');
	for (size_t i = 0; i < sample->nviews; i++)
		view_add(&json, &sample->views[i]);
	json_close(&json, ']');
	account_add(&json, &sample->account);
	if (sample->audit)
		audit_add(&json, sample->audit);
	json_close(&json, '}');
	buf_addc(&json.out, '\n');
	return output_write(file, &json.out);
}

static int json_records(FILE *file, const struct view *view)
{
	struct json json = {0};

	for (size_t i = 0; i < view->nrows; i++) {
		const struct row *row = &view->rows[i];

		json.comma = false;
		json_open(&json, NULL, '{');
		json_text(&json, "record", view->show->table);
		time_add(&json, &row->wall);
		cells_add(&json, "fields", row->cells, row->ncells);
		as_add(&json, row);
		json_close(&json, '}');
		buf_addc(&json.out, '\n');
	}
	return output_write(file, &json.out);
}

const struct output_format output_json = {
	.name = "json",
	.sample = json_sample,
	.records = json_records,
};
