/* SPDX-License-Identifier: Apache-2.0 */
/*
 * symbols.h - the kernel's functions by name, and what a name asked for stands for.
 *
 * Read from a file in the form of /proc/kallsyms, so tests use recorded ones.
 */
#ifndef KW_PROGRAM_SYMBOLS_H
#define KW_PROGRAM_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct symbols; /* opaque */

/**
 * symbols_read - read the functions (types t T w W) from a kallsyms file
 * @path:	usually "/proc/kallsyms"
 * @filter:	a file with one traceable function a line (tracefs' available_filter_functions), or
 *		NULL; one that cannot be read means "no filter", never "nothing"
 * @blacklist:	a file in the form of debugfs' kprobes/blacklist ("0xSTART-0xEND NAME"), or NULL;
 *		likewise
 *
 * The filter and the blacklist decide what a glob matches; a name written out is looked up in all.
 * Return: 0, -ENOMEM, or a negative errno from reading @path.
 */
int symbols_read(struct symbols **out, const char *path, const char *filter, const char *blacklist,
		 struct error *err);

/**
 * struct symbol - one function to probe
 * @name:	its name in the kernel
 * @address:	its address; 0 where the kernel hides addresses
 * @ambiguous:	other functions have the same name: it can only be meant by its address
 * @blacklisted: kprobes refuses it
 */
struct symbol {
	char *name;
	uint64_t address;
	bool ambiguous;
	bool blacklisted;
};

/**
 * struct symbol_match - functions that one name or glob stands for
 * @list:	sorted by name, then address; functions of the same name are all here; owned
 * @part:	some are .part clones: they see only part of the calls
 */
struct symbol_match {
	struct symbol *list;
	size_t n;
	bool part;
};

/**
 * symbols_resolve - what a written-out name stands for on this kernel
 *
 * The function itself, or else its .isra.N and .constprop.N clones (all that exist, with the
 * function itself if both do), or else NAME_noprof (allocation functions since 6.10), or else its
 * .part.N clones (and @part is set). Never .cold.
 * Return: 0, -ENOENT when nothing fits, -ENOMEM.
 */
int symbols_resolve(const struct symbols *s, const char *name, struct symbol_match *match);

/**
 * symbols_glob - the functions that a pattern matches (fnmatch(3)), for kprobes
 *
 * Without blacklisted functions, without .cold, __SCT__*, __perf*, perf_*, the kernel's init
 * functions, and what the filter does not list; .isra and .constprop clones match by their base
 * name too, each under its own name; .part clones only where the pattern says ".part".
 * Return: 0 (n may be 0), -ENOMEM.
 */
int symbols_glob(const struct symbols *s, const char *pattern, struct symbol_match *match);

/**
 * symbols_blacklisted - does kprobes refuse every function of exactly this name?
 */
bool symbols_blacklisted(const struct symbols *s, const char *name);

/**
 * symbols_similar - up to @max names that someone may have meant
 * @names:	filled with strings that belong to @s, best first
 *
 * Return: how many.
 */
size_t symbols_similar(const struct symbols *s, const char *name, const char **names, size_t max);

/**
 * symbols_has - is there a function of exactly this name?
 */
bool symbols_has(const struct symbols *s, const char *name);

/**
 * symbols_count - how many functions there are
 */
size_t symbols_count(const struct symbols *s);

void symbol_match_free(struct symbol_match *match);
void symbols_free(struct symbols *s);

#endif
