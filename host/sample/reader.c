/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/say.h"
#include "sample/history.h"

struct reader {
	struct kernel *kernel;
	char *table;
	bool fresh;
	bool drain;
	bool as_is;
	bool set;
	bool largest;
	unsigned nhalves;
	int maps[2];
	const struct object_table *made; /* as the table was made */
	const struct object_table *spec; /* of what is in it: the same, but where that is tables */
	struct object_table shape;	 /* of the entries that are shown */
	const struct trace *trace;
	struct history *histories[2];
	struct type key;
	struct type leaf;
	struct entries part;   /* one table of several */
	struct entries raw;    /* as the kernel gave it */
	struct entries result; /* one leaf a key, this interval's share */
};

static int find_map(struct reader *r, struct trace *trace, unsigned half, struct error *err)
{
	char name[256];

	if (r->nhalves == 2)
		snprintf(name, sizeof(name), "%s__%u", r->table, half);
	else
		snprintf(name, sizeof(name), "%s", r->table);
	r->maps[half] = trace_table(trace, name, &r->made);
	if (r->maps[half] < 0)
		return error_usage(err, "the text has no table %s", r->table);
	r->spec = trace_is_outer(r->made) ? trace_inner_like(trace, r->made) : r->made;
	if (!r->spec)
		return error_usage(err, "what %s holds is not known", r->table);
	const char *holds = table_holds(r->spec->type);

	if (holds)
		return error_usage(err, "%s holds %s, and no figures that could be shown", r->table,
				   holds);
	r->shape = *r->spec;
	if (r->spec != r->made)
		r->shape.key_size += r->made->key_size;
	if (table_is_queue(r->spec->type))
		r->shape.key_size = sizeof(uint32_t);
	return 0;
}

/* A description that is not understood becomes bytes, and that is said with -v. */
static int parse(const struct reader *r, const char *description, size_t size, struct type *out,
		 struct error *err)
{
	struct error doubt = {0};
	int rc = type_parse(description, size, out, &doubt);

	if (rc < 0 && rc != -ENOMEM)
		say_detail("table %s: %s", r->table, doubt.text);
	error_clear(&doubt);
	return rc == -ENOMEM ? error_nomem(err) : 0;
}

/* The key of a table in a table has that of the outer one in front. */
static int describe_both(struct reader *r, struct error *err)
{
	struct type outer = {0};
	struct type inner = r->key;

	if (parse(r, r->made->key_desc, r->made->key_size, &outer, err) < 0)
		return -ENOMEM;
	r->key = (struct type){0};
	return type_join("outer", &outer, "key", &inner, &r->key) ? error_nomem(err) : 0;
}

static int describe(struct reader *r, struct error *err)
{
	int rc = parse(r, r->spec->leaf_desc, r->spec->leaf_size, &r->leaf, err);

	if (rc < 0)
		return rc;
	if (table_is_queue(r->spec->type)) {
		r->key = (struct type){.kind = TYPE_RECORD, .count = 1, .name = strdup("")};
		return r->key.name ? 0 : error_nomem(err);
	}
	rc = parse(r, r->spec->key_desc, r->spec->key_size, &r->key, err);
	return rc == 0 && r->spec != r->made ? describe_both(r, err) : rc;
}

int reader_new(struct trace *trace, const struct reader_options *options, struct reader **out,
	       struct error *err)
{
	struct reader *r = calloc(1, sizeof(*r));
	int rc = 0;

	if (!r)
		return error_nomem(err);
	r->kernel = trace_kernel(trace);
	r->trace = trace;
	r->fresh = options->fresh;
	r->as_is = options->as_is;
	r->set = options->set;
	r->largest = options->largest;
	r->nhalves = options->halved ? 2 : 1;
	r->table = strdup(options->table);
	if (!r->table)
		rc = error_nomem(err);
	for (unsigned half = 0; rc == 0 && half < r->nhalves; half++)
		rc = find_map(r, trace, half, err);
	/* An array cannot be taken out of: it is subtracted after all. */
	if (rc == 0)
		r->drain = options->drain && !options->halved && !table_is_array(r->spec->type);
	if (rc == 0)
		rc = describe(r, err);
	for (unsigned half = 0; rc == 0 && half < r->nhalves; half++) {
		r->histories[half] = history_new(r->shape.key_size, r->shape.leaf_size);
		if (!r->histories[half])
			rc = error_nomem(err);
	}
	if (rc < 0) {
		reader_free(r);
		return rc;
	}
	*out = r;
	return 0;
}

static int result_reserve(struct reader *r, size_t n)
{
	struct entries *e = &r->result;

	e->n = 0;
	e->key_size = r->shape.key_size;
	e->leaf_size = r->shape.leaf_size;
	e->leaf_room = r->shape.leaf_size;
	e->ncpus = 1;
	if (n <= e->room)
		return 0;
	unsigned char *keys = realloc(e->keys, n * e->key_size);

	if (keys)
		e->keys = keys;
	unsigned char *leaves = realloc(e->leaves, n * e->leaf_size);

	if (leaves)
		e->leaves = leaves;
	if (!keys || !leaves)
		return -ENOMEM;
	e->room = n;
	return 0;
}

