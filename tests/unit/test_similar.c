/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/similar.h"

static void counts_edits(void **state)
{
	(void)state;
	assert_int_equal(similar_distance("", ""), 0);
	assert_int_equal(similar_distance("", "abc"), 3);
	assert_int_equal(similar_distance("abc", ""), 3);
	assert_int_equal(similar_distance("kfree", "kfree"), 0);
	assert_int_equal(similar_distance("ofcpu", "offcpu"), 1);
	assert_int_equal(similar_distance("kfere", "kfree"), 1); /* neighbours swapped */
	assert_int_equal(similar_distance("ab", "ba"), 1);
	assert_int_equal(similar_distance("kitten", "sitting"), 3);
	assert_int_equal(similar_distance("ca", "abc"), 3); /* no edit inside a swap */
}

static void is_the_same_both_ways(void **state)
{
	static const char *const words[] = {"", "a", "vfs_read", "vfs_raed", "readv", "compact"};

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		for (size_t j = 0; j < 6; j++)
			assert_int_equal(similar_distance(words[i], words[j]),
					 similar_distance(words[j], words[i]));
	}
}

static void compares_the_first_127_letters(void **state)
{
	char a[300], b[300];

	(void)state;
	memset(a, 'x', sizeof(a));
	memset(b, 'x', sizeof(b));
	a[299] = b[299] = '\0';
	b[127] = 'y';
	assert_int_equal(similar_distance(a, b), 0);
	b[126] = 'y';
	assert_int_equal(similar_distance(a, b), 1);
	assert_int_equal(similar_distance("", a), 127);
}

static void offers_slips_and_no_other_words(void **state)
{
	(void)state;
	assert_true(similar_enough("ofcpu", "offcpu"));
	assert_true(similar_enough("compact_zon", "compact_zone"));
	assert_true(similar_enough("kmem_cache_fere", "kmem_cache_free"));
	assert_false(similar_enough("kfree", "kmalloc"));
	assert_false(similar_enough("a", "b"));
	assert_false(similar_enough("", "x"));
	assert_false(similar_enough("vfs", "vfs_read"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_edits),
		cmocka_unit_test(is_the_same_both_ways),
		cmocka_unit_test(compares_the_first_127_letters),
		cmocka_unit_test(offers_slips_and_no_other_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
