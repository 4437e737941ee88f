/* SPDX-License-Identifier: Apache-2.0 */
/* A table is read whole, once, and in the end, whatever happens to it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/fake.h"
#include "kernel/table.h"
#include "kernel/table_room.h"

#define CPUS 3u

struct table {
	struct kernel *k;
	struct object_table spec;
	int map;
	struct entries entries;
	unsigned calls; /* of a hook */
	uint32_t next;
};

static void open_table(struct table *t, uint32_t type, uint32_t leaf, uint32_t max)
{
	memset(t, 0, sizeof(*t));
	assert_int_equal(kernel_fake(&t->k, CPUS), 0);
	t->spec = (struct object_table){.name = (char *)"t",
					.type = type,
					.key_size = 4,
					.leaf_size = leaf,
					.max_entries = max,
					.inner = -1};
	struct map_spec spec = {"t", type, 4, leaf, max, 0, -1};

	t->map = t->k->ops->map_create(t->k, &spec);
	assert_true(t->map >= 0);
}

static void close_table(struct table *t)
{
	entries_free(&t->entries);
	kernel_fake_free(t->k);
}

static void put(struct table *t, uint32_t key, uint64_t leaf)
{
	assert_int_equal(t->k->ops->map_update(t->k, t->map, &key, &leaf), 0);
}

static int read_all(struct table *t)
{
	return table_read(t->k, t->map, &t->spec, &t->entries);
}

static uint32_t key_of(const struct table *t, size_t i)
{
	uint32_t key;

	memcpy(&key, t->entries.keys + i * t->entries.key_size, sizeof(key));
	return key;
}

static uint64_t leaf_of(const struct table *t, size_t i)
{
	uint64_t leaf;

	memcpy(&leaf, t->entries.leaves + i * t->entries.leaf_room, sizeof(leaf));
	return leaf;
}

/* Each key once, each below @limit, each leaf its key + 1. */
static void assert_distinct(const struct table *t, size_t limit)
{
	bool *there = calloc(limit, sizeof(*there));

	assert_non_null(there);
	for (size_t i = 0; i < t->entries.n; i++) {
		uint32_t key = key_of(t, i);

		assert_true(key < limit);
		assert_false(there[key]);
		there[key] = true;
		assert_int_equal(leaf_of(t, i), key + 1);
	}
	free(there);
}

static void fill(struct table *t, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		put(t, i, i + 1);
}

/* Both roads: batches, and none in two ways of saying so. */
static const int roads[] = {0, -EOPNOTSUPP, -EINVAL};
#define NROADS (sizeof(roads) / sizeof(roads[0]))

static void take_road(struct table *t, size_t road)
{
	fake_fail(t->k, "map_lookup_batch", 0, roads[road]);
}

static void test_hash(void **state)
{
	static const uint32_t sizes[] = {0, 1, 63, 64, 5000, 10000};

	(void)state;
	for (size_t road = 0; road < NROADS; road++) {
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			struct table t;

			open_table(&t, BPF_MAP_TYPE_HASH, 8, 10000);
			fill(&t, sizes[i]);
			take_road(&t, road);
			assert_int_equal(read_all(&t), 0);
			assert_int_equal(t.entries.n, sizes[i]);
			assert_int_equal(t.entries.ncpus, 1);
			assert_int_equal(t.entries.leaf_room, 8);
			assert_distinct(&t, 10000);
			close_table(&t);
		}
	}
}

static void test_array(void **state)
{
	(void)state;
	for (size_t road = 0; road < NROADS; road++) {
		struct table t;

		open_table(&t, BPF_MAP_TYPE_ARRAY, 8, 5000);
		for (uint32_t i = 0; i < 5000; i += 2)
			put(&t, i, i + 1);
		take_road(&t, road);
		assert_int_equal(read_all(&t), 0);
		assert_int_equal(t.entries.n, 5000);
		for (uint32_t i = 0; i < 5000; i++) {
			assert_int_equal(key_of(&t, i), i);
			assert_int_equal(leaf_of(&t, i), i % 2 ? 0 : i + 1);
		}
		close_table(&t);
	}
}

