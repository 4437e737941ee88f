/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_maker.h - what the kinds of views share: inside host/sample/view*.c only.
 */
#ifndef KW_SAMPLE_VIEW_MAKER_H
#define KW_SAMPLE_VIEW_MAKER_H

#include "sample/column.h"
#include "sample/view.h"
#include "sample/view_format.h"

/**
 * struct view_maker
 * @keys, @leaves: columns of the table's key and leaf
 * @value:	column of the leaf that is the row's number, or NULL where it has none
 * @slot:	hist: column of the key that is the slot
 * @since:	age: column of the leaf that is the start time
 * @by:	column that rows are sorted by, or NULL: by their value; @by_leaf: it is the leaf's
 * @process:	column that says whose entry it is, or NULL; @process_leaf: it is the leaf's
 * @format:	or NULL
 * @list:	list that the keys are indices into, or NULL
 * @seen:	for each of its items: it was attached at some time (the last sample is taken when
 *		nothing is attached any more)
 */
struct view_maker {
	const struct show_line *show;
	const struct plan *plan;
	const struct type *key;
	const struct type *leaf;
	size_t limit;
	struct columns keys;
	struct columns leaves;
	const struct column *value;
	const struct column *slot;
	const struct column *since;
	const struct column *by;
	bool by_leaf;
	const struct column *process;
	bool process_leaf;
	struct format *format;
	const struct plan_list *list;
	bool *seen;
};

int view_rows_make(struct view_maker *maker, const struct view_source *source, struct arena *arena,
		   struct view *view);
int view_sum_make(struct view_maker *maker, const struct view_source *source, struct arena *arena,
		  struct view *view);
int view_age_make(struct view_maker *maker, const struct view_source *source, struct arena *arena,
		  struct view *view);

int view_stacks_check(struct view_maker *maker, struct error *err);
int view_stacks_make(struct view_maker *maker, const struct view_source *source,
		     struct arena *arena, struct view *view);

int view_hist_check(struct view_maker *maker, struct error *err);
int view_hist_make(struct view_maker *maker, const struct view_source *source, struct arena *arena,
		   struct view *view);

/**
 * view_process - the process of an entry: by its fields tgid or pid, or --pid; 0: not known
 */
pid_t view_process(const struct view_maker *maker, const void *key, const void *leaf);

/**
 * view_divide - a leaf's number as it is shown
 */
uint64_t view_divide(const struct view_maker *maker, uint64_t value);

/**
 * view_is_signed - is the leaf's number a signed one?
 */
bool view_is_signed(const struct view_maker *maker);

/**
 * view_row_text - fill in the format, if there is one
 *
 * Return: 0 or -ENOMEM.
 */
int view_row_text(const struct view_maker *maker, const struct format_row *what,
		  struct arena *arena, struct row *row);

#endif
