/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan_list.h - what the items of a list option stand for on one kernel.
 */
#ifndef KW_PROGRAM_PLAN_LIST_H
#define KW_PROGRAM_PLAN_LIST_H

#include "program/plan.h"
#include "program/plan_note.h"

/**
 * struct list_functions - a plan's list, and the functions of each of its items
 * @list:	the items, as the plan keeps them
 * @matches:	for each item; empty where it is missing
 */
struct list_functions {
	struct plan_list *list;
	struct symbol_match *matches;
};

/**
 * struct list_wish - how the attach lines use the list
 * @needed:	some line has no ?: a missing function is an error
 * @kprobes:	some line is a kprobe or kretprobe: what kprobes refuses is left out
 */
struct list_wish {
	bool needed;
	bool kprobes;
};

/**
 * list_resolve - find the functions of a list option's items
 * @list:	@option set, otherwise zeroed; filled
 * @out:	filled; free with list_functions_free(), the list with plan_list_free()
 *
 * No function is there twice: it counts under the name by which it was asked for first, and one
 * asked for by name never under a pattern. Errors as plan_make().
 */
int list_resolve(struct symbols *symbols, struct plan_list *list, struct list_wish wish,
		 struct list_functions *out, struct notes *notes, struct error *err);

void list_functions_free(struct list_functions *functions);
void plan_list_free(struct plan_list *list);

/* Take those out that kprobes refuses. */
void match_drop_blacklisted(struct symbol_match *match);

/* Is one of them called so itself, not a clone of it? */
bool match_has(const struct symbol_match *match, const char *name);

#endif
