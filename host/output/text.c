/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.c - for people: the lines that users of the BCC tools know.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "output/histogram.h"
#include "output/output.h"
#include "output/text_stacks.h"
#include "output/text_top.h"
#include "output/write.h"

/* Only bare lines: they carry their own time, and nothing stands around them. */
static bool only_lines(const struct sample *sample)
{
	for (size_t i = 0; i < sample->nviews; i++) {
		if (sample->views[i].show->kind != VIEW_LINES)
			return false;
	}
	return sample->nviews > 0;
}

static void heading_add(struct buf *out, const struct sample *sample)
{
	char when[32] = "";
	struct tm tm;

	if (localtime_r(&sample->wall.tv_sec, &tm))
		strftime(when, sizeof(when), "%m/%d/%y %H:%M:%S", &tm);
	buf_addf(out, "---- new sample: %lu at %s", sample->number, when);
	/* The lines say nothing of the interval, so one that is not whole says it here. */
	if (sample->late || sample->cut)
		buf_addf(out, " (covers %.2f s)", (double)sample->length_ns / 1e9);
	buf_addc(out, '\n');
}

static void hists_add(struct buf *out, const struct view *view)
{
	const char *unit = view->show->unit ? view->show->unit : "value";
	const bool linear = view->show->kind == VIEW_LHIST;
	uint64_t outside = view->outside;

	for (size_t i = 0; i < view->nhists; i++) {
		const struct hist *hist = &view->hists[i];

		if (hist->section)
			buf_addf(out, "\n%s\n", hist->section);
		if (linear) {
			histogram_linear(out, hist->slots, hist->nslots, unit);
			continue;
		}
		histogram_log2(out, hist->slots, hist->nslots, unit);
		/* BCC has no line for slot 0, which bpf_log2l() never gives. */
		outside += hist->nslots ? hist->slots[0] : 0;
	}
	if (outside)
		buf_addf(out, "counted outside of the histogram = %" PRIu64 " (%s)\n", outside,
			 view->show->table);
}

/* "a = 1, b = 2", or the value alone where it has no name and @name is NULL. */
static void cells_add(struct buf *out, const struct cell *cells, size_t n, const char *name,
		      unsigned long divisor)
{
	for (size_t i = 0; i < n; i++) {
		const char *shown = cells[i].name[0] ? cells[i].name : name;

		if (i)
			buf_adds(out, ", ");
		if (shown)
			buf_addf(out, "%s = ", shown);
		text_cell_add(out, &cells[i], divisor);
	}
}

/* The row's number: its first leaf cell, divided. */
static void shown_add(struct buf *out, const struct row *row)
{
	bool is_signed = false;

	for (size_t i = row->nkeys; i < row->ncells; i++) {
		if (row->cells[i].is_text)
			continue;
		is_signed = row->cells[i].is_signed;
		break;
	}
	if (is_signed)
		buf_addf(out, "%" PRId64, (int64_t)row->shown);
	else
		buf_addf(out, "%" PRIu64, row->shown);
}

/* The key without its stacks, whose frames follow below. */
static void stacks_row_add(struct buf *out, const struct show_line *show, const struct row *row)
{
	size_t n = 0;

	buf_adds(out, show->table);
	for (size_t i = 0; i < row->nkeys; i++) {
		if (row->cells[i].stack)
			continue;
		buf_adds(out, n++ ? ", " : "[");
		cells_add(out, &row->cells[i], 1, NULL, 1);
	}
	buf_adds(out, n ? "] = " : " = ");
	shown_add(out, row);
}

/* A row of a view without a format. */
static void row_add(struct buf *out, const struct show_line *show, const struct row *row)
{
	const struct cell *leaves = row->cells + row->nkeys;
	size_t nleaves = row->ncells - row->nkeys;

	switch (show->kind) {
	case VIEW_STACKS:
		stacks_row_add(out, show, row);
		break;
	case VIEW_COUNT:
		buf_addf(out, "%s[", show->table);
		cells_add(out, row->cells, row->nkeys, NULL, 1);
		buf_adds(out, "] = ");
		shown_add(out, row);
		break;
	case VIEW_SUM:
		buf_addf(out, "%s = ", show->table);
		shown_add(out, row);
		break;
	case VIEW_AGE:
		if (nleaves < 2)
			break;
		buf_adds(out, "in progress = ");
		text_cell_add(out, &leaves[0], 1);
		buf_addf(out, ", longest %" PRIu64, row->shown);
		if (show->unit)
			buf_addf(out, " %s", show->unit);
		break;
	default:
		cells_add(out, row->cells, row->nkeys, "key", 1);
		if (row->nkeys && nleaves)
			buf_adds(out, ", ");
		cells_add(out, leaves, nleaves, "value", show->divisor);
		break;
	}
	buf_addc(out, '\n');
}

static void rows_add(struct buf *out, const struct view *view)
{
	for (size_t i = 0; i < view->nrows; i++) {
		const struct row *row = &view->rows[i];

		if (row->text)
			buf_addf(out, "%s\n", row->text);
		else
			row_add(out, view->show, row);
		if (view->show->kind == VIEW_STACKS)
			text_stacks_add(out, row);
	}
}

