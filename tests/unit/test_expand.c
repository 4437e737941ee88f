/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a text with header lines to C: what is substituted, what is left alone, and that lines stay.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "program/bare.h"
#include "program/expand.h"
#include "program/expand_print.h"

struct result {
	struct header header;
	struct expansion out;
	struct error err;
	const char *source;
	int rc;
};

static void expand_text(const char *text, struct result *r)
{
	memset(r, 0, sizeof(*r));
	r->source = text;
	assert_int_equal(header_parse(text, "mine.c", &r->header, &r->err), 0);
	r->rc = expand(text, "mine.c", &r->header, &r->out, &r->err);
}

static void result_free(struct result *r)
{
	expansion_free(&r->out);
	header_free(&r->header);
	error_clear(&r->err);
}

/* What follows the #line directive: the user's text. */
static const char *placed(const struct result *r)
{
	const char *line = strstr(r->out.text, "#line 1 \"mine.c\"\n");

	assert_non_null(line);
	return strchr(line, '\n') + 1;
}

/* Start of a line of the source. */
static const char *source_line(const struct result *r, unsigned line)
{
	const char *p = r->source;

	while (--line)
		p = strchr(p, '\n') + 1;
	return p;
}

/* The same without what is put behind the { of functions: "\n#line N\n", and blanks up to where the
 * line of the source goes on. */
static const char *body(const struct result *r)
{
	static char text[1 << 16];
	char *to = text;

	for (const char *p = placed(r); *p;) {
		unsigned line;

		if (sscanf(p, "\n#line %u\n", &line) != 1) {
			*to++ = *p++;
			continue;
		}
		const char *from = source_line(r, line), *brace = from;

		p = strchr(p + 1, '\n') + 1;
		do {
			brace = strchr(brace, '{') + 1;
		} while (strspn(p, " \t") < (size_t)(brace - from) || p[brace - from] != *brace);
		p += brace - from;
	}
	*to = '\0';
	return text;
}

static unsigned count_lines(const char *text)
{
	unsigned n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static void plain_text_is_untouched(void **state)
{
	static const char text[] = "BPF_HASH(t);\nint f(void *ctx) { t.increment(1); return 0; }\n";
	struct result r;

	(void)state;
	expand_text(text, &r);
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.out.nhalved, 0);
	assert_string_equal(body(&r), text);
	assert_null(strstr(r.out.text, TABLE_HALF));
	result_free(&r);
}

static void functions_keep_their_place(void **state)
{
	struct result r;

	(void)state;
	expand_text("#define F(x) \\\n  int x(void) { }\nint a(void *p) {\treturn 0; }\nint b(void "
		    "*p)\n"
		    "{\n  if (p) { }\n  return 0;\n}\nint c[] = { 1 };\n",
		    &r);
	assert_int_equal(r.rc, 0);
	assert_string_equal(placed(&r),
			    "#define F(x) \\\n  int x(void) { }\n"
			    "int a(void *p) {\n#line 3\n                \treturn 0; }\n"
			    "int b(void *p)\n{\n#line 5\n \n  if (p) { }\n  return 0;\n}\n"
			    "int c[] = { 1 };\n");
	result_free(&r);
}

/* Each branch opens the function; behind it, declarations are declarations again. */
static void a_bracket_in_each_branch_is_one(void **state)
{
	struct result r;

	(void)state;
	expand_text("#ifdef A\nint f(void *c) {\n#else\nint f(int c) {\n#endif\n return 0; }\n"
		    "BPF_HASH(t);\nint g(void *c) { u64 k = 0; kw_add(t, &k, 1); return 0; }\n",
		    &r);
	assert_int_equal(r.rc, 0);
	assert_non_null(strstr(body(&r), "BPF_HASH(t__0); BPF_HASH(t__1);"));
	result_free(&r);
}

