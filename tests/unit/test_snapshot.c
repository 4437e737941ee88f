/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From tables to samples, on the kernel in memory: no count is lost, whatever happens between two
 * readings, and the figures of a sample are of one instant.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "fake_trace.h"
#include "kernel/fake.h"
#include "sample/reader.h"
#include "sample/snapshot.h"

#define U32 "\"unsigned int\""
#define U64 "\"unsigned long long\""

static char text[] = "/// fresh highest\n"
		     "/// show counted count \"%key = %value\"\n"
		     "/// show counted sum \"all = %value\"\n"
		     "/// show highest count\n"
		     "/// show plain count\n";

static struct object_table tables[] = {
	{(char *)"counted__0", BPF_MAP_TYPE_HASH, 4, 8, 8, 0, -1, (char *)U32, (char *)U64,
	 (char *)""},
	{(char *)"counted__1", BPF_MAP_TYPE_HASH, 4, 8, 8, 0, -1, (char *)U32, (char *)U64,
	 (char *)""},
	{(char *)"highest__0", BPF_MAP_TYPE_HASH, 4, 8, 8, 0, -1, (char *)U32, (char *)U64,
	 (char *)""},
	{(char *)"highest__1", BPF_MAP_TYPE_HASH, 4, 8, 8, 0, -1, (char *)U32, (char *)U64,
	 (char *)""},
	{(char *)"plain", BPF_MAP_TYPE_PERCPU_HASH, 4, 8, 8, 0, -1, (char *)U32, (char *)U64,
	 (char *)""},
	{(char *)TABLE_HALF, BPF_MAP_TYPE_ARRAY, 4, 8, 1, 0, -1, (char *)"\"int\"", (char *)U64,
	 (char *)""},
	{(char *)TABLE_REFUSED, BPF_MAP_TYPE_ARRAY, 4, 8, REFUSED_SLOTS, 0, -1, (char *)"\"int\"",
	 (char *)U64, (char *)""},
};

static struct halved halved[] = {{(char *)"counted", 1, true, false},
				 {(char *)"highest", 2, false, true}};

/* All that one test needs, as a run would make it. */
struct bench {
	struct fake_trace t;
	struct expansion expansion;
	struct snapshot *snapshot;
};

static void bench_open_refusing(struct bench *b, bool flip, int grace)
{
	const struct snapshot_options options = {.flip = flip};

	memset(b, 0, sizeof(*b));
	fake_trace_start(&b->t, 2, tables, sizeof(tables) / sizeof(tables[0]));
	b->expansion.halved = halved;
	b->expansion.nhalved = 2;
	assert_int_equal(header_parse(text, "t.c", &b->t.header, &b->t.err), 0);
	fake_trace_load(&b->t);
	fake_fail(b->t.k, "grace", 0, grace);
	assert_int_equal(snapshot_new(b->t.trace, &b->t.plan, &b->expansion, &options, &b->snapshot,
				      &b->t.err),
			 0);
	assert_int_equal(snapshot_begin(b->snapshot, &b->t.err), 0);
}

static void bench_open(struct bench *b, bool flip)
{
	bench_open_refusing(b, flip, 0);
}

static void bench_close(struct bench *b)
{
	snapshot_free(b->snapshot);
	fake_trace_close(&b->t);
}

/* What a program does: read which half, add to it. */
static uint64_t half_now(struct kernel *k)
{
	uint32_t slot = 0;
	uint64_t half = 9;

	assert_int_equal(k->ops->map_lookup(k, fake_map(k, TABLE_HALF), &slot, &half), 0);
	assert_true(half < 2);
	return half;
}

static void add_to(struct kernel *k, const char *table, uint32_t key, uint64_t n)
{
	int map = fake_map(k, table);
	uint64_t value = 0;

	k->ops->map_lookup(k, map, &key, &value);
	value += n;
	assert_int_equal(k->ops->map_update(k, map, &key, &value), 0);
}

static void count(struct bench *b, uint32_t key, uint64_t n)
{
	add_to(b->t.k, half_now(b->t.k) ? "counted__1" : "counted__0", key, n);
}

static uint64_t row(const struct sample *s, size_t view, uint32_t key)
{
	for (size_t i = 0; i < s->views[view].nrows; i++)
		if (s->views[view].rows[i].cells[0].u == key)
			return s->views[view].rows[i].value;
	return 0;
}

