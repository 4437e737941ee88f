/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trace.h - a live trace: tables made, programs loaded, probes attached.
 *
 *   trace_new -> trace_load -> trace_attach -> (read its tables) -> trace_detach -> trace_free
 */
#ifndef KW_KERNEL_TRACE_H
#define KW_KERNEL_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "kernel/kernel.h"
#include "object/object.h"
#include "program/plan.h"

struct trace; /* opaque */

/**
 * trace_new
 * @kernel:	outlives the trace
 * @object:	compiled text; outlives the trace
 * @plan:	what to attach; outlives the trace
 */
int trace_new(struct kernel *kernel, const struct object *object, const struct plan *plan,
	      struct trace **out, struct error *err);

/**
 * trace_of_text - the text that it is of, so that what the verifier says names its lines
 * @file, @text: both outlive the trace
 */
void trace_of_text(struct trace *trace, const char *file, const char *text);

/**
 * trace_check - can this kernel attach the plan's probes, but for the optional ones? Asked before
 * anything is compiled
 */
int trace_check(struct kernel *kernel, const struct plan *plan, struct error *err);

/**
 * trace_load - create the tables, fill in descriptors and constants, load the programs
 *
 * A handler that serves a list is loaded once for each item, with CONST_ITEM filled in.
 */
int trace_load(struct trace *trace, struct error *err);

/**
 * trace_separate - let no two probes share a program, so that its run count is one probe's. To be
 * called before trace_load().
 */
void trace_separate(struct trace *trace);

/**
 * trace_attach - attach all probes of the plan in its order
 *
 * An optional one that the kernel refuses is said once and left out. When a needed one is refused,
 * everything is detached again. @stop, where not NULL, is looked at between two attachments: once
 * it is true, attaching ends with -EINTR.
 */
int trace_attach(struct trace *trace, const volatile bool *stop, struct error *err);

/**
 * trace_detach - take all attachments away, in reverse order; tables stay readable
 */
void trace_detach(struct trace *trace);

/**
 * trace_table - Return: descriptor of the table's map, or -ENOENT
 * @spec:	where not NULL, set to its spec in the object
 */
int trace_table(const struct trace *trace, const char *name, const struct object_table **spec);

/**
 * trace_table_of - the name of the @nth table of a map type, or NULL
 */
const char *trace_table_of(const struct trace *trace, uint32_t type, size_t nth);

/**
 * trace_is_outer - is it a table of tables?
 */
bool trace_is_outer(const struct object_table *table);

/**
 * trace_inner_like - the spec of the tables in a table of tables
 * @outer:	as trace_table() gave it
 */
const struct object_table *trace_inner_like(const struct trace *trace,
					    const struct object_table *outer);

/**
 * trace_inner - the @nth table in a table of tables
 * @map:	set to its descriptor
 *
 * Return: its key, of the outer's key size; NULL when there are no more.
 */
const void *trace_inner(const struct trace *trace, const struct object_table *outer, size_t nth,
			int *map);

/**
 * trace_description - what a perf or ring buffer's records look like
 * @n:		which one, from 0: each call in the text that sends records may have its own
 *
 * Return: a spec whose leaf is the record; NULL when there are no more.
 */
const struct object_table *trace_description(const struct trace *trace, const char *table,
					     size_t n);

/**
 * trace_stream_bytes - how large a perf buffer of one CPU is to be: by its size line, or as usual
 */
size_t trace_stream_bytes(const struct trace *trace, const char *table);

/**
 * trace_attached - number of attachments now; trace_item_attached - does or did any serve item
 * @item of @list?
 */
unsigned trace_attached(const struct trace *trace);
bool trace_item_attached(const struct trace *trace, const struct plan_list *list, long item);

struct kernel *trace_kernel(const struct trace *trace);
void trace_free(struct trace *trace);

#endif
