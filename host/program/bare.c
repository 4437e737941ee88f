/* SPDX-License-Identifier: Apache-2.0 */
#include "program/bare.h"

#include <stdio.h>
#include <string.h>

#include "program/ctext.h"
#include "program/expand_print.h"

#define NAME_ROOM 200

/* One word of the text at file scope that has an opening bracket behind it. */
struct call {
	const char *word;
	size_t len;
	const char *open;
	const char *head; /* where the declaration that it stands in begins */
	unsigned line;
	bool in_branch; /* in #if … #endif: it may not be compiled */
};

/* A walk through a text. */
struct walk {
	const char *text;
	const char *p;
	const char *head;
	unsigned line; /* of p */
	struct ctext_nest nest;
};

static struct walk walk_begin(const char *text)
{
	return (struct walk){.text = text, .p = text, .head = text, .line = 1};
}

static void walk_to(struct walk *w, const char *to)
{
	w->line += ctext_line(w->p, to) - 1;
	w->p = to;
}

/* The next such word, directives aside; false at the end. */
static bool next_call(struct walk *w, struct call *call)
{
	while (*w->p) {
		const char *p = w->p, *end = ctext_skip(w->text, p);
		size_t len = ctext_word(p);
		unsigned line = w->line;

		if (*p == '#') {
			ctext_branch(&w->nest, w->text, p);
			end = end == p ? ctext_directive(w->text, p) : end;
			w->head = end;
		} else if (*p == '{') {
			w->nest.depth++;
		} else if (*p == '}' && w->nest.depth) {
			w->nest.depth--;
		}
		if (!w->nest.depth && (*p == ';' || *p == '}'))
			w->head = p + 1;
		walk_to(w, end != p ? end : p + (len ? len : 1));
		if (!len || end != p || w->nest.depth || *ctext_space(p + len) != '(')
			continue;
		*call = (struct call){p, len, ctext_space(p + len), w->head, line, w->nest.ifs > 0};
		return true;
	}
	return false;
}

/* Argument @n (from 0) of a call, where it is a plain word; its length, or 0. */
static size_t argument(const struct call *call, unsigned n, const char **word)
{
	const char *close = ctext_close(call->open);

	return close && ctext_argument(call->open, close, n, word) ? ctext_word(*word) : 0;
}

static bool has_prefix(const struct call *call, const char *prefix)
{
	size_t len = strlen(prefix);

	return call->len > len && memcmp(call->word, prefix, len) == 0;
}

/* What stands for itself: PREFIX__NAME, and MACRO(NAME, …) for it. */
static const struct {
	const char *prefix;
	const char *macro; /* or NULL */
	const char *point; /* what the name is put behind */
} forms[] = {
	{"kprobe__", NULL, "kprobe:"},
	{"kretprobe__", NULL, "kretprobe:"},
	{"syscall__", NULL, "kprobe:sys_"},
	{"raw_tracepoint__", "RAW_TRACEPOINT_PROBE", "rawtracepoint:"},
	{"kfunc__", "KFUNC_PROBE", "fentry:"},
	{"kretfunc__", "KRETFUNC_PROBE", "fexit:"},
	{"lsm__", "LSM_PROBE", "lsm:"},
};

/* CATEGORY__NAME or (CATEGORY, NAME) */
static void tracepoint_of(const struct call *call, char *line, size_t size)
{
	const char *category, *name;
	int len = (int)call->len;

	if (has_prefix(call, "tracepoint__")) {
		category = call->word + 12;
		const char *split = memmem(category, (size_t)len - 12, "__", 2);

		if (split)
			snprintf(line, size, "tracepoint:%.*s:%.*s=%.*s", (int)(split - category),
				 category, (int)(call->word + len - split - 2), split + 2, len,
				 call->word);
	} else if (ctext_is(call->word, call->len, "TRACEPOINT_PROBE")) {
		int clen = (int)argument(call, 0, &category), nlen = (int)argument(call, 1, &name);

		if (clen && nlen && clen + nlen < NAME_ROOM)
			snprintf(line, size, "tracepoint:%.*s:%.*s=tracepoint__%.*s__%.*s", clen,
				 category, nlen, name, clen, category, nlen, name);
	}
}