static uint64_t take_sum(struct bench *b)
{
	struct sample s = {0};

	assert_int_equal(snapshot_take(b->snapshot, &s, &b->t.err), 0);
	uint64_t sum = s.views[1].total;

	assert_int_equal(s.views[0].total, sum);
	sample_free(&s);
	return sum;
}

static void each_sample_has_its_share(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, true);
	for (uint64_t round = 1; round < 50; round++) {
		struct sample s = {0};

		count(&b, 1, round);
		count(&b, 2, 2 * round);
		assert_int_equal(snapshot_take(b.snapshot, &s, &b.t.err), 0);
		assert_true(s.exact);
		assert_int_equal(row(&s, 0, 1), round);
		assert_int_equal(row(&s, 0, 2), 2 * round);
		assert_int_equal(s.views[1].total, 3 * round);
		sample_free(&s);
	}
	assert_int_equal(take_sum(&b), 0);
	bench_close(&b);
}

/* A program that had read the index before the flip, and writes before the grace period is over. */
static void late_writer(struct kernel *k, void *ctx)
{
	uint64_t *old_half = ctx;

	add_to(k, *old_half ? "counted__1" : "counted__0", 7, 1000);
}

/*
 * Its count is in the sample that is being taken: without the wait it would be read too early. The
 * hook runs inside the wait, so a snapshot that does not wait fails here.
 */
static void a_late_writer_is_waited_for(void **state)
{
	struct bench b;
	uint64_t old_half;

	(void)state;
	bench_open(&b, true);
	count(&b, 7, 5);
	old_half = half_now(b.t.k);
	fake_hook(b.t.k, "grace", late_writer, &old_half);
	assert_int_equal(take_sum(&b), 1005);
	fake_hook(b.t.k, "grace", NULL, NULL);
	assert_int_equal(take_sum(&b), 0);
	bench_close(&b);
}

/* What is written while a half is read goes to the other one, and is in the next sample. */
static void writer_during_reading(struct kernel *k, void *ctx)
{
	(void)ctx;
	add_to(k, half_now(k) ? "counted__1" : "counted__0", 3, 1);
}

static void counts_during_reading_come_next(void **state)
{
	struct bench b;
	uint64_t sum = 0, extra;

	(void)state;
	bench_open(&b, true);
	for (int i = 0; i < 10; i++) {
		count(&b, 3, 10);
		fake_hook(b.t.k, "map_next_key", writer_during_reading, NULL);
		fake_hook(b.t.k, "map_lookup_batch", writer_during_reading, NULL);
		uint64_t got = take_sum(&b);

		fake_hook(b.t.k, "map_next_key", NULL, NULL);
		fake_hook(b.t.k, "map_lookup_batch", NULL, NULL);
		/* Sample i has its own 10 and what came during the reading before it. */
		assert_true(got >= 10);
		sum += got;
	}
	extra = take_sum(&b);
	assert_true(extra > 0);
	sum += extra;
	/* All that was ever written, and nothing twice: what both halves hold. */
	uint64_t held = 0, value;
	uint32_t key = 3;

	for (int half = 0; half < 2; half++)
		if (b.t.k->ops->map_lookup(b.t.k,
					   fake_map(b.t.k, half ? "counted__1" : "counted__0"),
					   &key, &value) == 0)
			held += value;
	assert_int_equal(sum, held);
	bench_close(&b);
}

static void a_failed_reading_loses_nothing(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, false);
	count(&b, 1, 11);
	fake_fail(b.t.k, "map_lookup_batch", 0, -EIO);
	fake_fail(b.t.k, "map_next_key", 0, -EIO);
	assert_int_equal(take_sum(&b), 0);
	fake_fail(b.t.k, "map_lookup_batch", 0, 0);
	fake_fail(b.t.k, "map_next_key", 0, 0);
	count(&b, 1, 4);
	assert_int_equal(take_sum(&b), 15);
	bench_close(&b);
}

static void without_a_wait_nothing_is_flipped(void **state)
{
	struct sample s = {0};
	struct bench b;

	(void)state;
	bench_open_refusing(&b, true, -EPERM);
	uint64_t half = half_now(b.t.k);

	count(&b, 1, 3);
	assert_int_equal(snapshot_take(b.snapshot, &s, &b.t.err), 0);
	assert_false(s.exact);
	assert_int_equal(s.views[1].total, 3);
	assert_int_equal(half_now(b.t.k), half);
	sample_free(&s);
	bench_close(&b);
}

