/* SPDX-License-Identifier: Apache-2.0 */
/*
 * output.h - what the user sees: one file per format behind one table.
 */
#ifndef KW_OUTPUT_OUTPUT_H
#define KW_OUTPUT_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "program/plan.h"
#include "sample/sample.h"

/**
 * struct output_format - one format
 * @name:	what -o takes
 * @needs_stacks: it shows nothing but views of the kind stacks
 * @is_page: what it writes is a file to be opened, and no text to be read
 * @begin:	before the first sample, may be NULL
 * @sample:	one sample
 * @records:	records of a perf or ring buffer, as they come: the rows of @view; NULL: not shown
 * @end:	after the last, may be NULL
 * Each returns 0, -EPIPE, or another negative errno; what they wrote is flushed for each sample.
 */
struct output_format {
	const char *name;
	bool needs_stacks;
	bool is_page;
	int (*begin)(FILE *out, const struct plan *plan);
	int (*sample)(FILE *out, const struct plan *plan, const struct sample *sample);
	int (*records)(FILE *out, const struct view *view);
	int (*end)(FILE *out);
};

extern const struct output_format output_text;
extern const struct output_format output_json;
extern const struct output_format output_folded;
extern const struct output_format output_flamegraph;

/**
 * output_find - by name; NULL when there is none. output_names - all, comma separated
 */
const struct output_format *output_find(const char *name);
const char *output_names(void);

/**
 * output_begin - have each piece of text arrive in one write(2), before anything is written
 *
 * The command that is traced may write to the same place: its lines come between ours, and not
 * into them.
 */
void output_begin(FILE *out);

/**
 * output_flush - Return: 0, -EPIPE when the reader has gone, or another negative errno
 */
int output_flush(FILE *out);

#endif
