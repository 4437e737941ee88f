/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list_names.h - names by address from lists of text: /proc/kallsyms, and what JITs write to
 * /tmp/perf-PID.map.
 */
#ifndef KW_SYMBOL_LIST_NAMES_H
#define KW_SYMBOL_LIST_NAMES_H

#include <stddef.h>
#include <stdint.h>

struct list_names; /* opaque */

/* "ADDRESS TYPE NAME [MODULE]", or "START SIZE NAME with blanks" (both hexadecimal). */
enum list_form { LIST_KALLSYMS, LIST_PERF_MAP };

/**
 * list_names_parse - Return: 0 or -ENOMEM
 * @text:	NUL-terminated, taken over: the names stay in it
 */
int list_names_parse(char *text, enum list_form form, struct list_names **out);

/**
 * list_names_read - the same of a file
 */
int list_names_read(const char *path, enum list_form form, struct list_names **out);
int list_names_read_fd(int fd, enum list_form form, struct list_names **out);

/**
 * list_names_find - the name that an address has, or NULL
 */
const char *list_names_find(const struct list_names *names, uint64_t address);

void list_names_free(struct list_names *names);

#endif