/* Programs go on with the half that they have, and what is in it is this interval's. */
static void a_refused_flip_loses_nothing(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, true);
	for (uint64_t round = 1; round < 6; round++) {
		count(&b, 1, round);
		fake_fail(b.t.k, "map_update", 0, round % 3 ? -ENOMEM : 0);
		assert_int_equal(take_sum(&b), round);
		fake_fail(b.t.k, "map_update", 0, 0);
	}
	assert_int_equal(take_sum(&b), 0);
	bench_close(&b);
}

static void keys_that_come_and_go_find_room(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, true);
	/* 8 entries a half, and 6 new keys in each interval. */
	for (uint32_t round = 0; round < 100; round++) {
		for (uint32_t key = 0; key < 6; key++)
			count(&b, round * 6 + key, 1);
		assert_int_equal(take_sum(&b), 6);
	}
	bench_close(&b);
}

static void a_fresh_table_starts_empty(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, true);
	for (uint64_t round = 1; round < 6; round++) {
		struct sample s = {0};

		add_to(b.t.k, half_now(b.t.k) ? "highest__1" : "highest__0", 1, 100 * round);
		assert_int_equal(snapshot_take(b.snapshot, &s, &b.t.err), 0);
		assert_int_equal(row(&s, 2, 1), 100 * round);
		sample_free(&s);
	}
	bench_close(&b);
}

/* It was read: no later reading brings it. */
static void a_table_that_cannot_be_emptied_is_shown(void **state)
{
	const struct reader_options options = {.table = "highest", .halved = true, .fresh = true};
	struct reader *reader = NULL;
	struct bench b;

	(void)state;
	bench_open(&b, true);
	assert_int_equal(reader_new(b.t.trace, &options, &reader, &b.t.err), 0);
	add_to(b.t.k, "highest__1", 1, 100);
	fake_fail(b.t.k, "map_delete", 0, -EBUSY);
	assert_int_equal(reader_take(reader, 1, true), 0);
	assert_int_equal(reader_entries(reader)->n, 1);
	fake_fail(b.t.k, "map_delete", 0, 0);
	reader_free(reader);
	bench_close(&b);
}

static void cpus_are_added_up(void **state)
{
	struct bench b;
	uint32_t key = 4;

	(void)state;
	bench_open(&b, true);
	for (uint64_t round = 1; round < 4; round++) {
		uint64_t values[2] = {10 * round, 3 * round};
		struct sample s = {0};

		assert_int_equal(
			b.t.k->ops->map_update(b.t.k, fake_map(b.t.k, "plain"), &key, values), 0);
		assert_int_equal(snapshot_take(b.snapshot, &s, &b.t.err), 0);
		assert_int_equal(row(&s, 3, 4), 13);
		/* Written by BCC's own calls: what a full table refuses is not known. */
		assert_int_equal(s.account.refused, COUNT_UNKNOWN);
		sample_free(&s);
	}
	bench_close(&b);
}

static void refusals_are_told(void **state)
{
	struct bench b;
	struct sample s = {0};

	(void)state;
	bench_open(&b, true);
	add_to(b.t.k, TABLE_REFUSED, halved[0].refused, 17);
	assert_int_equal(snapshot_take(b.snapshot, &s, &b.t.err), 0);
	assert_int_equal(s.account.refused, 17);
	assert_int_equal(s.views[0].refused, 17);
	assert_int_equal(s.views[2].refused, 0);
	sample_free(&s);
	bench_close(&b);
}

/* Tables in tables: arrays, which cannot be drained, and hashes, which can. */
static struct object_table rooms[] = {
	{(char *)"array", BPF_MAP_TYPE_ARRAY, 4, 8, 1, 0, -1, (char *)U32, (char *)U64, (char *)""},
	{(char *)"hash", BPF_MAP_TYPE_HASH, 4, 8, 4, 0, -1, (char *)U32, (char *)U64, (char *)""},
	{(char *)"arrays", BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 2, 0, 0, (char *)U32, (char *)U32,
	 (char *)""},
	{(char *)"hashes", BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 2, 0, 1, (char *)U32, (char *)U32,
	 (char *)""},
};