static void test_percpu(void **state)
{
	static const uint32_t types[] = {BPF_MAP_TYPE_PERCPU_HASH, BPF_MAP_TYPE_PERCPU_ARRAY,
					 BPF_MAP_TYPE_LRU_PERCPU_HASH};

	(void)state;
	for (size_t type = 0; type < 3; type++) {
		for (size_t road = 0; road < NROADS; road++) {
			struct table t;
			uint32_t leaf[4 * CPUS] = {0}, key = 1;

			/* 12 bytes are rounded up to 16 for each CPU. */
			open_table(&t, types[type], 12, 2);
			for (uint32_t cpu = 0; cpu < CPUS; cpu++)
				leaf[4 * cpu] = 100 + cpu;
			assert_int_equal(t.k->ops->map_update(t.k, t.map, &key, leaf), 0);
			take_road(&t, road);
			assert_int_equal(read_all(&t), 0);
			assert_int_equal(t.entries.ncpus, CPUS);
			assert_int_equal(t.entries.leaf_room, 16 * CPUS);
			assert_int_equal(t.entries.leaf_size, 12);
			size_t last = t.entries.n - 1;

			assert_int_equal(last, table_is_array(types[type]) ? 1 : 0);
			assert_int_equal(key_of(&t, last), 1);
			assert_memory_equal(t.entries.leaves + last * t.entries.leaf_room, leaf,
					    sizeof(leaf));
			close_table(&t);
		}
	}
}

/* Memory is kept from sample to sample, and given up for a table of another shape. */
static void test_reuse(void **state)
{
	struct table t, other;

	(void)state;
	open_table(&t, BPF_MAP_TYPE_HASH, 8, 10000);
	fill(&t, 10000);
	assert_int_equal(read_all(&t), 0);
	size_t room = t.entries.room;

	assert_true(room >= 10000);
	assert_int_equal(table_clear(t.k, t.map, &t.spec), 0);
	fill(&t, 3);
	assert_int_equal(read_all(&t), 0);
	assert_int_equal(t.entries.n, 3);
	assert_distinct(&t, 3);
	assert_int_equal(t.entries.room, room);
	open_table(&other, BPF_MAP_TYPE_PERCPU_HASH, 64, 10);
	other.entries = t.entries;
	memset(&t.entries, 0, sizeof(t.entries));
	assert_int_equal(read_all(&other), 0);
	assert_int_equal(other.entries.n, 0);
	assert_int_equal(other.entries.leaf_room, 64 * CPUS);
	assert_true(other.entries.room < room);
	close_table(&other);
	close_table(&t);
}

/* A big empty table costs no memory for entries it does not have. */
static void test_memory_follows_entries(void **state)
{
	struct table t;

	(void)state;
	open_table(&t, BPF_MAP_TYPE_HASH, 8, 1000000);
	fill(&t, 10);
	assert_int_equal(read_all(&t), 0);
	assert_int_equal(t.entries.n, 10);
	assert_true(t.entries.room <= 8192);
	close_table(&t);
	/* Large leaves: not 4096 of them at once either. */
	open_table(&t, BPF_MAP_TYPE_PERCPU_HASH, 32768, 4096);
	assert_int_equal(read_all(&t), 0);
	assert_true(t.entries.room <= 64);
	close_table(&t);
}

static void no_space_twice(struct kernel *k, void *ctx)
{
	struct table *t = ctx;

	fake_fail(k, "map_lookup_batch", 0, ++t->calls <= 2 ? -ENOSPC : 0);
}

static void test_no_space(void **state)
{
	struct table t;

	(void)state;
	/* Two batches are needed, and both before and between them a bucket does not fit. */
	open_table(&t, BPF_MAP_TYPE_HASH, 8, 10000);
	fill(&t, 10000);
	fake_hook(t.k, "map_lookup_batch", no_space_twice, &t);
	assert_int_equal(read_all(&t), 0);
	assert_true(t.calls > 2);
	assert_int_equal(t.entries.n, 10000);
	assert_distinct(&t, 10000);
	close_table(&t);
}

static void no_space_then(struct kernel *k, void *ctx)
{
	struct table *t = ctx;

	fake_fail(k, "map_lookup_batch", 0, ++t->calls % 2 ? 0 : -ENOSPC);
}

