/* SPDX-License-Identifier: Apache-2.0 */
#include "program/bare.h"

#include <stdio.h>
#include <string.h>

#include "program/ctext.h"

#define NAME_ROOM 200

/* One word of the text at file scope that has an opening bracket behind it. */
struct call {
	const char *word;
	size_t len;
	const char *open;
};

/* The next such word at or after @p, outside all braces; NULL at the end. */
static const char *next_call(const char *p, struct call *call)
{
	while (*p) {
		const char *end = ctext_inert(p);
		size_t len = ctext_word(p);

		if (end != p) {
			p = end;
		} else if (*p == '{') {
			const char *close = ctext_close(p);

			if (!close)
				return NULL;
			p = close + 1;
		} else if (!len) {
			p++;
		} else if (*ctext_space(p + len) == '(') {
			*call = (struct call){p, len, ctext_space(p + len)};
			return p + len;
		} else {
			p += len;
		}
	}
	return NULL;
}

/* Argument @n (from 0) of a call, where it is a plain word; its length, or 0. */
static size_t argument(const struct call *call, unsigned n, const char **word)
{
	const char *close = ctext_close(call->open);
	const char *p = ctext_space(call->open + 1);

	while (close && n && p < close) {
		const char *end = ctext_inert(p);

		n -= *p == ',';
		p = end == p ? p + 1 : end;
	}
	*word = ctext_space(p);
	return close && *word < close ? ctext_word(*word) : 0;
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

int bare_attaches(struct header *header, const char *text, const char *file, struct error *err)
{
	struct call call;

	for (const char *p = text; (p = next_call(p, &call));) {
		const char *close = ctext_close(call.open);
		char line[4 * NAME_ROOM];

		/* A definition, not a declaration or a call of a macro. */
		if (!close || *ctext_space(close + 1) != '{')
			continue;
		attach_of(&call, line, sizeof(line));
		const struct origin origin = {.file = file, .line = ctext_line(text, call.word)};
		int rc = line[0] ? header_add(header, "attach", line, origin, err) : 0;

		if (rc < 0)
			return rc;
	}
	return 0;
}

int bare_shows(struct header *header, const char *text, const char *file, struct error *err)
{
	static const struct {
		const char *macro;
		unsigned name; /* which argument is the table's name */
		const char *kind;
	} tables[] = {
		{"BPF_HISTOGRAM", 0, "hist"},	 {"BPF_HASH", 0, "top"},
		{"BPF_PERCPU_HASH", 0, "top"},	 {"BPF_ARRAY", 0, "top"},
		{"BPF_PERCPU_ARRAY", 0, "top"},	 {"BPF_LRU_HASH", 0, "top"},
		{"BPF_LPM_TRIE", 0, "top"},	 {"BPF_TABLE", 3, "top"},
		{"BPF_PERF_OUTPUT", 0, "lines"}, {"BPF_RINGBUF_OUTPUT", 0, "lines"},
		{"BPF_QUEUE", 0, "lines"},	 {"BPF_STACK", 0, "lines"},
		{"BPF_ARRAY_OF_MAPS", 0, "top"}, {"BPF_HASH_OF_MAPS", 0, "top"},
	};
	struct call call;

	for (const char *p = text; (p = next_call(p, &call));) {
		for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
			const char *name;
			size_t len;
			char line[NAME_ROOM + 16];

			if (!ctext_is(call.word, call.len, tables[i].macro))
				continue;
			len = argument(&call, tables[i].name, &name);
			if (!len || len > NAME_ROOM)
				continue;
			const struct origin origin = {file, ctext_line(text, call.word)};

			snprintf(line, sizeof(line), "%.*s %s", (int)len, name, tables[i].kind);
			int rc = header_add(header, "show", line, origin, err);

			if (rc < 0)
				return rc;
		}
	}
	return 0;
}
