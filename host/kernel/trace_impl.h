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
	bool many;		       /* it serves probes that are attached at once */
	bool tail;		       /* it is reached by tail calls, and serves no probe */
	int fd;
};

/* A table inside another one. */
struct trace_inner {
	uint32_t outer;	      /* index of the other one */
	uint32_t table;	      /* index of the table that it is, or is like */
	unsigned char key[8]; /* little endian: as many bytes as the outer's keys have */
	int map;
	bool own; /* a new one, which no name of the text stands for */
};

/* The first of several that were attached at once has the link of all. */
struct attachment {
	struct link *link;
	const struct plan_probe *probe;
	bool on;
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
	bool *many; /* for each probe of the plan: attached at once with those beside it */
	struct trace_inner *inners;
	size_t ninners;
};

/**
 * trace_size_tables - how large its tables are to be; trace_create_tables - make them
 */
void trace_size_tables(struct trace *trace);
int trace_create_tables(struct trace *trace, struct error *err);

/**
 * trace_create_table - one table like number @index of the object, which nothing else refers to
 */
int trace_create_table(struct trace *trace, uint32_t index, int *map, struct error *err);

/**
 * trace_fill_inners - tables into tables of tables; trace_fill_tails - programs into program
 * arrays, each loaded as what calls it is
 */
int trace_fill_inners(struct trace *trace, struct error *err);
int trace_fill_tails(struct trace *trace, struct error *err);

/**
 * trace_say_empty - name the tables of that sort that have nothing in them
 */
void trace_say_empty(const struct trace *trace);

/**
 * trace_same_sort - may one program array hold both? trace_caller_of - the first loaded program
 * that mentions a table, of another sort than @other_than where that is given; or NULL
 */
bool trace_same_sort(const struct program *a, const struct program *b);
struct program *trace_caller_of(const struct trace *trace, uint32_t table,
				const struct program *other_than);

/**
 * trace_check_tails - may @p, not loaded yet, use the program arrays that it does?
 * @place:	what a message begins with
 */
int trace_check_tails(const struct trace *trace, const struct program *p, const char *place,
		      struct error *err);

/**
 * trace_mark_many - which probes of the plan are to be attached at once, several by one link
 */
void trace_mark_many(struct trace *trace);
static inline bool trace_is_many(const struct trace *trace, const struct plan_probe *probe)
{
	return trace->many[probe - trace->plan->probes];
}

/**
 * trace_same_arguments - does a handler find its USDT arguments in the same places at both? True
 * where it asks for none
 */
bool trace_same_arguments(const struct object_function *function, const struct plan_usdt *a,
			  const struct plan_usdt *b);

/**
 * trace_can_go_on - may the run go on without a probe that failed with @rc? Without descriptors or
 * memory nothing that follows would do either. trace_go_on_without - say that it does
 */
bool trace_can_go_on(const struct plan_probe *probe, int rc);
void trace_go_on_without(struct error *err);

/**
 * trace_add_program - load what serves a probe, unless that is loaded already
 */
int trace_add_program(struct trace *trace, const struct plan_probe *probe, struct error *err);

/**
 * trace_load_programs - the same for all probes of the plan
 */
int trace_load_programs(struct trace *trace, struct error *err);

/**
 * trace_load_program - load @p, whose function, kind, item and target are set
 */
int trace_load_program(struct trace *trace, struct program *p, struct error *err);

/**
 * trace_same_target - of two programs: the same name, or both NULL?
 */
bool trace_same_target(const char *a, const char *b);

/**
 * trace_reads_place - does a function ask which item of a list it serves, or for the arguments of a
 * USDT probe, which only what is attached knows?
 */
bool trace_reads_place(const struct object_function *function);

/**
 * trace_is_description - is it no table, but says what records another one has (TABLE_EVENT)?
 */
bool trace_is_description(const struct object_table *table);

/**
 * trace_program - the loaded copy of a handler that serves a probe, or NULL
 */
struct program *trace_program(const struct trace *trace, const struct plan_probe *probe);

#endif
