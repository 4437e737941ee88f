/* SPDX-License-Identifier: Apache-2.0 */
/* What clang says of lines that were made is said of the user's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "object/diagnostics.h"

static const char source[] = "int f(void *ctx)\n"
			     "{\n"
			     "\tout.perf_submit(ctx, &d, sizeof(dd)); // &d\n"
			     "\treturn $limit;\n"
			     "}\n";

static void assert_clean(const char *said, const char *expected)
{
	char *clean = diagnostics_clean(said, "mine.c", source);

	assert_non_null(clean);
	assert_string_equal(clean, expected);
	free(clean);
}

static void lines_that_were_made_are_the_users(void **state)
{
	(void)state;
	assert_clean("mine.c:3:99: error: use of undeclared identifier 'dd'\n"
		     "        ({ long kw_sent = out.perf_submit(ctx, &d, sizeof(dd)); }); // &d\n"
		     "                                                          ^~\n"
		     "1 error generated.\n",
		     "mine.c:3:34: error: use of undeclared identifier 'dd'\n"
		     "\tout.perf_submit(ctx, &d, sizeof(dd)); // &d\n"
		     "\t                                ^\n"
		     "1 error generated.\n");
	/* It stands there twice, or not at all: no place is better than a wrong one. */
	assert_clean("/virtual/main.c:3:9: warning: of d\n"
		     "        ({ d; })\n"
		     "           ^\n",
		     "mine.c:3: warning: of d\n"
		     "\tout.perf_submit(ctx, &d, sizeof(dd)); // &d\n");
	assert_clean("mine.c:4:9: note: here\n"
		     "        return kw_const_16();\n"
		     "               ~~~~~~ ^~~~~\n"
		     "                      kw_const\n",
		     "mine.c:4: note: here\n\treturn $limit;\n");
}