/* What the preprocessor's lines have in them is no part of the function that follows. */
static void directives_are_no_code(void **state)
{
	static const char use[] = "BPF_HASH(t);\n"
				  "int f(void *c) { u64 k = 0; kw_add(t, &k, 1); return 0; }\n";
	static const char *const heads[] = {
		"",
		"#define HELPER static\n",
		"#define IF_OK if (ok) {\n",
		"#define END }\n",
		"#define IF_OK if (ok) \\\n  {\n",
		"#define IF_OK if (ok) \\\r\n  {\r\n",
		"#define IF_OK if (ok) \\ \n  {\n",
		"// a comment \\\n that goes on {\n",
		"// a comment \\\r\n that goes on {\r\n",
		"#if 0\nint g(void *c) {\n#endif\n",
		"#if 0 /* not yet */\n/*\n#endif */ int g(void *c) {\n#else\nint x;\n#endif\n",
		"#if 0\n#if A\n{\n#else\n{\n#endif\n{ it isn't {\n#elif B\nint x;\n#endif\n",
		"#if 0\nint g(void *c) { kw_max(u, &k, 1); q.perf_submit(c, &k, 8); $none "
		"}\n#endif\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		char text[512];
		struct result r;

		snprintf(text, sizeof(text), "%s%s", heads[i], use);
		expand_text(text, &r);
		assert_int_equal(r.rc, 0);
		/* As it was written, and as if it were not there. */
		assert_ptr_equal(strstr(placed(&r), heads[i]), placed(&r));
		assert_non_null(strstr(body(&r), "BPF_HASH(t__0); BPF_HASH(t__1);"));
		assert_non_null(strstr(body(&r), "int f(void *c) { u32 kw_half = 2; u64 k"));
		assert_int_equal(r.out.nhalved, 1);
		assert_int_equal(r.out.nstreams, 0);
		result_free(&r);
	}
}

static void prints_become_records(void **state)
{
	static const char text[] =
		"BPF_PERF_OUTPUT(e);\nint f(void *c) { int x = 1;\n"
		"bpf_trace_printk(\"a (\\n\"); e.perf_submit(c, &x, 4); return 0; }\n";
	struct result r;

	(void)state;
	expand_text(text, &r);
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.out.nstreams, 2);
	assert_string_equal(r.out.streams[1].name, PRINT_TABLE);
	assert_non_null(strstr(body(&r), "\n" PRINT_BEFORE
					 "bpf_trace_printk(\"a (\\n\")" PRINT_BEHIND "; ({ "));
	assert_non_null(strstr(r.out.text, "int " PRINT_HANDLER "("));
	assert_non_null(strstr(r.out.text, "if (!0 && "));
	assert_non_null(strstr(r.out.text, "kw_lose(1)"));
	result_free(&r);
	/* In a macro it stays as it is, and lines cannot be told from those of others. */
	expand_text(
		"#define P(x) \\\n  bpf_trace_printk(x)\nint f(void *c) { P(\"a\"); return 0; }\n",
		&r);
	assert_int_equal(r.rc, 0);
	assert_null(strstr(r.out.text, PRINT_BEFORE));
	assert_non_null(strstr(r.out.text, "if (!1 && "));
	result_free(&r);
	expand_text("int f(void *c) { char *s = \"bpf_trace_printk(x)\"; return 0; }\n", &r);
	assert_int_equal(r.out.nstreams, 0);
	assert_null(strstr(r.out.text, PRINT_HANDLER));
	result_free(&r);
}

static void numbers_become_constants(void **state)
{
	struct result r;

	(void)state;
	expand_text("/// option cpu cpu any  one CPU\n/// option what expr 1+1  an expression\n"
		    "int f(void *ctx) { return $cpu == 3 || ($what) == $$ ; } // $cpu \"$cpu\"\n"
		    "char *s = \"$cpu\"; /* $nothing */\n",
		    &r);
	assert_int_equal(r.rc, 0);
	assert_non_null(
		strstr(body(&r), "return kw_const_16() == 3 || (1+1) == $ ; } // $cpu \"$cpu\"\n"));
	assert_non_null(strstr(body(&r), "char *s = \"$cpu\"; /* $nothing */\n"));
	assert_non_null(strstr(r.out.text, "0x6b77685f70610010 ll"));
	result_free(&r);
}

