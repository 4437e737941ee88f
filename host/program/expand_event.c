/* SPDX-License-Identifier: Apache-2.0 */
#include "program/expand_event.h"

#include <stdlib.h>
#include <string.h>

#include "program/ctext.h"
#include "program/expand_print.h"

/**
 * struct method - one way to send
 * @record:	which argument points to the record; -1: none does
 * @array:	libbcc looks at what the record points to, and crashes where it is an array
 * @before, @behind: around the call; @behind has one %u, the counter's slot
 */
static const struct method {
	const char *name;
	int record;
	bool array;
	const char *before;
	const char *behind;
} methods[] = {
	{"perf_submit", 1, true, "long kw_sent = ", "; if (kw_sent < 0) kw_lose(%u); kw_sent; })"},
	{"perf_submit_skb", 2, false,
	 "long kw_sent = ", "; if (kw_sent < 0) kw_lose(%u); kw_sent; })"},
	{"ringbuf_output", 0, true,
	 "long kw_sent = ", "; if (kw_sent < 0) kw_lose(%u); kw_sent; })"},
	{"ringbuf_reserve", -1, false,
	 "void *kw_room = ", "; if (!kw_room) kw_lose(%u); kw_room; })"},
	{"ringbuf_submit", 0, false, "", "; })"},
	/* Its declaration in BCC's helpers.h gives a pointer, its call a number. */
	{"push", -1, false, "long kw_sent = (long)", "; if (kw_sent < 0) kw_lose(%u); kw_sent; })"},
};

/* One call: TABLE.METHOD( … ) */
struct send {
	const char *table;
	size_t len;
	const struct method *method;
	const char *open;
	const char *close;
};

/* Is there one at @p, which is the start of a word? */
static bool send_read(const char *p, struct send *send)
{
	size_t len = ctext_word(p);
	const char *dot = ctext_space(p + len);

	if (!len || *dot != '.')
		return false;
	const char *name = ctext_space(dot + 1);
	size_t name_len = ctext_word(name);

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		if (!ctext_is(name, name_len, methods[i].name))
			continue;
		const char *open = ctext_space(name + name_len);
		const char *close = *open == '(' ? ctext_close(open) : NULL;

		*send = (struct send){p, len, &methods[i], open, close};
		return close != NULL;
	}
	return false;
}

static const struct streamed *stream_of(const struct expansion *out, const struct send *send)
{
	for (size_t i = 0; i < out->nstreams; i++)
		if (ctext_is(send->table, send->len, out->streams[i].name))
			return &out->streams[i];
	return NULL;
}

/* One more table that records are sent to. */
static int stream_add(const char *file, const char *name, size_t len, struct expansion *out,
		      struct error *err)
{
	const unsigned most = LOST_SLOTS;

	if (out->nstreams >= most)
		return error_usage(err, "%s: more than %u perf and ring buffers", file, most);
	struct streamed *more = realloc(out->streams, (out->nstreams + 1) * sizeof(*more));

	if (!more)
		return error_nomem(err);
	out->streams = more;
	more[out->nstreams].name = strndup(name, len);
	if (!more[out->nstreams].name)
		return error_nomem(err);
	more[out->nstreams].lost = (unsigned)out->nstreams;
	out->nstreams++;
	return 0;
}

int event_find_streams(const char *source, const char *file, struct expansion *out,
		       struct error *err)
{
	for (const char *p = source; *p;) {
		const char *end = ctext_skip(source, p);
		size_t len = ctext_word(p);
		struct send send;
		int rc = 0;

		if (end == p && len && send_read(p, &send) && !stream_of(out, &send))
			rc = stream_add(file, send.table, send.len, out, err);
		if (rc < 0)
			return rc;
		p = end != p ? end : p + (len ? len : 1);
	}
	if (print_is_used(source))
		return stream_add(file, PRINT_TABLE, strlen(PRINT_TABLE), out, err);
	return 0;
}

/* Argument @n of a call; 0 where it has fewer. */
static size_t argument(const struct send *send, int n, const char **from)
{
	size_t len = ctext_argument(send->open, send->close, (unsigned)n, from);

	*from = *from ? *from : send->close;
	return len;
}

/* "(void *)&data" is &data: what is meant is the variable's own type. */
static void skip_casts(const char **from, size_t *len)
{
	while (*len && **from == '(') {
		const char *close = ctext_close(*from);
		const char *next = close ? ctext_space(close + 1) : NULL;

		if (!next || next >= *from + *len)
			return;
		*len -= (size_t)(next - *from);
		*from = next;
	}
}

