/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trace_impl.h - the inside of a trace, for trace*.c only.
 */
#ifndef KW_KERNEL_TRACE_IMPL_H
#define KW_KERNEL_TRACE_IMPL_H

#include "kernel/trace.h"

/*
 * One loaded copy of a handler: a program that reads CONST_ITEM is loaded once for each item, all
 * others once for each kind of point that they are attached to.
 */
struct program {
	const struct object_function *function;
	enum probe_kind kind;
	long item;
	const char *target;	       /* borrowed from the plan; NULL for most kinds */
	const struct plan_usdt *usdt;  /* place whose arguments it reads; borrowed, or NULL */
	const struct plan_probe *only; /* the one probe it serves, or NULL: any that fits */
	int fd;
};

struct attachment {
	struct link *link;
	const struct plan_probe *probe;
};

struct trace {
	struct kernel *kernel;
	const struct object *object;
	const struct plan *plan;
	int *maps; /* for each table of the object; -1: none yet */
	struct object_table
		*tables;  /* the object's specs with the sizes really used; borrowed strings */
	const char *file; /* of the text, for messages; borrowed, or NULL */
	const char *text;
	bool separate; /* trace_separate() */
	struct program *programs;
	size_t nprograms;
	struct attachment *attachments;
	size_t nattachments;
};

/**
 * trace_size_tables - how large its tables are to be; trace_create_tables - make them
 */
void trace_size_tables(struct trace *trace);
int trace_create_tables(struct trace *trace, struct error *err);

/**
 * trace_is_description - is it no table, but says what records another one has (TABLE_EVENT)?
 */
bool trace_is_description(const struct object_table *table);

/**
 * trace_program - the loaded copy of a handler that serves a probe, or NULL
 */
struct program *trace_program(const struct trace *trace, const struct plan_probe *probe);

#endif
