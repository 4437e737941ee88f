/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_fill.c - the text of one row by its format.
 */
#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"
#include "sample/view_format_inside.h"

static void time_fill(const struct timespec *wall, struct buf *out)
{
	char text[32];
	struct tm tm;

	if (!localtime_r(&wall->tv_sec, &tm) ||
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm) == 0)
		return;
	buf_addf(out, "%s.%06ld", text, wall->tv_nsec / 1000);
}

/* A field of the leaf, divided; the key is never divided. */
static void leaf_field_fill(const struct piece *piece, const void *leaf, unsigned long divisor,
			    struct buf *out)
{
	const char *record = (const char *)leaf + piece->base;

	if (divisor > 1 && type_is_number(piece->field)) {
		struct value value = type_decode(piece->field, record, 0);

		value.u /= divisor;
		value.s /= (__int128)divisor;
		value_print(value, out);
		return;
	}
	type_print(piece->field, record, out);
}

static void number_fill(uint64_t number, bool is_signed, struct buf *out)
{
	if (is_signed)
		buf_addf(out, "%" PRId64, (int64_t)number);
	else
		buf_addf(out, "%" PRIu64, number);
}

static void word_fill(const char *word, const struct format *format, const struct format_row *row,
		      struct buf *out)
{
	if (word)
		utf8_add_line(out, word, strlen(word));
	else if (row->key)
		type_print(format->key, row->key, out);
}

static void piece_fill(const struct format *format, const struct piece *piece,
		       const struct format_row *row, struct buf *out)
{
	switch (piece->kind) {
	case PIECE_TEXT:
		buf_adds(out, piece->text);
		break;
	case PIECE_KEY:
		word_fill(row->key_word, format, row, out);
		break;
	case PIECE_ITEM:
		word_fill(row->item, format, row, out);
		break;
	case PIECE_VALUE:
		number_fill(row->shown, row->is_signed, out);
		break;
	case PIECE_TIME:
		time_fill(&row->wall, out);
		break;
	case PIECE_COUNT:
		number_fill(row->count, false, out);
		break;
	case PIECE_LONGEST:
		number_fill(row->longest, false, out);
		break;
	case PIECE_KEY_FIELD:
		if (row->key)
			as_print(piece->as, piece->field, (const char *)row->key + piece->base,
				 row->owner, out);
		break;
	case PIECE_LEAF_FIELD:
		if (row->leaf && piece->as != AS_IS)
			as_print(piece->as, piece->field, (const char *)row->leaf + piece->base,
				 row->owner, out);
		else if (row->leaf)
			leaf_field_fill(piece, row->leaf, format->show->divisor, out);
		break;
	}
}

void format_fill(const struct format *format, const struct format_row *row, struct buf *out)
{
	for (size_t i = 0; i < format->n; i++)
		piece_fill(format, &format->pieces[i], row, out);
}
