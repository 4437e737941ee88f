/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tracepoint_format.h - the fields of a tracepoint, from its format file in tracefs
 * (Documentation/trace/events.rst of the kernel, "Event formats").
 */
#ifndef KW_PROGRAM_TRACEPOINT_FORMAT_H
#define KW_PROGRAM_TRACEPOINT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct tracepoint_field - a field, not NUL-terminated: parts of the text that was read
 * @type:	"unsigned int", "__data_loc char[]"; @type_len bytes
 * @name:	"comm[16]", with the length of an array; @name_len bytes
 * @common:	all tracepoints have it (common_type, …)
 */
struct tracepoint_field {
	const char *type;
	size_t type_len;
	const char *name;
	size_t name_len;
	bool common;
};

/**
 * tracepoint_field_next - the next field at or after *@at, which is moved behind it
 * @at:		first the text of the file, any text
 *
 * Return: false past the last. What does not read as a field is passed over.
 */
bool tracepoint_field_next(const char **at, struct tracepoint_field *field);

#endif
