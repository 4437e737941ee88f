/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trace_slots.c - what the host puts into tables before anything runs: programs into program arrays
 * (tail lines), tables into tables of tables (inner lines). Programs cannot do that themselves
 * (check_map_func_compatibility() in kernel/bpf/verifier.c).
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/say.h"
#include "kernel/trace_impl.h"
#include "kernel/trace_names.h"

bool trace_is_outer(const struct object_table *table)
{
	return table->type == BPF_MAP_TYPE_HASH_OF_MAPS ||
	       table->type == BPF_MAP_TYPE_ARRAY_OF_MAPS;
}

/* The table of a tail or inner line, which must be of the right sort. */
static int slot_table(const struct trace *t, const char *place, const char *table, bool outer,
		      uint32_t *index, struct error *err)
{
	int found = object_table_find(t->object, table);

	if (found < 0)
		return error_usage(err, "%s: the text has no table %.60s", place, table);
	*index = (uint32_t)found;
	const struct object_table *spec = &t->tables[found];

	if (outer ? trace_is_outer(spec) : spec->type == BPF_MAP_TYPE_PROG_ARRAY)
		return 0;
	return error_usage(err, "%s: %s is no %s", place, table,
			   outer ? "table of tables (BPF_ARRAY_OF_MAPS, BPF_HASH_OF_MAPS)"
				 : "program array (BPF_PROG_ARRAY)");
}

/* The loaded copy of a handler for the sort of @caller: that of another line, or a new one. */
static int tail_program(struct trace *t, const struct tail_line *line, const char *place,
			const struct program *caller, struct program **out, struct error *err)
{
	const struct object_function *function = object_function_find(t->object, line->handler);

	if (!function)
		return trace_no_function(t, place, line->handler, err);
	for (size_t i = 0; i < t->nprograms; i++) {
		*out = &t->programs[i];
		if ((*out)->function == function && (*out)->tail && trace_same_sort(*out, caller))
			return 0;
	}
	*out = &t->programs[t->nprograms];
	**out = (struct program){
		.function = function,
		.kind = caller->kind,
		.item = -1,
		.target = caller->target,
		.tail = true,
		.fd = -1,
	};
	if (trace_reads_place(function))
		return error_usage(err,
				   "%s: %s() is reached by a tail call and cannot know which item "
				   "of a list, or which USDT probe, it serves",
				   place, line->handler);
	int rc = trace_check_tails(t, *out, place, err);

	if (rc == 0)
		rc = trace_load_program(t, *out, err);
	if (rc == 0)
		t->nprograms++;
	return rc;
}

/* Return: 1 when the slot was filled, 0 when nothing that is loaded calls its table yet. */
static int tail_fill(struct trace *t, const struct tail_line *line, struct error *err)
{
	char place[ORIGIN_ROOM];
	struct program *p = NULL;
	uint32_t table = 0;

	origin_place(line->origin, "tail", place, sizeof(place));
	int rc = slot_table(t, place, line->table, false, &table, err);

	if (rc < 0)
		return rc;
	if (line->index >= t->tables[table].max_entries)
		return error_usage(err, "%s: %s has the slots 0 to %u", place, line->table,
				   t->tables[table].max_entries - 1);
	const struct program *caller = trace_caller_of(t, table, NULL);

	if (!caller)
		return 0;
	rc = tail_program(t, line, place, caller, &p, err);
	if (rc < 0)
		return rc;
	rc = t->kernel->ops->map_update(t->kernel, t->maps[table], &line->index, &p->fd);
	if (rc < 0)
		return error_failed(err, rc, "%s: the kernel refuses %s() in %s[%u]: %s", place,
				    line->handler, line->table, line->index, strerror(-rc));
	return 1;
}

void trace_say_empty(const struct trace *t)
{
	const struct header *h = t->plan->header;

	for (uint32_t i = 0; i < t->object->ntables; i++) {
		const struct object_table *table = &t->tables[i];
		size_t n = 0;

		for (size_t k = 0; k < h->ntails; k++)
			n += strcmp(h->tails[k].table, table->name) == 0;
		for (size_t k = 0; k < h->ninners; k++)
			n += strcmp(h->inners[k].table, table->name) == 0;
		if (n == 0 && table->type == BPF_MAP_TYPE_PROG_ARRAY)
			say_once("the program array %s is empty: --tail '%s INDEX HANDLER' puts a "
				 "handler into it",
				 table->name, table->name);
		if (n == 0 && trace_is_outer(table))
			say_once("%s has no tables in it: --inner '%s KEY [TABLE]' puts one there",
				 table->name, table->name);
	}
}

