/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Points that are no functions: tracepoints and raw tracepoints looked up in a tracefs of our own,
 * system calls by any architecture's name, and what a probe's handler is given.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "program/expand.h"
#include "program/plan.h"
#include "program/tracepoint_format.h"

static const char functions[] = "ffffffff81000000 T __ia32_sys_read\n"
				"ffffffff81000100 T __x64_sys_bpf\n"
				"ffffffff81000200 T __x64_sys_read\n"
				"ffffffff81000300 T __traceiter_sched_switch\n"
				"ffffffff81000400 T __traceiter_sched_waking\n"
				"ffffffff81000500 T __traceiter_sys_enter\n"
				"ffffffff81000600 T vfs_read\n"
				"ffffffff81000700 T bpf_lsm_file_open\n";

static const char events[] = "sched:sched_switch\nsched:sched_waking\nftrace:function\n"
			     "syscalls:sys_enter_read\nnot a line\n:\n";

static char dir[] = "/tmp/kwhile-points-XXXXXX";

static void write_file(const char *name, const char *content)
{
	char path[200];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(content, file);
	fclose(file);
}

static void make_dir(const char *name)
{
	char path[200];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(mkdir(path, 0700), 0);
}

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	write_file("kallsyms", functions);
	write_file("available_events", events);
	make_dir("events");
	make_dir("events/sched");
	make_dir("events/sched/sched_switch");
	write_file("events/sched/enable", "0\n");
	write_file("events/sched/sched_switch/id", "314\n");
	return 0;
}

static int tear_down(void **state)
{
	char command[200];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command);
}

/* The points of a plan, blank separated; or what is said against the line. */
static void planned(const char *point, const char *wanted)
{
	char kallsyms[200], line[200], got[1000] = "";
	struct header header = {0};
	struct symbols *symbols;
	struct plan plan = {0};
	struct error err = {0};

	snprintf(kallsyms, sizeof(kallsyms), "%s/kallsyms", dir);
	const struct symbols_files files = {.kallsyms = kallsyms, .tracefs = dir};

	snprintf(line, sizeof(line), "/// attach %s=h\n", point);
	assert_int_equal(header_parse(line, "x.c", &header, &err), 0);
	assert_int_equal(symbols_open(&symbols, &files, NULL, &err), 0);
	int rc = plan_make(&header, symbols, &plan, &err);

	for (size_t i = 0; rc == 0 && i < plan.nprobes; i++) {
		size_t len = strlen(got);

		if (i)
			got[len++] = ' ';
		probe_format(&plan.probes[i].probe, got + len, sizeof(got) - len);
	}
	assert_string_equal(rc ? err.text : got, wanted);
	plan_free(&plan);
	symbols_free(symbols);
	header_free(&header);
	error_clear(&err);
}

static void tracepoints_are_looked_up(void **state)
{
	(void)state;
	planned("tracepoint:sched:sched_switch", "tracepoint:sched:sched_switch");
	planned("tracepoint:*:*", "tracepoint:sched:sched_switch tracepoint:sched:sched_waking "
				  "tracepoint:syscalls:sys_enter_read");
	planned("tracepoint:sch*:*_wak*", "tracepoint:sched:sched_waking");
	planned("tracepoint:sched:sched_swich",
		"x.c:1: this kernel has no tracepoint sched:sched_swich; did you mean "
		"sched:sched_switch?");
	planned("tracepoint:shed:sched_switch",
		"x.c:1: this kernel has no tracepoint shed:sched_switch; did you mean "
		"sched:sched_switch?");
	planned("tracepoint:sched:zzz",
		"x.c:1: this kernel has no tracepoint sched:zzz; `kwhile list "
		"'tracepoint:sched:*'` shows those there are");
	planned("tracepoint:ftrace:*",
		"x.c:1: this kernel has no tracepoint ftrace:*; `kwhile list "
		"'tracepoint:*:*'` shows those there are");
	planned("?tracepoint:a:b", "");
}

