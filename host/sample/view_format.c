/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/view_format.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/similar.h"
#include "base/utf8.h"

#define NAME_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

enum piece_kind {
	PIECE_TEXT,
	PIECE_KEY,
	PIECE_VALUE,
	PIECE_TIME,
	PIECE_COUNT,
	PIECE_LONGEST,
	PIECE_ITEM,
	PIECE_KEY_FIELD,
	PIECE_LEAF_FIELD,
};

/**
 * struct piece - a part of a format
 * @text:	PIECE_TEXT: owned
 * @field:	of the key or leaf; borrowed
 * @base:	bytes at which the record around @field begins
 */
struct piece {
	enum piece_kind kind;
	char *text;
	const struct type *field;
	size_t base;
};

struct format {
	const struct show_line *show;
	const struct plan *plan;
	const struct type *key;
	const struct type *leaf;
	bool has_value;
	const struct plan_list *list;
	struct piece *pieces;
	size_t n;
};

int show_fails(const struct show_line *show, struct error *err, const char *fmt, ...)
{
	struct buf line = {0};
	va_list ap;

	buf_adds(&line, show->origin.file ? show->origin.file : "command line");
	if (show->origin.line)
		buf_addf(&line, ":%u", show->origin.line);
	buf_addf(&line, ": show %s: ", show->table);
	va_start(ap, fmt);
	buf_vaddf(&line, fmt, ap);
	va_end(ap);
	int rc = buf_error(&line) ? error_nomem(err) : error_usage(err, "%s", buf_string(&line));

	buf_free(&line);
	return rc;
}

/* Takes over @piece.text, also on failure. */
static int piece_add(struct format *format, struct piece piece, struct error *err)
{
	struct piece *more = realloc(format->pieces, (format->n + 1) * sizeof(*more));

	if (!more) {
		free(piece.text);
		return error_nomem(err);
	}
	format->pieces = more;
	more[format->n++] = piece;
	return 0;
}

static int text_add(struct format *format, const char *text, size_t len, struct error *err)
{
	if (len == 0)
		return 0;
	char *copy = strndup(text, len);

	if (!copy)
		return error_nomem(err);
	return piece_add(format, (struct piece){.kind = PIECE_TEXT, .text = copy}, err);
}

/* Our own words. */
static const struct word {
	const char *name;
	enum piece_kind kind;
} words[] = {
	{"key", PIECE_KEY},	{"value", PIECE_VALUE},	    {"time", PIECE_TIME},
	{"count", PIECE_COUNT}, {"longest", PIECE_LONGEST},
};

#define NWORDS (sizeof(words) / sizeof(words[0]))

/* A sum is made of many entries: no single key or field to show. */
static bool has_entry(const struct format *format)
{
	return format->show->kind != VIEW_SUM;
}

static bool word_fits(const struct format *format, const struct word *word)
{
	switch (word->kind) {
	case PIECE_KEY:
		return has_entry(format);
	case PIECE_VALUE:
		return format->has_value;
	case PIECE_COUNT:
	case PIECE_LONGEST:
		return format->show->kind == VIEW_AGE;
	default:
		return true;
	}
}

/* Which of the names that could stand here is the nearest to what was typed? */
struct guess {
	const char *typed;
	char *best;
	unsigned distance;
};

static void guess_try(struct guess *guess, const char *name, size_t len)
{
	char *candidate = strndup(name, len);

	if (candidate && similar_enough(guess->typed, candidate)) {
		unsigned distance = similar_distance(guess->typed, candidate);

		if (!guess->best || distance < guess->distance) {
			free(guess->best);
			guess->best = candidate;
			guess->distance = distance;
			return;
		}
	}
	free(candidate);
}

static int unknown_name(const struct format *format, const char *name, struct error *err)
{
	const struct option_set *options = &format->plan->header->options;
	struct guess guess = {.typed = name};
	struct buf names = {0};

	type_field_names(format->key, &names);
	if (names.len && format->leaf->nfields)
		buf_adds(&names, ", ");
	type_field_names(format->leaf, &names);
	for (const char *at = buf_string(&names); *at; at += strspn(at, ", ")) {
		guess_try(&guess, at, strcspn(at, ","));
		at += strcspn(at, ",");
	}
	if (!names.len)
		buf_adds(&names, format->has_value ? "%key, %value and %time" : "%key and %time");
	for (size_t i = 0; i < NWORDS; i++) {
		if (word_fits(format, &words[i]))
			guess_try(&guess, words[i].name, strlen(words[i].name));
	}
	for (size_t i = 0; i < options->n; i++)
		guess_try(&guess, options->list[i].name, strlen(options->list[i].name));
	int rc = show_fails(format->show, err, "its entries have no field '%s'; there are %s%s%s%s",
			    name, buf_string(&names), guess.best ? " (did you mean " : "",
			    guess.best ? guess.best : "", guess.best ? "?)" : "");

	free(guess.best);
	buf_free(&names);
	return rc;
}

