/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prepare.h - from a text and its bound options to a plan and an object, without the kernel's help.
 */
#ifndef KW_PREPARE_H
#define KW_PREPARE_H

#include <stdbool.h>

#include "typed.h"
#include "object/cache.h"
#include "object/names.h"
#include "object/object.h"
#include "program/expand.h"
#include "program/plan.h"
#include "program/symbols.h"

/**
 * struct symbols_source - where the kernel's functions are, and what is kept of them
 */
struct symbols_source {
	char filter[256];
	const char *files[4]; /* kallsyms, blacklist, filter, NULL */
	struct cache cache;
	struct names names;
};

/**
 * prepare_symbols - the names of this kernel
 * @source:	filled; stays as long as @symbols. Both are freed by prepare_symbols_free()
 */
int prepare_symbols(const struct cli *cli, struct symbols_source *source, struct symbols **symbols,
		    struct error *err);
void prepare_symbols_free(struct symbols_source *source, struct symbols *symbols);

/**
 * prepare_word - is the first word, where it is to be a function, one of this kernel's?
 */
int prepare_word(const struct cli *cli, struct error *err);

/**
 * prepare_help - the same ahead of help; where the kernel's functions cannot be read, all are taken
 * to be there
 */
int prepare_help(const struct cli *cli, struct error *err);

/**
 * prepare_plan - resolve the names of the attach lines on this kernel
 * @plan:	zeroed by the caller, filled; free with plan_free()
 */
int prepare_plan(struct cli *cli, struct plan *plan, struct error *err);

/**
 * prepare_object - expand the text; its object from the cache, or from the compiler
 * @stop:	looked at while compiling; may be NULL
 * @expansion, @object: zeroed by the caller, filled
 */
int prepare_object(const struct cli *cli, const volatile bool *stop, struct expansion *expansion,
		   struct object *object, struct error *err);

#endif