static void other_lines_stay(void **state)
{
	static const char *const same[] = {
		"mine.c:3:34: error: of dd\n"
		"        out.perf_submit(ctx, &d, sizeof(dd)); // &d\n"
		"                                        ^~\n",
		"mine.c:9:1: error: behind the end\nx\n^\n",
		"mine.c:3:1: error: without a line\n1 error generated.\n",
		"mine.c:0:1: error: of no line\nx\n^\n",
		"other.c:3:1: error: of another file\nx\n^\n",
		"mine.c:3: of no column\nx\n^\n",
		"mine.c:3:5: error: no mark\nx\ny\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		assert_clean(same[i], same[i]);
	assert_clean("", "");
	assert_clean("mine.c:3:1: cut", "mine.c:3:1: cut\n");
	assert_clean("In file included from <built-in>:2:\nlibbpf: x\n/virtual/main.c:7:1: a\n",
		     "mine.c:7:1: a\n");
}

/* libbcc puts lines ahead of functions, and expansion an end of line behind their {. */
static void heads_have_their_own_line(void **state)
{
	(void)state;
	assert_clean("mine.c:9:5: error: redefinition of 'f'\n"
		     "int f(void *ctx)\n"
		     "    ^\n"
		     "mine.c:9:5: error: and more\n"
		     "mine.c:9:6: note: elsewhere\n",
		     "mine.c:1:5: error: redefinition of 'f'\n"
		     "int f(void *ctx)\n"
		     "    ^\n"
		     "mine.c:1:5: error: and more\n"
		     "mine.c:9:6: note: elsewhere\n");
	static const char one[] = "BPF_HASH(t);\nint f(void *ctx) { return 0;\n";
	char *clean = diagnostics_clean("mine.c:2:29: error: expected '}'\n"
					"                   return 0;\n"
					"                            ^\n"
					"mine.c:7:18: note: to match this '{'\n"
					"int f(void *ctx) {\n"
					"                 ^\n",
					"mine.c", one);

	assert_non_null(clean);
	assert_string_equal(clean, "mine.c:2:29: error: expected '}'\n"
				   "int f(void *ctx) { return 0;\n"
				   "                            ^\n"
				   "mine.c:2:18: note: to match this '{'\n"
				   "int f(void *ctx) { return 0;\n"
				   "                 ^\n");
	free(clean);
}

static void inner_matters_are_left_out(void **state)
{
	static const char macro[] = "/virtual/include/bcc/helpers.h:120:4: note: expanded from "
				    "macro '\\\nBPF_F_TABLE'\n}; \\\n   ^\n";
	static const char told[] = "mine.c:3:2: error: unknown type name 'y'\n"
				   "\tout.perf_submit(ctx, &d, sizeof(dd)); // &d\n"
				   "\t^\n"
				   "\tx\n";
	char said[1024];

	(void)state;
	/* Twice, with a note of its own. */
	snprintf(said, sizeof(said), "%s%smine.c:3:2: error: unknown type name 'y'\n%s%s", told,
		 macro, "<scratch space>:79:1: note: expanded from here\nf\n^\n",
		 "9 errors generated.\n");
	char expected[1024];

	snprintf(expected, sizeof(expected), "%s9 errors generated.\n", told);
	assert_clean(said, expected);
	assert_clean("mine.c:3:2: error: unterminated function-like macro invocation\n"
		     "kwhile:11:9: note: macro 'kw_add' defined here\n"
		     "#define kw_add(table, key, n) ({ long; })\n"
		     "        ^\n"
		     "1 error generated.\n",
		     "mine.c:3:2: error: unterminated function-like macro invocation\n"
		     "1 error generated.\n");
}

/* Where there is an error, what the kernel's headers are warned of is in its way. */
static void an_error_comes_before_warnings_of_headers(void **state)
{
	static const char warning[] = "In file included from mine.c:1:\n"
				      "In file included from include/linux/sched.h:12:\n"
				      "arch/x86/include/asm/current.h:47:10: warning: w\n"
				      "    return x(y);\n"
				      "           ^\n"
				      "arch/x86/include/asm/percpu.h:5:3: note: expanded\n"
				      "#define x\n"
				      "        ^\n"
				      "note: (skipping 1 expansions in backtrace)\n";
	static const char error[] = "In file included from mine.c:2:\n"
				    "./own.h:1:1: warning: of the user's own\n"
				    "mine.c:9:1: error: e\n";
	char said[2048];

	(void)state;
	snprintf(said, sizeof(said), "%s%s%s2 warnings and 1 error generated.\n", warning, error,
		 warning);
	char expected[2048];

	snprintf(expected, sizeof(expected), "%s2 warnings and 1 error generated.\n", error);
	assert_clean(said, expected);
	/* Of a text that compiles all are shown (-v). */
	snprintf(said, sizeof(said), "%s1 warning generated.\n", warning);
	assert_clean(said, said);
}

/* What libbcc dies of, behind an error, says nothing more; alone it is all there is. */
static void a_crash_behind_an_error_is_none(void **state)
{
	static const char assertion[] =
		"kwhile-compile: Type.h:690: f(): Assertion `!isNull()' failed.\n";
	char said[512];

	(void)state;
	assert_clean(assertion, assertion);
	snprintf(said, sizeof(said), "mine.c:3: error: x\n%s", assertion);
	assert_clean(said, "mine.c:3: error: x\n");
	assert_true(diagnostics_has_error(said));
	assert_false(diagnostics_has_error(assertion));
	assert_false(diagnostics_has_error("mine.c:1:1: warning: x\n1 warning generated.\n"));
	assert_true(diagnostics_has_error("mine.c:1:10: fatal error: 'x.h' file not found\n"));
	assert_clean("Error at line 4: Unsupport signed division for DAG: 0x5: i64 = sdiv 0x6, "
		     "mine.c:4:9Please convert to unsigned div/mod.\n"
		     "LLVM ERROR: Cannot select: 0x5: i64 = sdiv 0x6\n",
		     "mine.c:4: error: BPF has no division of signed numbers: make both unsigned "
		     "(u64)\n\treturn $limit;\n");
	assert_true(diagnostics_has_error("Error at line 4: Unsupport signed division for DAG\n"));
}

/* What LLVM cannot make code of stands where messages stand, with what to do. */
static void llvm_says_it_of_the_users_line(void **state)
{
	(void)state;
	assert_clean(
		"error: mine.c:4:13: in function on_call i32 (i8*): A call to built-in function "
		"'__floatunsidf' is not supported.\n\n\n",
		"mine.c:4: error: on_call(): A call to built-in function '__floatunsidf' is not "
		"supported. BPF has no floating-point numbers: count in whole ones.\n"
		"\treturn $limit;\n");
	assert_clean(
		"error: mine.c:0:0: in function f i32 (i8*): Looks like the BPF stack limit of "
		"512 bytes is exceeded.\n\n",
		"mine.c: error: f(): Looks like the BPF stack limit of 512 bytes is exceeded.\n");
	assert_clean("error: mine.c:1:1: in function f i32 (i8*): A call to built-in function "
		     "'memset' is not supported.\n",
		     "mine.c:1: error: f(): A call to built-in function 'memset' is not supported. "
		     "1024 bytes are the most at once.\nint f(void *ctx)\n");
	/* Of another file, or cut. */
	assert_clean("error: other.c:1:1: in function f i32 (i8*): A\n",
		     "error: other.c:1:1: in function f i32 (i8*): A\n");
	assert_clean("error: mine.c:1:1: in function f\n", "error: mine.c:1:1: in function f\n");
	assert_clean("error: min", "error: min\n");
}

/* libbcc reads arguments from the first one, in a line that it makes. */
static void arguments_need_registers(void **state)
{
	static const char told[] = "mine.c: error: the arguments behind a handler's first one are "
				   "read from it: it has to be struct pt_regs *ctx, which "
				   "<uapi/linux/ptrace.h> has\n";
	char expected[512];

	(void)state;
	snprintf(expected, sizeof(expected), "%smine.c:4:9: error: another\n2 errors generated.\n",
		 told);
	assert_clean("mine.c:4:19: error: incomplete definition of type 'struct pt_regs'\n"
		     " int fd = (int)ctx->di; char *buf = (char *)ctx->si;\n"
		     "               ~~~^\n"
		     "include/linux/panic.h:8:8: note: forward declaration of 'struct pt_regs'\n"
		     "struct pt_regs;\n"
		     "       ^\n"
		     "mine.c:4:48: error: incomplete definition of type 'struct pt_regs'\n"
		     " int fd = (int)ctx->di; char *buf = (char *)ctx->si;\n"
		     "                                            ~~~^\n"
		     "mine.c:4:9: error: another\n"
		     "2 errors generated.\n",
		     expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_that_were_made_are_the_users),
		cmocka_unit_test(other_lines_stay),
		cmocka_unit_test(heads_have_their_own_line),
		cmocka_unit_test(inner_matters_are_left_out),
		cmocka_unit_test(an_error_comes_before_warnings_of_headers),
		cmocka_unit_test(a_crash_behind_an_error_is_none),
		cmocka_unit_test(llvm_says_it_of_the_users_line),
		cmocka_unit_test(arguments_need_registers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