/* What was typed in several lines is put on the one where it stands. */
static void values_keep_lines(void **state)
{
	static const char text[] = "/// option e expr 1 an expression\nint f = $e;\nint g;\n";
	struct result r = {0};

	(void)state;
	assert_int_equal(header_parse(text, "mine.c", &r.header, &r.err), 0);
	assert_int_equal(option_bind(&r.header.options.list[0], "1\n+\r\n2", &r.err), 0);
	assert_int_equal(expand(text, "mine.c", &r.header, &r.out, &r.err), 0);
	assert_non_null(strstr(r.out.text, "\nint f = 1 +  2;\nint g;\n"));
	result_free(&r);
}

static void unknown_name_says_where(void **state)
{
	struct result r;

	(void)state;
	expand_text("int x;\nint f(void *ctx)\n{ return $nope; }\n", &r);
	assert_int_equal(r.rc, -EINVAL);
	assert_non_null(strstr(r.err.text, "mine.c:3: $nope"));
	result_free(&r);
}

static void a_written_table_has_two_halves(void **state)
{
	static const char text[] =
		"BPF_HASH(t, u32,\n  u64, 64); BPF_ARRAY(other, u64, 4);\n"
		"int f(void *ctx)\n{\n\tu32 k = 1;\n\tkw_add(t, &k, 1);\n\treturn 0;\n}\n";
	struct result r;

	(void)state;
	expand_text(text, &r);
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.out.nhalved, 1);
	assert_string_equal(r.out.halved[0].name, "t");
	assert_non_null(strstr(body(&r),
			       "BPF_HASH(t__0, u32,\n  u64, 64); BPF_HASH(t__1, u32,   u64, 64);"));
	assert_non_null(strstr(body(&r), "BPF_ARRAY(other, u64, 4);\n"));
	assert_non_null(strstr(body(&r), "{ u32 kw_half = 2;\n\tu32 k = 1;"));
	assert_int_equal(count_lines(body(&r)), count_lines(text));
	result_free(&r);
}

static void the_name_may_be_any_argument(void **state)
{
	struct result r;

	(void)state;
	expand_text("BPF_TABLE(\"percpu_hash\", struct k, u64, t, 64);\n"
		    "int f(void *ctx) { struct k k = {}; u64 *l = kw_leaf(t, &k); return 0; }\n",
		    &r);
	assert_int_equal(r.rc, 0);
	assert_non_null(strstr(body(&r),
			       "struct k, u64, t__0, 64); BPF_TABLE(\"percpu_hash\", struct k, "
			       "u64, t__1, 64)"));
	assert_non_null(strstr(body(&r), "lookup_or_try_init"));
	result_free(&r);
}

static void a_helper_is_given_the_half(void **state)
{
	struct result r;

	(void)state;
	expand_text("BPF_HASH(t);\nstatic inline void h(u64 k)\n{ kw_add(t, &k, 1); }\n", &r);
	assert_int_equal(r.rc, -EINVAL);
	assert_non_null(strstr(r.err.text, "mine.c:3: a helper function"));
	result_free(&r);
	expand_text("BPF_HASH(t);\nstatic inline void h(KW_RUN, u64 k)\n{ kw_add(t, &k, 1); }\n"
		    "int f(void *ctx) { h(KW_HERE, 1); return 0; }\n",
		    &r);
	assert_int_equal(r.rc, 0);
	/* The handler calls no accessor itself, but needs the variable that KW_HERE stands for. */
	assert_non_null(strstr(body(&r), "int f(void *ctx) { u32 kw_half = 2; h(KW_HERE, 1);"));
	result_free(&r);
}