/* A field of the key or of the leaf: 1 when there is one and its piece was added. */
static int field_add(struct format *format, const char *name, struct error *err)
{
	struct piece piece = {.kind = PIECE_KEY_FIELD};

	piece.field = type_find(format->key, name, &piece.base);
	if (!piece.field) {
		piece.kind = PIECE_LEAF_FIELD;
		piece.field = type_find(format->leaf, name, &piece.base);
	}
	if (!piece.field)
		return 0;
	if (!has_entry(format))
		return show_fails(format->show, err,
				  "a sum has no single '%s' to show; it has "
				  "%%value",
				  name);
	bool scalar = type_is_number(piece.field) || piece.field->kind == TYPE_TEXT ||
		      piece.field->kind == TYPE_BYTES;

	if (!scalar && piece.kind == PIECE_LEAF_FIELD && format->show->divisor > 1)
		return show_fails(format->show, err,
				  "'%s' is no single number that could be "
				  "divided by %lu",
				  name, format->show->divisor);
	int rc = piece_add(format, piece, err);

	return rc ? rc : 1;
}

/* What $NAME stands for; 1 when it is an option and its piece was added. */
static int option_add(struct format *format, const char *name, struct error *err)
{
	const struct program_option *option = option_find(&format->plan->header->options, name);

	if (!option)
		return 0;
	const char *shown = option_shown(option);
	int rc = text_add(format, shown ? shown : "", shown ? strlen(shown) : 0, err);

	return rc ? rc : 1;
}

/* A list option: the item that the key is the index of. */
static int list_add(struct format *format, const char *name, struct error *err)
{
	const struct plan_list *list = plan_list_find(format->plan, name);

	if (!list || !has_entry(format))
		return 0;
	if (!type_is_number(format->key))
		return show_fails(format->show, err,
				  "%%%s needs a key that is a number: the index "
				  "of the item",
				  name);
	if (!format->list)
		format->list = list;
	if (format->list != list)
		return show_fails(format->show, err, "its key cannot be the index of two lists");
	int rc = piece_add(format, (struct piece){.kind = PIECE_ITEM}, err);

	return rc ? rc : 1;
}

static int word_add(struct format *format, const char *name, struct error *err)
{
	for (size_t i = 0; i < NWORDS; i++) {
		if (strcmp(words[i].name, name) != 0 || !word_fits(format, &words[i]))
			continue;
		int rc = piece_add(format, (struct piece){.kind = words[i].kind}, err);

		return rc ? rc : 1;
	}
	return 0;
}

/* %NAME: a field first, so that a text's own names are never hidden by ours. */
static int place_add(struct format *format, const char *name, struct error *err)
{
	static int (*const ways[])(struct format *, const char *,
				   struct error *) = {field_add, word_add, list_add, option_add};

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		int rc = ways[i](format, name, err);

		if (rc)
			return rc < 0 ? rc : 0;
	}
	return unknown_name(format, name, err);
}

static int dollar_add(struct format *format, const char *name, struct error *err)
{
	int rc = option_add(format, name, err);

	if (rc == 0)
		return show_fails(format->show, err, "there is no option '%s'", name);
	return rc < 0 ? rc : 0;
}

/* One place that begins at @at (a % or a $). Return: bytes it took, or a negative errno. */
static ssize_t place_read(struct format *format, const char *at, struct error *err)
{
	bool braces = at[1] == '{';
	const char *name = at + 1 + braces;
	size_t len = braces ? strcspn(name, "}") : strspn(name, NAME_LETTERS);

	if (at[1] == at[0]) {
		int rc = text_add(format, at, 1, err);

		return rc ? rc : 2;
	}
	if (braces && !name[len])
		return show_fails(format->show, err, "%c{ without a }", at[0]);
	if (len == 0)
		return show_fails(format->show, err,
				  "%c without a name; write %c%c for the sign "
				  "itself",
				  at[0], at[0], at[0]);
	char *copy = strndup(name, len);

	if (!copy)
		return error_nomem(err);
	int rc = at[0] == '%' ? place_add(format, copy, err) : dollar_add(format, copy, err);

	free(copy);
	return rc ? rc : (ssize_t)(len + 1 + (braces ? 2 : 0));
}

static int format_read(struct format *format, const char *text, struct error *err)
{
	while (*text) {
		size_t len = strcspn(text, "%$");
		int rc = text_add(format, text, len, err);

		if (rc)
			return rc;
		text += len;
		if (!*text)
			break;
		ssize_t taken = place_read(format, text, err);

		if (taken < 0)
			return (int)taken;
		text += taken;
	}
	return 0;
}

int format_new(const struct show_line *show, const struct plan *plan, const struct type *key,
	       const struct type *leaf, bool has_value, struct format **out, struct error *err)
{
	struct format *format = calloc(1, sizeof(*format));

	if (!format)
		return error_nomem(err);
	format->show = show;
	format->plan = plan;
	format->key = key;
	format->leaf = leaf;
	format->has_value = has_value;
	int rc = format_read(format, show->format, err);

	if (rc) {
		format_free(format);
		return rc;
	}
	*out = format;
	return 0;
}

const struct plan_list *format_list(const struct format *format)
{
	return format->list;
}

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
			type_print(piece->field, (const char *)row->key + piece->base, out);
		break;
	case PIECE_LEAF_FIELD:
		if (row->leaf)
			leaf_field_fill(piece, row->leaf, format->show->divisor, out);
		break;
	}
}

void format_fill(const struct format *format, const struct format_row *row, struct buf *out)
{
	for (size_t i = 0; i < format->n; i++)
		piece_fill(format, &format->pieces[i], row, out);
}

void format_free(struct format *format)
{
	if (!format)
		return;
	for (size_t i = 0; i < format->n; i++)
		free(format->pieces[i].text);
	free(format->pieces);
	free(format);
}
