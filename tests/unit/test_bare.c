/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts of BCC's without header lines: what is attached and shown by their names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "program/bare.h"
#include "program/ctext.h"

static void names_attach(void **state)
{
	struct header h = {0};
	struct error err = {0};

	(void)state;
	assert_int_equal(
		bare_attaches(&h,
			      "int kprobe__vfs_read(struct pt_regs *ctx);\n"
			      "static int helper(int x) { return kprobe__no(x); }\n"
			      "int kprobe__vfs_read(struct pt_regs *ctx)\n{ return 0; }\n"
			      "int kretprobe__do_sys_open(struct pt_regs *ctx) { return 0; }\n"
			      "int tracepoint__sched__sched_switch(void *args) { return 0; }\n"
			      "TRACEPOINT_PROBE(random, urandom_read) { return 0; }\n"
			      "// int kprobe__comment(void *c) { }\n",
			      "t.c", &err),
		0);
	assert_int_equal(h.nattaches, 4);
	assert_string_equal(h.attaches[0].point, "kprobe:vfs_read");
	assert_string_equal(h.attaches[0].handler, "kprobe__vfs_read");
	assert_int_equal(h.attaches[0].origin.line, 3);
	assert_string_equal(h.attaches[1].point, "kretprobe:do_sys_open");
	assert_string_equal(h.attaches[2].point, "tracepoint:sched:sched_switch");
	assert_string_equal(h.attaches[3].point, "tracepoint:random:urandom_read");
	assert_string_equal(h.attaches[3].handler, "tracepoint__random__urandom_read");
	header_free(&h);
}

