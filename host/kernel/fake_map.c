/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fake_map.c - tables in memory.
 *
 * Modelled on 6.1: kernel/bpf/hashtab.c (buckets, a new element at the head of its bucket, next_key
 * starts again where the key is gone, batches of whole buckets), kernel/bpf/arraymap.c, and
 * generic_map_lookup_batch() in kernel/bpf/syscall.c.
 */
#include "kernel/fake_map.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "kernel/table.h"

#define PERCPU_LEAF_MAX 32768u /* PCPU_MIN_UNIT_SIZE, include/linux/percpu.h */

enum fake_kind {
	KIND_NONE,  /* can be created, has no elements: perf and ring buffers */
	KIND_QUEUE, /* values without keys: queues and stacks (kernel/bpf/queue_stack_maps.c) */
	KIND_ARRAY, /* has all its elements always */
	KIND_SLOTS, /* an array whose elements may be absent: of maps, of programs */
	KIND_HASH,
	KIND_LRU,
};

/**
 * struct element - one of a hash
 * @below:	next one of its bucket
 * @older, @newer: neighbours in the order in which they were last written
 * @bytes:	key, then leaf
 */
struct element {
	struct element *below;
	struct element *older;
	struct element *newer;
	unsigned char bytes[];
};

struct fake_table {
	struct map_spec spec;
	char *name;
	enum fake_kind kind;
	size_t leaf_room;
	/* array */
	unsigned char *leaves;
	bool *present;
	/* hash */
	struct element **buckets;
	uint32_t nbuckets;
	uint32_t count;
	struct element *oldest;
	struct element *newest;
};

static enum fake_kind kind_of(uint32_t type)
{
	switch (type) {
	case BPF_MAP_TYPE_ARRAY:
	case BPF_MAP_TYPE_PERCPU_ARRAY:
		return KIND_ARRAY;
	case BPF_MAP_TYPE_ARRAY_OF_MAPS:
	case BPF_MAP_TYPE_PROG_ARRAY:
		return KIND_SLOTS;
	case BPF_MAP_TYPE_LRU_HASH:
	case BPF_MAP_TYPE_LRU_PERCPU_HASH:
		return KIND_LRU;
	case BPF_MAP_TYPE_PERF_EVENT_ARRAY:
	case BPF_MAP_TYPE_RINGBUF:
		return KIND_NONE;
	case BPF_MAP_TYPE_QUEUE:
	case BPF_MAP_TYPE_STACK:
		return KIND_QUEUE;
	default:
		return KIND_HASH;
	}
}

static bool kind_is_array(enum fake_kind kind)
{
	return kind == KIND_ARRAY || kind == KIND_SLOTS;
}

static bool kind_is_hash(enum fake_kind kind)
{
	return kind == KIND_HASH || kind == KIND_LRU;
}

static bool kind_has_no_keys(enum fake_kind kind)
{
	return kind == KIND_NONE || kind == KIND_QUEUE;
}

static int check_spec(const struct map_spec *spec, enum fake_kind kind)
{
	if (!spec->max_entries)
		return -EINVAL;
	if (kind == KIND_NONE)
		return 0;
	if (kind == KIND_QUEUE)
		return spec->key_size || !spec->leaf_size ? -EINVAL : 0;
	if (!spec->key_size || !spec->leaf_size)
		return -EINVAL;
	if (kind_is_array(kind) && spec->key_size != sizeof(uint32_t))
		return -EINVAL;
	if (table_is_percpu(spec->type) && spec->leaf_size > PERCPU_LEAF_MAX)
		return -E2BIG;
	return 0;
}