/* Later versions of BCC write the module too, which is the kernel itself: vmlinux__FN. */
static int skip_module(const char **name, int len)
{
	static const char module[] = "vmlinux__";
	int skip = sizeof(module) - 1;

	if (len <= skip || memcmp(*name, module, sizeof(module) - 1) != 0)
		return len;
	*name += skip;
	return len - skip;
}

/* The attach line that a handler's name asks for; "" when it asks for none. */
static void attach_of(const struct call *call, char *line, size_t size)
{
	const char *name;
	int len = (int)call->len;

	line[0] = '\0';
	if (len > NAME_ROOM)
		return;
	tracepoint_of(call, line, size);
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		const char *prefix = forms[i].prefix;
		int plen = (int)strlen(prefix);

		if (has_prefix(call, prefix)) {
			name = call->word + plen;
			int nlen = skip_module(&name, len - plen);

			snprintf(line, size, "%s%.*s=%.*s", forms[i].point, nlen, name, len,
				 call->word);
		} else if (forms[i].macro && ctext_is(call->word, call->len, forms[i].macro)) {
			int nlen = (int)argument(call, 0, &name);

			if (nlen && nlen < NAME_ROOM)
				snprintf(line, size, "%s%.*s=%s%.*s", forms[i].point, nlen, name,
					 prefix, nlen, name);
		}
	}
}

/* Does an attach line say where the handler of this line, "POINT=HANDLER", goes? */
static bool is_attached(const struct header *header, size_t n, const char *line)
{
	const char *handler = strrchr(line, '=');

	for (size_t i = 0; handler && i < n; i++)
		if (strcmp(header->attaches[i].handler, handler + 1) == 0)
			return true;
	return false;
}

/* Is it the definition of a function that is not static? Such a one can only be a handler. */
static bool is_handler(const struct call *call)
{
	const char *close = ctext_close(call->open);
	bool type = false;

	if (!close || *ctext_space(close + 1) != '{')
		return false;
	for (const char *p = call->head; p < call->word;) {
		const char *end = ctext_inert(p);
		size_t len = ctext_word(p);

		if (end == p && (ctext_is(p, len, "static") || ctext_is(p, len, "inline") ||
				 ctext_is(p, len, "__always_inline")))
			return false;
		type |= end == p && len > 0;
		p = end != p ? end : p + (len ? len : 1);
	}
	return type;
}

static bool names_handler(const struct header *header, const struct call *call)
{
	for (size_t i = 0; i < header->nattaches; i++)
		if (ctext_is(call->word, call->len, header->attaches[i].handler))
			return true;
	for (size_t i = 0; i < header->ntails; i++)
		if (ctext_is(call->word, call->len, header->tails[i].handler))
			return true;
	return false;
}

unsigned bare_idle(const struct header *header, const char *text, struct buf *names)
{
	struct walk walk = walk_begin(text);
	struct call call;
	unsigned n = 0;

	while (next_call(&walk, &call)) {
		if (call.in_branch || !is_handler(&call) || names_handler(header, &call))
			continue;
		buf_addf(names, "%s%.*s", n++ ? ", " : "", (int)call.len, call.word);
	}
	return n;
}

int bare_attaches(struct header *header, const char *text, const char *file, struct error *err)
{
	const size_t given = header->nattaches;
	struct walk walk = walk_begin(text);
	struct call call;

	while (next_call(&walk, &call)) {
		const char *close = ctext_close(call.open);
		const size_t attaches = header->nattaches;
		char line[4 * NAME_ROOM];

		/* A definition, not a declaration or a call of a macro. */
		if (!close || *ctext_space(close + 1) != '{')
			continue;
		attach_of(&call, line, sizeof(line));
		const struct origin origin = {.file = file, .line = call.line};
		int rc = 0;

		/* BCC itself attaches nothing for syscall__: programs have other names behind it.
		 */
		if (given && has_prefix(&call, "syscall__"))
			continue;
		/* Of a handler that is there in each branch, one is compiled. */
		if (line[0] && !is_attached(header, header->nattaches, line))
			rc = header_add(header, "attach", line, origin, err);
		if (rc < 0)
			return rc;
		if (call.in_branch && header->nattaches > attaches)
			header->attaches[attaches].tentative = true;
	}
	return 0;
}

