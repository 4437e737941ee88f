/* SPDX-License-Identifier: Apache-2.0 */
#include "program/expand.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "program/ctext.h"
#include "program/expand_event.h"
#include "program/expand_halves.h"
#include "program/expand_print.h"
#include "program/expand_work.h"
#include "program/generate.h"

static bool reads_usdt(const char *source)
{
	for (const char *p = source; *p;) {
		const char *end = ctext_skip(source, p);
		size_t len = ctext_word(p);

		if (end == p && len &&
		    (ctext_is(p, len, "bpf_usdt_readarg") ||
		     ctext_is(p, len, "bpf_usdt_readarg_p")))
			return true;
		p = end != p ? end : p + (len ? len : 1);
	}
	return false;
}

static void add_prelude(struct expand_work *w)
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

/* $NAME_context: the type of what a handler of this probe is given. */
static bool add_context(struct expand_work *w, const char *word, size_t len)
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

/* As it is, on one line: those that follow keep their numbers. */
static void add_value(struct expand_work *w, const char *value)
{
	for (; *value; value++)
		buf_addc(&w->text, strchr("\r\n", *value) ? ' ' : *value);
}

/* $NAME: a call that yields the patched constant, the item's index, or the value as it is. */
static const char *substitute(struct expand_work *w, const char *p)
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
			add_value(w, option->value ? option->value : "");
		return p + 1 + len;
	}
	if (len && add_context(w, p + 1, len))
		return p + 1 + len;
	error_usage(w->err, "%s:%u: $%.*s: the text has no option of that name", w->file,
		    ctext_line(w->source, p), (int)len, p + 1);
	return NULL;
}

/* The preprocessor's line that the text is in: its brackets are not those of the code around it. */
struct directive {
	const char *end; /* NULL: none */
	size_t depth;	 /* of the code around */
	char last;
};

/* Begins a directive at @p, or is one over there? */
static void directive_at(struct directive *d, const struct expand_work *w, const char *p,
			 struct ctext_nest *nest, char *last)
{
	if (d->end && p >= d->end) {
		nest->depth = d->depth;
		*last = d->last;
		d->end = NULL;
	}
	const char *end = *p == '#' && !d->end ? ctext_directive(w->source, p) : p;

	if (end == p)
		return;
	ctext_branch(nest, w->source, p);
	*d = (struct directive){end, nest->depth, *last};
}

static int expand_body(struct expand_work *w)
{
	const char *head = w->source; /* start of the outermost declaration under way */
	char last = '\0';	      /* last character that is no space, outside comments */
	struct ctext_nest nest = {0};
	struct event_calls calls = {0};
	struct directive directive = {0};

	for (const char *p = w->source; *p;) {
		const char *end = ctext_skip(w->source, p);
		size_t len = ctext_word(p);

		directive_at(&directive, w, p, &nest, &last);
		event_at(&calls, p, &w->text);
		if (end != p) {
			buf_add(&w->text, p, (size_t)(end - p));
		} else if (len) {
			end = nest.depth ? p : halves_declaration(w, p, len);
			if (!end)
				return -EINVAL;
			if (nest.depth && !directive.end)
				event_begin(&calls, w->out, head, p, &w->text);
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
			int rc = halves_open(w, head, p, directive.end);

			if (rc < 0)
				return rc;
			end = p + 1;
			last = '{';
		} else {
			buf_addc(&w->text, *p);
			event_end(&calls, p, &w->text);
			if (*p == '}' && nest.depth)
				nest.depth--;
			if (nest.depth == 0 && !directive.end && (*p == ';' || *p == '}'))
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
	struct expand_work w = {
		.source = source,
		.file = file,
		.header = header,
		.out = out,
		.counted = source,
		.line = 1,
		.err = err,
	};
	int rc = halves_find(&w);

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
