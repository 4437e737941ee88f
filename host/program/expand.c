/* SPDX-License-Identifier: Apache-2.0 */
#include "program/expand.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "program/ctext.h"
#include "program/expand_event.h"
#include "program/expand_print.h"
#include "program/expand_table.h"
#include "program/generate.h"

/* One expansion under way. */
struct work {
	const char *source;
	const char *file;
	const struct header *header;
	struct expansion *out;
	struct buf text;
	struct error *err;
};

static const char *const accessors[] = {"kw_add", "kw_max", "kw_leaf"};

static bool is_accessor(const char *p, size_t len)
{
	for (size_t i = 0; i < sizeof(accessors) / sizeof(accessors[0]); i++)
		if (ctext_is(p, len, accessors[i]))
			return true;
	return false;
}

static struct halved *halved_find(const struct work *w, const char *name, size_t len)
{
	for (size_t i = 0; i < w->out->nhalved; i++)
		if (ctext_is(name, len, w->out->halved[i].name))
			return &w->out->halved[i];
	return NULL;
}

static int halved_add(struct work *w, const char *name, size_t len)
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

/* A table that the text writes through kw_add() and its like has two halves. */
static int find_halved(struct work *w)
{
	for (const char *p = w->source; *p;) {
		const char *end = ctext_inert(p);
		size_t len = ctext_word(p);

		if (end != p) {
			p = end;
		} else if (!len) {
			p++;
		} else if (!is_accessor(p, len) || *ctext_space(p + len) != '(') {
			p += len;
		} else {
			const char *name = ctext_space(ctext_space(p + len) + 1);
			size_t name_len = ctext_word(name);

			if (!name_len)
				return error_usage(w->err,
						   "%s:%u: %.*s() wants a table's name first",
						   w->file, ctext_line(w->source, p), (int)len, p);
			int rc = halved_add(w, name, name_len);

			if (rc < 0)
				return rc;
			struct halved *halved = halved_find(w, name, name_len);

			halved->adds |= ctext_is(p, len, "kw_add");
			halved->maxes |= ctext_is(p, len, "kw_max");
			p = name + name_len;
		}
	}
	return 0;
}

static bool has_word(const char *from, const char *to, const char *word)
{
	for (const char *p = from; p < to;) {
		const char *end = ctext_inert(p);
		size_t len = ctext_word(p);

		if (end == p && len && ctext_is(p, len, word))
			return true;
		p = end != p ? end : p + (len ? len : 1);
	}
	return false;
}

static bool reads_usdt(const char *source)
{
	const char *end = source + strlen(source);

	return has_word(source, end, "bpf_usdt_readarg") ||
	       has_word(source, end, "bpf_usdt_readarg_p");
}

static void add_prelude(struct work *w)
{
	struct buf *b = &w->text;

	generate_constant(b, CONST_ITEM);
	generate_constant(b, CONST_SELF);
	for (size_t i = 0; i < w->header->options.n; i++)
		if (option_is_number(&w->header->options.list[i]))
			generate_constant(b, CONST_OPTION + (unsigned)i);
	buf_adds(b, "#define kw_value(table) kw_value_##table()\n");
	if (w->out->nhalved)
		generate_halves(b);
	if (w->out->nstreams)
		generate_losses(b);
	if (reads_usdt(w->source))
		generate_usdt(b);
	if (print_is_used(w->source))
		print_generate(b, w->source, w->out->streams[w->out->nstreams - 1].lost);
}

/* The argument of a declaration that is the name of a halved table, or NULL. */
static const char *declared_table(const struct work *w, const char *open, const char *close,
				  const struct halved **table)
{
	for (const char *p = open + 1; p < close;) {
		p = ctext_space(p);
		size_t len = ctext_word(p);
		const char *after = ctext_space(p + len);

		*table = len ? halved_find(w, p, len) : NULL;
		if (*table && (*after == ',' || after == close))
			return p;
		while (p < close && *p != ',') {
			const char *end = ctext_inert(p);

			if (end == p && strchr("([{", *p)) {
				end = ctext_close(p);
				if (!end)
					return NULL;
			}
			p = end == p ? p + 1 : end;
		}
		p++;
	}
	return NULL;
}

/*
 * BPF_HASH(name, …) of a halved table becomes two tables and the accessor. Return: what follows the
 * declaration, @p when there is no such declaration here, or NULL when it cannot be.
 */