static void test_no_space_between(void **state)
{
	struct table t;

	(void)state;
	open_table(&t, BPF_MAP_TYPE_HASH, 8, 20000);
	fill(&t, 20000);
	fake_hook(t.k, "map_lookup_batch", no_space_then, &t);
	assert_int_equal(read_all(&t), 0);
	assert_true(t.calls > 2);
	assert_int_equal(t.entries.n, 20000);
	assert_distinct(&t, 20000);
	close_table(&t);
}

/* A kernel that never has enough: other road, not a loop. */
static void test_no_space_ever(void **state)
{
	struct table t;

	(void)state;
	open_table(&t, BPF_MAP_TYPE_HASH, 8, 1000);
	fill(&t, 1000);
	fake_fail(t.k, "map_lookup_batch", 0, -ENOSPC);
	assert_int_equal(read_all(&t), 0);
	assert_int_equal(t.entries.n, 1000);
	assert_distinct(&t, 1000);
	close_table(&t);
}

/* A batch that was interrupted in the middle: everything again, nothing twice. */
static void test_interrupted(void **state)
{
	struct table t;

	(void)state;
	open_table(&t, BPF_MAP_TYPE_HASH, 8, 10000);
	fill(&t, 10000);
	fake_fail(t.k, "map_lookup_batch", 1, -EINTR);
	assert_int_equal(read_all(&t), 0);
	assert_int_equal(t.entries.n, 10000);
	assert_distinct(&t, 10000);
	close_table(&t);
}

/* A kernel that moves the cursor even when it says ENOSPC: it must be asked from where it was. */
static int (*true_batch)(struct kernel *, int, int, void *, void *, void *, uint32_t *);
static unsigned spoilt;

static int spoil_cursor(struct kernel *k, int map, int first, void *cursor, void *keys,
			void *leaves, uint32_t *count)
{
	if (spoilt++ % 2)
		return true_batch(k, map, first, cursor, keys, leaves, count);
	memset(cursor, 0x3f, 4);
	*count = 0;
	return -ENOSPC;
}

static void test_no_space_moves_cursor(void **state)
{
	struct table t;

	(void)state;
	open_table(&t, BPF_MAP_TYPE_HASH, 8, 20000);
	fill(&t, 20000);
	const struct kernel_ops *before = t.k->ops;
	struct kernel_ops ops = *before;

	true_batch = before->map_lookup_batch;
	ops.map_lookup_batch = spoil_cursor;
	t.k->ops = &ops;
	assert_int_equal(read_all(&t), 0);
	assert_true(spoilt > 2);
	assert_int_equal(t.entries.n, 20000);
	assert_distinct(&t, 20000);
	t.k->ops = before;
	close_table(&t);
}

static void test_errors(void **state)
{
	static const struct {
		const char *op;
		unsigned after;
		int code;
	} cases[] = {
		{"map_lookup_batch", 0, -EPERM}, {"map_lookup_batch", 1, -EINVAL},
		{"map_lookup_batch", 1, -EIO},	 {"map_next_key", 5, -EPERM},
		{"map_lookup", 5, -EIO},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct table t;

		open_table(&t, BPF_MAP_TYPE_HASH, 8, 10000);
		fill(&t, 10000);
		if (strcmp(cases[i].op, "map_lookup_batch") != 0)
			take_road(&t, 1);
		fake_fail(t.k, cases[i].op, cases[i].after, cases[i].code);
		assert_int_equal(read_all(&t), cases[i].code);
		assert_int_equal(t.entries.n, 0);
		close_table(&t);
	}
}

/* Deletes the key the reader stands on, every third time. */
static void delete_under(struct kernel *k, void *ctx)
{
	struct table *t = ctx;
	uint32_t key;

	if (t->calls++ % 3 != 2)
		return;
	if (k->ops->map_next_key(k, t->map, NULL, &key) == 0)
		k->ops->map_delete(k, t->map, &key);
}

static void test_deleted_under(void **state)
{
	struct table t;

	(void)state;
	open_table(&t, BPF_MAP_TYPE_HASH, 8, 300);
	fill(&t, 300);
	take_road(&t, 1);
	fake_hook(t.k, "map_next_key", delete_under, &t);
	assert_int_equal(read_all(&t), 0);
	assert_true(t.entries.n > 0);
	assert_true(t.entries.n <= 300);
	assert_distinct(&t, 300);
	close_table(&t);
}