/* A function that uses a macro which makes such calls is one that makes them. */
static void a_macro_may_make_kw_calls(void **state)
{
	static const char macros[] = "#define ADD(k) kw_add(t, k, 1)\n"
				     "#define TWICE(k) \\\n  ADD(k); ADD(k)\n"
				     "BPF_HASH(t);\n";
	char text[512];
	struct result r;

	(void)state;
	snprintf(text, sizeof(text), "%sint f(void *c) { u64 k = 0; TWICE(&k); return 0; }\n",
		 macros);
	expand_text(text, &r);
	assert_int_equal(r.rc, 0);
	assert_non_null(strstr(body(&r), "int f(void *c) { u32 kw_half = 2; u64"));
	result_free(&r);
	snprintf(text, sizeof(text), "%sstatic void f(void) { u64 k = 0; ADD(&k); }\n", macros);
	expand_text(text, &r);
	assert_int_equal(r.rc, -EINVAL);
	assert_non_null(strstr(r.err.text, "mine.c:5: a helper function that uses kw_ calls"));
	result_free(&r);
}

static void an_array_of_one_is_found_without_looking(void **state)
{
	static const char text[] = "BPF_ARRAY(a, u64,\n 1); BPF_ARRAY(b, u64, 1);\n"
				   "int f(void *ctx)\n{\n\treturn *kw_value(a);\n}\n";
	struct result r;
	char load[64];

	(void)state;
	expand_text(text, &r);
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.out.nhalved, 0);
	snprintf(load, sizeof(load), "asm volatile(\"%%0 = 0x%llx%08x ll\"", VALUE_TAG,
		 value_hash("a", 1));
	assert_non_null(strstr(body(&r), "BPF_ARRAY(a, u64,\n 1); static inline "));
	assert_non_null(strstr(body(&r), load));
	assert_non_null(strstr(body(&r), "leaf = a.lookup(&slot);"));
	assert_non_null(strstr(body(&r), "; BPF_ARRAY(b, u64, 1);\nint f(void *ctx)\n{\n"));
	assert_int_equal(count_lines(body(&r)), count_lines(text));
	result_free(&r);
	/* What is in a comment or literal asks for nothing. */
	expand_text("BPF_ARRAY(a, u64, 1); // kw_value(a)\nchar *s = \"kw_value(a)\";\n", &r);
	assert_int_equal(r.rc, 0);
	assert_null(strstr(body(&r), "kw_value_a"));
	result_free(&r);
}

static void odd_texts_do_not_hang(void **state)
{
	static const char *const texts[] = {
		"",
		"\"",
		"/*",
		"kw_add(",
		"kw_add(t",
		"BPF_HASH(t; kw_add(t,",
		"'",
		"{{{{",
		"}}}}",
		"BPF_HASH(",
		"BPF_HASH(t, kw_leaf(t",
		"f(){ kw_add(t, 1, 1);",
		"\\",
		"//",
		"$$",
		"#line 3 \"x\"\n",
		"BPF_X(((((t",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct result r;

		expand_text(texts[i], &r);
		assert_true(r.rc == 0 || r.rc == -EINVAL);
		result_free(&r);
	}
}

