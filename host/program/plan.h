/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan.h - what is to be attached and shown: a header with its names resolved on one kernel.
 */
#ifndef KW_PROGRAM_PLAN_H
#define KW_PROGRAM_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "program/header.h"
#include "program/symbols.h"
#include "program/usdt_args.h"

/* Most functions that one list may stand for; more is refused before anything is attached. */
#define PLAN_MAX_ITEMS 1024

/**
 * struct plan_item - one item of a list option, as it will be counted and shown
 * @asked:	name it is reported under: the name typed, or a function that a glob matched
 * @from_glob:	it came from a glob: no line while it is 0
 * @missing:	this kernel has no such function: named once on stderr, not attached
 */
struct plan_item {
	char *asked;
	bool from_glob;
	bool missing;
};

/**
 * struct plan_list - the items of one list option
 * @option:	borrowed from the header
 */
struct plan_list {
	const struct program_option *option;
	struct plan_item *items;
	size_t n;
};

/**
 * struct plan_usdt - the arguments of one place of a USDT probe
 * @text:	as the file has them; owned
 */
struct plan_usdt {
	char *text;
	struct usdt_args args;
};

/**
 * struct plan_probe - one attachment
 * @handler:	function of the text
 * @item:	index into its list: what CONST_ITEM is patched to; -1 where it serves no list
 * @list:	that list, or NULL
 * @optional:	it may be missing or refused: said once, and the run goes on
 * @tentative:	its handler may be missing too, without a word
 * @of_pattern:	a written pattern matched it: where the kernel refuses it, the others do
 * @usdt:	of a USDT probe: where its arguments are; else NULL; owned
 */
struct plan_probe {
	struct probe probe;
	char *handler;
	long item;
	const struct plan_list *list;
	bool optional;
	bool tentative;
	bool of_pattern;
	struct plan_usdt *usdt;
	struct origin origin;
};

/**
 * struct plan - the whole
 * @probes:	in the order of attaching; they are detached in the reverse order
 */
struct plan {
	const struct header *header;
	struct plan_list *lists;
	size_t nlists;
	struct plan_probe *probes;
	size_t nprobes;
};

/**
 * plan_make - resolve names and globs, spread lists, choose stand-ins
 * @header:	options bound; must outlive the plan
 * @symbols:	of the kernel to be traced
 * @out:	zeroed by the caller, filled; free with plan_free()
 * @err:	on failure. Where one needed function is missing: what similar ones exist, with
 * -ENOENT
 *
 * An item of a list that this kernel does not have is left out when every attach line of the list
 * has a ?, and an error otherwise. A function that only exists in .part clones counts as missing
 * where there is a stand-in for it.
 *
 * Says (say.h) once what was found under another name, what is missing, and which stand-in is used.
 * Return: 0, -ENOENT, -E2BIG (a list above PLAN_MAX_ITEMS), -EINVAL, -ENOMEM.
 */
int plan_make(const struct header *header, struct symbols *symbols, struct plan *out,
	      struct error *err);

/**
 * plan_list_find - the items of a list option by the option's name, NULL when it has none
 */
const struct plan_list *plan_list_find(const struct plan *plan, const char *option);

void plan_free(struct plan *plan);

#endif
