/* SPDX-License-Identifier: Apache-2.0 */
/*
 * functions_list.h - the kernel's functions as they were read from a file, sorted by name.
 */
#ifndef KW_PROGRAM_FUNCTIONS_LIST_H
#define KW_PROGRAM_FUNCTIONS_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "program/symbols_files.h"

enum symbol_flag {
	SYMBOL_LISTED = 1,	/* the filter has it */
	SYMBOL_BLACKLISTED = 2, /* kprobes refuses it */
	SYMBOL_INIT = 4,	/* its memory was freed after boot */
	SYMBOL_UNLISTED = 8,	/* there is a filter, and it does not have it */
	SYMBOL_ALIAS = 16,	/* not in the filter either, but another name of its place is */
	SYMBOL_HIDDEN_FROM_GLOBS = SYMBOL_BLACKLISTED | SYMBOL_INIT | SYMBOL_UNLISTED,
};

/* One function: 16 bytes, for there are hundreds of thousands. */
struct symbol_entry {
	uint32_t name; /* where in the text */
	uint32_t flags;
	uint64_t address;
};

/**
 * struct functions - all functions
 * @text:	their names, each followed by a NUL
 * @list:	sorted by name, then address; no two with both the same unless addresses are hidden
 */
struct functions {
	char *text;
	struct symbol_entry *list;
	size_t n;
};

/* Index of the first function whose name does not sort ahead of @name. */
size_t functions_lower(const struct functions *s, const char *name);

/* How many from @i on have the name of @i. */
size_t functions_same(const struct functions *s, size_t i);

/**
 * functions_read - read all of them; what symbols_glob() hides is marked by filter and blacklist
 *
 * Return: 0, -ENOMEM, or a negative errno from reading @files->kallsyms.
 */
int functions_read(struct functions **out, const struct symbols_files *files, struct error *err);

/* The name of function @i. */
const char *functions_name(const struct functions *s, size_t i);

/* Is there a function of exactly this name? */
bool functions_has(const struct functions *s, const char *name);

void functions_free(struct functions *s);

#endif
