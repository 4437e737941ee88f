/* SPDX-License-Identifier: Apache-2.0 */
/*
 * symbols_list.h - how the functions are kept; shared by reading and looking up only.
 */
#ifndef KW_PROGRAM_SYMBOLS_LIST_H
#define KW_PROGRAM_SYMBOLS_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "program/word.h"

#define SYMBOL_NAME_ROOM SYMBOL_ROOM

enum symbol_flag {
	SYMBOL_LISTED = 1,	/* the filter has it */
	SYMBOL_BLACKLISTED = 2, /* kprobes refuses it */
	SYMBOL_INIT = 4,	/* its memory was freed after boot */
	SYMBOL_UNLISTED = 8,	/* there is a filter, and it does not have it */
	SYMBOL_HIDDEN_FROM_GLOBS = SYMBOL_BLACKLISTED | SYMBOL_INIT | SYMBOL_UNLISTED,
};

/* One function: 16 bytes, for there are hundreds of thousands. */
struct symbol_entry {
	uint32_t name; /* where in the text */
	uint32_t flags;
	uint64_t address;
};

/**
 * struct symbols - all functions
 * @text:	their names, each followed by a NUL
 * @list:	sorted by name, then address; no two with both the same unless addresses are hidden
 */
struct symbols {
	char *text;
	struct symbol_entry *list;
	size_t n;
};

/* What the compiler put behind a name. */
enum suffix {
	SUFFIX_NONE,
	SUFFIX_CLONE, /* the whole function, specialised: .isra.0 .constprop.0 */
	SUFFIX_PART,  /* a part of it: .part.0 */
	SUFFIX_COLD,  /* its unlikely branches: .cold */
	SUFFIX_OTHER, /* something else, with a name of its own */
};

enum suffix symbol_suffix(const char *name);

/* Index of the first function whose name does not sort ahead of @name. */
size_t symbols_lower(const struct symbols *s, const char *name);

/* How many from @i on have the name of @i. */
size_t symbols_same(const struct symbols *s, size_t i);

#endif
