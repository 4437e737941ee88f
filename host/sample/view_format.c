/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/view_format.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/similar.h"
#include "sample/view_format_inside.h"

#define NAME_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

/* A place of a format, as it was written: %{name:as}; @as is AS_NKINDS where it says nothing. */
struct place {
	const char *name;
	enum as_kind as;
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

/* What a piece stands for: as the place says, or else an as line. */
static int as_set(const struct format *format, const struct place *place, struct piece *piece,
		  struct error *err)
{
	const char *unfit;

	piece->as = place->as;
	if (place->as == AS_NKINDS)
		piece->as = as_of(format->plan->header, format->show->table, format->key,
				  format->leaf, piece->field);
	unfit = as_unfit(piece->as, piece->field);
	return unfit ? show_fails(format->show, err, "'%s': %s", place->name, unfit) : 0;
}

/* A key or leaf that is a single value, shown as something else; a leaf also if it is no number. */
static bool alone_find(const struct format *format, const struct place *place, struct piece *piece)
{
	const bool key = strcmp(place->name, "key") == 0;
	const struct type *type = key ? format->key : format->leaf;
	enum as_kind as = place->as;

	if (!key && strcmp(place->name, "value") != 0)
		return false;
	if (as == AS_NKINDS)
		as = as_of(format->plan->header, format->show->table, format->key, format->leaf,
			   type);
	/* A record, such as struct in6_addr, only as what it stands for. */
	if (type->nfields && (as == AS_IS || as_unfit(as, type)))
		return false;
	piece->kind = key ? PIECE_KEY_FIELD : PIECE_LEAF_FIELD;
	piece->field = type;
	return as != AS_IS || (!key && !type_is_number(type));
}

/* A field of the key or of the leaf: 1 when there is one and its piece was added. */
static int field_add(struct format *format, const struct place *place, struct error *err)
{
	struct piece piece = {.kind = PIECE_KEY_FIELD};
	const char *name = place->name;

	piece.field = type_find(format->key, name, &piece.base);
	if (!piece.field) {
		piece.kind = PIECE_LEAF_FIELD;
		piece.field = type_find(format->leaf, name, &piece.base);
	}
	if (!piece.field && !alone_find(format, place, &piece))
		return 0;
	if (as_set(format, place, &piece, err))
		return -EINVAL;
	if (!has_entry(format))
		return show_fails(format->show, err,
				  "a sum has no single '%s' to show; it has "
				  "%%value",
				  name);
	bool scalar = type_is_number(piece.field) || piece.field->kind == TYPE_TEXT ||
		      piece.field->kind == TYPE_BYTES;

	if (!scalar && piece.as == AS_IS && piece.kind == PIECE_LEAF_FIELD &&
	    format->show->divisor > 1)
		return show_fails(format->show, err,
				  "'%s' is no single number that could be "
				  "divided by %lu",
				  name, format->show->divisor);
	int rc = piece_add(format, piece, err);

	return rc ? rc : 1;
}

/* What $NAME stands for; 1 when it is an option and its piece was added. */
static int option_add(struct format *format, const struct place *place, struct error *err)
{
	const char *name = place->name;
	const struct program_option *option = option_find(&format->plan->header->options, name);

	if (!option)
		return 0;
	const char *shown = option_shown(option);
	int rc = text_add(format, shown ? shown : "", shown ? strlen(shown) : 0, err);

	return rc ? rc : 1;
}

/* A list option: the item that the key is the index of. */
static int list_add(struct format *format, const struct place *place, struct error *err)
{
	const char *name = place->name;
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

static int word_add(struct format *format, const struct place *place, struct error *err)
{
	const char *name = place->name;

	for (size_t i = 0; i < NWORDS; i++) {
		if (strcmp(words[i].name, name) != 0 || !word_fits(format, &words[i]))
			continue;
		int rc = piece_add(format, (struct piece){.kind = words[i].kind}, err);

		return rc ? rc : 1;
	}
	return 0;
}

/* %NAME: a field first, so that a text's own names are never hidden by ours. */
static int place_add(struct format *format, const struct place *place, struct error *err)
{
	static int (*const ways[])(struct format *, const struct place *,
				   struct error *) = {field_add, word_add, list_add, option_add};

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		int rc = ways[i](format, place, err);

		if (rc)
			return rc < 0 ? rc : 0;
		if (i == 0 && place->as != AS_NKINDS)
			break;
	}
	return unknown_name(format, place->name, err);
}

static int dollar_add(struct format *format, const struct place *place, struct error *err)
{
	int rc = option_add(format, place, err);

	if (rc == 0)
		return show_fails(format->show, err, "there is no option '%s'", place->name);
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
	char *colon = copy && braces && at[0] == '%' ? strchr(copy, ':') : NULL;
	struct place place = {.name = copy, .as = AS_NKINDS};
	int rc = 0;

	if (!copy)
		return error_nomem(err);
	if (colon) {
		*colon = '\0';
		place.as = as_kind_read(colon + 1, strlen(colon + 1));
		if (place.as == AS_NKINDS)
			rc = show_fails(format->show, err,
					"nothing is shown as '%s' (%%{%s}); there are %s",
					colon + 1, copy, as_kind_names());
	}
	if (rc == 0)
		rc = at[0] == '%' ? place_add(format, &place, err)
				  : dollar_add(format, &place, err);
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

void format_free(struct format *format)
{
	if (!format)
		return;
	for (size_t i = 0; i < format->n; i++)
		free(format->pieces[i].text);
	free(format->pieces);
	free(format);
}
