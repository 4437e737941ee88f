/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event_type.h - what the records of a perf or ring buffer look like.
 */
#ifndef KW_SAMPLE_EVENT_TYPE_H
#define KW_SAMPLE_EVENT_TYPE_H

#include "base/error.h"
#include "kernel/trace.h"
#include "sample/type.h"

/**
 * event_type - the type of a table's records
 * @spec:	of the table
 * @out:	zeroed by the caller, filled; free with type_free()
 * @err:	what is not known, without a place
 *
 * By the descriptions that expansion adds (program/expand_event.h), or else by the field names that
 * libbcc has for perf buffers; those tell simple types and arrays of them only.
 * Return: 0, -ENOENT when nothing is known, -ENOMEM.
 */
int event_type(const struct trace *trace, const struct object_table *spec, struct type *out,
	       struct error *err);

/**
 * event_fields_type - libbcc's "name#type" lines as a description for type_parse()
 *
 * Return: JSON, to be freed by the caller; NULL when a type is not known, or memory ran out. @size
 * is set to the record's size, each field at its natural place.
 */
char *event_fields_type(const char *fields, size_t *size);

#endif
