/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/keyset.h"

#define BATCH_ENTRIES 4096u	    /* most entries the first batch has room for */
#define BATCH_MIN 64u		    /* entries, however large they are */
#define BATCH_BYTES (1024u * 1024u) /* which is not to take more memory than this */

/**
 * struct reading - one table_read() on its way
 * @steps:	calls into the kernel that may still be made
 * @distinct:	keys cannot come twice: it is an array
 * @batch:	entries the next batch has room for
 * @cursor:	where the kernel goes on; @asked: where it was last asked to
 */
struct reading {
	struct kernel *k;
	int map;
	uint32_t max;
	uint64_t steps;
	bool distinct;
	uint32_t batch;
	unsigned char *cursor;
	unsigned char *asked;
	size_t cursor_size;
	struct keyset seen;
	struct entries *out;
};

bool table_is_percpu(uint32_t type)
{
	switch (type) {
	case BPF_MAP_TYPE_PERCPU_HASH:
	case BPF_MAP_TYPE_PERCPU_ARRAY:
	case BPF_MAP_TYPE_LRU_PERCPU_HASH:
	case BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE:
		return true;
	default:
		return false;
	}
}

bool table_is_array(uint32_t type)
{
	return type == BPF_MAP_TYPE_ARRAY || type == BPF_MAP_TYPE_PERCPU_ARRAY;
}

bool table_is_queue(uint32_t type)
{
	return type == BPF_MAP_TYPE_QUEUE || type == BPF_MAP_TYPE_STACK;
}

const char *table_holds(uint32_t type)
{
	switch (type) {
	case BPF_MAP_TYPE_PROG_ARRAY:
		return "programs";
	case BPF_MAP_TYPE_CGROUP_ARRAY:
		return "control groups";
	case BPF_MAP_TYPE_DEVMAP:
	case BPF_MAP_TYPE_DEVMAP_HASH:
		return "network devices";
	case BPF_MAP_TYPE_CPUMAP:
		return "CPUs that packets go to";
	case BPF_MAP_TYPE_XSKMAP:
	case BPF_MAP_TYPE_SOCKMAP:
	case BPF_MAP_TYPE_SOCKHASH:
	case BPF_MAP_TYPE_REUSEPORT_SOCKARRAY:
		return "sockets";
	case BPF_MAP_TYPE_SK_STORAGE:
	case BPF_MAP_TYPE_INODE_STORAGE:
	case BPF_MAP_TYPE_TASK_STORAGE:
	case BPF_MAP_TYPE_CGROUP_STORAGE:
	case BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE:
		return "what belongs to sockets, inodes, tasks or control groups, which it cannot "
		       "list";
	default:
		return NULL;
	}
}

void entries_free(struct entries *entries)
{
	free(entries->keys);
	free(entries->leaves);
	memset(entries, 0, sizeof(*entries));
}

uint64_t entries_counter(const struct entries *entries, size_t i, uint32_t *slot)
{
	uint64_t n;

	memcpy(slot, entries->keys + i * entries->key_size, sizeof(*slot));
	memcpy(&n, entries->leaves + i * entries->leaf_size, sizeof(n));
	return n;
}

/* Values without keys are numbered. */
static size_t key_bytes(const struct object_table *spec)
{
	return table_is_queue(spec->type) ? sizeof(uint32_t) : spec->key_size;
}

/* Room for @want entries, growing by doubling: a table is seldom as full as it may be. */
static int entries_reserve(struct entries *entries, size_t want)
{
	size_t room = entries->room ? entries->room : 1;

	if (want <= entries->room)
		return 0;
	while (room < want)
		room *= 2;
	unsigned char *keys = reallocarray(entries->keys, room, entries->key_size);

	if (!keys)
		return -ENOMEM;
	entries->keys = keys;
	unsigned char *leaves = reallocarray(entries->leaves, room, entries->leaf_room);

	if (!leaves)
		return -ENOMEM;
	entries->leaves = leaves;
	entries->room = room;
	return 0;
}

static unsigned char *key_at(const struct entries *entries, size_t n)
{
	return entries->keys + n * entries->key_size;
}

static unsigned char *leaf_at(const struct entries *entries, size_t n)
{
	return entries->leaves + n * entries->leaf_room;
}