/* Between next_key and lookup the entry vanishes. */
static void delete_all(struct kernel *k, void *ctx)
{
	struct table *t = ctx;

	for (uint32_t key = 0; key < 10; key++)
		k->ops->map_delete(k, t->map, &key);
}

static void test_vanished(void **state)
{
	struct table t;

	(void)state;
	open_table(&t, BPF_MAP_TYPE_HASH, 8, 10);
	fill(&t, 10);
	take_road(&t, 1);
	fake_hook(t.k, "map_lookup", delete_all, &t);
	assert_int_equal(read_all(&t), 0);
	assert_int_equal(t.entries.n, 0);
	close_table(&t);
}

/*
 * All keys change at each step: the reader never stands on one that is still there, and no key
 * comes to an end.
 */
static void renew(struct kernel *k, void *ctx)
{
	struct table *t = ctx;
	uint32_t key;

	t->calls++;
	while (k->ops->map_next_key(k, t->map, NULL, &key) == 0)
		k->ops->map_delete(k, t->map, &key);
	for (int i = 0; i < 4; i++, t->next++) {
		uint64_t leaf = t->next + 1;

		k->ops->map_update(k, t->map, &t->next, &leaf);
	}
}

static void test_renewed_for_ever(void **state)
{
	static const char *const ops[] = {"map_next_key", "map_lookup"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct table t;

		open_table(&t, BPF_MAP_TYPE_HASH, 8, 8);
		renew(t.k, &t);
		take_road(&t, 1);
		fake_hook(t.k, ops[i], renew, &t);
		assert_int_equal(read_all(&t), 0);
		assert_true(t.entries.n <= 8);
		/* 4 x 8 + 64 steps, and the one at the start. */
		assert_true(t.calls <= 97);
		assert_distinct(&t, 1000);
		close_table(&t);
	}
}

/* A key read in one batch is deleted and added again before the next. */
static void test_renewed_between_batches(void **state)
{
	struct table t;

	(void)state;
	open_table(&t, BPF_MAP_TYPE_HASH, 8, 16);
	renew(t.k, &t);
	fake_hook(t.k, "map_lookup_batch", renew, &t);
	assert_int_equal(read_all(&t), 0);
	assert_true(t.entries.n <= 16);
	assert_distinct(&t, 1000);
	close_table(&t);
}

/* New keys come while it is read, as many as there is room for. */
static void grow(struct kernel *k, void *ctx)
{
	struct table *t = ctx;

	t->calls++;
	for (int i = 0; i < 3; i++, t->next++) {
		uint64_t leaf = t->next + 1;

		k->ops->map_update(k, t->map, &t->next, &leaf);
	}
}

/* What was there before is there, once; what came meanwhile may be; it ends. */
static void test_grows_while_read(void **state)
{
	static const char *const ops[] = {"map_lookup_batch", "map_next_key", "map_lookup"};

	(void)state;
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		struct table t;
		uint32_t old = 0;

		open_table(&t, BPF_MAP_TYPE_HASH, 8, 20000);
		fill(&t, 9000);
		t.next = 9000;
		take_road(&t, i > 0);
		fake_hook(t.k, ops[i], grow, &t);
		assert_int_equal(read_all(&t), 0);
		assert_true(t.calls > 1);
		assert_true(t.next > 9000);
		assert_distinct(&t, t.next);
		for (size_t e = 0; e < t.entries.n; e++)
			old += key_of(&t, e) < 9000;
		assert_int_equal(old, 9000);
		assert_true(t.entries.n <= 20000);
		close_table(&t);
	}
}

/* A spec that promises fewer entries than there are is not exceeded. */
static void test_limit(void **state)
{
	(void)state;
	for (size_t road = 0; road < NROADS; road++) {
		struct table t;

		open_table(&t, BPF_MAP_TYPE_HASH, 8, 1000);
		fill(&t, 1000);
		t.spec.max_entries = 100;
		take_road(&t, road);
		assert_int_equal(read_all(&t), 0);
		assert_int_equal(t.entries.n, 100);
		assert_distinct(&t, 1000);
		close_table(&t);
	}
}

/* A kernel that hands out the same batch again and again. */
static int same_batch(struct kernel *k, int map, int first, void *cursor, void *keys, void *leaves,
		      uint32_t *count)
{
	uint32_t key = 7;
	uint64_t leaf = 8;

	(void)k;
	(void)map;
	(void)first;
	(void)cursor;
	memcpy(keys, &key, sizeof(key));
	memcpy(leaves, &leaf, sizeof(leaf));
	*count = 1;
	return 0;
}