static void every_prefix_attaches(void **state)
{
	static const struct {
		const char *text, *point, *handler;
	} all[] = {
		{"int raw_tracepoint__sys_enter(void *c) {}", "rawtracepoint:sys_enter",
		 "raw_tracepoint__sys_enter"},
		{"RAW_TRACEPOINT_PROBE(sys_exit) {}", "rawtracepoint:sys_exit",
		 "raw_tracepoint__sys_exit"},
		{"int syscall__openat(struct pt_regs *c, int d) {}", "kprobe:sys_openat",
		 "syscall__openat"},
		{"KFUNC_PROBE(vfs_read, struct file *f) {}", "fentry:vfs_read", "kfunc__vfs_read"},
		{"KRETFUNC_PROBE(vfs_read, struct file *f, int ret) {}", "fexit:vfs_read",
		 "kretfunc__vfs_read"},
		{"int kfunc__vmlinux__vfs_read(u64 *c) {}", "fentry:vfs_read",
		 "kfunc__vmlinux__vfs_read"},
		{"int kretfunc__vfs_read(u64 *c) {}", "fexit:vfs_read", "kretfunc__vfs_read"},
		{"LSM_PROBE(file_open, struct file *f) {}", "lsm:file_open", "lsm__file_open"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct header h = {0};
		struct error err = {0};

		assert_int_equal(bare_attaches(&h, all[i].text, "t.c", &err), 0);
		assert_int_equal(h.nattaches, 1);
		assert_string_equal(h.attaches[0].point, all[i].point);
		assert_string_equal(h.attaches[0].handler, all[i].handler);
		header_free(&h);
	}
}

/* Attach lines of the command line: names attach besides, where no line has the handler. */
static void names_attach_beside_lines(void **state)
{
	static const char text[] = "int kprobe__a(void *c) {}\nint kprobe__b(void *c) {}\n"
				   "int syscall__entry(void *c) {}\nint other(void *c) {}\n";
	const struct origin typed = {.file = "command line"};
	struct header h = {0};
	struct error err = {0};

	(void)state;
	assert_int_equal(header_add(&h, "attach", "kprobe:x=kprobe__b", typed, &err), 0);
	assert_int_equal(header_add(&h, "attach", "kprobe:y=other", typed, &err), 0);
	assert_int_equal(bare_attaches(&h, text, "t.c", &err), 0);
	assert_int_equal(h.nattaches, 3);
	assert_string_equal(h.attaches[2].point, "kprobe:a");
	header_free(&h);
}

/* Both branches open a bracket, and one of them is never compiled. */
static void branches_are_tentative(void **state)
{
	static const char text[] = "KFUNC_PROBE(first, int a)\n{\n"
				   "#if defined(X) && \\\n  Y\n"
				   "\tif (a) {\n"
				   "# else\n"
				   "\tif (!a) {\n"
				   "#endif\n\t}\n}\n"
				   "#ifdef X\nKRETFUNC_PROBE(__x64_sys_open, int r)\n{\n"
				   "#elif Y\nKRETFUNC_PROBE(__x64_sys_open, long r)\n{\n"
				   "#else\nKRETFUNC_PROBE(open, int r)\n{\n"
				   "#endif\n\treturn 0;\n}\n"
				   "int kprobe__last(void *c) {}\n";
	static const char *const points[] = {"fentry:first", "fexit:__x64_sys_open", "fexit:open",
					     "kprobe:last"};
	struct header h = {0};
	struct error err = {0};

	(void)state;
	assert_int_equal(bare_attaches(&h, text, "t.c", &err), 0);
	assert_int_equal(h.nattaches, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(h.attaches[i].point, points[i]);
		assert_int_equal(h.attaches[i].tentative, i == 1 || i == 2);
	}
	header_free(&h);
}

/* Brackets in a macro are nobody's, and what is behind #if 0 is not there. */
static void directives_are_passed_over(void **state)
{
	static const char text[] =
		"#define IF_OK if (ok) {\n"
		"#define HANDLER(name) int kprobe__##name(void *c) { return 0; }\n"
		"#define STORE(name) BPF_HASH(name, u32)\n"
		"#if 0\nint kprobe__half(void *c) {\nBPF_HASH(old, u32);\n"
		"#else\nBPF_HASH(here, u32);\n#endif\n"
		"int kprobe__vfs_read(void *c) { IF_OK } return 0; }\n";
	struct header h = {0};
	struct error err = {0};

	(void)state;
	assert_int_equal(bare_attaches(&h, text, "t.c", &err), 0);
	assert_int_equal(h.nattaches, 1);
	assert_string_equal(h.attaches[0].point, "kprobe:vfs_read");
	assert_int_equal(h.attaches[0].origin.line, 10);
	assert_int_equal(bare_shows(&h, text, "t.c", &err), 0);
	assert_int_equal(h.nshows, 1);
	assert_string_equal(h.shows[0].table, "here");
	assert_int_equal(h.shows[0].origin.line, 8);
	header_free(&h);
}

static bool is_there(void *ctx, const char *table)
{
	return strcmp(table, ctx) == 0;
}

/* Which of them are compiled is known later; no line is ever given up for that. */
static void tables_in_branches_are_tentative(void **state)
{
	static const char text[] = "BPF_HASH(always, u32);\n"
				   "#ifdef A\nBPF_HASH(both, u32);\nBPF_HASH(first, u32);\n"
				   "#else\nBPF_HASH(both, u64);\nBPF_HASH(second, u32);\n#endif\n";
	static const char *const tables[] = {"always", "both", "first", "second"};
	struct header h = {0};
	struct error err = {0};

	(void)state;
	assert_int_equal(bare_shows(&h, text, "t.c", &err), 0);
	assert_int_equal(h.nshows, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(h.shows[i].table, tables[i]);
		assert_int_equal(h.shows[i].tentative, i > 0);
	}
	header_drop_shows(&h, is_there, "second");
	assert_int_equal(h.nshows, 2);
	assert_string_equal(h.shows[0].table, "always");
	assert_string_equal(h.shows[1].table, "second");
	header_free(&h);
}

static void prints_are_shown(void **state)
{
	static const char text[] =
		"int kprobe__a(void *c) { bpf_trace_printk(\"a\"); return 0; }\n";
	const struct origin typed = {.file = "command line"};
	struct header h = {0};
	struct error err = {0};

	(void)state;
	assert_int_equal(bare_prints(&h, "// bpf_trace_printk(\"a\")\n", "t.c", &err), 0);
	assert_int_equal(h.nattaches + h.nshows, 0);
	assert_int_equal(bare_prints(&h, text, "t.c", &err), 0);
	assert_int_equal(h.nattaches, 1);
	assert_string_equal(h.attaches[0].point, "rawtracepoint:bpf_trace_printk");
	assert_true(h.attaches[0].optional);
	assert_int_equal(h.nshows, 1);
	assert_string_equal(h.shows[0].table, "trace_printk");
	header_free(&h);
	memset(&h, 0, sizeof(h));
	assert_int_equal(header_add(&h, "show", "trace_printk lines \"%line\"", typed, &err), 0);
	assert_int_equal(bare_prints(&h, text, "t.c", &err), 0);
	assert_int_equal(h.nshows, 1);
	assert_string_equal(h.shows[0].format, "%line");
	header_free(&h);
}

static void tables_are_shown(void **state)
{
	struct header h = {0};
	struct error err = {0};

	(void)state;
	assert_int_equal(
		bare_shows(&h,
			   "BPF_HASH(start, u32);\nBPF_HISTOGRAM(dist, struct k);\n"
			   "BPF_TABLE(\"lru_hash\", struct key_t, u64, counts, 128);\n"
			   "BPF_PERF_OUTPUT(events);\n"
			   "BPF_TABLE(\"prog\", u32, u32, jumps, 4);\n"
			   "BPF_TABLE_PINNED( \"hash:/sys/fs/bpf/x\", u32, u64, kept, 4);\n"
			   "BPF_F_TABLE(\"array_of_maps$kept\", u32, int, rooms, 4, 0);\n"
			   "BPF_QUEUE(later, u64, 4);\n"
			   "int f(void *ctx) { start.increment(1); return 0; }\n",
			   "t.c", &err),
		0);
	assert_int_equal(h.nshows, 7);
	assert_string_equal(h.shows[0].table, "start");
	assert_int_equal(h.shows[0].kind, VIEW_TOP);
	assert_string_equal(h.shows[1].table, "dist");
	assert_int_equal(h.shows[1].kind, VIEW_HIST);
	assert_string_equal(h.shows[2].table, "counts");
	assert_string_equal(h.shows[3].table, "events");
	assert_int_equal(h.shows[3].kind, VIEW_LINES);
	assert_string_equal(h.shows[4].table, "kept");
	assert_string_equal(h.shows[5].table, "rooms");
	assert_string_equal(h.shows[6].table, "later");
	assert_int_equal(h.shows[6].kind, VIEW_LINES);
	header_free(&h);
}

static void odd_texts_do_not_hang(void **state)
{
	static const char *const texts[] = {
		"",
		"BPF_HASH(",
		"BPF_TABLE(a,b",
		"kprobe__x(",
		"TRACEPOINT_PROBE(a",
		"int f() {{",
		"BPF_TABLE(a,,,)",
		"\"",
		"/*",
		"TRACEPOINT_PROBE() {}",
		"KFUNC_PROBE() {}",
		"RAW_TRACEPOINT_PROBE(",
		"kfunc__",
		"syscall__ () {}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct header h = {0};
		struct error err = {0};

		bare_attaches(&h, texts[i], "t.c", &err);
		bare_shows(&h, texts[i], "t.c", &err);
		assert_int_equal(h.nattaches, 0);
		header_free(&h);
		error_clear(&err);
	}
}

/* What is left open, and where. */
static void what_nothing_closes_is_found(void **state)
{
	static const struct {
		const char *text;
		int at; /* -1: all is closed */
	} texts[] = {
		{"BPF_HASH(t);\nint f(void *c) { return '}' + \"{\"[0]; } // (\n", -1},
		{"/* ( */ f(a)[1]", -1},
		{"ab /* (", 3},
		{"a /*/", 2},
		{"T(a, b\n{ f(); }", 1},
		{"struct k {\nu64 x;\nBPF_HASH(t);", 9},
		{"f(a[1) ]", 3},
		{"#define OPEN {(\nf();", -1},
		{"#if 0\n{{\n#endif\n", -1},
		{"#ifdef A\nint f(int a) {\n#else\nint f(void) {\n#endif\n}\n", -1},
		{"}}f(", 3},
		{"", -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const char *open = ctext_unclosed(texts[i].text);

		assert_int_equal(open ? open - texts[i].text : -1, texts[i].at);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_attach),
		cmocka_unit_test(what_nothing_closes_is_found),
		cmocka_unit_test(every_prefix_attaches),
		cmocka_unit_test(names_attach_beside_lines),
		cmocka_unit_test(branches_are_tentative),
		cmocka_unit_test(directives_are_passed_over),
		cmocka_unit_test(tables_in_branches_are_tentative),
		cmocka_unit_test(prints_are_shown),
		cmocka_unit_test(tables_are_shown),
		cmocka_unit_test(odd_texts_do_not_hang),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
