/* SPDX-License-Identifier: Apache-2.0 */
#include "program/expand_halves.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "program/ctext.h"
#include "program/expand_table.h"
#include "program/generate.h"

static const char *const accessors[] = {"kw_add", "kw_max", "kw_leaf"};

static bool is_accessor(const char *p, size_t len)
{
	for (size_t i = 0; i < sizeof(accessors) / sizeof(accessors[0]); i++)
		if (ctext_is(p, len, accessors[i]))
			return true;
	return false;
}

static struct halved *halved_find(const struct expand_work *w, const char *name, size_t len)
{
	for (size_t i = 0; i < w->out->nhalved; i++)
		if (ctext_is(name, len, w->out->halved[i].name))
			return &w->out->halved[i];
	return NULL;
}

static int halved_add(struct expand_work *w, const char *name, size_t len)
{
	struct expansion *out = w->out;

	if (halved_find(w, name, len))
		return 0;
	if (out->nhalved >= REFUSED_SLOTS)
		return error_usage(w->err, "%s: more than %d tables are written through kw_ calls",
				   w->file, REFUSED_SLOTS);
	struct halved *more = realloc(out->halved, (out->nhalved + 1) * sizeof(*more));

	if (!more)
		return error_nomem(w->err);
	out->halved = more;
	struct halved *h = &more[out->nhalved];

	*h = (struct halved){.name = strndup(name, len), .refused = (unsigned)out->nhalved};
	if (!h->name)
		return error_nomem(w->err);
	out->nhalved++;
	return 0;
}

static bool words_have(const struct expand_words *words, const char *p, size_t len)
{
	for (size_t i = 0; i < words->n; i++)
		if (words->list[i].len == len && memcmp(words->list[i].at, p, len) == 0)
			return true;
	return false;
}

/* @p is in the source. */
static int words_add(struct expand_work *w, struct expand_words *words, const char *p, size_t len)
{
	if (words_have(words, p, len))
		return 0;
	if (words->n == EXPAND_MOST_WORDS)
		return error_usage(w->err, "%s:%u: more than %d tables or macros with kw_ calls",
				   w->file, ctext_line(w->source, p), EXPAND_MOST_WORDS);
	words->list[words->n].at = p;
	words->list[words->n++].len = len;
	return 0;
}

/* Is there a kw_ call that needs to know the half, or a macro that makes one? */
static bool uses_half(const struct expand_work *w, const char *from, const char *to)
{
	for (const char *p = from; p < to;) {
		const char *end = ctext_skip(from, p);
		size_t len = ctext_word(p);

		if (end == p && len &&
		    (is_accessor(p, len) || ctext_is(p, len, "KW_HERE") ||
		     words_have(&w->macros, p, len)))
			return true;
		p = end != p ? end : p + (len ? len : 1);
	}
	return false;
}

/* #define NAME …, which may make kw_ calls */
static int find_macro(struct expand_work *w, const char *directive)
{
	const char *word = directive + 1 + strspn(directive + 1, " \t");
	size_t len = ctext_word(word);
	const char *name = word + len + strspn(word + len, " \t");
	size_t name_len = ctext_word(name);

	if (!ctext_is(word, len, "define") || !name_len ||
	    !uses_half(w, name + name_len, ctext_directive(w->source, directive)))
		return 0;
	return words_add(w, &w->macros, name, name_len);
}

/* At a word, or at a #. */
static int find_here(struct expand_work *w, const char *p, size_t len)
{
	if (*p == '#')
		return find_macro(w, p);
	if ((!is_accessor(p, len) && !ctext_is(p, len, "kw_value")) || *ctext_space(p + len) != '(')
		return 0;
	const char *name = ctext_space(ctext_space(p + len) + 1);
	size_t name_len = ctext_word(name);

	if (!name_len)
		return error_usage(w->err, "%s:%u: %.*s() wants a table's name first", w->file,
				   ctext_line(w->source, p), (int)len, p);
	if (!is_accessor(p, len))
		return words_add(w, &w->values, name, name_len);
	int rc = halved_add(w, name, name_len);

	if (rc < 0)
		return rc;
	struct halved *halved = halved_find(w, name, name_len);

	halved->adds |= ctext_is(p, len, "kw_add");
	halved->maxes |= ctext_is(p, len, "kw_max");
	return 0;
}

int halves_find(struct expand_work *w)
{
	for (const char *p = w->source; *p;) {
		const char *end = ctext_skip(w->source, p);
		size_t len = ctext_word(p);
		int rc = end == p ? find_here(w, p, len) : 0;

		if (rc < 0)
			return rc;
		p = end != p ? end : p + (len ? len : 1);
	}
	return 0;
}

/* The argument of a declaration that is the name of a halved table, or NULL. */
static const char *declared_table(const struct expand_work *w, const char *open, const char *close,
				  const struct halved **table)
{
	const char *name = open;

	/* No declaration of BCC's has more arguments. */
	for (unsigned n = 0; n < 8 && name; n++) {
		size_t len = ctext_argument(open, close, n, &name);

		*table = len && ctext_word(name) == len ? halved_find(w, name, len) : NULL;
		if (*table)
			return name;
	}
	return NULL;
}