/**
 * struct declared - the declaration of a variable: TYPE[ *]NAME[ARRAY]
 * @type:	"struct x" or "u64"; @type_len bytes; NULL: not found
 * @stars:	pointers to it
 * @array:	"[16]"; @array_len bytes, or 0
 */
struct declared {
	const char *type;
	size_t type_len;
	unsigned stars;
	const char *array;
	size_t array_len;
};

static bool is_one_of(const char *word, size_t len, const char *const *list)
{
	for (; *list; list++)
		if (ctext_is(word, len, *list))
			return true;
	return false;
}

/*
 * A declaration is a word or two, stars, and the name, at the start of a statement or among the
 * parameters. What only looks like one does no harm: the compiler is asked whether it is right.
 */
static bool declaration_read(const char *p, const char *name, size_t name_len, struct declared *out)
{
	static const char *const tags[] = {"struct", "union", "enum", "unsigned", "signed", NULL};
	static const char *const qualifiers[] = {"const", "static", "volatile", "register", NULL};
	static const char *const others[] = {"return", "goto",	  "sizeof", "case",
					     "else",   "typedef", "void",   NULL};
	size_t len = ctext_word(p);

	while (len && is_one_of(p, len, qualifiers)) {
		p = ctext_space(p + len);
		len = ctext_word(p);
	}
	if (!len || is_one_of(p, len, others))
		return false;
	*out = (struct declared){.type = p, .type_len = len};
	if (is_one_of(p, len, tags)) {
		const char *tag = ctext_space(p + len);

		if (!ctext_word(tag))
			return false;
		out->type_len = (size_t)(tag - p) + ctext_word(tag);
	}
	p = ctext_space(p + out->type_len);
	for (; *p == '*'; p = ctext_space(p + 1))
		out->stars++;
	if (ctext_word(p) != name_len || memcmp(p, name, name_len) != 0)
		return false;
	p = ctext_space(p + name_len);
	if (*p == '[') {
		const char *close = ctext_close(p);

		out->array = p;
		out->array_len = close ? (size_t)(close + 1 - p) : 0;
	}
	return strchr("=;,)[", *p) != NULL;
}

/* Blocks in blocks whose declarations are told apart. */
#define SCOPES 16

/* The declaration of a variable that is in force at @stop, in a function that begins at @head. */
static bool declaration_find(const char *head, const char *stop, const char *name, size_t name_len,
			     struct declared *out)
{
	struct declared found[SCOPES] = {0};
	struct ctext_nest nest = {0};
	bool begin = true;
	size_t scope = 0;

	for (const char *p = head; p < stop;) {
		const char *end = ctext_skip(head, p);
		size_t len = ctext_word(p);
		struct declared here;

		if (*p == '#')
			ctext_branch(&nest, head, p);
		if (end != p) {
			p = end;
			continue;
		}
		if (begin && len && declaration_read(p, name, name_len, &here))
			found[scope] = here;
		if (*p == '{')
			nest.depth++;
		/* What was declared in a block goes with it. */
		if (*p == '}') {
			found[scope] = (struct declared){0};
			nest.depth -= nest.depth > 0;
		}
		scope = nest.depth < SCOPES ? nest.depth : SCOPES - 1;
		if (!strchr(" \t\n\r", *p))
			begin = strchr("{};", *p) || (nest.depth == 0 && strchr("(,", *p));
		p += len ? len : 1;
	}
	while (scope && !found[scope].type)
		scope--;
	*out = found[scope];
	return out->type;
}

/* Can it be copied into the middle of a line? What spans lines, or is not closed, cannot. */
static bool is_plain(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (strchr("\n;{}\"#", text[i]))
			return false;
	return !memmem(text, len, "//", 2);
}