/* The longest text that is read has 4 MB; each of these took minutes, or all the memory. */
static void hostile_texts_take_no_time(void **state)
{
	static const struct {
		const char *head, *again;
	} texts[] = {
		{"", "f(){}\n"},
		{"", "f(){}"},
		{"", "BPF_X("},
		{"", "BPF_X({[("},
		{"", "BPF_ARRAY(a,u64,1);\n"},
		{"", "bpf_trace_printk("},
		{"int f(void *c){", "bpf_trace_printk("},
		{"int f(void *c){", "q.push("},
		{"int f(void *c){", "e.perf_submit(c,&d,4);"},
		{"#define x \\\n", "bpf_trace_printk(\\\n"},
		{"", "#define x() {\n"},
		{"", "#if 0\n"},
		{"", "#if 0\n#endif\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct buf text = {0};
		struct header bare = {0};
		struct result r;

		buf_adds(&text, texts[i].head);
		while (text.len < 1000000)
			buf_adds(&text, texts[i].again);
		clock_t begin = clock();

		expand_text(buf_string(&text), &r);
		bare_attaches(&bare, buf_string(&text), "mine.c", NULL);
		bare_shows(&bare, buf_string(&text), "mine.c", NULL);
		/* 0.1 s as a rule; sanitizers and a busy machine make more of it. */
		assert_true((clock() - begin) / CLOCKS_PER_SEC < 10);
		result_free(&r);
		header_free(&bare);
		buf_free(&text);
	}
}

/* What stands for a call that sends: with the type of what it sends, and counted when it fails. */
static void calls_that_send_are_described(void **state)
{
	static const char *const before[] = {
		"struct data d = {};",
		"int x; struct data d;",
		"for (int i = 0; i < 3; i++) { struct data d = {}; ",
		"struct other d = {}; int y = 2; struct data d;",
		"const volatile struct data d = {};",
	};
	char text[300], wanted[300];

	(void)state;
	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		struct result r;

		snprintf(text, sizeof(text),
			 "BPF_PERF_OUTPUT(ev);\nint f(void *ctx) {\n%s ev.perf_submit(ctx, "
			 "(void *)&d, sizeof(d));\n}\n",
			 before[i]);
		expand_text(text, &r);
		assert_int_equal(r.rc, 0);
		assert_int_equal(r.out.nstreams, 1);
		assert_string_equal(r.out.streams[0].name, "ev");
		assert_non_null(strstr(r.out.text, "struct kw_event_0_ev_t { int key; struct data "
						   "leaf; u32 max_entries; int flags; };"));
		assert_non_null(strstr(r.out.text, "__typeof__(d), struct data)"));
		snprintf(wanted, sizeof(wanted),
			 "long kw_sent = ev.perf_submit(ctx, (void *)&d, sizeof(d)); if (kw_sent < "
			 "0) "
			 "kw_lose(%d); kw_sent; });\n}\n",
			 0);
		assert_non_null(strstr(r.out.text, wanted));
		result_free(&r);
	}
}

