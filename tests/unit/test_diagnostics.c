/* SPDX-License-Identifier: Apache-2.0 */
/* What clang says of lines that were made is said of the user's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
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
		     "               ~~~~~~ ^~~~~\n",
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_that_were_made_are_the_users),
		cmocka_unit_test(other_lines_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
