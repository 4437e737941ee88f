/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view.h - one show line: from a table's entries of one interval to the rows of a view.
 *
 * Formats: %key %value %comm %{field} %{outer.inner} %time %% and $NAME; %NAME where NAME is an
 * option stands for what $NAME stands for, and for a list option, for the item that the key is the
 * index of. A field of that name in the key or the leaf comes first. The divisor divides the leaf's
 * numbers.
 */
#ifndef KW_SAMPLE_VIEW_H
#define KW_SAMPLE_VIEW_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/arena.h"
#include "base/error.h"
#include "program/plan.h"
#include "sample/sample.h"
#include "sample/type.h"

struct naming; /* sample/naming.h */
struct stacks; /* sample/stacks.h */

/**
 * struct view_source - what a view is made from
 * @keys:	@n keys, @key_stride bytes apart
 * @leaves:	@n leaves, @leaf_stride bytes apart: this interval's values, per-CPU ones added up
 * @now_ns:	CLOCK_MONOTONIC, for age views
 * @wall:	CLOCK_REALTIME, for %time
 * @naming:	names of addresses
 * @stacks:	names of stacks; NULL where no view shows any
 * @attached:	which items of the plan's lists are attached: items that are not have no row
 * @walls:	view_records_make(): one for each entry, in place of @wall
 * @in_order:	entries without keys, which stay in their order, also those that are 0
 */
struct view_source {
	const void *keys;
	size_t key_stride;
	const void *leaves;
	size_t leaf_stride;
	size_t n;
	uint64_t now_ns;
	struct timespec wall;
	bool (*attached)(const void *ctx, const struct plan_list *list, long item);
	const void *ctx;
	struct naming *naming;
	struct stacks *stacks;
	const struct timespec *walls;
	bool in_order;
};

struct view_maker; /* opaque: a show line checked against its table's types */

/**
 * view_maker_new - check a show line against the types of its table
 * @show, @plan, @key, @leaf: must outlive the maker
 * @limit:	most rows where the line has no limit; 0: 20 of a top view, all of others
 * @err:	FILE:LINE, what is wrong (no such field, a hist of a table that has no numbers), and
 *which fields there are
 */
int view_maker_new(const struct show_line *show, const struct plan *plan, const struct type *key,
		   const struct type *leaf, size_t limit, struct view_maker **out,
		   struct error *err);

/**
 * view_make - rows of one interval
 * @arena:	memory of what @view points to
 * @view:	filled, but for @refused, which is the caller's
 *
 * Entries whose leaf is 0 in this interval have no row, but for the items a user wrote out (not
 * those from globs) of a list, which have one once they were attached. Kinds:
 * - count: a row an entry, sorted by key (a list's items in the order asked for)
 * - sum: one row, the sum of the entries' shown values; also when it is 0
 * - top: by value, largest first, at most @limit rows
 * - lines: a row an entry, by value, largest first
 * - hist, lhist: slots by the key, or by the key's field "slot" (or its last integer) with a
 * section for what else is in the key
 * - age: entries are calls in progress; their leaf's field "since", "ts" or "start" (or the leaf)
 * is a start time, 0 when there is none; one row with cells "count" and "longest"; no row when
 * there is none
 */
int view_make(struct view_maker *maker, const struct view_source *source, struct arena *arena,
	      struct view *view, struct error *err);

/**
 * view_records_make - rows of records: each has one, in the order in which they stand
 *
 * @maker is of a lines view with a key without fields. Return: 0 or -ENOMEM.
 */
int view_records_make(struct view_maker *maker, const struct view_source *source,
		      struct arena *arena, struct view *view);

void view_maker_free(struct view_maker *maker);

#endif
