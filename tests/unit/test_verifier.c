/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/verifier.h"

static const struct object_line lines[] = {{0, 10}, {2, 11}, {3, 0}, {7, 20}};
#define NLINES 4

static const char pointer[] =
	"0: R1=ctx(off=0,imm=0) R10=fp0\n"
	"0: (85) call bpf_get_current_pid_tgid#14\n"
	"1: (67) r0 <<= 3\n"
	"2: (79) r1 = *(u64 *)(r0 +0)\n"
	"R0 invalid mem access 'scalar'\n"
	"processed 3 insns (limit 1000000) max_states_per_insn 0 total_states 0\n";

static void takes_the_reason_and_its_line(void **state)
{
	struct verdict v;

	(void)state;
	verdict_read(pointer, lines, NLINES, &v);
	assert_string_equal(v.reason, "R0 invalid mem access 'scalar'");
	assert_int_equal(v.insn, 2);
	assert_int_equal(v.line, 11);
}

static void goes_back_to_a_line_of_the_text(void **state)
{
	struct verdict v;

	(void)state;
	/* Instructions 3 to 6 are another file's; the walk came from 7. */
	verdict_read("7: (05) goto pc-4\n4: (79) r1 = *(u64 *)(r2 +0)\nR2 !read_ok\n", lines,
		     NLINES, &v);
	assert_int_equal(v.insn, 4);
	assert_int_equal(v.line, 20);
	assert_string_equal(v.reason, "R2 !read_ok");
}

static void believes_the_instruction_that_is_named(void **state)
{
	struct verdict v;

	(void)state;
	verdict_read("back-edge from insn 9 to 2\nprocessed 0 insns\n", lines, NLINES, &v);
	assert_int_equal(v.insn, 9);
	assert_int_equal(v.line, 20);
	verdict_read("0: (b7) r0 = 0\nunreachable insn 2\n", lines, NLINES, &v);
	assert_int_equal(v.line, 11);
	/* "insns" of the statistics is no instruction. */
	verdict_read("0: (b7) r0 = 0\nBPF program is too large. Processed 1000001 insn\n", lines,
		     NLINES, &v);
	assert_int_equal(v.insn, 0);
	assert_int_equal(v.line, 10);
}

static void a_later_instruction_takes_the_reason_back(void **state)
{
	struct verdict v;

	(void)state;
	verdict_read("0: (b7) r0 = 0\nsome remark\n1: (95) exit\n", lines, NLINES, &v);
	assert_string_equal(v.reason, "");
	assert_int_equal(v.insn, 1);
	verdict_read("", lines, NLINES, &v);
	assert_string_equal(v.reason, "");
	assert_int_equal(v.insn, -1);
	assert_int_equal(v.line, 0);
	verdict_read(pointer, NULL, 0, &v);
	assert_int_equal(v.line, 0);
	assert_string_equal(v.reason, "R0 invalid mem access 'scalar'");
}

static void says_the_reason_first(void **state)
{
	struct verdict v;

	(void)state;
	verdict_read(pointer, lines, NLINES, &v);
	char *text = verdict_detail(&v, pointer, "./a.c",
				    "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n  eleven\n", false);
	static const char begin[] = "./a.c:11: the verifier: R0 invalid mem access 'scalar'\n"
				    "  eleven\nits log:\n0: R1=ctx";

	assert_non_null(text);
	assert_memory_equal(text, begin, sizeof(begin) - 1);
	free(text);
	/* Of a long log the end, unless all is wanted. */
	char log[2000] = "first\n";

	for (int i = 0; i < 30; i++)
		strcat(log, "0: (b7) r0 = 0\n");
	strcat(log, "too bad\n");
	verdict_read(log, NULL, 0, &v);
	text = verdict_detail(&v, log, "./a.c", NULL, false);
	assert_non_null(text);
	assert_memory_equal(text, "the verifier: too bad\nthe end of its log:\n", 42);
	assert_null(strstr(text, "first"));
	free(text);
	text = verdict_detail(&v, log, "./a.c", NULL, true);
	assert_non_null(text);
	assert_non_null(strstr(text, "its log:\nfirst\n"));
	free(text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_the_reason_and_its_line),
		cmocka_unit_test(goes_back_to_a_line_of_the_text),
		cmocka_unit_test(believes_the_instruction_that_is_named),
		cmocka_unit_test(a_later_instruction_takes_the_reason_back),
		cmocka_unit_test(says_the_reason_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