static void raw_tracepoints_are_looked_up(void **state)
{
	(void)state;
	planned("rawtracepoint:sys_enter", "rawtracepoint:sys_enter");
	planned("raw_tracepoint:sched_*", "rawtracepoint:sched_switch rawtracepoint:sched_waking");
	planned("rawtracepoint:sys_entr",
		"x.c:1: this kernel has no raw tracepoint sys_entr; did you mean sys_enter?");
	planned("rawtracepoint:zz*", "x.c:1: this kernel has no raw tracepoint zz*");
	planned("?rawtracepoint:zz", "");
}

static void system_calls_have_this_kernels_prefix(void **state)
{
	(void)state;
	planned("kprobe:sys_read", "kprobe:__x64_sys_read");
	planned("kretprobe:__arm64_sys_read", "kretprobe:__x64_sys_read");
	/* What is there is what was meant. */
	planned("kprobe:__ia32_sys_read", "kprobe:__ia32_sys_read");
	planned("kprobe:sys_reed", "x.c:1: no function sys_reed in this kernel");
}

static void what_needs_one_takes_no_pattern(void **state)
{
	(void)state;
	planned("lsm:file_*", "x.c:1: lsm:file_*: name one, not a pattern");
	planned("lsm:file_open", "lsm:file_open");
	planned("lsm:file_opn",
		"x.c:1: this kernel has no LSM hook file_opn; did you mean file_open?");
	planned("software:cs:7", "software:cs:7");
}

static void handlers_are_given_what_the_probe_gives(void **state)
{
	static const struct {
		const char *point, *type;
	} types[] = {
		{"kprobe:vfs_read+4", "struct pt_regs"},
		{"tracepoint:sched:sched_switch", "struct tracepoint__sched__sched_switch"},
		{"tracepoint:sched:*", "void"},
		{"rt:sys_enter", "struct bpf_raw_tracepoint_args"},
		{"profile:hz:99", "struct bpf_perf_event_data"},
		{"fexit:vfs_read", "unsigned long long"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct expansion out = {0};
		struct header header = {0};
		struct error err = {0};
		char wanted[100];

		assert_int_equal(
			header_parse("/// option P probe -  where\n", "x.c", &header, &err), 0);
		assert_int_equal(option_bind(&header.options.list[0], types[i].point, &err), 0);
		assert_int_equal(expand("int f($P_context *ctx);", "x.c", &header, &out, &err), 0);
		snprintf(wanted, sizeof(wanted), "int f(%s *ctx);", types[i].type);
		assert_non_null(strstr(out.text, wanted));
		expansion_free(&out);
		header_free(&header);
	}
}

static void fields_are_read(void **state)
{
	const char *at = "name: x\nformat:\n"
			 "\tfield:unsigned short common_type;\toffset:0;\n"
			 "\n\tfield:char comm[16];\toffset:8;\tsize:16;\n"
			 "\tfield:unsigned long args[ 6 ];\toffset:24;\n"
			 "\tfield:const char * name;\toffset:80;\n"
			 "\tfield:__data_loc char[] cmd;\toffset:88;\n"
			 "\tfield:;\n\tfield:int;\nprint fmt: \"field:%d x;\", REC->x\n";
	static const char *const wanted[] = {
		"unsigned short common_type", "char comm[16]",	       "unsigned long args[ 6 ]",
		"const char * name",	      "__data_loc char[] cmd",
	};
	struct tracepoint_field field;
	size_t n = 0;

	(void)state;
	while (tracepoint_field_next(&at, &field)) {
		char got[100];

		snprintf(got, sizeof(got), "%.*s %.*s", (int)field.type_len, field.type,
			 (int)field.name_len, field.name);
		assert_true(n < sizeof(wanted) / sizeof(wanted[0]));
		assert_string_equal(got, wanted[n]);
		assert_int_equal(field.common, n == 0);
		n++;
	}
	assert_int_equal(n, sizeof(wanted) / sizeof(wanted[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tracepoints_are_looked_up),
		cmocka_unit_test(raw_tracepoints_are_looked_up),
		cmocka_unit_test(system_calls_have_this_kernels_prefix),
		cmocka_unit_test(what_needs_one_takes_no_pattern),
		cmocka_unit_test(handlers_are_given_what_the_probe_gives),
		cmocka_unit_test(fields_are_read),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
