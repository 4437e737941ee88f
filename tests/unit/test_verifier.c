/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/bpf.h>
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
	/* The line of the text alone. */
	v.line = 2;
	text = verdict_detail(&v, NULL, "./a.c", "one\n  two\n", false);
	assert_non_null(text);
	assert_string_equal(text, "  two\n");
	free(text);
}

/* The kernel shows both states behind the reason, and ends some with a full stop. */
static void the_reason_of_a_loop_is_not_its_state(void **state)
{
	struct verdict v;

	(void)state;
	verdict_read("7: (05) goto pc-4\ninfinite loop detected at insn 2\ncur state: R0=scalar()\n"
		     "old state: R0=scalar()\nprocessed 44 insns\n",
		     lines, NLINES, &v);
	assert_string_equal(v.reason, "infinite loop detected at insn 2");
	assert_int_equal(v.line, 11);
	verdict_read("7: (05) goto pc-4\nThe sequence of 8193 jumps is too complex.\n", lines,
		     NLINES, &v);
	assert_string_equal(v.reason, "The sequence of 8193 jumps is too complex");
}

static void says_what_to_do(void **state)
{
	static const struct {
		const char *reason;
		const char *advice; /* a word of it */
	} known[] = {
		{"R0 invalid mem access 'map_value_or_null'", "NULL"},
		{"R0 invalid mem access 'mem_or_null'", "NULL"},
		{"R1 invalid mem access 'inv'", "bpf_probe_read_kernel()"},
		{"back-edge from insn 9 to 2", "loop"},
		{"BPF program is too large. Processed 1000001 insn", "fewer turns"},
		{"The total number of maps per program has reached the limit of 64", "kw_add()"},
		{"invalid indirect read from stack R2 off -16+1 size 16", "padding"},
		{"R0 !read_ok", "without a value"},
		{"unknown func bpf_get_stack#67", "no such helper"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const char *advice = verdict_advice(known[i].reason);

		assert_non_null(advice);
		assert_non_null(strstr(advice, known[i].advice));
	}
	assert_null(verdict_advice("R1 type=ctx expected=fp"));
	assert_null(verdict_advice(""));
}

#define LOAD64(src, low, high)                                                                     \
	{.code = BPF_LD | BPF_DW | BPF_IMM, .src_reg = (src), .imm = (low)},                       \
	{                                                                                          \
		.imm = (high)                                                                      \
	}
#define CALL(src, of)                                                                              \
	{                                                                                          \
		.code = BPF_JMP | BPF_CALL, .src_reg = (src), .imm = (of)                          \
	}

/* What a line of instructions lacks: a word of it, or NULL. */
static void assert_lacks(const struct bpf_insn *insns, uint32_t n, const char *word, uint32_t line)
{
	struct object_line places[] = {{0, 10}, {2, 11}, {3, 20}};
	const struct object_function function = {
		.insns = (struct bpf_insn *)insns, .ninsns = n, .lines = places, .nlines = 3};
	uint32_t at = 0;
	const char *lacks = verdict_lacks(&function, &at);

	assert_int_equal(!lacks, !word);
	if (!word)
		return;
	assert_non_null(strstr(lacks, word));
	assert_int_equal(at, line);
}

static void sees_what_has_no_address(void **state)
{
	/* A table, a number of more than 32 bits, a helper, and another function of the program. */
	const struct bpf_insn all[] = {LOAD64(BPF_PSEUDO_MAP_FD, 1, 0), LOAD64(0, 1, 1),
				       LOAD64(0, INT32_MIN, 0), CALL(0, 14), CALL(1, 3)};
	const struct bpf_insn variable[] = {LOAD64(1, 1, 0), LOAD64(0, 8, 0)};
	const struct bpf_insn both[] = {LOAD64(0, 0, 0), CALL(0, 5), CALL(BPF_PSEUDO_CALL, -1)};
	const struct bpf_insn cut[] = {{.code = BPF_LD | BPF_DW | BPF_IMM}};

	(void)state;
	assert_lacks(all, sizeof(all) / sizeof(all[0]), NULL, 0);
	assert_lacks(variable, 4, "global variable", 11);
	assert_lacks(both, 4, "function that is not there", 20);
	assert_lacks(both, 2, "global variable", 10);
	assert_lacks(cut, 1, NULL, 0);
	assert_lacks(cut, 0, NULL, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_the_reason_and_its_line),
		cmocka_unit_test(goes_back_to_a_line_of_the_text),
		cmocka_unit_test(believes_the_instruction_that_is_named),
		cmocka_unit_test(a_later_instruction_takes_the_reason_back),
		cmocka_unit_test(says_the_reason_first),
		cmocka_unit_test(the_reason_of_a_loop_is_not_its_state),
		cmocka_unit_test(says_what_to_do),
		cmocka_unit_test(sees_what_has_no_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
