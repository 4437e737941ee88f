/* SPDX-License-Identifier: Apache-2.0 */
/* The fake kernel answers as bpf(2) does; what stands on it is only as good as this. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/fake.h"

#define CPUS 3u

static int setup(void **state)
{
	struct kernel *k;

	if (kernel_fake(&k, CPUS))
		return -1;
	*state = k;
	return 0;
}

static int teardown(void **state)
{
	kernel_fake_free(*state);
	return 0;
}

static int make(struct kernel *k, uint32_t type, uint32_t leaf, uint32_t max)
{
	struct map_spec spec = {"t", type, 4, leaf, max, 0, -1};
	int map = k->ops->map_create(k, &spec);

	assert_true(map >= 3);
	return map;
}

static int put(struct kernel *k, int map, uint32_t key, uint64_t leaf)
{
	return k->ops->map_update(k, map, &key, &leaf);
}

static uint64_t get(struct kernel *k, int map, uint32_t key)
{
	uint64_t leaf = 0;

	assert_int_equal(k->ops->map_lookup(k, map, &key, &leaf), 0);
	return leaf;
}

static int lookup(struct kernel *k, int map, uint32_t key)
{
	uint64_t leaf;

	return k->ops->map_lookup(k, map, &key, &leaf);
}

static int drop(struct kernel *k, int map, uint32_t key)
{
	return k->ops->map_delete(k, map, &key);
}

static void test_hash(void **state)
{
	struct kernel *k = *state;
	int map = make(k, BPF_MAP_TYPE_HASH, 8, 4);

	assert_int_equal(lookup(k, map, 1), -ENOENT);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(put(k, map, i, i * 10), 0);
	assert_int_equal(put(k, map, 4, 0), -E2BIG);
	/* Full, but this one is there. */
	assert_int_equal(put(k, map, 3, 33), 0);
	assert_int_equal(get(k, map, 3), 33);
	assert_int_equal(get(k, map, 0), 0);
	assert_int_equal(drop(k, map, 0), 0);
	assert_int_equal(drop(k, map, 0), -ENOENT);
	assert_int_equal(put(k, map, 4, 44), 0);
	assert_int_equal(get(k, map, 4), 44);
}

static void test_take(void **state)
{
	struct kernel *k = *state;
	int map = make(k, BPF_MAP_TYPE_HASH, 8, 4), array = make(k, BPF_MAP_TYPE_ARRAY, 8, 4);
	uint32_t key = 2;
	uint64_t leaf = 0;

	assert_int_equal(put(k, map, 2, 22), 0);
	assert_int_equal(k->ops->map_take(k, map, &key, &leaf), 0);
	assert_int_equal(leaf, 22);
	assert_int_equal(lookup(k, map, 2), -ENOENT);
	assert_int_equal(k->ops->map_take(k, map, &key, &leaf), -ENOENT);
	assert_int_equal(k->ops->map_take(k, array, &key, &leaf), -EOPNOTSUPP);
}

static void test_next_key(void **state)
{
	struct kernel *k = *state;
	int map = make(k, BPF_MAP_TYPE_HASH, 8, 100);
	uint32_t key, first, seen = 0;
	bool there[100] = {0};

	assert_int_equal(k->ops->map_next_key(k, map, NULL, &key), -ENOENT);
	for (uint32_t i = 0; i < 100; i++)
		assert_int_equal(put(k, map, i, i), 0);
	assert_int_equal(k->ops->map_next_key(k, map, NULL, &key), 0);
	first = key;
	do {
		assert_true(key < 100);
		assert_false(there[key]);
		there[key] = true;
		seen++;
	} while (k->ops->map_next_key(k, map, &key, &key) == 0);
	assert_int_equal(seen, 100);
	/* A key that is not there: from the start again. */
	uint32_t gone = 12345;

	assert_int_equal(k->ops->map_next_key(k, map, &gone, &key), 0);
	assert_int_equal(key, first);
}

static void test_lru(void **state)
{
	struct kernel *k = *state;
	int map = make(k, BPF_MAP_TYPE_LRU_HASH, 8, 3);

	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(put(k, map, i, i), 0);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(get(k, map, i), i);
	/* 0 was written again: 1 is the oldest. */
	assert_int_equal(put(k, map, 0, 7), 0);
	assert_int_equal(put(k, map, 3, 3), 0);
	assert_int_equal(lookup(k, map, 1), -ENOENT);
	assert_int_equal(get(k, map, 0), 7);
	assert_int_equal(get(k, map, 2), 2);
	assert_int_equal(get(k, map, 3), 3);
}

