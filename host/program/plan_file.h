/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan_file.h - the program or library that a probe point of user space names.
 */
#ifndef KW_PROGRAM_PLAN_FILE_H
#define KW_PROGRAM_PLAN_FILE_H

#include <stdbool.h>

#include "base/error.h"
#include "program/probe.h"

/**
 * struct user_file - the one that was read last: two lines of one text often mean one file
 * @unmapped:	the process has not mapped it (yet)
 * All zeroes: none.
 */
struct user_file {
	char *text;
	char *path;
	char *shown;
	bool unmapped;
	struct elf_file *elf;
};

/**
 * user_file_open - find and open the file that a probe point names (binary.h)
 * @file:	kept from one call to the next; free with user_file_free()
 */
int user_file_open(struct user_file *file, const struct probe *probe, struct error *err);

void user_file_free(struct user_file *file);

#endif