static int make_room(struct fake_table *table)
{
	if (table->kind == KIND_QUEUE) {
		table->leaves = calloc(table->spec.max_entries, table->leaf_room);
		return table->leaves ? 0 : -ENOMEM;
	}
	if (kind_is_array(table->kind)) {
		table->leaves = calloc(table->spec.max_entries, table->leaf_room);
		table->present = calloc(table->spec.max_entries, sizeof(*table->present));
		return table->leaves && table->present ? 0 : -ENOMEM;
	}
	/* htab_map_alloc(): as many buckets as entries, rounded up to a power of two. */
	table->nbuckets = 1;
	while (table->nbuckets < table->spec.max_entries) {
		if (table->nbuckets > UINT32_MAX / 2)
			return -E2BIG;
		table->nbuckets *= 2;
	}
	table->buckets = calloc(table->nbuckets, sizeof(*table->buckets));
	return table->buckets ? 0 : -ENOMEM;
}

int fake_table_new(const struct map_spec *spec, unsigned cpus, struct fake_table **out)
{
	enum fake_kind kind = kind_of(spec->type);
	int rc = check_spec(spec, kind);

	if (rc)
		return rc;
	struct fake_table *table = calloc(1, sizeof(*table));

	if (!table)
		return -ENOMEM;
	table->spec = *spec;
	table->kind = kind;
	table->leaf_room = spec->leaf_size;
	if (table_is_percpu(spec->type))
		table->leaf_room = ((size_t)spec->leaf_size + 7) / 8 * 8 * cpus;
	table->name = strdup(spec->name ? spec->name : "");
	table->spec.name = table->name;
	rc = table->name ? 0 : -ENOMEM;
	if (!rc && kind != KIND_NONE)
		rc = make_room(table);
	if (rc) {
		fake_table_free(table);
		return rc;
	}
	*out = table;
	return 0;
}

void fake_table_free(struct fake_table *table)
{
	if (!table)
		return;
	for (struct element *e = table->oldest; e;) {
		struct element *newer = e->newer;

		free(e);
		e = newer;
	}
	free(table->buckets);
	free(table->leaves);
	free(table->present);
	free(table->name);
	free(table);
}

const char *fake_table_name(const struct fake_table *table)
{
	return table->name;
}

bool fake_table_outer(const struct fake_table *table)
{
	return table->spec.type == BPF_MAP_TYPE_ARRAY_OF_MAPS ||
	       table->spec.type == BPF_MAP_TYPE_HASH_OF_MAPS;
}

static uint32_t index_of(const void *key)
{
	uint32_t index;

	memcpy(&index, key, sizeof(index));
	return index;
}

static unsigned char *array_leaf(const struct fake_table *table, uint32_t index)
{
	return table->leaves + index * table->leaf_room;
}

static bool array_has(const struct fake_table *table, uint32_t index)
{
	return index < table->spec.max_entries &&
	       (table->kind == KIND_ARRAY || table->present[index]);
}

static uint32_t bucket_of(const struct fake_table *table, const void *key)
{
	return (uint32_t)XXH3_64bits(key, table->spec.key_size) & (table->nbuckets - 1);
}

/* The place that points to the element with this key, or to NULL. */
static struct element **hash_find(const struct fake_table *table, const void *key)
{
	struct element **at = &table->buckets[bucket_of(table, key)];

	while (*at && memcmp((*at)->bytes, key, table->spec.key_size) != 0)
		at = &(*at)->below;
	return at;
}

static void order_add(struct fake_table *table, struct element *e)
{
	e->newer = NULL;
	e->older = table->newest;
	if (table->newest)
		table->newest->newer = e;
	else
		table->oldest = e;
	table->newest = e;
}

static void order_remove(struct fake_table *table, struct element *e)
{
	if (e->older)
		e->older->newer = e->newer;
	else
		table->oldest = e->newer;
	if (e->newer)
		e->newer->older = e->older;
	else
		table->newest = e->older;
}

static int hash_delete(struct fake_table *table, const void *key)
{
	struct element **at = hash_find(table, key);
	struct element *e = *at;

	if (!e)
		return -ENOENT;
	*at = e->below;
	order_remove(table, e);
	table->count--;
	free(e);
	return 0;
}