static void test_endless_batches(void **state)
{
	struct table t;

	(void)state;
	open_table(&t, BPF_MAP_TYPE_HASH, 8, 1000);
	struct kernel_ops ops = *t.k->ops;
	const struct kernel_ops *before = t.k->ops;

	ops.map_lookup_batch = same_batch;
	t.k->ops = &ops;
	assert_int_equal(read_all(&t), 0);
	assert_int_equal(t.entries.n, 1);
	assert_distinct(&t, 8);
	t.k->ops = before;
	close_table(&t);
}

static void test_clear(void **state)
{
	static const uint32_t types[] = {BPF_MAP_TYPE_HASH, BPF_MAP_TYPE_LRU_HASH,
					 BPF_MAP_TYPE_ARRAY};

	(void)state;
	for (size_t type = 0; type < 3; type++) {
		struct table t;

		open_table(&t, types[type], 8, 100);
		fill(&t, 100);
		assert_int_equal(table_clear(t.k, t.map, &t.spec), 0);
		assert_int_equal(read_all(&t), 0);
		assert_int_equal(t.entries.n, table_is_array(types[type]) ? 100 : 0);
		for (size_t i = 0; i < t.entries.n; i++)
			assert_int_equal(leaf_of(&t, i), 0);
		fill(&t, 1);
		fake_fail(t.k, table_is_array(types[type]) ? "map_update" : "map_delete", 0,
			  -EPERM);
		assert_int_equal(table_clear(t.k, t.map, &t.spec), -EPERM);
		close_table(&t);
	}
}

/* Who else deletes them does not disturb. */
static void test_clear_vanished(void **state)
{
	struct table t;

	(void)state;
	open_table(&t, BPF_MAP_TYPE_HASH, 8, 10);
	fill(&t, 10);
	fake_hook(t.k, "map_delete", delete_all, &t);
	assert_int_equal(table_clear(t.k, t.map, &t.spec), 0);
	assert_int_equal(read_all(&t), 0);
	assert_int_equal(t.entries.n, 0);
	close_table(&t);
}

/* Emptied: what was taken out is what is shown, by either way of taking. */
static void test_drain(void **state)
{
	static const int ways[] = {0, -EOPNOTSUPP};

	(void)state;
	for (size_t way = 0; way < 2; way++) {
		struct table t;

		open_table(&t, BPF_MAP_TYPE_HASH, 8, 1000);
		fill(&t, 1000);
		fake_fail(t.k, "map_take", 0, ways[way]);
		assert_int_equal(table_drain(t.k, t.map, &t.spec, &t.entries), 0);
		assert_int_equal(t.entries.n, 1000);
		assert_distinct(&t, 1000);
		assert_int_equal(read_all(&t), 0);
		assert_int_equal(t.entries.n, 0);
		close_table(&t);
	}
}

/* The even keys vanish between the reading and the taking, and those that stay have grown. */
static void change_all(struct kernel *k, void *ctx)
{
	struct table *t = ctx;
	uint64_t leaf = 77;

	if (t->calls++)
		return;
	for (uint32_t key = 0; key < 10; key++) {
		if (key % 2)
			k->ops->map_update(k, t->map, &key, &leaf);
		else
			k->ops->map_delete(k, t->map, &key);
	}
}

static void test_drain_changed(void **state)
{
	static const int ways[] = {0, -EOPNOTSUPP};

	(void)state;
	for (size_t way = 0; way < 2; way++) {
		struct table t;

		open_table(&t, BPF_MAP_TYPE_HASH, 8, 10);
		fill(&t, 10);
		fake_fail(t.k, "map_take", 0, ways[way]);
		fake_hook(t.k, "map_take", change_all, &t);
		assert_int_equal(table_drain(t.k, t.map, &t.spec, &t.entries), 0);
		assert_int_equal(t.entries.n, 5);
		for (size_t i = 0; i < t.entries.n; i++) {
			assert_int_equal(key_of(&t, i) % 2, 1);
			assert_int_equal(leaf_of(&t, i), 77);
		}
		close_table(&t);
	}
}

