/* SPDX-License-Identifier: Apache-2.0 */
/*
 * functions.h - what names and patterns stand for in a list of functions. What the other parts of
 * the program use is symbols.h, which reads the list only when it has to.
 */
#ifndef KW_PROGRAM_FUNCTIONS_H
#define KW_PROGRAM_FUNCTIONS_H

#include "program/functions_list.h"
#include "program/symbol_match.h"

/* What the compiler put behind a name. */
enum suffix {
	SUFFIX_NONE,
	SUFFIX_CLONE, /* the whole function, specialised: .isra.0 .constprop.0 */
	SUFFIX_PART,  /* a part of it: .part.0 */
	SUFFIX_COLD,  /* its unlikely branches: .cold */
	SUFFIX_OTHER, /* something else, with a name of its own */
};

enum suffix symbol_suffix(const char *name);

/* What symbols.h says of the functions called symbols_…. */
int functions_resolve(const struct functions *s, const char *name, struct symbol_match *match);
int functions_glob(const struct functions *s, const char *pattern, struct symbol_match *match);
int functions_at(const struct functions *s, uint64_t address, struct symbol_match *match);
bool functions_blacklisted(const struct functions *s, const char *name);
size_t functions_similar(const struct functions *s, const char *name, const char **names,
			 size_t max);

#endif