/*
 * BPF_HASH(name, …) of a halved table becomes two tables and the accessor. Return: what follows the
 * declaration, @p when there is no such declaration here, or NULL when it cannot be.
 */
static const char *halve_declaration(struct expand_work *w, const char *p, size_t len)
{
	const struct halved *table;

	if (len < 5 || memcmp(p, "BPF_", 4) != 0)
		return p;
	const char *open = ctext_space(p + len);
	const char *close = *open == '(' ? ctext_close(open) : NULL;

	if (!close)
		return p;
	const char *name = declared_table(w, open, close, &table);

	if (!name)
		return p;
	const char *refusal = table_refusal(p, len, open, table);

	if (refusal) {
		error_usage(w->err, "%s:%u: %s %s", w->file, ctext_line(w->source, p), table->name,
			    refusal);
		return NULL;
	}
	size_t name_len = strlen(table->name);
	bool array =
		memmem(p, len, "ARRAY", 5) || memmem(open, (size_t)(close - open), "array\"", 6);

	for (int half = 0; half < 2; half++) {
		buf_adds(&w->text, half ? "; " : "");
		/* A declaration over several lines has its second copy on one, so that lines stay.
		 */
		for (const char *c = p; c <= close; c++) {
			const char *end = ctext_inert(c);

			if (c == name) {
				buf_addf(&w->text, "%s__%d", table->name, half);
				c += name_len - 1;
			} else if (half && *c == '/' && end != c) {
				buf_addc(&w->text, ' ');
				c = end - 1;
			} else {
				buf_addc(&w->text, half && *c == '\n' ? ' ' : *c);
			}
		}
	}
	generate_accessor(&w->text, table, array);
	return close + 1;
}

/*
 * BPF_ARRAY(name, type, 1) of a table that kw_value() is asked for: as it is, and the function
 * behind kw_value(). Return: as halve_declaration().
 */
static const char *value_declaration(struct expand_work *w, const char *p, size_t len)
{
	const char *open = ctext_space(p + len);
	const char *close = *open == '(' ? ctext_close(open) : NULL;

	if (!ctext_is(p, len, "BPF_ARRAY") || !close)
		return p;
	const char *name = ctext_space(open + 1);
	size_t name_len = ctext_word(name);

	if (!name_len || !words_have(&w->values, name, name_len))
		return p;
	buf_add(&w->text, p, (size_t)(close + 1 - p));
	generate_value(&w->text, name, name_len);
	return close + 1;
}

const char *halves_declaration(struct expand_work *w, const char *p, size_t len)
{
	const char *end = halve_declaration(w, p, len);

	return end != p ? end : value_declaration(w, p, len);
}

/* Further to the right nobody looks, and a text of one line would get too long. */
#define FURTHEST_COLUMN 1000

/*
 * What follows is the user's @p: libbcc puts lines of its own ahead of functions, which would move
 * the lines that the object's instructions come from. The column stays too.
 */
static void add_place(struct expand_work *w, const char *p)
{
	const char *line = p;

	while (line > w->source && line[-1] != '\n' && p - line <= FURTHEST_COLUMN)
		line--;
	/* The next one is asked for further down. */
	w->line += ctext_line(w->counted, p) - 1;
	w->counted = p;
	buf_addf(&w->text, "\n#line %u\n", w->line);
	for (; line < p && p - line <= FURTHEST_COLUMN; line++)
		buf_addc(&w->text, *line == '\t' ? '\t' : ' ');
}

/* Does the code say a word, directives aside? */
static bool says(const char *from, const char *to, const char *word)
{
	for (const char *p = from; p < to;) {
		const char *end = *p == '#' ? ctext_directive(from, p) : ctext_inert(p);
		size_t len = ctext_word(p);

		if (end == p && len && ctext_is(p, len, word))
			return true;
		p = end != p ? end : p + (len ? len : 1);
	}
	return false;
}

/*
 * At the { of a function that uses accessors: where the half that this run writes is kept. A helper
 * function gets it from its caller, or its figures could fall into the other half. A macro can be
 * a function too, on one line.
 */
int halves_open(struct expand_work *w, const char *head, const char *brace, const char *limit)
{
	const char *close = ctext_close_within(brace, limit);

	buf_addc(&w->text, '{');
	/* Where nothing closes it, the compiler says so, of the user's line. */
	if (close && uses_half(w, brace, close) && !says(head, brace, "KW_RUN")) {
		if (says(head, brace, "static"))
			return error_usage(w->err,
					   "%s:%u: a helper function that uses kw_ calls must have "
					   "KW_RUN as its "
					   "first parameter and be given KW_HERE",
					   w->file, ctext_line(w->source, brace));
		buf_adds(&w->text, " u32 kw_half = 2;");
	}
	if (!limit)
		add_place(w, brace + 1);
	return 0;
}