/* What was taken before a failure is gone from the table, so it must be shown. */
static void test_drain_fails(void **state)
{
	struct table t;

	(void)state;
	open_table(&t, BPF_MAP_TYPE_HASH, 8, 10);
	fill(&t, 10);
	fake_fail(t.k, "map_take", 4, -EPERM);
	assert_int_equal(table_drain(t.k, t.map, &t.spec, &t.entries), 0);
	/* The fifth is still in the table: it comes with the next reading. */
	assert_int_equal(t.entries.n, 4);
	assert_distinct(&t, 10);
	close_table(&t);
	open_table(&t, BPF_MAP_TYPE_ARRAY, 8, 10);
	assert_int_equal(table_drain(t.k, t.map, &t.spec, &t.entries), -EOPNOTSUPP);
	close_table(&t);
}

static void test_specs_refused(void **state)
{
	struct table t;

	(void)state;
	open_table(&t, BPF_MAP_TYPE_ARRAY, 8, 10);
	t.spec.key_size = 0;
	assert_int_equal(read_all(&t), -EINVAL);
	t.spec.key_size = 8;
	assert_int_equal(read_all(&t), -EINVAL);
	t.spec.key_size = 4;
	t.spec.leaf_size = 0;
	assert_int_equal(read_all(&t), -EINVAL);
	t.spec.leaf_size = 8;
	assert_int_equal(read_all(&t), 0);
	assert_int_equal(table_read(t.k, 99, &t.spec, &t.entries), -EBADF);
	close_table(&t);
}

static void test_types(void **state)
{
	(void)state;
	assert_true(table_is_percpu(BPF_MAP_TYPE_PERCPU_ARRAY));
	assert_true(table_is_percpu(BPF_MAP_TYPE_LRU_PERCPU_HASH));
	assert_false(table_is_percpu(BPF_MAP_TYPE_HASH));
	assert_true(table_is_array(BPF_MAP_TYPE_ARRAY));
	assert_true(table_is_array(BPF_MAP_TYPE_PERCPU_ARRAY));
	/* Their slots can be absent: they are deleted, not zeroed. */
	assert_false(table_is_array(BPF_MAP_TYPE_ARRAY_OF_MAPS));
	assert_false(table_is_array(BPF_MAP_TYPE_PROG_ARRAY));
}

/* A table without keys. */
static void open_queue(struct table *t, uint32_t type, uint32_t max)
{
	memset(t, 0, sizeof(*t));
	assert_int_equal(kernel_fake(&t->k, CPUS), 0);
	t->spec = (struct object_table){
		.name = (char *)"t", .type = type, .leaf_size = 8, .max_entries = max, .inner = -1};
	struct map_spec spec = {"t", type, 0, 8, max, 0, -1};

	t->map = t->k->ops->map_create(t->k, &spec);
	assert_true(t->map >= 0);
}

static void push(struct table *t, uint64_t n, int expected)
{
	assert_int_equal(t->k->ops->map_update(t->k, t->map, NULL, &n), expected);
}

static void pop_all(struct table *t, int expected, size_t n)
{
	assert_int_equal(table_pop(t->k, t->map, &t->spec, &t->entries), expected);
	assert_int_equal(t->entries.n, n);
	assert_int_equal(t->entries.key_size, 4);
}

static void test_queues_are_popped(void **state)
{
	struct table t;

	(void)state;
	open_queue(&t, BPF_MAP_TYPE_QUEUE, 3);
	pop_all(&t, 0, 0);
	for (uint64_t n = 5; n < 8; n++)
		push(&t, n, 0);
	push(&t, 8, -E2BIG);
	pop_all(&t, 0, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(leaf_of(&t, i), 5 + i);
		assert_int_equal(key_of(&t, i), i);
	}
	pop_all(&t, 0, 0);
	close_table(&t);

	open_queue(&t, BPF_MAP_TYPE_STACK, 3);
	push(&t, 1, 0);
	push(&t, 2, 0);
	pop_all(&t, 0, 2);
	assert_int_equal(leaf_of(&t, 0), 2);
	assert_int_equal(leaf_of(&t, 1), 1);
	close_table(&t);
}