static int hash_update(struct fake_table *table, const void *key, const void *leaf)
{
	size_t key_size = table->spec.key_size;
	struct element *e = *hash_find(table, key);

	if (e) {
		order_remove(table, e);
		order_add(table, e);
		memcpy(e->bytes + key_size, leaf, table->leaf_room);
		return 0;
	}
	if (table->count >= table->spec.max_entries) {
		if (table->kind != KIND_LRU)
			return -E2BIG;
		hash_delete(table, table->oldest->bytes);
	}
	e = malloc(sizeof(*e) + key_size + table->leaf_room);
	if (!e)
		return -ENOMEM;
	memcpy(e->bytes, key, key_size);
	memcpy(e->bytes + key_size, leaf, table->leaf_room);
	struct element **bucket = &table->buckets[bucket_of(table, key)];

	e->below = *bucket;
	*bucket = e;
	order_add(table, e);
	table->count++;
	return 0;
}

int fake_table_next_key(const struct fake_table *table, const void *key, void *next)
{
	if (kind_has_no_keys(table->kind))
		return -EOPNOTSUPP;
	if (kind_is_array(table->kind)) {
		uint32_t index = key ? index_of(key) : UINT32_MAX;

		/* array_map_get_next_key(): what is no index starts again. */
		if (index >= table->spec.max_entries)
			index = 0;
		else if (++index == table->spec.max_entries)
			return -ENOENT;
		memcpy(next, &index, sizeof(index));
		return 0;
	}
	const struct element *e = key ? *hash_find(table, key) : NULL;
	uint32_t bucket = e ? bucket_of(table, key) + 1 : 0;

	e = e ? e->below : NULL;
	while (!e && bucket < table->nbuckets)
		e = table->buckets[bucket++];
	if (!e)
		return -ENOENT;
	memcpy(next, e->bytes, table->spec.key_size);
	return 0;
}

int fake_table_lookup(const struct fake_table *table, const void *key, void *leaf)
{
	if (kind_has_no_keys(table->kind))
		return -EOPNOTSUPP;
	if (kind_is_array(table->kind)) {
		uint32_t index = index_of(key);

		if (!array_has(table, index))
			return -ENOENT;
		memcpy(leaf, array_leaf(table, index), table->leaf_room);
		return 0;
	}
	const struct element *e = *hash_find(table, key);

	if (!e)
		return -ENOENT;
	memcpy(leaf, e->bytes + table->spec.key_size, table->leaf_room);
	return 0;
}

/* Whole buckets; the cursor is the number of the first one not yet read. */
static int hash_batch(const struct fake_table *table, bool first, void *cursor, unsigned char *keys,
		      unsigned char *leaves, uint32_t *count)
{
	size_t key_size = table->spec.key_size;
	uint32_t room = *count, n = 0, bucket = first ? 0 : index_of(cursor);
	int rc = 0;

	*count = 0;
	if (bucket >= table->nbuckets)
		return -ENOENT;
	for (; bucket < table->nbuckets; bucket++) {
		uint32_t here = 0;

		for (const struct element *e = table->buckets[bucket]; e; e = e->below)
			here++;
		if (here > room - n) {
			rc = n ? 0 : -ENOSPC;
			break;
		}
		for (const struct element *e = table->buckets[bucket]; e; e = e->below, n++) {
			memcpy(keys + n * key_size, e->bytes, key_size);
			memcpy(leaves + n * table->leaf_room, e->bytes + key_size,
			       table->leaf_room);
		}
	}
	if (bucket == table->nbuckets)
		rc = -ENOENT;
	memcpy(cursor, &bucket, sizeof(bucket));
	*count = n;
	return rc;
}