/* The table that has the record's type, where that can be told from the text. */
static void describe(const struct send *send, unsigned number, const char *head, struct buf *text)
{
	const char *record;
	struct declared d = {0};
	size_t len = argument(send, send->method->record, &record);

	skip_casts(&record, &len);
	bool address = len && *record == '&';
	const char *name = address ? ctext_space(record + 1) : record;
	size_t name_len = ctext_word(name);

	if (!name_len || name + name_len != record + len)
		return;
	if (!declaration_find(head, send->table, name, name_len, &d))
		return;
	if (!is_plain(d.type, d.type_len) || (d.array && !is_plain(d.array, d.array_len)))
		return;
	/* &data of TYPE data or TYPE data[N], data of TYPE *data or TYPE data[N]. */
	if (address ? d.stars : d.stars + (d.array_len != 0) != 1)
		return;
	buf_addf(text,
		 "struct " TABLE_EVENT "%u_%.*s_t { int key; %.*s leaf%.*s; u32 max_entries; "
		 "int flags; }; static struct " TABLE_EVENT "%u_%.*s_t "
		 "__attribute__((section(\"maps/array\"))) " TABLE_EVENT "%u_%.*s = { .flags = "
		 "__builtin_types_compatible_p(__typeof__(%s%.*s), %.*s%.*s), .max_entries = 1 }; ",
		 number, (int)send->len, send->table, (int)d.type_len, d.type, (int)d.array_len,
		 d.array_len ? d.array : "", number, (int)send->len, send->table, number,
		 (int)send->len, send->table, d.stars ? "*" : "", (int)name_len, name,
		 (int)d.type_len, d.type, (int)d.array_len, d.array_len ? d.array : "");
	/* As BPF_ANNOTATE_KV_PAIR() of BCC's helpers.h does it for tables: the type is in the BTF.
	 */
	buf_addf(text,
		 "struct ____btf_map_" TABLE_EVENT "%u_%.*s { int key; %.*s value%.*s; }; static "
		 "struct ____btf_map_" TABLE_EVENT
		 "%u_%.*s __attribute__((section(\".maps." TABLE_EVENT
		 "%u_%.*s\"), used)) kw_btf_%u = {}; ",
		 number, (int)send->len, send->table, (int)d.type_len, d.type, (int)d.array_len,
		 d.array_len ? d.array : "", number, (int)send->len, send->table, number,
		 (int)send->len, send->table, number);
}

/* A call that prints, at a word of the source. */
static void print_begin(struct event_calls *calls, const char *p, size_t len, struct buf *text)
{
	buf_adds(text, PRINT_BEFORE);
	calls->open[calls->nopen++] =
		(struct event_open){ctext_close(ctext_space(p + len)), PRINT_BEHIND, 0};
}

/* Where the record of a call ends, if it may be an array: no &x, and nothing that binds less than a
 * sum. */
static const char *plain_end(const struct send *send)
{
	const char *record;
	size_t len = argument(send, send->method->record, &record);
	const char *end = record + len;

	skip_casts(&record, &len);
	if (!len || *record == '&')
		return NULL;
	for (const char *p = record; p < end;) {
		size_t word = ctext_word(p);

		if (!word && !strchr(".->[] \t0123456789", *p))
			return NULL;
		p += word ? word : 1;
	}
	return end;
}

void event_at(struct event_calls *calls, const char *p, struct buf *text)
{
	if (calls->plain != p)
		return;
	buf_adds(text, " + 0");
	calls->plain = NULL;
}

void event_begin(struct event_calls *calls, const struct expansion *out, const char *head,
		 const char *p, struct buf *text)
{
	size_t len = ctext_word(p);
	struct send send;

	if (calls->nopen == EVENT_NEST)
		return;
	if (print_is_call(p, len))
		print_begin(calls, p, len, text);
	if (!send_read(p, &send))
		return;
	const struct streamed *stream = stream_of(out, &send);

	if (!stream)
		return;
	buf_adds(text, "({ ");
	if (send.method->record >= 0 && calls->described < EVENT_MOST_DESCRIBED)
		describe(&send, calls->described++, head, text);
	buf_adds(text, send.method->before);
	if (send.method->array)
		calls->plain = plain_end(&send);
	calls->open[calls->nopen++] =
		(struct event_open){send.close, send.method->behind, stream->lost};
}

void event_end(struct event_calls *calls, const char *p, struct buf *text)
{
	if (!calls->nopen || calls->open[calls->nopen - 1].close != p)
		return;
	const struct event_open *open = &calls->open[--calls->nopen];
	const char *place = strstr(open->behind, "%u");

	if (!place) {
		buf_adds(text, open->behind);
		return;
	}
	buf_add(text, open->behind, (size_t)(place - open->behind));
	buf_addf(text, "%u%s", open->slot, place + 2);
}
