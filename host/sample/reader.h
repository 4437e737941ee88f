/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reader.h - one shown table: what it grew by since the reading before.
 *
 * A table that only grows is never cleared: a reading minus the one before it is the interval's
 * share, and nothing that is added meanwhile is lost. A table with two halves has one such history
 * for each half. A table of tables is read as one table, whose keys are those of both. What is in
 * a queue or stack is taken out.
 */
#ifndef KW_SAMPLE_READER_H
#define KW_SAMPLE_READER_H

#include <stdbool.h>

#include "base/error.h"
#include "kernel/table.h"
#include "kernel/trace.h"
#include "sample/type.h"

struct reader; /* opaque */

/**
 * struct reader_options
 * @table:	as the text calls it
 * @halved:	it has two halves, TABLE__0 and TABLE__1
 * @fresh:	it is emptied after each reading instead of being subtracted; without halves, what
 *comes between reading and emptying is lost
 * @drain:	entries are taken out instead of subtracted (table_drain()); not for tables with
 *halves
 * @largest:	of a value for each CPU the largest is shown, and not the sum
 * @as_is:	show what is there now, subtract nothing (state, for age views)
 * @set:	the same, of a table whose values the text sets
 */
struct reader_options {
	const char *table;
	bool halved;
	bool fresh;
	bool drain;
	bool largest;
	bool as_is;
	bool set;
};

/**
 * reader_new - Return: 0, -ENOENT with a line when there is no such table, or it holds no figures;
 * -ENOMEM
 */
int reader_new(struct trace *trace, const struct reader_options *options, struct reader **out,
	       struct error *err);

/**
 * reader_take - read
 * @half:	which half; 0 where there is only one
 * @quiet:	no program writes that half now: it may be emptied when it is more than half full of
 *keys that came and went
 *
 * The result (reader_entries()) has one leaf for each key, per-CPU ones added up, and only this
 * interval's share of its numbers. On failure the result is empty and nothing is lost: the next
 * reading has it.
 */
int reader_take(struct reader *reader, unsigned half, bool quiet);

/* What reader_take() found: keys of key_size bytes, leaves of leaf_size bytes. */
const struct entries *reader_entries(const struct reader *reader);

/* Types of the table's key and leaf. */
const struct type *reader_key(const struct reader *reader);
const struct type *reader_leaf(const struct reader *reader);

/**
 * reader_refuses_unseen - a full table would refuse insertions, and the text's own calls do not
 * count them
 */
bool reader_refuses_unseen(const struct reader *reader);

/**
 * reader_in_order - its entries have no keys, and stand in the order in which they came out
 */
bool reader_in_order(const struct reader *reader);

const char *reader_table(const struct reader *reader);
void reader_free(struct reader *reader);

#endif
