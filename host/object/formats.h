/* SPDX-License-Identifier: Apache-2.0 */
/*
 * formats.h - the tracepoints whose formats libbcc reads for a text.
 *
 * For an argument of type `struct tracepoint__CATEGORY__EVENT *`, or TRACEPOINT_PROBE(CATEGORY,
 * EVENT), libbcc reads the fields from tracefs.
 */
#ifndef KW_OBJECT_FORMATS_H
#define KW_OBJECT_FORMATS_H

#include <stdbool.h>
#include <stddef.h>

/* Neither the kernel nor libbcc has longer ones. */
#define FORMAT_NAME_ROOM 128

/**
 * struct format_name - one tracepoint that a text names
 */
struct format_name {
	char category[FORMAT_NAME_ROOM];
	char event[FORMAT_NAME_ROOM];
};

/**
 * formats_of - the tracepoints that a text names, each once, in the order of their names
 * @list:	to be freed by the caller; NULL where there are none
 *
 * Also those of its attach lines, for a macro of the text may put a name together. What only looks
 * like a name is there too: whether the kernel has such a tracepoint is not looked at.
 * Return: how many, or -ENOMEM.
 */
long formats_of(const char *text, struct format_name **list);

/**
 * formats_readable - may we read the format of each tracepoint that a text names?
 * @tracefs:	where it is, or NULL
 *
 * Return: false where one is there, or all are hidden, and we may not.
 */
bool formats_readable(const char *text, const char *tracefs);

#endif