/* What was taken out is nowhere else any more: it is given, and what is left comes later. */
static void test_a_queue_that_fails_midway_loses_nothing(void **state)
{
	struct table t;

	(void)state;
	open_queue(&t, BPF_MAP_TYPE_QUEUE, 4);
	push(&t, 1, 0);
	push(&t, 2, 0);
	push(&t, 3, 0);
	fake_fail(t.k, "map_take", 2, -EPERM);
	pop_all(&t, 0, 2);
	pop_all(&t, -EPERM, 0);
	fake_fail(t.k, "map_take", 0, 0);
	pop_all(&t, 0, 1);
	assert_int_equal(leaf_of(&t, 0), 3);
	close_table(&t);
}

static void test_tables_in_tables_are_put_together(void **state)
{
	struct table one, two;
	struct entries all = {0};
	const uint16_t first = 7, second = 9;

	(void)state;
	open_table(&one, BPF_MAP_TYPE_HASH, 8, 16);
	open_table(&two, BPF_MAP_TYPE_HASH, 8, 16);
	put(&one, 3, 4);
	put(&two, 5, 6);
	assert_int_equal(read_all(&one), 0);
	assert_int_equal(read_all(&two), 0);
	assert_int_equal(entries_append(&all, &first, 2, &one.entries), 0);
	one.entries.n = 0;
	assert_int_equal(entries_append(&all, &first, 2, &one.entries), 0);
	assert_int_equal(entries_append(&all, &second, 2, &two.entries), 0);
	assert_int_equal(all.n, 2);
	assert_int_equal(all.key_size, 6);
	assert_memory_equal(all.keys, "\x07\0\x03\0\0\0\x09\0\x05\0\0\0", 12);
	assert_int_equal(all.leaves[8], 6);
	entries_free(&all);
	close_table(&one);
	close_table(&two);
}

/* At least what the kernel takes when it makes one. */
static void tables_take_room(void **state)
{
	static const struct {
		uint32_t type, flags;
		uint64_t room;
	} kinds[] = {
		{BPF_MAP_TYPE_HASH, 0, 80000},
		{BPF_MAP_TYPE_HASH, BPF_F_NO_PREALLOC, 16000},
		{BPF_MAP_TYPE_PERCPU_HASH, 0, 112000},
		{BPF_MAP_TYPE_ARRAY, 0, 8000},
		{BPF_MAP_TYPE_PERCPU_ARRAY, 0, 40000},
		{BPF_MAP_TYPE_QUEUE, 0, 8000},
		{BPF_MAP_TYPE_RINGBUF, 0, 1000},
		{BPF_MAP_TYPE_LPM_TRIE, BPF_F_NO_PREALLOC, 0},
	};
	struct object_table table = {.key_size = 4, .leaf_size = 8, .max_entries = 1000};

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		table.type = kinds[i].type;
		table.flags = kinds[i].flags;
		assert_int_equal(table_room(&table, 2), kinds[i].room);
	}
	table.type = BPF_MAP_TYPE_PERCPU_HASH;
	table.flags = 0;
	table.max_entries = UINT32_MAX;
	assert_int_equal(table_room(&table, 2), UINT32_MAX * 112ull);
	assert_in_range(table_room_free(), 1, UINT64_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_take_room),
		cmocka_unit_test(test_hash),
		cmocka_unit_test(test_queues_are_popped),
		cmocka_unit_test(test_a_queue_that_fails_midway_loses_nothing),
		cmocka_unit_test(test_tables_in_tables_are_put_together),
		cmocka_unit_test(test_array),
		cmocka_unit_test(test_percpu),
		cmocka_unit_test(test_reuse),
		cmocka_unit_test(test_memory_follows_entries),
		cmocka_unit_test(test_no_space),
		cmocka_unit_test(test_no_space_between),
		cmocka_unit_test(test_no_space_moves_cursor),
		cmocka_unit_test(test_no_space_ever),
		cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_deleted_under),
		cmocka_unit_test(test_vanished),
		cmocka_unit_test(test_renewed_for_ever),
		cmocka_unit_test(test_renewed_between_batches),
		cmocka_unit_test(test_grows_while_read),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_endless_batches),
		cmocka_unit_test(test_clear),
		cmocka_unit_test(test_clear_vanished),
		cmocka_unit_test(test_drain),
		cmocka_unit_test(test_drain_changed),
		cmocka_unit_test(test_drain_fails),
		cmocka_unit_test(test_specs_refused),
		cmocka_unit_test(test_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