static void entries_shape(struct entries *entries, const struct kernel *k,
			  const struct object_table *spec)
{
	unsigned ncpus = table_is_percpu(spec->type) ? k->possible_cpus : 1;
	size_t leaf = spec->leaf_size;
	size_t leaf_room = table_is_percpu(spec->type) ? (leaf + 7) / 8 * 8 * ncpus : leaf;

	/* Memory kept from another table is of no use. */
	if (entries->key_size != key_bytes(spec) || entries->leaf_room != leaf_room)
		entries_free(entries);
	entries->n = 0;
	entries->key_size = key_bytes(spec);
	entries->leaf_size = leaf;
	entries->leaf_room = leaf_room;
	entries->ncpus = ncpus;
}

/*
 * Take the entry at position @at, behind those already taken, unless its key is there before.
 * Where a key comes twice the first reading stays: entries only grow, and either is true.
 */
static int reading_take(struct reading *r, size_t at)
{
	struct entries *out = r->out;

	if (out->n >= r->max)
		return 0;
	if (at != out->n) {
		memcpy(key_at(out, out->n), key_at(out, at), out->key_size);
		memcpy(leaf_at(out, out->n), leaf_at(out, at), out->leaf_room);
	}
	int rc = 1;

	if (!r->distinct)
		rc = keyset_add(&r->seen, out->keys, out->key_size, (uint32_t)out->n);
	if (rc < 0)
		return rc;
	out->n += (size_t)rc;
	return 0;
}

static void reading_restart(struct reading *r)
{
	r->out->n = 0;
	r->steps = 4 * (uint64_t)r->max + 64;
	keyset_free(&r->seen);
}

/* One batch behind what was read; *@got entries of it are there. */
static int batch_ask(struct reading *r, bool first, uint32_t *got)
{
	struct entries *out = r->out;
	int rc = entries_reserve(out, out->n + r->batch);

	*got = 0;
	if (rc)
		return rc;
	*got = r->batch;
	memcpy(r->cursor, r->asked, r->cursor_size);
	rc = r->k->ops->map_lookup_batch(r->k, r->map, first, r->cursor, key_at(out, out->n),
					 leaf_at(out, out->n), got);
	if ((rc && rc != -ENOENT) || *got > r->batch)
		*got = 0;
	return rc;
}

/* Can the table be read without batches, after a batch said @rc? */
static bool batch_useless(const struct reading *r, bool first, int rc)
{
	switch (rc) {
	case -EOPNOTSUPP:
		return true;
	case -EINVAL:
		/* Before 5.6 bpf(2) does not know the command (kernel/bpf/syscall.c). */
		return first;
	case -EINTR:
		/* generic_map_lookup_batch() gave up on entries that vanished (5.6 to 6.13). */
		return true;
	case -ENOSPC:
		return r->batch / 2 > r->max;
	default:
		return false;
	}
}

/* Return: 0, -EOPNOTSUPP to read the table in another way, or another negative errno. */
static int read_batches(struct reading *r)
{
	bool first = true;

	while (r->steps && r->out->n < r->max) {
		uint32_t got;
		int rc = batch_ask(r, first, &got);

		r->steps--;
		if (batch_useless(r, first, rc))
			return -EOPNOTSUPP;
		if (rc == -ENOSPC) {
			/* A bucket of the hash has more entries than fit; r->asked stays. */
			r->batch = r->batch > UINT32_MAX / 2 ? UINT32_MAX : r->batch * 2;
			continue;
		}
		if (rc && rc != -ENOENT)
			return rc;
		size_t from = r->out->n;

		for (uint32_t i = 0; i < got; i++) {
			int wrong = reading_take(r, from + i);

			if (wrong)
				return wrong;
		}
		if (rc == -ENOENT)
			return 0;
		memcpy(r->asked, r->cursor, r->cursor_size);
		first = false;
	}
	return 0;
}

/* An array has all its keys always. */
static int read_indices(struct reading *r)
{
	struct entries *out = r->out;

	for (uint32_t i = 0; i < r->max; i++) {
		int rc = entries_reserve(out, out->n + 1);

		if (rc)
			return rc;
		memcpy(key_at(out, out->n), &i, sizeof(i));
		rc = r->k->ops->map_lookup(r->k, r->map, &i, leaf_at(out, out->n));
		if (rc == -ENOENT)
			continue;
		if (rc)
			return rc;
		out->n++;
	}
	return 0;
}

/*
 * Key after key. Where the key one stands on was deleted the kernel starts again at the first one
 * (htab_map_get_next_key() in kernel/bpf/hashtab.c): keys then come again, and when tables are
 * emptied under us quickly enough it never ends by itself.
 */