static void pointers_and_arrays_are_described(void **state)
{
	static const struct {
		const char *body;
		const char *leaf;
	} cases[] = {
		{"int f(void *ctx, struct data *p) { ev.perf_submit(ctx, p, 8); }",
		 "struct data leaf;"},
		{"int f(void *c) { u64 n = 1; ev.ringbuf_output(&n, sizeof(n), 0); }", "u64 leaf;"},
		{"int f(void *c) { char t[9]; ev.ringbuf_output(&t, 9, 0); }", "char leaf[9];"},
		{"int f(void *c) { struct e *p = ev.ringbuf_reserve(8); ev.ringbuf_submit(p, 0); }",
		 "struct e leaf;"},
		/* What is declared in a block that is over is another one. */
		{"int f(void *c) { struct a d; { struct b d; } ev.perf_submit(c, &d, 8); }",
		 "struct a leaf;"},
		{"int f(void *c) { struct a d; { struct b d; ev.perf_submit(c, &d, 8); } }",
		 "struct b leaf;"},
		{"int f(void *c) { { struct b d; } ev.perf_submit(c, &d, 8); }", NULL},
		{"int f(void *c) { struct a d;\n#if X\n if (x) {\n#else\n if (y) {\n#endif\n } "
		 "ev.perf_submit(c, &d, 8); }",
		 "struct a leaf;"},
		{"int f(void *c) { ev.perf_submit_skb(c, 4, &h, 8); }", NULL},
		{"int f(void *c) { x = a * d; ev.perf_submit(c, &d, 8); }", NULL},
		{"int f(void *c) { return d; ev.perf_submit(c, &d, 8); }", NULL},
		{"int f(void *c) { struct a **d; ev.perf_submit(c, d, 8); }", NULL},
		{"int f(void *c) { struct a d; ev.perf_submit(c, &d.x, 8); }", NULL},
		{"int f(void *c) { ev.perf_submit(c); }", NULL},
		{"int f(void *c) { ev.perf_submit(); }", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct result r;

		expand_text(cases[i].body, &r);
		assert_int_equal(r.rc, 0);
		if (cases[i].leaf)
			assert_non_null(strstr(r.out.text, cases[i].leaf));
		else
			assert_null(strstr(r.out.text, TABLE_EVENT));
		assert_non_null(strstr(r.out.text, "; })"));
		result_free(&r);
	}
}

/* Unclosed brackets are for the compiler to complain about. */
static void unfinished_calls_stay(void **state)
{
	static const char *const bodies[] = {
		"int f(void *c) { ev.perf_submit(c, &d",
		"int f(void *c) { ev.perf_submit(c, (&d, 8);",
		"int f(void *c) { ev.perf_submit",
		"int f(void *c) { ev.",
		"int f(void *c) { ev.perf_submit; }",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct result r;

		expand_text(bodies[i], &r);
		assert_int_equal(r.rc, 0);
		assert_non_null(strstr(body(&r), bodies[i]));
		result_free(&r);
	}
}

static void too_many_streams_are_refused(void **state)
{
	char text[1000] = "int f(void *c) {";
	struct result r;

	(void)state;
	for (int i = 0; i < LOST_SLOTS + 1; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "e%d.perf_submit(c, &d, 8);", i);
	expand_text(text, &r);
	assert_int_equal(r.rc, -EINVAL);
	result_free(&r);
}

static void tables_that_cannot_be_exact_are_refused(void **state)
{
	static const struct {
		const char *declaration, *says;
	} bad[] = {
		{"BPF_TABLE(\"lru_hash\", u32, u64, t, 128);", "mine.c:2: t throws entries out"},
		{"BPF_TABLE(\"lru_percpu_hash\", u32, u64, t, 128);", "t throws entries out"},
		{"BPF_LPM_TRIE(t, u64);", "t is a trie"},
		{"BPF_F_TABLE( \"lpm_trie\", u64, u64, t, 4, 1);", "t is a trie"},
		{"BPF_TABLE_PINNED(\"hash\", u64, u64, t, 4, \"/sys/fs/bpf/t\");", "t is pinned"},
		{"BPF_TABLE(\"hash:/sys/fs/bpf/t\", u64, u64, t, 4);", "t is pinned"},
		{"BPF_TABLE(\"prog\", u32, u32, t, 4);", "t is no hash or array"},
		{"BPF_STACK_TRACE(t, 4);", "t is no hash or array"},
	};
	static const char *const good[] = {"BPF_HASH(t);",
					   "BPF_HISTOGRAM(t);",
					   "BPF_TABLE(\"percpu_hash\", u64, u64, t, 4);",
					   "BPF_ARRAY(t);",
					   "BPF_PERCPU_ARRAY(t);",
					   "BPF_F_TABLE(\"hash\", u64, u64, t, 4, 1);"};
	char text[512];
	struct result r;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text),
			 "int x;\n%s\nint f(void *c) { int k; kw_add(t, &k, 1); }\n",
			 bad[i].declaration);
		expand_text(text, &r);
		assert_int_equal(r.rc, -EINVAL);
		if (!strstr(r.err.text, bad[i].says))
			fail_msg("%s: %s", bad[i].declaration, r.err.text);
		result_free(&r);
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		snprintf(text, sizeof(text),
			 "int x;\n%s\nint f(void *c) { int k; kw_add(t, &k, 1); }\n", good[i]);
		expand_text(text, &r);
		assert_int_equal(r.rc, 0);
		assert_true(r.out.halved[0].adds && !r.out.halved[0].maxes);
		result_free(&r);
	}
	expand_text("BPF_PERCPU_HASH(t);\nint f(void *c) { u64 k; kw_add(t, &k, 1); kw_max(t, &k, "
		    "1); }\n",
		    &r);
	assert_int_equal(r.rc, -EINVAL);
	assert_non_null(strstr(r.err.text, "mine.c:1: t has a value for each CPU"));
	result_free(&r);
}