static void test_array(void **state)
{
	struct kernel *k = *state;
	int map = make(k, BPF_MAP_TYPE_ARRAY, 8, 3);
	uint32_t key = 77;

	assert_int_equal(get(k, map, 2), 0);
	assert_int_equal(lookup(k, map, 3), -ENOENT);
	assert_int_equal(put(k, map, 3, 1), -E2BIG);
	assert_int_equal(put(k, map, 2, 5), 0);
	assert_int_equal(drop(k, map, 2), -EINVAL);
	assert_int_equal(k->ops->map_add(k, map, 2, -6), 0);
	assert_true(get(k, map, 2) == UINT64_MAX);
	assert_int_equal(k->ops->map_add(k, map, 3, 1), -ENOENT);
	/* What is no index starts again; the last has none behind it. */
	assert_int_equal(k->ops->map_next_key(k, map, &key, &key), 0);
	assert_int_equal(key, 0);
	assert_int_equal(k->ops->map_next_key(k, map, &key, &key), 0);
	assert_int_equal(key, 1);
	key = 2;
	assert_int_equal(k->ops->map_next_key(k, map, &key, &key), -ENOENT);
}

static void test_percpu(void **state)
{
	static const uint32_t types[] = {BPF_MAP_TYPE_PERCPU_HASH, BPF_MAP_TYPE_PERCPU_ARRAY,
					 BPF_MAP_TYPE_LRU_PERCPU_HASH};
	struct kernel *k = *state;

	/* A leaf of 12 bytes takes 16 for each possible CPU. */
	for (size_t t = 0; t < 3; t++) {
		int map = make(k, types[t], 12, 2);
		unsigned char in[16 * CPUS], out[16 * CPUS + 1];
		uint32_t key = 1;

		for (size_t i = 0; i < sizeof(in); i++)
			in[i] = (unsigned char)(i + t);
		out[sizeof(in)] = 0xee;
		assert_int_equal(k->ops->map_update(k, map, &key, in), 0);
		assert_int_equal(k->ops->map_lookup(k, map, &key, out), 0);
		assert_memory_equal(in, out, sizeof(in));
		assert_int_equal(out[sizeof(in)], 0xee);
	}
}