static int read_keys(struct reading *r)
{
	struct entries *out = r->out;
	const unsigned char *stand = NULL;

	for (; r->steps && out->n < r->max; r->steps--) {
		int rc = entries_reserve(out, out->n + 1);

		if (rc)
			return rc;
		rc = r->k->ops->map_next_key(r->k, r->map, stand, r->cursor);
		if (rc)
			return rc == -ENOENT ? 0 : rc;
		memcpy(r->asked, r->cursor, out->key_size);
		stand = r->asked;
		rc = r->k->ops->map_lookup(r->k, r->map, stand, leaf_at(out, out->n));
		if (rc == -ENOENT)
			continue;
		if (rc)
			return rc;
		memcpy(key_at(out, out->n), stand, out->key_size);
		rc = reading_take(r, out->n);
		if (rc)
			return rc;
	}
	return 0;
}

static uint32_t batch_at_start(const struct reading *r)
{
	size_t fit = BATCH_BYTES / (r->out->key_size + r->out->leaf_room + 1);

	if (fit > BATCH_ENTRIES)
		fit = BATCH_ENTRIES;
	if (fit < BATCH_MIN)
		fit = BATCH_MIN;
	return fit < r->max ? (uint32_t)fit : r->max;
}

int table_read(struct kernel *k, int map, const struct object_table *spec, struct entries *out)
{
	struct reading r = {.k = k, .map = map, .max = spec->max_entries, .out = out};
	int rc = -ENOMEM;

	entries_shape(out, k, spec);
	if (!spec->key_size || !spec->leaf_size)
		return -EINVAL;
	if (table_is_array(spec->type) && spec->key_size != sizeof(uint32_t))
		return -EINVAL;
	r.cursor_size = spec->key_size > 8 ? spec->key_size : 8;
	r.cursor = calloc(2, r.cursor_size);
	if (!r.cursor)
		goto out;
	r.asked = r.cursor + r.cursor_size;
	r.distinct = table_is_array(spec->type);
	r.batch = batch_at_start(&r);
	reading_restart(&r);
	rc = read_batches(&r);
	if (rc == -EOPNOTSUPP) {
		reading_restart(&r);
		rc = r.distinct ? read_indices(&r) : read_keys(&r);
	}
out:
	if (rc)
		out->n = 0;
	keyset_free(&r.seen);
	free(r.cursor);
	return rc;
}

int table_pop(struct kernel *k, int map, const struct object_table *spec, struct entries *out)
{
	entries_shape(out, k, spec);
	if (!spec->leaf_size)
		return -EINVAL;
	for (uint32_t i = 0; i < spec->max_entries; i++) {
		int rc = entries_reserve(out, out->n + 1);

		if (rc == 0)
			rc = k->ops->map_take(k, map, NULL, leaf_at(out, out->n));
		/* What was taken before is gone from the table: it is the reading. */
		if (rc == -ENOENT || (rc && out->n))
			return 0;
		if (rc)
			return rc;
		memcpy(key_at(out, out->n), &i, sizeof(i));
		out->n++;
	}
	return 0;
}

int entries_append(struct entries *to, const void *prefix, size_t prefix_size,
		   const struct entries *more)
{
	to->key_size = prefix_size + more->key_size;
	to->leaf_size = more->leaf_size;
	to->leaf_room = more->leaf_room;
	to->ncpus = more->ncpus;
	if (more->n == 0)
		return 0;
	int rc = entries_reserve(to, to->n + more->n);

	if (rc)
		return rc;
	for (size_t i = 0; i < more->n; i++) {
		unsigned char *key = key_at(to, to->n + i);

		memcpy(key, prefix, prefix_size);
		memcpy(key + prefix_size, key_at(more, i), more->key_size);
	}
	memcpy(leaf_at(to, to->n), more->leaves, more->n * more->leaf_room);
	to->n += more->n;
	return 0;
}

static int clear_array(struct kernel *k, int map, const struct object_table *spec)
{
	struct entries shape = {0};
	int rc = 0;

	entries_shape(&shape, k, spec);
	void *zero = calloc(1, shape.leaf_room ? shape.leaf_room : 1);

	if (!zero)
		return -ENOMEM;
	for (uint32_t i = 0; !rc && i < spec->max_entries; i++)
		rc = k->ops->map_update(k, map, &i, zero);
	free(zero);
	return rc;
}

int table_clear(struct kernel *k, int map, const struct object_table *spec)
{
	struct entries entries = {0};

	if (table_is_array(spec->type))
		return clear_array(k, map, spec);
	int rc = table_read(k, map, spec, &entries);

	for (size_t i = 0; !rc && i < entries.n; i++) {
		rc = k->ops->map_delete(k, map, key_at(&entries, i));
		if (rc == -ENOENT)
			rc = 0;
	}
	entries_free(&entries);
	return rc;
}
