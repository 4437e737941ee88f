/* SPDX-License-Identifier: Apache-2.0 */
#include "output/text_top.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#define GAP 2

/* Columns on the screen: bytes that do not continue a UTF-8 character. */
static size_t text_width(const char *text, size_t len)
{
	size_t width = 0;

	for (size_t i = 0; i < len; i++)
		width += ((unsigned char)text[i] & 0xc0) != 0x80;
	return width;
}

void text_cell_add(struct buf *out, const struct cell *cell, unsigned long divisor)
{
	if (cell->label)
		utf8_add_line(out, cell->label, strlen(cell->label));
	else if (cell->as)
		utf8_add_line(out, cell->as, strlen(cell->as));
	else if (cell->is_text)
		utf8_add_line(out, cell->text, strlen(cell->text));
	else if (cell->is_signed)
		buf_addf(out, "%" PRId64,
			 divisor > INT64_MAX ? 0 : cell->s / (int64_t)(divisor ? divisor : 1));
	else
		buf_addf(out, "%" PRIu64, cell->u / (divisor ? divisor : 1));
}

static const char *cell_heading(const struct row *row, size_t i)
{
	if (row->cells[i].name[0])
		return row->cells[i].name;
	return i < row->nkeys ? "key" : "value";
}

/* Words stand at the left of their column, numbers at the right. */
static bool cell_is_word(const struct cell *cell)
{
	return cell->is_text || cell->label || cell->as;
}

static void cell_add(struct buf *out, const struct view *view, const struct row *row, size_t i)
{
	text_cell_add(out, &row->cells[i], i < row->nkeys ? 1 : view->show->divisor);
}

/* @text is emptied. */
static void padded_add(struct buf *out, struct buf *text, size_t width, bool left, bool last)
{
	size_t used = text_width(buf_string(text), text->len);
	size_t pad = used < width ? width - used : 0;

	if (!left)
		buf_addf(out, "%*s", (int)pad, "");
	buf_add(out, buf_string(text), text->len);
	/* No blanks at the end of a line. */
	if (left && !last)
		buf_addf(out, "%*s", (int)pad, "");
	if (!last)
		buf_addf(out, "%*s", GAP, "");
	buf_reset(text);
}

void text_top_add(struct buf *out, const struct view *view)
{
	size_t n = view->nrows ? view->rows[0].ncells : 0;
	size_t *widths = calloc(n + 1, sizeof(*widths));
	struct buf text = {0};

	if (!widths)
		out->failed = true;
	if (!n || !widths)
		goto out;
	for (size_t i = 0; i < n; i++) {
		widths[i] = strlen(cell_heading(&view->rows[0], i));
		for (size_t r = 0; r < view->nrows; r++) {
			cell_add(&text, view, &view->rows[r], i);
			size_t width = text_width(buf_string(&text), text.len);

			widths[i] = width > widths[i] ? width : widths[i];
			buf_reset(&text);
		}
	}
	for (size_t i = 0; i < n; i++) {
		buf_adds(&text, cell_heading(&view->rows[0], i));
		padded_add(out, &text, widths[i], cell_is_word(&view->rows[0].cells[i]),
			   i == n - 1);
	}
	buf_addc(out, '\n');
	for (size_t r = 0; r < view->nrows; r++) {
		for (size_t i = 0; i < n; i++) {
			cell_add(&text, view, &view->rows[r], i);
			padded_add(out, &text, widths[i], cell_is_word(&view->rows[r].cells[i]),
				   i == n - 1);
		}
		buf_addc(out, '\n');
	}
out:
	buf_free(&text);
	free(widths);
}

static size_t record_width(const struct row *row, size_t i)
{
	size_t name = strlen(cell_heading(row, i));
	size_t usual = cell_is_word(&row->cells[i]) ? RECORD_WORD_WIDTH : RECORD_NUMBER_WIDTH;

	return name > usual ? name : usual;
}

void text_records_add(struct buf *out, const struct view *view, bool heading)
{
	struct buf text = {0};

	for (size_t r = heading ? 0 : 1; view->nrows && r <= view->nrows; r++) {
		const struct row *row = &view->rows[r ? r - 1 : 0];

		for (size_t i = 0; i < row->ncells; i++) {
			if (r)
				cell_add(&text, view, row, i);
			else
				buf_adds(&text, cell_heading(row, i));
			padded_add(out, &text, record_width(row, i), cell_is_word(&row->cells[i]),
				   i == row->ncells - 1);
		}
		buf_addc(out, '\n');
	}
	buf_free(&text);
}
