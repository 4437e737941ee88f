/* SPDX-License-Identifier: Apache-2.0 */
/*
 * binary.h - which file is meant by what stands ahead of the symbol in uprobe:FILE:SYMBOL.
 *
 * With a slash it is a path. Without one it is a library ("c", "ssl", "libc.so.6"), or else a
 * program in $PATH. Where a process is given, paths are its own, in its own mount namespace, and
 * names are looked for in what it has mapped first.
 */
#ifndef KW_SYMBOL_BINARY_H
#define KW_SYMBOL_BINARY_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

/**
 * struct binary - a file of code
 * @path:	where this process can open it now: may lead through /proc/PID/root or
 *		/proc/PID/map_files, and then is gone with that process
 * @shown:	how its user knows it
 * @unmapped:	a process was given, and it has not mapped the file (yet)
 */
struct binary {
	char *path;
	char *shown;
	bool unmapped;
};

/**
 * binary_find
 * @text:	what was written
 * @pid:	the process, or 0
 * @out:	filled; free with binary_free()
 * @err:	no such library, no such process, …
 */
int binary_find(const char *text, pid_t pid, struct binary *out, struct error *err);

/**
 * binary_each_mapped - every file of code that a process has mapped, once
 * @each:	@binary is valid during the call; what is not 0 ends the walk
 *
 * Return: what @each returned last, or a negative errno with a line in @err.
 */
int binary_each_mapped(pid_t pid, int (*each)(void *ctx, const struct binary *binary), void *ctx,
		       struct error *err);

void binary_free(struct binary *binary);

#endif
