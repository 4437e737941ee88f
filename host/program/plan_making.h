/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan_making.h - the inside of a plan that is being made, for plan.c and the files plan_*.c that
 * look the points of one kind up.
 */
#ifndef KW_PROGRAM_PLAN_MAKING_H
#define KW_PROGRAM_PLAN_MAKING_H

#include "program/plan.h"
#include "program/plan_file.h"
#include "program/plan_list.h"
#include "program/plan_note.h"

/**
 * struct making - a plan that is being made
 * @lists:	as many as the plan has
 * @used:	for each attach line of the header: a stand-in that was used
 * @file:	of user space, that was read last
 */
struct making {
	const struct header *header;
	struct symbols *symbols;
	struct plan *plan;
	struct list_functions *lists;
	bool *used;
	struct notes notes;
	struct user_file file;
	struct error *err;
};

/* What a probe point of a line stands for on this kernel goes into the plan: one for each kind. */
typedef int plan_kind(struct making *m, const struct attach_line *line, const struct probe *probe);

plan_kind plan_tracepoint; /* CATEGORY:NAME, or patterns */
plan_kind plan_raw_tracepoint;
plan_kind plan_lsm;
plan_kind plan_user;	   /* FILE:SYMBOL */
plan_kind plan_usdt;	   /* FILE:PROVIDER:NAME, FILE:NAME, or patterns */
plan_kind plan_as_written; /* what nothing has to be looked up for */

/**
 * plan_add - append a probe to the plan, which takes it over, after a failure too
 * @list, @item: the list that it serves, and its item; NULL and -1 for none
 */
int plan_add(struct making *m, const struct attach_line *line, struct probe *probe,
	     const struct plan_list *list, long item);

/**
 * plan_of_pattern - the plan's probes from @first on came from a pattern
 */
void plan_of_pattern(struct making *m, size_t first);

/**
 * plan_missing - the point is not there: note it if the line says that it may be missing, else fail
 * @what:	"tracepoint sched:x"
 * @hint:	"; did you mean …?", or ""
 */
int plan_missing(struct making *m, const struct attach_line *line, const char *what,
		 const char *hint);

/**
 * plan_too_many - Return: -E2BIG with the line for it
 */
int plan_too_many(struct making *m, const struct attach_line *line, size_t n, const char *what);

#endif