static const char *halve_declaration(struct work *w, const char *p, size_t len)
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

/* Does the text say kw_value(NAME)? */
static bool asks_value(const char *source, const char *name, size_t len)
{
	for (const char *p = source; *p;) {
		const char *end = ctext_inert(p);
		size_t word = ctext_word(p);

		if (end == p && ctext_is(p, word, "kw_value") && *ctext_space(p + word) == '(') {
			const char *asked = ctext_space(ctext_space(p + word) + 1);

			if (ctext_word(asked) == len && memcmp(asked, name, len) == 0)
				return true;
		}
		p = end != p ? end : p + (word ? word : 1);
	}
	return false;
}

/*
 * BPF_ARRAY(name, type, 1) of a table that kw_value() is asked for: as it is, and the function
 * behind kw_value(). Return: as halve_declaration().
 */
static const char *value_declaration(struct work *w, const char *p, size_t len)
{
	const char *open = ctext_space(p + len);
	const char *close = *open == '(' ? ctext_close(open) : NULL;

	if (!ctext_is(p, len, "BPF_ARRAY") || !close)
		return p;
	const char *name = ctext_space(open + 1);
	size_t name_len = ctext_word(name);

	if (!name_len || !asks_value(w->source, name, name_len))
		return p;
	buf_add(&w->text, p, (size_t)(close + 1 - p));
	generate_value(&w->text, name, name_len);
	return close + 1;
}

/* At a word outside of functions. Return: what follows the declaration it begins, @p, or NULL. */
static const char *declaration(struct work *w, const char *p, size_t len)
{
	const char *end = halve_declaration(w, p, len);

	return end != p ? end : value_declaration(w, p, len);
}

/* $NAME_context: the type of what a handler of this probe is given. */
static bool add_context(struct work *w, const char *word, size_t len)
{
	static const char ending[] = "_context";
	const struct option_set *set = &w->header->options;
	char type[512];

	for (size_t i = 0; i < set->n; i++) {
		const struct program_option *option = &set->list[i];
		size_t name = strlen(option->name);

		if (option->type != OPTION_PROBE || len != name + sizeof(ending) - 1 ||
		    memcmp(word, option->name, name) != 0 ||
		    memcmp(word + name, ending, sizeof(ending) - 1) != 0)
			continue;
		probe_context(option->value ? option->value : "", type, sizeof(type));
		buf_adds(&w->text, type);
		return true;
	}
	return false;
}

/* $NAME: a call that yields the patched constant, the item's index, or the value as it is. */
static const char *substitute(struct work *w, const char *p)
{
	size_t len = ctext_word(p + 1);
	const struct option_set *set = &w->header->options;

	if (p[1] == '$') {
		buf_addc(&w->text, '$');
		return p + 2;
	}
	if (ctext_is(p + 1, len, "self")) {
		buf_addf(&w->text, "kw_const_%d()", CONST_SELF);
		return p + 1 + len;
	}
	for (size_t i = 0; len && i < set->n; i++) {
		const struct program_option *option = &set->list[i];

		if (!ctext_is(p + 1, len, option->name))
			continue;
		if (option->type == OPTION_FUNCTIONS)
			buf_addf(&w->text, "kw_const_%d()", CONST_ITEM);
		else if (option_is_number(option))
			buf_addf(&w->text, "kw_const_%zu()", CONST_OPTION + i);
		else
			buf_adds(&w->text, option->value ? option->value : "");
		return p + 1 + len;
	}
	if (len && add_context(w, p + 1, len))
		return p + 1 + len;
	error_usage(w->err, "%s:%u: $%.*s: the text has no option of that name", w->file,
		    ctext_line(w->source, p), (int)len, p + 1);
	return NULL;
}

static bool uses_half(const char *from, const char *to)
{
	for (size_t i = 0; i < sizeof(accessors) / sizeof(accessors[0]); i++)
		if (has_word(from, to, accessors[i]))
			return true;
	return has_word(from, to, "KW_HERE");
}

/*
 * What follows is the user's @p: libbcc puts lines of its own ahead of functions, which would move
 * the lines that the object's instructions come from. The column stays too.
 */
static void add_place(struct work *w, const char *p)
{
	const char *line = p;

	if (ctext_in_directive(w->source, p))
		return;
	while (line > w->source && line[-1] != '\n')
		line--;
	buf_addf(&w->text, "\n#line %u\n", ctext_line(w->source, p));
	for (; line < p; line++)
		buf_addc(&w->text, *line == '\t' ? '\t' : ' ');
}

