/* SPDX-License-Identifier: Apache-2.0 */
/*
 * symbols.h - the kernel's functions by name, and what a name asked for stands for.
 *
 * Read from a file in the form of /proc/kallsyms, so tests use recorded ones. It is a long one (40
 * ms to read, more than a second in an emulated machine): it is read only when it has to be.
 */
#ifndef KW_PROGRAM_SYMBOLS_H
#define KW_PROGRAM_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "program/symbol_match.h"
#include "program/symbols_files.h"
#include "program/tracepoints.h"

struct symbols; /* opaque */

/**
 * struct symbols_memo - what earlier runs were told of the same list of functions
 * @load:	give what was kept (program/symbols_memo.h); *@text stays NULL where there is
 *		nothing; to be freed
 * @keep:	keep this instead, for the next run
 *
 * Whoever makes one sees to it that nothing is given that was learnt from another list.
 */
struct symbols_memo {
	void (*load)(void *ctx, char **text);
	void (*keep)(void *ctx, const char *text);
	void *ctx;
};

/**
 * symbols_open - functions that are read when the first question needs the list, and not before
 * @files:	strings are borrowed and must stay until symbols_free()
 * @memo:	copied; or NULL
 *
 * Return: 0 or -ENOMEM.
 */
int symbols_open(struct symbols **out, const struct symbols_files *files,
		 const struct symbols_memo *memo, struct error *err);

/**
 * symbols_read - symbols_open() without a memo, and the list read at once
 *
 * Return: 0, -ENOMEM, or a negative errno from reading @path.
 */
int symbols_read(struct symbols **out, const char *path, const char *filter, const char *blacklist,
		 struct error *err);

/**
 * symbols_were_read - has a question needed the list?
 */
bool symbols_were_read(const struct symbols *s);

/**
 * symbols_failed - tell of a failure of symbols_resolve() or symbols_glob()
 *
 * Return: @code.
 */
int symbols_failed(const struct symbols *s, int code, struct error *err);

/**
 * symbols_keep - hand what was learnt to the memo, if there is anything new
 */
void symbols_keep(struct symbols *s);

/**
 * symbols_resolve - what a written-out name stands for on this kernel
 *
 * The function itself, or else its .isra.N and .constprop.N clones (all that exist, with the
 * function itself if both do), or else NAME_noprof (allocation functions since 6.10), or else, of a
 * system call written for another architecture (sys_read), this one's (__x64_sys_read), or else its
 * .part.N clones (and @part is set). Never .cold.
 * Return: 0, -ENOENT when nothing fits, -ENOMEM.
 */
int symbols_resolve(struct symbols *s, const char *name, struct symbol_match *match);

/**
 * symbols_glob - the functions that a pattern matches (fnmatch(3)), for kprobes
 *
 * Without blacklisted functions, without .cold, __SCT__*, __perf*, perf_*, the kernel's init
 * functions, and what the filter does not list (by this or another name of the same place, each
 * place once); .isra and .constprop clones match by their base name too, each under its own name;
 * .part clones only where the pattern says ".part". Return: 0 (n may be 0), or what
 * symbols_failed() tells of.
 */
int symbols_glob(struct symbols *s, const char *pattern, struct symbol_match *match);

/**
 * symbols_at - the function that begins at an address, by the first of its names
 *
 * It counts as ambiguous: its address says which it is. Return: 0, -ENOENT, or what
 * symbols_failed() tells of.
 */
int symbols_at(struct symbols *s, uint64_t address, struct symbol_match *match);

/**
 * symbols_blacklisted - does kprobes refuse every function of exactly this name?
 */
bool symbols_blacklisted(struct symbols *s, const char *name);

/**
 * symbols_similar - up to @max names that someone may have meant
 * @names:	filled with strings that belong to @s, best first
 *
 * Return: how many.
 */
size_t symbols_similar(struct symbols *s, const char *name, const char **names, size_t max);

/**
 * symbols_has - is there a function of exactly this name?
 */
bool symbols_has(struct symbols *s, const char *name);

/**
 * symbols_has_tracepoint - is there one? @name "" asks for the category alone. Where it cannot be
 * known (no tracefs): yes
 */
bool symbols_has_tracepoint(struct symbols *s, const char *category, const char *name);

/**
 * symbols_tracepoints - all of them, read when they are first asked for; they stay with @s
 *
 * Return: 0, or a negative errno and why they cannot be read.
 */
int symbols_tracepoints(struct symbols *s, const struct tracepoints **all, struct error *err);

/**
 * symbols_count - how many functions there are
 */
size_t symbols_count(struct symbols *s);

void symbols_free(struct symbols *s);

#endif