/* How BPF_TABLE("TYPE", …) is shown by its type; NULL: it holds no figures. */
static const char *type_kind(const struct call *call)
{
	static const struct {
		const char *type;
		const char *kind;
	} types[] = {
		{"hash", "top"},	  {"array", "top"},	   {"percpu_hash", "top"},
		{"percpu_array", "top"},  {"lru_hash", "top"},	   {"lru_percpu_hash", "top"},
		{"lpm_trie", "top"},	  {"hash_of_maps", "top"}, {"array_of_maps", "top"},
		{"histogram", "hist"},	  {"queue", "lines"},	   {"stack", "lines"},
		{"perf_output", "lines"}, {"ringbuf", "lines"},
	};
	const char *type = ctext_space(call->open + 1);
	/* Behind it may stand a path, or the name of what is in it. */
	size_t len = *type == '"' ? strcspn(type + 1, "\"$:\n") : 0;

	for (size_t i = 0; len && i < sizeof(types) / sizeof(types[0]); i++)
		if (strlen(types[i].type) == len && memcmp(type + 1, types[i].type, len) == 0)
			return types[i].kind;
	return len ? NULL : "top";
}

/* Of a table that is there in each branch, one is compiled. */
static bool is_shown(const struct header *header, const char *table, size_t len)
{
	for (size_t i = 0; i < header->nshows; i++)
		if (ctext_is(table, len, header->shows[i].table))
			return true;
	return false;
}

int bare_shows(struct header *header, const char *text, const char *file, struct error *err)
{
	static const struct {
		const char *macro;
		unsigned name;	  /* which argument is the table's name */
		const char *kind; /* NULL: by its type, the first argument */
	} tables[] = {
		{"BPF_HISTOGRAM", 0, "hist"},	 {"BPF_HASH", 0, "top"},
		{"BPF_PERCPU_HASH", 0, "top"},	 {"BPF_ARRAY", 0, "top"},
		{"BPF_PERCPU_ARRAY", 0, "top"},	 {"BPF_LRU_HASH", 0, "top"},
		{"BPF_LPM_TRIE", 0, "top"},	 {"BPF_TABLE", 3, NULL},
		{"BPF_F_TABLE", 3, NULL},	 {"BPF_TABLE_PUBLIC", 3, NULL},
		{"BPF_TABLE_SHARED", 3, NULL},	 {"BPF_TABLE_PINNED", 3, NULL},
		{"BPF_PERF_OUTPUT", 0, "lines"}, {"BPF_RINGBUF_OUTPUT", 0, "lines"},
		{"BPF_QUEUE", 0, "lines"},	 {"BPF_STACK", 0, "lines"},
		{"BPF_ARRAY_OF_MAPS", 0, "top"}, {"BPF_HASH_OF_MAPS", 0, "top"},
	};
	struct walk walk = walk_begin(text);
	struct call call;

	while (next_call(&walk, &call)) {
		for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
			const char *name;
			size_t len;
			char line[NAME_ROOM + 16];

			if (!ctext_is(call.word, call.len, tables[i].macro))
				continue;
			const char *kind = tables[i].kind ? tables[i].kind : type_kind(&call);

			len = argument(&call, tables[i].name, &name);
			if (!kind || !len || len > NAME_ROOM || is_shown(header, name, len))
				continue;
			const struct origin origin = {file, call.line};

			snprintf(line, sizeof(line), "%.*s %s", (int)len, name, kind);
			int rc = header_add(header, "show", line, origin, err);

			if (rc < 0)
				return rc;
			header->shows[header->nshows - 1].tentative = call.in_branch;
		}
	}
	return 0;
}

int bare_prints(struct header *header, const char *text, const char *file, struct error *err)
{
	const struct origin origin = {.file = file, .line = 1};
	bool shown = false;

	if (!print_is_used(text))
		return 0;
	for (size_t i = 0; i < header->nshows; i++)
		shown |= strcmp(header->shows[i].table, PRINT_TABLE) == 0;
	int rc = header_add(header, "attach", PRINT_ATTACH, origin, err);

	if (rc == 0 && !shown)
		rc = header_add(header, "show", PRINT_SHOW, origin, err);
	return rc;
}