/*
 * At the { of a function that uses accessors: where the half that this run writes is kept. A helper
 * function gets it from its caller, or its figures could fall into the other half.
 */
static int open_function(struct work *w, const char *head, const char *brace)
{
	const char *close = ctext_close(brace);

	buf_addc(&w->text, '{');
	if (!close)
		return 0;
	if (!uses_half(brace, close) || has_word(head, brace, "KW_RUN")) {
		add_place(w, brace + 1);
		return 0;
	}
	if (has_word(head, brace, "static"))
		return error_usage(
			w->err,
			"%s:%u: a helper function that uses kw_ calls must have KW_RUN as its "
			"first parameter and be given KW_HERE",
			w->file, ctext_line(w->source, brace));
	buf_adds(&w->text, " u32 kw_half = 2;");
	add_place(w, brace + 1);
	return 0;
}

static int expand_body(struct work *w)
{
	const char *head = w->source; /* start of the outermost declaration under way */
	char last = '\0';	      /* last character that is no space, outside comments */
	struct ctext_nest nest = {0};
	struct event_calls calls = {0};

	for (const char *p = w->source; *p;) {
		const char *end = ctext_inert(p);
		size_t len = ctext_word(p);

		event_at(&calls, p, &w->text);
		if (end != p) {
			buf_add(&w->text, p, (size_t)(end - p));
		} else if (len) {
			end = nest.depth ? p : declaration(w, p, len);
			if (!end)
				return -EINVAL;
			if (nest.depth)
				event_begin(&calls, w->out, w->source, head, p, &w->text);
			if (end == p) {
				buf_add(&w->text, p, len);
				end = p + len;
			}
			last = end[-1];
		} else if (*p == '$') {
			end = substitute(w, p);
			if (!end)
				return -EINVAL;
			last = ')';
		} else if (*p == '{' && nest.depth++ == 0 && last == ')') {
			int rc = open_function(w, head, p);

			if (rc < 0)
				return rc;
			end = p + 1;
			last = '{';
		} else {
			buf_addc(&w->text, *p);
			event_end(&calls, p, &w->text);
			if (*p == '#')
				ctext_branch(&nest, w->source, p);
			if (*p == '}' && nest.depth)
				nest.depth--;
			if (nest.depth == 0 && (*p == ';' || *p == '}'))
				head = p + 1;
			last = strchr(" \t\n\r", *p) ? last : *p;
			end = p + 1;
		}
		p = end;
	}
	return 0;
}

static void add_line_directive(struct buf *b, const char *file)
{
	buf_adds(b, "#line 1 \"");
	for (; *file; file++) {
		if (*file == '"' || *file == '\\')
			buf_addc(b, '\\');
		buf_addc(b, *file == '\n' ? ' ' : *file);
	}
	buf_adds(b, "\"\n");
}

int expand(const char *source, const char *file, const struct header *header, struct expansion *out,
	   struct error *err)
{
	struct work w = {.source = source, .file = file, .header = header, .out = out, .err = err};
	int rc = find_halved(&w);

	if (rc == 0)
		rc = event_find_streams(source, file, out, err);
	if (rc < 0)
		goto out;
	/* Its lines are not the user's. */
	add_line_directive(&w.text, "kwhile");
	add_prelude(&w);
	add_line_directive(&w.text, file);
	rc = expand_body(&w);
	if (rc < 0)
		goto out;
	out->text = buf_take(&w.text);
	if (!out->text)
		rc = error_nomem(err);
out:
	buf_free(&w.text);
	if (rc < 0)
		expansion_free(out);
	return rc;
}

bool expand_adds_table(const char *name)
{
	return strcmp(name, TABLE_HALF) == 0 || strcmp(name, TABLE_REFUSED) == 0 ||
	       strcmp(name, TABLE_LOST) == 0 ||
	       strncmp(name, TABLE_EVENT, strlen(TABLE_EVENT)) == 0;
}

void expansion_free(struct expansion *expansion)
{
	for (size_t i = 0; i < expansion->nhalved; i++)
		free(expansion->halved[i].name);
	free(expansion->halved);
	for (size_t i = 0; i < expansion->nstreams; i++)
		free(expansion->streams[i].name);
	free(expansion->streams);
	free(expansion->text);
	memset(expansion, 0, sizeof(*expansion));
}
