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
	unsigned nhalves;
	int maps[2];
	const struct object_table *spec;
	struct history *histories[2];
	struct type key;
	struct type leaf;
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
	r->maps[half] = trace_table(trace, name, &r->spec);
	if (r->maps[half] < 0)
		return error_usage(err, "the text has no table %s", r->table);
	return 0;
}

static int describe(struct reader *r, struct error *err)
{
	struct error doubt = {0};
	int rc = type_parse(r->spec->key_desc, r->spec->key_size, &r->key, &doubt);

	if (rc == 0)
		rc = type_parse(r->spec->leaf_desc, r->spec->leaf_size, &r->leaf, &doubt);
	else
		type_parse(r->spec->leaf_desc, r->spec->leaf_size, &r->leaf, NULL);
	if (rc == -ENOMEM)
		return error_nomem(err);
	if (rc < 0)
		say_detail("table %s: %s; shown as bytes", r->table, doubt.text);
	error_clear(&doubt);
	return 0;
}

int reader_new(struct trace *trace, const struct reader_options *options, struct reader **out,
	       struct error *err)
{
	struct reader *r = calloc(1, sizeof(*r));
	int rc = 0;

	if (!r)
		return error_nomem(err);
	r->kernel = trace_kernel(trace);
	r->fresh = options->fresh;
	r->drain = options->drain && !options->halved;
	r->as_is = options->as_is;
	r->nhalves = options->halved ? 2 : 1;
	r->table = strdup(options->table);
	if (!r->table)
		rc = error_nomem(err);
	for (unsigned half = 0; rc == 0 && half < r->nhalves; half++)
		rc = find_map(r, trace, half, err);
	if (rc == 0)
		rc = describe(r, err);
	for (unsigned half = 0; rc == 0 && half < r->nhalves; half++) {
		r->histories[half] = history_new(r->spec->key_size, r->spec->leaf_size);
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
	e->key_size = r->spec->key_size;
	e->leaf_size = r->spec->leaf_size;
	e->leaf_room = r->spec->leaf_size;
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

/* One leaf for each key: per-CPU values are added up. */
static void fold_cpus(struct reader *r)
{
	struct entries *e = &r->result;

	for (size_t i = 0; i < r->raw.n; i++) {
		const unsigned char *from = r->raw.leaves + i * r->raw.leaf_room;
		unsigned char *leaf = e->leaves + i * e->leaf_size;

		if (r->raw.ncpus > 1)
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

static int read_half(struct reader *r, int map)
{
	if (r->drain) {
		int rc = table_drain(r->kernel, map, r->spec, &r->raw);

		if (rc != -EOPNOTSUPP)
			return rc;
		/* An array cannot be taken out of: it is subtracted after all. */
		r->drain = false;
	}
	return table_read(r->kernel, map, r->spec, &r->raw);
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
	if (r->as_is || r->drain)
		return 0;
	if (r->fresh)
		return table_clear(r->kernel, map, r->spec);
	if (!type_numbers_only(&r->leaf))
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
	return r->nhalves == 1 && !r->as_is && !table_is_array(r->spec->type);
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
	entries_free(&r->raw);
	entries_free(&r->result);
	free(r->table);
	free(r);
}
