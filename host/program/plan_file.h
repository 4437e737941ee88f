/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan_file.h - the program or library that a probe point of user space names.
 */
#ifndef KW_PROGRAM_PLAN_FILE_H
#define KW_PROGRAM_PLAN_FILE_H

#include "base/error.h"
#include "program/plan_note.h"
#include "program/probe.h"

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

void user_file_free(struct user_file *file);

#endif
