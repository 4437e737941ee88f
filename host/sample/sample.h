/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sample.h - what one interval came to: views of rows. The only thing the output floor sees.
 */
#ifndef KW_SAMPLE_SAMPLE_H
#define KW_SAMPLE_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "kernel/audit.h"
#include "kernel/kernel.h"
#include "program/header.h"
#include "program/plan.h"

/**
 * struct stack - what a stack id stands for
 * @frames:	names, the innermost first
 * @nkernel:	how many of them are the kernel's
 * @cut:	it was deeper than its table keeps
 * @error:	0, or the negative errno that the kernel gave in place of an id: -EFAULT where there
 *		was no such stack, others where it could not be kept
 */
struct stack {
	const char **frames;
	size_t nframes;
	size_t nkernel;
	bool cut;
	int error;
};

/**
 * struct cell - one named value of a row
 * @name:	field's name ("" for a key or leaf that is a single value)
 * @is_text:	@text holds it; otherwise @u or @s by @is_signed
 * @label:	word to show in place of the number (a label line, an item's name), or NULL
 * @as:		what it stands for by an as line ("kfree", "10.0.0.1"), or NULL
 * @stack:	stacks: what the number is the id of, or NULL
 * Names, texts and labels belong to the sample's arena.
 */
struct cell {
	const char *name;
	const char *text;
	const char *label;
	const char *as;
	const struct stack *stack;
	uint64_t u;
	int64_t s;
	bool is_text;
	bool is_signed;
};

/**
 * struct row - one entry of a table
 * @cells:	first @nkeys cells of the key, then those of the leaf
 * @value:	the leaf's number (its first number, where it is a record), not divided; signed
 *where the first number among the leaf's cells is
 * @shown:	value after the view's divisor
 * @text:	the row by the view's format, without a newline; NULL where the view has none
 * @process:	whose entry it is, or 0
 * @wall:	of a record: CLOCK_REALTIME when it was sent (perf buffers) or read (ring buffers)
 */
struct row {
	struct cell *cells;
	size_t nkeys;
	size_t ncells;
	uint64_t value;
	uint64_t shown;
	const char *text;
	pid_t process;
	struct timespec wall;
};

/**
 * struct hist - one section of a histogram view
 * @section:	"NAME = VALUE" of the sub-key, or NULL
 * @slots:	counts; log2: slot i counts values in [2^(i-1), 2^i - 1], slot 0 only 0s by mistake
 */
struct hist {
	const char *section;
	uint64_t *slots;
	size_t nslots;
};

/**
 * struct view - one show line's part of a sample
 * @show:	the line; borrowed
 * @list:	count: the items that were asked for, in the order of their rows; borrowed. NULL
 *where rows do not stand for items, or only for those that counted something
 * @rows:	count, sum, top, lines, age; sorted as the kind says
 * @left_out:	rows beyond the limit of the view, which are not in @total either
 * @hists:	hist, lhist
 * @outside:	what was counted in slots that such a histogram does not have; not in @total
 * @total:	sum of @shown over the rows; what a sum view prints, and its only row has it too
 * @refused:	insertions that its table refused in this interval because it was full
 * @stream:	its table is a perf or ring buffer: the records were shown before, as they came;
 *		@total says how many in this interval, and there are no rows
 * @lost:	records that found no room in this interval, or COUNT_UNKNOWN
 */
struct view {
	const struct show_line *show;
	const struct plan_list *list;
	struct row *rows;
	size_t nrows;
	size_t left_out;
	struct hist *hists;
	size_t nhists;
	uint64_t outside;
	uint64_t total;
	uint64_t refused;
	bool stream;
	int64_t lost;
};

/**
 * struct account - what the kernel did not run or keep, over the interval; COUNT_UNKNOWN where it
 * does not tell
 * @stacks_lost: what was counted under stacks that their table had no room for
 * @stacks_cut:	what was counted under stacks deeper than their table keeps
 */
struct account {
	int64_t returns_missed;
	int64_t events_skipped;
	int64_t refused;
	int64_t lost;
	int64_t repaired;
	int64_t stacks_lost;
	int64_t stacks_cut;
};

/**
 * struct sample - one interval
 * @number:	from 1
 * @wall:	CLOCK_REALTIME at its end
 * @length_ns:	what it really covered
 * @exact:	all its figures are of one instant (tables were flipped)
 * @late:	the tick came late by more than half an interval
 * @cut:	something ended the run before the interval was over
 * @last:	no further sample follows
 * @views:	in the order of the show lines
 * @audit:	in the last sample of a run with --audit: what was skipped in the whole run; else
 * NULL
 * @arena:	memory of all views, cells, rows and texts; free with sample_free()
 */
struct sample {
	unsigned long number;
	struct timespec wall;
	uint64_t length_ns;
	bool exact;
	bool late;
	bool cut;
	bool last;
	struct view *views;
	size_t nviews;
	struct account account;
	const struct audit_report *audit;
	struct arena *arena;
};

void sample_free(struct sample *sample);

#endif