int trace_fill_tails(struct trace *t, struct error *err)
{
	const struct header *h = t->plan->header;
	bool *filled = calloc(h->ntails + 1, sizeof(*filled));
	bool more = true;
	int rc = 0;

	if (!filled)
		return error_nomem(err);
	/* What a tail call reaches may call on, from an array of its own. */
	while (more) {
		more = false;
		for (size_t i = 0; rc >= 0 && i < h->ntails; i++) {
			rc = filled[i] ? 0 : tail_fill(t, &h->tails[i], err);
			if (rc > 0)
				filled[i] = more = true;
		}
	}
	for (size_t i = 0; rc >= 0 && i < h->ntails; i++) {
		char place[ORIGIN_ROOM];

		origin_place(h->tails[i].origin, "tail", place, sizeof(place));
		if (!filled[i])
			say_once("%s: no handler that is attached calls %s", place,
				 h->tails[i].table);
	}
	free(filled);
	return rc < 0 ? rc : 0;
}

/* A signed or an unsigned number of so many bytes: 1, 2, 4 or 8. */
static bool key_fits(int64_t key, uint32_t bytes)
{
	const int64_t half = bytes < 8 ? (int64_t)1 << (bytes * 8 - 1) : 0;

	return !half || (key >= -half && key < 2 * half);
}

/* @key as the outer table has it, little endian. */
static int inner_key(const struct object_table *outer, const char *place, int64_t key,
		     unsigned char bytes[8], struct error *err)
{
	if (outer->key_size > 8 || (outer->key_size & (outer->key_size - 1)))
		return error_usage(err, "%s: the keys of %s are no numbers", place, outer->name);
	if (!key_fits(key, outer->key_size))
		return error_usage(err, "%s: %" PRId64 " is no key of %s, which has %u bits", place,
				   key, outer->name, outer->key_size * 8);
	if (outer->type == BPF_MAP_TYPE_ARRAY_OF_MAPS && (key < 0 || key >= outer->max_entries))
		return error_usage(err, "%s: %s has the slots 0 to %u", place, outer->name,
				   outer->max_entries - 1);
	for (unsigned i = 0; i < 8; i++)
		bytes[i] = (unsigned char)((uint64_t)key >> (8 * i));
	return 0;
}

static int inner_refused(const struct trace *t, const struct trace_inner *inner, const char *place,
			 int64_t key, int code, struct error *err)
{
	const struct object_table *outer = &t->tables[inner->outer];
	const struct object_table *like = &t->tables[outer->inner];

	/* bpf_map_meta_equal(), kernel/bpf/map_in_map.c */
	if (code == -EINVAL)
		return error_usage(err,
				   "%s: %s is not like %s, of which %s was declared to hold: its "
				   "kind, sizes, and before 5.10 its number of entries must be the "
				   "same",
				   place, t->tables[inner->table].name, like->name, outer->name);
	return error_failed(err, code, "%s: the kernel refuses %s[%" PRId64 "]: %s", place,
			    outer->name, key, strerror(-code));
}

static int inner_put(struct trace *t, const struct inner_line *line, struct error *err)
{
	struct trace_inner *inner = &t->inners[t->ninners];
	char place[ORIGIN_ROOM];

	origin_place(line->origin, "inner", place, sizeof(place));
	*inner = (struct trace_inner){.map = -1};
	int rc = slot_table(t, place, line->table, true, &inner->outer, err);

	if (rc < 0)
		return rc;
	const struct object_table *outer = &t->tables[inner->outer];
	int like = line->inner ? object_table_find(t->object, line->inner) : outer->inner;

	if (like < 0 || t->maps[like] < 0)
		return error_usage(err, "%s: the text has no table %.60s", place,
				   line->inner ? line->inner : "");
	inner->table = (uint32_t)like;
	rc = inner_key(outer, place, line->key, inner->key, err);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < t->ninners; i++)
		if (t->inners[i].outer == inner->outer &&
		    memcmp(t->inners[i].key, inner->key, sizeof(inner->key)) == 0)
			return error_usage(err, "%s: %s[%" PRId64 "] is there already", place,
					   outer->name, line->key);
	inner->own = !line->inner;
	inner->map = t->maps[like];
	if (inner->own)
		rc = trace_create_table(t, inner->table, &inner->map, err);
	if (rc < 0)
		return rc;
	t->ninners++;
	rc = t->kernel->ops->map_update(t->kernel, t->maps[inner->outer], inner->key, &inner->map);
	return rc < 0 ? inner_refused(t, inner, place, line->key, rc, err) : 0;
}

int trace_fill_inners(struct trace *t, struct error *err)
{
	const struct header *h = t->plan->header;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < h->ninners; i++)
		rc = inner_put(t, &h->inners[i], err);
	return rc;
}

const struct object_table *trace_inner_like(const struct trace *t, const struct object_table *outer)
{
	return outer->inner >= 0 ? &t->tables[outer->inner] : NULL;
}

const void *trace_inner(const struct trace *t, const struct object_table *outer, size_t nth,
			int *map)
{
	for (size_t i = 0; i < t->ninners; i++) {
		if (&t->tables[t->inners[i].outer] != outer || nth-- != 0)
			continue;
		*map = t->inners[i].map;
		return t->inners[i].key;
	}
	return NULL;
}