/* Maxima: a CPU that has none has 0. */
static void fold_largest(const struct reader *r, const unsigned char *from, unsigned char *leaf)
{
	memcpy(leaf, from, r->shape.leaf_size);
	for (unsigned cpu = 1; cpu < r->raw.ncpus; cpu++)
		type_largest(&r->leaf, from + cpu * ((r->shape.leaf_size + 7) / 8 * 8), leaf);
}

/* One leaf for each key: per-CPU values are added up. */
static void fold_cpus(struct reader *r)
{
	struct entries *e = &r->result;

	for (size_t i = 0; i < r->raw.n; i++) {
		const unsigned char *from = r->raw.leaves + i * r->raw.leaf_room;
		unsigned char *leaf = e->leaves + i * e->leaf_size;

		if (r->raw.ncpus > 1 && r->largest)
			fold_largest(r, from, leaf);
		else if (r->raw.ncpus > 1)
			type_sum_cpus(&r->leaf, from, (e->leaf_size + 7) / 8 * 8, r->raw.ncpus,
				      leaf);
		else
			memcpy(leaf, from, e->leaf_size);
	}
	if (r->raw.n)
		memcpy(e->keys, r->raw.keys, r->raw.n * e->key_size);
	e->n = r->raw.n;
}

/*
 * Keys that come and go would fill a table that is never emptied. A half that nobody writes can be
 * emptied without losing anything: all that is in it has just been read.
 */
static void make_room(struct reader *r, unsigned half)
{
	if (r->raw.n <= r->spec->max_entries / 2 || table_is_array(r->spec->type))
		return;
	if (table_clear(r->kernel, r->maps[half], r->spec) == 0)
		history_reset(r->histories[half]);
	else
		say_once("table %s could not be emptied: it may become full", r->table);
}

static int read_one(struct reader *r, int map, struct entries *out)
{
	return r->drain ? table_drain(r->kernel, map, r->spec, out)
			: table_read(r->kernel, map, r->spec, out);
}

/* All tables in a table of tables, one behind the other. */
static int read_inners(struct reader *r)
{
	const void *key;
	int map, rc = 0;

	r->raw.n = 0;
	for (size_t n = 0; rc == 0 && (key = trace_inner(r->trace, r->made, n, &map)); n++) {
		rc = read_one(r, map, &r->part);
		if (rc == 0)
			rc = entries_append(&r->raw, key, r->made->key_size, &r->part);
	}
	/* What was drained ahead of a failure is nowhere else any more. */
	return r->drain && r->raw.n ? 0 : rc;
}

static int clear(struct reader *r, int only)
{
	int map, rc = 0;

	if (r->spec == r->made)
		return table_clear(r->kernel, only, r->spec);
	for (size_t n = 0; rc == 0 && trace_inner(r->trace, r->made, n, &map); n++)
		rc = table_clear(r->kernel, map, r->spec);
	return rc;
}

static int read_half(struct reader *r, int map)
{
	if (table_is_queue(r->spec->type))
		return table_pop(r->kernel, map, r->spec, &r->raw);
	if (r->spec != r->made)
		return read_inners(r);
	return read_one(r, map, &r->raw);
}

int reader_take(struct reader *r, unsigned half, bool quiet)
{
	if (r->nhalves == 1)
		half = 0;
	int map = r->maps[half];
	int rc = read_half(r, map);

	r->result.n = 0;
	if (rc == 0)
		rc = result_reserve(r, r->raw.n);
	if (rc < 0)
		return rc;
	fold_cpus(r);
	if (r->as_is || r->set || r->drain || table_is_queue(r->spec->type))
		return 0;
	if (r->fresh && clear(r, map) < 0)
		say_once("table %s could not be emptied: a later sample shows some of it again",
			 r->table);
	if (r->fresh || !type_numbers_only(&r->leaf))
		return 0;
	rc = history_subtract(r->histories[half], &r->leaf, &r->result);
	if (rc == 0 && quiet && r->nhalves == 2)
		make_room(r, half);
	return rc;
}

const struct entries *reader_entries(const struct reader *r)
{
	return &r->result;
}

const struct type *reader_key(const struct reader *r)
{
	return &r->key;
}

const struct type *reader_leaf(const struct reader *r)
{
	return &r->leaf;
}

bool reader_refuses_unseen(const struct reader *r)
{
	return r->nhalves == 1 && !r->as_is && !table_is_array(r->spec->type) &&
	       !table_is_queue(r->spec->type);
}

bool reader_in_order(const struct reader *r)
{
	return table_is_queue(r->spec->type);
}

const char *reader_table(const struct reader *r)
{
	return r->table;
}

void reader_free(struct reader *r)
{
	if (!r)
		return;
	history_free(r->histories[0]);
	history_free(r->histories[1]);
	type_free(&r->key);
	type_free(&r->leaf);
	entries_free(&r->part);
	entries_free(&r->raw);
	entries_free(&r->result);
	free(r->table);
	free(r);
}