static void drained_open(struct bench *b)
{
	static char lines[] = "/// inner arrays 0\n/// inner arrays 1\n"
			      "/// inner hashes 0\n/// inner hashes 1\n"
			      "/// show arrays count\n/// show hashes count\n";
	const struct snapshot_options options = {.drain = true};

	memset(b, 0, sizeof(*b));
	fake_trace_start(&b->t, 1, rooms, sizeof(rooms) / sizeof(rooms[0]));
	assert_int_equal(header_parse(lines, "t.c", &b->t.header, &b->t.err), 0);
	fake_trace_load(&b->t);
	assert_int_equal(snapshot_new(b->t.trace, &b->t.plan, &b->expansion, &options, &b->snapshot,
				      &b->t.err),
			 0);
	assert_int_equal(snapshot_begin(b->snapshot, &b->t.err), 0);
}

/* A program adds to key 0 in each of the tables of one. */
static void add_to_inners(const struct bench *b, const char *outer, uint64_t n)
{
	const struct object_table *spec;
	const uint32_t key = 0;
	int map;

	assert_return_code(trace_table(b->t.trace, outer, &spec), 0);
	for (size_t i = 0; trace_inner(b->t.trace, spec, i, &map); i++) {
		uint64_t value = 0;

		b->t.k->ops->map_lookup(b->t.k, map, &key, &value);
		value += n;
		assert_int_equal(b->t.k->ops->map_update(b->t.k, map, &key, &value), 0);
	}
}

static void take_inners(struct bench *b, uint64_t arrays, uint64_t hashes)
{
	struct sample s = {0};

	assert_int_equal(snapshot_take(b->snapshot, &s, &b->t.err), 0);
	assert_int_equal(s.views[0].total, arrays);
	assert_int_equal(s.views[1].total, hashes);
	sample_free(&s);
}

static void drained_tables_in_tables_are_counted_once(void **state)
{
	struct bench b;

	(void)state;
	drained_open(&b);
	for (uint64_t round = 1; round < 6; round++) {
		add_to_inners(&b, "arrays", round);
		add_to_inners(&b, "hashes", 10 * round);
		take_inners(&b, 2 * round, 20 * round);
	}
	take_inners(&b, 0, 0);
	bench_close(&b);
}

/* What was taken out of the first table is there only: it is shown, and the rest comes next. */
static void a_draining_that_fails_midway_loses_nothing(void **state)
{
	struct bench b;

	(void)state;
	drained_open(&b);
	add_to_inners(&b, "hashes", 7);
	fake_fail(b.t.k, "map_take", 1, -ENOMEM);
	take_inners(&b, 0, 7);
	fake_fail(b.t.k, "map_take", 0, 0);
	take_inners(&b, 0, 7);
	take_inners(&b, 0, 0);
	bench_close(&b);
}

/* What is allocated after a thousand samples is enough for a hundred thousand. */
static void memory_does_not_grow(void **state)
{
	struct bench b;
	size_t early = 0;

	(void)state;
	bench_open(&b, true);
	for (uint32_t round = 0; round < 100000; round++) {
		struct sample s = {0};
		uint32_t fresh_key = round;
		uint64_t value = 1;
		const char *half = half_now(b.t.k) ? "highest__1" : "highest__0";

		count(&b, round % 5, 1);
		assert_int_equal(
			b.t.k->ops->map_update(b.t.k, fake_map(b.t.k, half), &fresh_key, &value),
			0);
		assert_int_equal(snapshot_take(b.snapshot, &s, &b.t.err), 0);
		assert_int_equal(s.views[1].total, 1);
		assert_int_equal(row(&s, 2, fresh_key), 1);
		sample_free(&s);
		if (round == 1000)
			early = mallinfo2().uordblks;
	}
	assert_true(mallinfo2().uordblks <= early + 256);
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_sample_has_its_share),
		cmocka_unit_test(a_late_writer_is_waited_for),
		cmocka_unit_test(counts_during_reading_come_next),
		cmocka_unit_test(a_failed_reading_loses_nothing),
		cmocka_unit_test(without_a_wait_nothing_is_flipped),
		cmocka_unit_test(a_refused_flip_loses_nothing),
		cmocka_unit_test(keys_that_come_and_go_find_room),
		cmocka_unit_test(a_fresh_table_starts_empty),
		cmocka_unit_test(a_table_that_cannot_be_emptied_is_shown),
		cmocka_unit_test(cpus_are_added_up),
		cmocka_unit_test(refusals_are_told),
		cmocka_unit_test(drained_tables_in_tables_are_counted_once),
		cmocka_unit_test(a_draining_that_fails_midway_loses_nothing),
		cmocka_unit_test(memory_does_not_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