static void a_comment_in_a_declaration_is_not_copied_twice(void **state)
{
	struct result r;

	(void)state;
	expand_text("BPF_HASH(t, u32, // the key\n\tu64);\nint f(void *c) { int k; kw_add(t, &k, "
		    "1); }\n",
		    &r);
	assert_int_equal(r.rc, 0);
	assert_non_null(strstr(r.out.text, "BPF_HASH(t__1, u32,   \tu64)"));
	result_free(&r);
}

static void values_that_a_queue_refuses_are_counted(void **state)
{
	struct result r;

	(void)state;
	expand_text(
		"BPF_QUEUE(q, u64, 4);\nint f(void *c) { u64 v = 1; return q.push(&v, 0) < 0; }\n",
		&r);
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.out.nstreams, 1);
	assert_non_null(strstr(r.out.text,
			       "({ long kw_sent = (long)q.push(&v, 0); if (kw_sent < 0) "
			       "kw_lose(0); kw_sent; }) < 0;"));
	result_free(&r);
}

static void an_array_that_is_sent_becomes_a_pointer(void **state)
{
	struct result r;

	(void)state;
	expand_text("BPF_PERF_OUTPUT(o);\nint f(void *c)\n{\n\tchar a[16];\n"
		    "\to.perf_submit(c, (void *) a , 16);\n\to.perf_submit(c, d->b[2].c, 4);\n"
		    "\to.perf_submit(c, &a, 16);\n\to.perf_submit(c, x ? a : b, 16);\n}\n",
		    &r);
	assert_int_equal(r.rc, 0);
	assert_non_null(strstr(r.out.text, "(c, (void *) a + 0 , 16)"));
	assert_non_null(strstr(r.out.text, "(c, d->b[2].c + 0, 4)"));
	assert_non_null(strstr(r.out.text, "(c, &a, 16)"));
	assert_non_null(strstr(r.out.text, "(c, x ? a : b, 16)"));
	result_free(&r);
}

static void what_spans_lines_is_not_copied_into_one(void **state)
{
	struct result r;

	(void)state;
	expand_text("BPF_PERF_OUTPUT(o);\nint f(void *c)\n{\n\tchar a[\n16];\n\to.perf_submit(c, "
		    "&a, 16);\n}\n",
		    &r);
	assert_int_equal(r.rc, 0);
	assert_null(strstr(r.out.text, TABLE_EVENT "0_o"));
	result_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_is_untouched),
		cmocka_unit_test(tables_that_cannot_be_exact_are_refused),
		cmocka_unit_test(a_comment_in_a_declaration_is_not_copied_twice),
		cmocka_unit_test(values_that_a_queue_refuses_are_counted),
		cmocka_unit_test(an_array_that_is_sent_becomes_a_pointer),
		cmocka_unit_test(what_spans_lines_is_not_copied_into_one),
		cmocka_unit_test(functions_keep_their_place),
		cmocka_unit_test(a_bracket_in_each_branch_is_one),
		cmocka_unit_test(directives_are_no_code),
		cmocka_unit_test(prints_become_records),
		cmocka_unit_test(numbers_become_constants),
		cmocka_unit_test(values_keep_lines),
		cmocka_unit_test(unknown_name_says_where),
		cmocka_unit_test(a_written_table_has_two_halves),
		cmocka_unit_test(the_name_may_be_any_argument),
		cmocka_unit_test(a_helper_is_given_the_half),
		cmocka_unit_test(an_array_of_one_is_found_without_looking),
		cmocka_unit_test(odd_texts_do_not_hang),
		cmocka_unit_test(hostile_texts_take_no_time),
		cmocka_unit_test(a_macro_may_make_kw_calls),
		cmocka_unit_test(calls_that_send_are_described),
		cmocka_unit_test(pointers_and_arrays_are_described),
		cmocka_unit_test(unfinished_calls_stay),
		cmocka_unit_test(too_many_streams_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
