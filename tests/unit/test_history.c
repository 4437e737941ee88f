/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is subtracted from a reading: the one before, key by key, whoever chose the keys.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xxhash.h>

#include "sample/history.h"

static struct type number = {.kind = TYPE_UINT, .size = 8, .count = 1};

#define KEYS 4096u

static uint64_t keys[KEYS], leaves[KEYS];

static void subtract(struct history *h, size_t n)
{
	struct entries now = {.n = n,
			      .key_size = 8,
			      .leaf_size = 8,
			      .leaf_room = 8,
			      .ncpus = 1,
			      .keys = (unsigned char *)keys,
			      .leaves = (unsigned char *)leaves,
			      .room = KEYS};

	assert_int_equal(history_subtract(h, &number, &now), 0);
	assert_int_equal(now.n, n);
}

static void keys_come_and_go(void **state)
{
	struct history *h = history_new(8, 8);

	(void)state;
	keys[0] = 1, leaves[0] = 10;
	keys[1] = 2, leaves[1] = 20;
	subtract(h, 2);
	assert_int_equal(leaves[0], 10);
	/* 1 has grown, 2 is gone, 3 is new. */
	keys[1] = 3, leaves[0] = 15, leaves[1] = 5;
	subtract(h, 2);
	assert_int_equal(leaves[0], 5);
	assert_int_equal(leaves[1], 5);
	/* 2 is there again: it counts whole. 1 counts down: it was made anew. */
	keys[1] = 2, leaves[0] = 4, leaves[1] = 7;
	subtract(h, 2);
	assert_int_equal(leaves[0], 4);
	assert_int_equal(leaves[1], 7);
	history_reset(h);
	leaves[0] = 9;
	subtract(h, 1);
	assert_int_equal(leaves[0], 9);
	history_free(h);
}

static clock_t cost(void)
{
	struct history *h = history_new(8, 8);
	clock_t begin = clock();

	for (int i = 0; i < 10; i++) {
		for (size_t k = 0; k < KEYS; k++)
			leaves[k] = (uint64_t)i;
		subtract(h, KEYS);
		assert_int_equal(leaves[KEYS - 1], i > 0);
	}
	history_free(h);
	return clock() - begin;
}

/* Names of threads are keys, and whoever is watched gives them: all with one hash take no longer.
 */
static void chosen_keys_take_no_longer(void **state)
{
	size_t n = 0;

	(void)state;
	for (uint64_t k = 0; k < KEYS; k++)
		keys[k] = k;
	clock_t usual = cost();

	for (uint64_t k = 0; n < KEYS; k++)
		if ((XXH64(&k, sizeof(k), 0) & (2 * KEYS - 1)) == 0)
			keys[n++] = k;
	/* Without a seed it is some 300 times as long. */
	assert_true(cost() < 30 * (usual + CLOCKS_PER_SEC / 1000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_come_and_go),
		cmocka_unit_test(chosen_keys_take_no_longer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