/* The cursor is the last key read. */
static int array_batch(const struct fake_table *table, bool first, void *cursor,
		       unsigned char *keys, unsigned char *leaves, uint32_t *count)
{
	uint32_t room = *count, n = 0, index;
	const void *prev = first ? NULL : cursor;

	*count = 0;
	while (n < room) {
		if (fake_table_next_key(table, prev, &index))
			break;
		memcpy(cursor, &index, sizeof(index));
		prev = cursor;
		if (!array_has(table, index))
			continue;
		memcpy(keys + n * sizeof(index), &index, sizeof(index));
		memcpy(leaves + n * table->leaf_room, array_leaf(table, index), table->leaf_room);
		n++;
	}
	*count = n;
	return n < room ? -ENOENT : 0;
}

int fake_table_batch(const struct fake_table *table, bool first, void *cursor, void *keys,
		     void *leaves, uint32_t *count)
{
	if (!*count)
		return 0;
	switch (table->spec.type) {
	case BPF_MAP_TYPE_PROG_ARRAY:
	case BPF_MAP_TYPE_STACK_TRACE:
		return -EOPNOTSUPP;
	default:
		break;
	}
	if (kind_is_array(table->kind))
		return array_batch(table, first, cursor, keys, leaves, count);
	if (kind_is_hash(table->kind))
		return hash_batch(table, first, cursor, keys, leaves, count);
	return -EOPNOTSUPP;
}

static int queue_push(struct fake_table *table, const void *leaf)
{
	if (table->count == table->spec.max_entries)
		return -E2BIG;
	memcpy(table->leaves + (size_t)table->count++ * table->leaf_room, leaf, table->leaf_room);
	return 0;
}

static int queue_pop(struct fake_table *table, void *leaf)
{
	const bool stack = table->spec.type == BPF_MAP_TYPE_STACK;
	const size_t room = table->leaf_room;

	if (!table->count)
		return -ENOENT;
	table->count--;
	memcpy(leaf, table->leaves + (stack ? table->count * room : 0), room);
	if (!stack)
		memmove(table->leaves, table->leaves + room, table->count * room);
	return 0;
}

int fake_table_update(struct fake_table *table, const void *key, const void *leaf)
{
	if (table->kind == KIND_QUEUE)
		return queue_push(table, leaf);
	if (kind_is_hash(table->kind))
		return hash_update(table, key, leaf);
	if (table->kind == KIND_NONE)
		return -EOPNOTSUPP;
	uint32_t index = index_of(key);

	if (index >= table->spec.max_entries)
		return -E2BIG;
	memcpy(array_leaf(table, index), leaf, table->leaf_room);
	table->present[index] = true;
	return 0;
}

int fake_table_delete(struct fake_table *table, const void *key)
{
	if (kind_is_hash(table->kind))
		return hash_delete(table, key);
	if (table->kind == KIND_ARRAY)
		return -EINVAL;
	if (kind_has_no_keys(table->kind))
		return -EOPNOTSUPP;
	uint32_t index = index_of(key);

	if (index >= table->spec.max_entries)
		return -E2BIG;
	if (!table->present[index])
		return -ENOENT;
	table->present[index] = false;
	return 0;
}

int fake_table_take(struct fake_table *table, const void *key, void *leaf)
{
	if (table->kind == KIND_QUEUE)
		return queue_pop(table, leaf);
	/* map_lookup_and_delete_elem(): ENOTSUPP for all others, hashes of maps too. */
	if (!kind_is_hash(table->kind) || fake_table_outer(table) ||
	    table->spec.type == BPF_MAP_TYPE_STACK_TRACE)
		return -EOPNOTSUPP;
	int rc = fake_table_lookup(table, key, leaf);

	return rc ? rc : fake_table_delete(table, key);
}

int fake_table_add(struct fake_table *table, uint32_t index, int64_t delta)
{
	uint64_t value;

	if (table->spec.type != BPF_MAP_TYPE_ARRAY || table->spec.leaf_size != sizeof(value))
		return -EINVAL;
	if (index >= table->spec.max_entries)
		return -ENOENT;
	memcpy(&value, array_leaf(table, index), sizeof(value));
	value += (uint64_t)delta;
	memcpy(array_leaf(table, index), &value, sizeof(value));
	return 0;
}
