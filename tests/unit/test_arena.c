/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/arena.h"

static void gives_zeroed_aligned_memory_that_does_not_overlap(void **state)
{
	struct arena *arena = arena_new();
	unsigned char *given[2000];

	(void)state;
	assert_non_null(arena);
	for (size_t i = 0; i < 2000; i++) {
		size_t size = i % 97;

		given[i] = arena_alloc(arena, size);
		assert_non_null(given[i]);
		assert_int_equal((uintptr_t)given[i] % _Alignof(max_align_t), 0);
		for (size_t b = 0; b < size; b++)
			assert_int_equal(given[i][b], 0);
		memset(given[i], (int)(i % 251) + 1, size);
	}
	for (size_t i = 0; i < 2000; i++) {
		for (size_t b = 0; b < i % 97; b++)
			assert_int_equal(given[i][b], i % 251 + 1);
	}
	arena_free(arena);
}

static void gives_more_than_a_block(void **state)
{
	struct arena *arena = arena_new();
	unsigned char *big = arena_alloc(arena, 5 << 20);
	unsigned char *small = arena_alloc(arena, 8);

	(void)state;
	assert_non_null(big);
	assert_non_null(small);
	assert_int_equal(big[(5 << 20) - 1], 0);
	memset(big, 1, 5 << 20);
	assert_int_equal(small[0], 0);
	arena_free(arena);
}

static void refuses_what_no_machine_has(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	assert_null(arena_alloc(arena, SIZE_MAX));
	assert_null(arena_alloc(arena, SIZE_MAX - 20));
	assert_non_null(arena_alloc(arena, 1));
	arena_free(arena);
}

static void is_empty_and_zeroed_after_reset(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < 500; i++) {
			unsigned char *bytes = arena_alloc(arena, 1000);

			assert_int_equal(bytes[0] | bytes[999], 0);
			memset(bytes, 0xff, 1000);
		}
		arena_reset(arena);
	}
	arena_free(arena);
	arena_free(NULL);
}

static void keeps_one_block_over_a_reset(void **state)
{
	struct arena *arena = arena_new();
	char *first = arena_alloc(arena, 100);

	(void)state;
	arena_reset(arena);
	assert_ptr_equal(arena_alloc(arena, 100), first);
	arena_free(arena);
}

static void makes_strings(void **state)
{
	struct arena *arena = arena_new();
	const char unended[3] = {'a', 'b', 'c'};

	(void)state;
	assert_string_equal(arena_strndup(arena, unended, 3), "abc");
	assert_string_equal(arena_strndup(arena, "a\0b", 3), "a");
	assert_string_equal(arena_strndup(arena, "abc", 0), "");
	assert_string_equal(arena_printf(arena, "%s[%d]", "order", -1), "order[-1]");
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_zeroed_aligned_memory_that_does_not_overlap),
		cmocka_unit_test(gives_more_than_a_block),
		cmocka_unit_test(refuses_what_no_machine_has),
		cmocka_unit_test(is_empty_and_zeroed_after_reset),
		cmocka_unit_test(keeps_one_block_over_a_reset),
		cmocka_unit_test(makes_strings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
