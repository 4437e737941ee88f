/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan_user.h - what a uprobe's or uretprobe's words stand for: places in a file.
 */
#ifndef KW_PROGRAM_PLAN_USER_H
#define KW_PROGRAM_PLAN_USER_H

#include <stddef.h>

#include "base/error.h"
#include "program/plan_note.h"
#include "program/probe.h"

/**
 * struct user_points - probe points with their place known
 * @list:	group is a path that can be opened now, name the function, address the byte of the
 *		file, pid the process; owned
 */
struct user_points {
	struct probe *list;
	size_t n;
};

/* The file that was read last: two lines of one text often mean one file. All zeroes: none. */
struct user_file {
	char *text;
	char *path;
	char *shown;
	struct elf_file *elf;
};

/**
 * user_file_open - find and open the file that a probe point names (binary.h)
 * @file:	kept from one call to the next; free with user_file_free()
 * @notes:	what is to be told where the process has not mapped it
 */
int user_file_open(struct user_file *file, const struct probe *probe, struct notes *notes,
		   struct error *err);

/**
 * user_resolve - find the file, and in it the function, the functions of a pattern, or the address
 * @file:	kept from one call to the next; free with user_file_free()
 * @probe:	as written
 * @optional:	the line has a ?: what is not there is noted, and @out is empty
 * @notes:	what is to be told of ifuncs and of what is not there
 * @out:	zeroed by the caller, filled; free with user_points_free()
 * @err:	no such file, not an ELF file, 32-bit, no such function (and what similar ones there
 *		are), stripped, an ifunc whose implementation cannot be known, an address without
 *		code
 *
 * Each place is there once, whatever names it has.
 * Return: 0, -ENOENT, -E2BIG (a pattern matches more than PLAN_MAX_ITEMS), -EINVAL, -ENOMEM, or
 * what reading the file gave.
 */
int user_resolve(struct user_file *file, const struct probe *probe, bool optional,
		 struct notes *notes, struct user_points *out, struct error *err);

void user_points_free(struct user_points *points);
void user_file_free(struct user_file *file);

#endif