static void test_array_batch(void **state)
{
	struct kernel *k = *state;
	int map = make(k, BPF_MAP_TYPE_ARRAY, 8, 5);
	uint64_t cursor = 0, leaves[5];
	uint32_t keys[5], n = 3;

	for (uint32_t i = 0; i < 5; i++)
		assert_int_equal(put(k, map, i, i + 1), 0);
	assert_int_equal(k->ops->map_lookup_batch(k, map, 1, &cursor, keys, leaves, &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(keys[2], 2);
	assert_int_equal(leaves[2], 3);
	assert_int_equal(k->ops->map_lookup_batch(k, map, 0, &cursor, keys, leaves, &n), -ENOENT);
	assert_int_equal(n, 2);
	assert_int_equal(keys[1], 4);
	/* Filled to the last entry: the end shows with the next call only. */
	n = 5;
	assert_int_equal(k->ops->map_lookup_batch(k, map, 1, &cursor, keys, leaves, &n), 0);
	assert_int_equal(n, 5);
	assert_int_equal(k->ops->map_lookup_batch(k, map, 0, &cursor, keys, leaves, &n), -ENOENT);
	assert_int_equal(n, 0);
}

static void test_hash_batch(void **state)
{
	struct kernel *k = *state;
	int map = make(k, BPF_MAP_TYPE_HASH, 8, 64);
	uint64_t cursor = 0, leaves[64];
	uint32_t keys[64], n = 64, seen = 0, room = 1;
	bool there[64] = {0};
	int rc, first = 1, short_of_room = 0;

	assert_int_equal(k->ops->map_lookup_batch(k, map, 1, &cursor, keys, leaves, &n), -ENOENT);
	assert_int_equal(n, 0);
	for (uint32_t i = 0; i < 64; i++)
		assert_int_equal(put(k, map, i, i), 0);
	/* One entry at a time: 64 keys in 64 buckets, so some bucket has two and does not fit. */
	do {
		n = room;
		rc = k->ops->map_lookup_batch(k, map, first, &cursor, keys, leaves, &n);
		if (rc == -ENOSPC) {
			assert_int_equal(n, 0);
			short_of_room++;
			room++;
			continue;
		}
		assert_true(n <= room);
		first = 0;
		for (uint32_t i = 0; i < n; i++, seen++) {
			assert_false(there[keys[i]]);
			assert_int_equal(leaves[i], keys[i]);
			there[keys[i]] = true;
		}
	} while (rc == 0 || rc == -ENOSPC);
	assert_int_equal(rc, -ENOENT);
	assert_int_equal(seen, 64);
	assert_true(short_of_room > 0);
}

static void test_specs_refused(void **state)
{
	static const struct {
		struct map_spec spec;
		int code;
	} wrong[] = {
		{{"t", BPF_MAP_TYPE_HASH, 4, 8, 0, 0, -1}, -EINVAL},
		{{"t", BPF_MAP_TYPE_HASH, 0, 8, 1, 0, -1}, -EINVAL},
		{{"t", BPF_MAP_TYPE_HASH, 4, 0, 1, 0, -1}, -EINVAL},
		{{"t", BPF_MAP_TYPE_ARRAY, 8, 8, 1, 0, -1}, -EINVAL},
		{{"t", BPF_MAP_TYPE_PERCPU_ARRAY, 4, 32769, 1, 0, -1}, -E2BIG},
		{{"t", BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 2, 0, -1}, -EBADF},
	};
	struct kernel *k = *state;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(k->ops->map_create(k, &wrong[i].spec), wrong[i].code);
	assert_int_equal(fake_open_maps(k), 0);
}

static void test_outer(void **state)
{
	struct kernel *k = *state;
	int inner = make(k, BPF_MAP_TYPE_ARRAY, 8, 1);
	struct map_spec spec = {"slots", BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 2, 0, inner};
	int outer = k->ops->map_create(k, &spec);
	uint32_t key = 0, leaf;
	int wrong = 999;

	assert_true(outer > inner);
	assert_int_equal(k->ops->map_lookup(k, outer, &key, &leaf), -ENOENT);
	assert_int_equal(k->ops->map_update(k, outer, &key, &wrong), -EBADF);
	assert_int_equal(k->ops->map_update(k, outer, &key, &inner), 0);
	assert_int_equal(k->ops->map_lookup(k, outer, &key, &leaf), 0);
	assert_int_equal(k->ops->map_delete(k, outer, &key), 0);
	assert_int_equal(k->ops->map_lookup(k, outer, &key, &leaf), -ENOENT);
	spec.inner = outer;
	assert_int_equal(k->ops->map_create(k, &spec), -EINVAL);
}

static void test_closed(void **state)
{
	struct kernel *k = *state;
	int map = make(k, BPF_MAP_TYPE_ARRAY, 8, 1);

	assert_int_equal(fake_open_maps(k), 1);
	assert_int_equal(fake_map(k, "t"), map);
	int newer = make(k, BPF_MAP_TYPE_ARRAY, 8, 1);

	assert_int_equal(fake_map(k, "t"), newer);
	k->ops->close(k, newer);
	assert_int_equal(fake_map(k, "t"), map);
	k->ops->close(k, map);
	k->ops->close(k, -1);
	assert_int_equal(fake_open_maps(k), 0);
	assert_int_equal(fake_map(k, "t"), -ENOENT);
	assert_int_equal(lookup(k, map, 0), -EBADF);
	/* Its number does not come back. */
	assert_true(make(k, BPF_MAP_TYPE_ARRAY, 8, 1) > newer);
}

static int load(struct kernel *k, int32_t map, struct error *err)
{
	struct bpf_insn insns[] = {
		{.code = BPF_LD | BPF_IMM | BPF_DW, .src_reg = BPF_PSEUDO_MAP_FD, .imm = map},
		{0},
		{.code = BPF_JMP | BPF_EXIT}};
	struct prog_spec spec = {.name = "p", .insns = insns, .ninsns = map < 0 ? 0 : 3};

	return k->ops->prog_load(k, &spec, err);
}

static void test_programs(void **state)
{
	struct kernel *k = *state;
	struct error err = {0};
	int map = make(k, BPF_MAP_TYPE_ARRAY, 8, 1);

	assert_int_equal(load(k, -1, &err), -EINVAL);
	assert_string_equal(err.text, "cannot load p: no instructions");
	assert_int_equal(load(k, 99, &err), -EBADF);
	assert_non_null(strstr(err.text, "fd 99"));
	int prog = load(k, map, &err);

	assert_true(prog > map);
	assert_int_equal(fake_open_progs(k), 1);
	/* A program is no table. */
	assert_int_equal(lookup(k, prog, 0), -EBADF);
	assert_int_equal(load(k, prog, &err), -EBADF);
	k->ops->close(k, prog);
	assert_int_equal(fake_open_progs(k), 0);
	error_clear(&err);
}

static struct link *attach(struct kernel *k, int prog, const char *text)
{
	struct error err = {0};
	struct probe probe = {0};
	struct link *link = NULL;

	assert_int_equal(probe_parse(text, &probe, &err), 0);
	assert_int_equal(k->ops->attach(k, &probe, prog, &link, &err), 0);
	probe_free(&probe);
	return link;
}

static void test_links(void **state)
{
	struct kernel *k = *state;
	int map = make(k, BPF_MAP_TYPE_ARRAY, 8, 1), prog = load(k, map, NULL);
	struct link *one = attach(k, prog, "kprobe:vfs_read+4");
	struct link *two = attach(k, prog, "tracepoint:sched:sched_switch");
	struct link_counts counts;
	struct error err = {0};
	char *list = fake_attached(k);

	assert_string_equal(list, "kprobe:vfs_read+4\ntracepoint:sched:sched_switch");
	free(list);
	fake_miss(k, "kprobe:vfs_read+4", 7);
	assert_int_equal(k->ops->link_counts(k, one, &counts), 0);
	assert_int_equal(counts.missed, 7);
	assert_int_equal(k->ops->link_counts(k, two, &counts), 0);
	assert_int_equal(counts.missed, 0);
	k->ops->detach(k, one);
	assert_int_equal(fake_open_links(k), 1);
	k->ops->detach(k, two);
	list = fake_attached(k);
	assert_string_equal(list, "");
	free(list);
	/* Not a program. */
	struct probe probe = {.kind = PROBE_KPROBE, .name = (char *)"f"};

	assert_int_equal(k->ops->attach(k, &probe, map, &one, &err), -EBADF);
	assert_non_null(strstr(err.text, "kprobe:f"));
	error_clear(&err);
}

static void test_fail(void **state)
{
	struct kernel *k = *state;
	int map = make(k, BPF_MAP_TYPE_ARRAY, 8, 4);

	fake_fail(k, "map_lookup", 2, -EIO);
	assert_int_equal(lookup(k, map, 0), 0);
	assert_int_equal(lookup(k, map, 0), 0);
	assert_int_equal(lookup(k, map, 0), -EIO);
	assert_int_equal(lookup(k, map, 0), -EIO);
	assert_int_equal(put(k, map, 0, 1), 0);
	fake_fail(k, "map_lookup", 0, 0);
	assert_int_equal(lookup(k, map, 0), 0);
	fake_fail(k, "grace", 0, -EPERM);
	assert_int_equal(k->ops->grace(k), -EPERM);
	fake_fail(k, "map_create", 0, -ENOMEM);
	struct map_spec spec = {"t", BPF_MAP_TYPE_ARRAY, 4, 8, 1, 0, -1};

	assert_int_equal(k->ops->map_create(k, &spec), -ENOMEM);
	assert_int_equal(fake_open_maps(k), 1);
}

static void count_and_write(struct kernel *k, void *ctx)
{
	int *calls = ctx;

	++*calls;
	/* Its own calls meet neither the hook nor the failure. */
	assert_int_equal(lookup(k, 3, 0), 0);
	assert_int_equal(put(k, 3, 0, (uint64_t)*calls), 0);
}

static void test_hook(void **state)
{
	struct kernel *k = *state;
	int map = make(k, BPF_MAP_TYPE_ARRAY, 8, 4), calls = 0;

	assert_int_equal(map, 3);
	fake_hook(k, "map_lookup", count_and_write, &calls);
	/* It ran before the operation. */
	assert_int_equal(get(k, map, 0), 1);
	fake_fail(k, "map_lookup", 0, -EIO);
	assert_int_equal(lookup(k, map, 0), -EIO);
	assert_int_equal(calls, 2);
	fake_fail(k, "map_lookup", 0, 0);
	fake_hook(k, "map_lookup", NULL, NULL);
	assert_int_equal(get(k, map, 0), 2);
	assert_int_equal(calls, 2);
}

static void test_clock(void **state)
{
	struct kernel *k = *state;

	assert_int_equal(k->ops->now(k), 1000000000);
	assert_int_equal(k->ops->now(k), 1000000000);
	fake_advance(k, 5);
	assert_int_equal(k->ops->now(k), 1000000005);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_hash),	  TEST(test_take),	 TEST(test_next_key),
		TEST(test_lru),		  TEST(test_array),	 TEST(test_percpu),
		TEST(test_array_batch),	  TEST(test_hash_batch), TEST(test_outer),
		TEST(test_specs_refused), TEST(test_closed),	 TEST(test_programs),
		TEST(test_links),	  TEST(test_fail),	 TEST(test_hook),
		TEST(test_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