/* Columns, and histograms without a unit, do not say which of several tables they are of. */
static void name_add(struct buf *out, const struct sample *sample, const struct view *view)
{
	const struct show_line *show = view->show;
	size_t others = 0;

	for (size_t i = 0; i < sample->nviews; i++)
		others += !sample->views[i].stream &&
			  strcmp(sample->views[i].show->table, show->table) != 0;
	if (!others || show->format || show->unit || (!view->nrows && !view->nhists))
		return;
	if (show->kind == VIEW_HIST || show->kind == VIEW_LHIST || show->kind == VIEW_TOP ||
	    show->kind == VIEW_LINES)
		buf_addf(out, "%s:\n", show->table);
}

static void view_add(struct buf *out, const struct sample *sample, const struct view *view)
{
	const struct show_line *show = view->show;

	if (view->stream)
		return;
	name_add(out, sample, view);
	hists_add(out, view);
	if (show->kind == VIEW_TOP && !show->format)
		text_top_add(out, view);
	else
		rows_add(out, view);
	/* Who asked for so many rows and no more knows. */
	if (view->left_out && !show->limit)
		buf_addf(out, "%zu more are not shown (%s; `limit N` in its show line)\n",
			 view->left_out, show->table);
}

/* The same table may be shown by several views. */
static bool table_seen(const struct sample *sample, size_t before)
{
	const char *table = sample->views[before].show->table;

	for (size_t i = 0; i < before; i++) {
		if (strcmp(sample->views[i].show->table, table) == 0)
			return true;
	}
	return false;
}

static void refused_add(struct buf *out, const struct sample *sample)
{
	uint64_t told = 0;

	for (size_t i = 0; i < sample->nviews; i++) {
		const struct view *view = &sample->views[i];

		if (view->refused == 0 || table_seen(sample, i))
			continue;
		buf_addf(out,
			 "refused by a full table = %" PRIu64 " (%s; --size %s=N makes it "
			 "larger)\n",
			 view->refused, view->show->table, view->show->table);
		told += view->refused;
	}
	if (sample->account.refused > 0 && (uint64_t)sample->account.refused > told)
		buf_addf(out, "refused by a full table = %" PRIu64 " (one that is not shown)\n",
			 (uint64_t)sample->account.refused - told);
}

static void count_add(struct buf *out, const char *what, int64_t count)
{
	if (count > 0)
		buf_addf(out, "%s = %" PRId64 "\n", what, count);
}

/* Records that found no room, by buffer, and those of which only the sum is known. */
static void lost_add(struct buf *out, const struct sample *sample)
{
	int64_t told = 0;

	for (size_t i = 0; i < sample->nviews; i++) {
		const struct view *view = &sample->views[i];

		if (view->lost <= 0 || table_seen(sample, i))
			continue;
		buf_addf(out,
			 "records lost = %" PRId64 " (%s, of %" PRId64
			 "; --size %s=PAGES makes it larger)\n",
			 view->lost, view->show->table, (int64_t)view->total + view->lost,
			 view->show->table);
		told += view->lost;
	}
	count_add(out, "records lost", sample->account.lost - told);
}

/* "audit: kprobe:kfree = 9812 events, 3 skipped" */
static void audit_add(struct buf *out, const struct audit_line *line)
{
	char point[512];

	probe_format(&line->probe->probe, point, sizeof(point));
	buf_addf(out, "audit: %s = ", point);
	if (line->events < 0) {
		buf_addf(out, "unknown events, %" PRId64 " runs\n", line->runs);
		return;
	}
	buf_addf(out, "%" PRId64 " %s, %" PRId64, line->events,
		 line->is_return ? "calls" : "events", line->skipped);
	if (line->unsure)
		buf_addf(out, " to %" PRId64, line->skipped + line->unsure);
	buf_adds(out, line->is_return ? " without a return so far\n" : " skipped\n");
}

static int text_sample(FILE *file, const struct plan *plan, const struct sample *sample)
{
	struct buf out = {0};

	(void)plan;
	if (!only_lines(sample))
		heading_add(&out, sample);
	for (size_t i = 0; i < sample->nviews; i++)
		view_add(&out, sample, &sample->views[i]);
	refused_add(&out, sample);
	count_add(&out, "returns missed", sample->account.returns_missed);
	count_add(&out, "events skipped", sample->account.events_skipped);
	lost_add(&out, sample);
	count_add(&out, "gates repaired", sample->account.repaired);
	if (sample->account.stacks_lost > 0)
		buf_addf(&out,
			 "counted under stacks that were not kept = %" PRId64
			 " (--size TABLE=N, of their table, keeps more)\n",
			 sample->account.stacks_lost);
	count_add(&out, "counted under stacks that were cut", sample->account.stacks_cut);
	for (size_t i = 0; sample->audit && i < sample->audit->n; i++)
		audit_add(&out, &sample->audit->lines[i]);
	return output_write(file, &out);
}

static int text_records(FILE *file, const struct view *view)
{
	/* The show line whose heading stands above what was printed last. */
	static const struct show_line *headed;
	struct buf out = {0};

	if (!view->show->format) {
		text_records_add(&out, view, headed != view->show);
		headed = view->show;
	}
	for (size_t i = 0; view->show->format && i < view->nrows; i++)
		buf_addf(&out, "%s\n", view->rows[i].text);
	return output_write(file, &out);
}

const struct output_format output_text = {
	.name = "text",
	.sample = text_sample,
	.records = text_records,
};
