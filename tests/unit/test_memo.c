/* SPDX-License-Identifier: Apache-2.0 */
/* What one run learnt about functions, the next one knows without reading the list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "program/symbols.h"
#include "program/symbols_memo.h"

#define DATA KW_TEST_DATA "/symbols/"
#define NOWHERE DATA "there-is-no-such-file"

static char *kept;
static unsigned loads, keeps;

static void load(void *ctx, char **text)
{
	(void)ctx;
	loads++;
	*text = kept ? strdup(kept) : NULL;
}

static void keep(void *ctx, const char *text)
{
	(void)ctx;
	keeps++;
	free(kept);
	kept = strdup(text);
}

static int forget(void **state)
{
	(void)state;
	free(kept);
	kept = NULL;
	loads = keeps = 0;
	return 0;
}

static struct symbols *open_list(const char *kallsyms)
{
	const struct symbols_files files = {kallsyms, NULL, DATA "blacklist", NULL};
	const struct symbols_memo memo = {load, keep, NULL};
	struct symbols *s;

	assert_int_equal(symbols_open(&s, &files, &memo, NULL), 0);
	return s;
}

static void assert_same(const struct symbol_match *a, const struct symbol_match *b)
{
	assert_int_equal(a->n, b->n);
	assert_int_equal(a->part, b->part);
	for (size_t i = 0; i < a->n; i++) {
		assert_string_equal(a->list[i].name, b->list[i].name);
		assert_int_equal(a->list[i].address, b->list[i].address);
		assert_int_equal(a->list[i].ambiguous, b->list[i].ambiguous);
		assert_int_equal(a->list[i].blacklisted, b->list[i].blacklisted);
	}
}

static void nothing_is_read_without_a_question(void **state)
{
	struct symbols *s = open_list(NOWHERE);

	(void)state;
	assert_false(symbols_were_read(s));
	symbols_keep(s);
	assert_int_equal(loads, 0);
	assert_int_equal(keeps, 0);
	symbols_free(s);
}

static void an_unreadable_list_is_told(void **state)
{
	struct symbols *s = open_list(NOWHERE);
	struct symbol_match match;
	struct error err = {0};

	(void)state;
	assert_int_equal(symbols_resolve(s, "vfs_read", &match), -ENOENT);
	symbols_free(s);
	s = open_list("/");
	assert_int_equal(symbols_glob(s, "vfs_*", &match), -EISDIR);
	assert_int_equal(symbols_failed(s, -EISDIR, &err), -EISDIR);
	assert_non_null(strstr(err.text, "cannot read the kernel's functions from /"));
	symbols_keep(s);
	assert_int_equal(keeps, 0);
	error_clear(&err);
	symbols_free(s);
}

/* The second list is of another kernel: an answer from it would differ. */
static void the_second_run_reads_nothing(void **state)
{
	static const char *const names[] = {"vfs_read", "finish_task_switch", "no_such_function",
					    "kfree"};
	static const char *const globs[] = {"vfs_*", "*switch*", "none_of_these*"};
	struct symbols *first = open_list(DATA "kallsyms-6.1"), *second;
	struct symbol_match a[7], b;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(symbols_resolve(first, names[i], &a[i]), i == 2 ? -ENOENT : 0);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(symbols_glob(first, globs[i], &a[4 + i]), 0);
	assert_true(a[0].n && a[1].n && !a[2].n && a[4].n > 1 && a[5].n && !a[6].n);
	assert_true(symbols_were_read(first));
	symbols_keep(first);
	assert_int_equal(keeps, 1);
	second = open_list(NOWHERE);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(symbols_resolve(second, names[i], &b), i == 2 ? -ENOENT : 0);
		assert_same(&a[i], &b);
		symbol_match_free(&b);
	}
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(symbols_glob(second, globs[i], &b), 0);
		assert_same(&a[4 + i], &b);
		symbol_match_free(&b);
	}
	assert_false(symbols_were_read(second));
	symbols_keep(second);
	assert_int_equal(keeps, 1);
	for (size_t i = 0; i < 7; i++)
		symbol_match_free(&a[i]);
	symbols_free(first);
	symbols_free(second);
}

static void a_new_question_adds_to_the_old_ones(void **state)
{
	struct symbol_match match;
	struct symbols *s = open_list(DATA "kallsyms-6.1");

	(void)state;
	assert_int_equal(symbols_resolve(s, "vfs_read", &match), 0);
	symbol_match_free(&match);
	symbols_keep(s);
	symbols_free(s);
	s = open_list(DATA "kallsyms-6.1");
	assert_int_equal(symbols_glob(s, "vfs_*", &match), 0);
	symbol_match_free(&match);
	symbols_keep(s);
	symbols_free(s);
	assert_non_null(strstr(kept, "g vfs_* "));
	assert_non_null(strstr(kept, "r vfs_read 1\n"));
}

/* Whatever stands in it: no answer, or an answer of the form it should have. */
static void nonsense_is_no_answer(void **state)
{
	static const char *const texts[] = {
		"",
		"\n",
		"r",
		"r vfs_read",
		"r vfs_read 1",
		"r vfs_read 1\n",
		"r vfs_read 1\nffff - \n",
		"r vfs_read 1\nffff vfs_read\n",
		"r vfs_read 1\nffff - vfs_read",
		"r vfs_read 2\nffff - vfs_read\n",
		"r vfs_read -1\n",
		"r vfs_read 99999999999999999999\n",
		"r vfs_read 1 parts\nffff - vfs_read\n",
		"x vfs_read 0\n",
		"rvfs_read 0\n",
		"r  vfs_read 0\n",
		"g vfs_read 0\n",
		"r vfs_rea 0\n",
		"r vfs_read_x 0\n",
	};
	struct symbol_match match;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct memo *memo = memo_new(strdup(texts[i]));

		assert_non_null(memo);
		if (memo_ask(memo, MEMO_RESOLVE, "vfs_read", &match) != -ENOENT)
			fail_msg("text %zu is an answer", i);
		memo_free(memo);
	}
}

static void words_with_blanks_are_not_kept(void **state)
{
	struct memo *memo = memo_new(NULL);
	struct symbol_match none = {0};

	(void)state;
	memo_learn(memo, MEMO_GLOB, "a* b", &none);
	memo_learn(memo, MEMO_GLOB, "a*\nb", &none);
	memo_learn(memo, MEMO_GLOB, "", &none);
	assert_null(memo_text(memo));
	memo_free(memo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(nothing_is_read_without_a_question, forget),
		cmocka_unit_test_setup(an_unreadable_list_is_told, forget),
		cmocka_unit_test_setup(the_second_run_reads_nothing, forget),
		cmocka_unit_test_setup(a_new_question_adds_to_the_old_ones, forget),
		cmocka_unit_test_setup(nonsense_is_no_answer, forget),
		cmocka_unit_test_setup(words_with_blanks_are_not_kept, forget),
	};

	return cmocka_run_group_tests(tests, NULL, forget);
}
