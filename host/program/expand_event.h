/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expand_event.h - calls that send a record to a perf or ring buffer: TABLE.perf_submit(…) and its
 * like.
 *
 * Each is put into a statement expression that counts the records the kernel did not take (its own
 * count of them comes late for perf buffers, and never for ring buffers), and that declares, beside
 * the call, a table whose entries have the record's type: libbcc describes the types of tables, and
 * of perf records only the outermost names. Such a table is never created (TABLE_EVENT).
 */
#ifndef KW_PROGRAM_EXPAND_EVENT_H
#define KW_PROGRAM_EXPAND_EVENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "program/expansion.h"

#define EVENT_NEST 4

/* More calls than these are not described: a text that has them was made by a program. */
#define EVENT_MOST_DESCRIBED 256

/**
 * struct event_calls - the calls under way while a text is expanded; all zeroes at first
 * @described:	descriptions tried so far, for names of their own
 * @plain:	end of an argument that may be an array, or NULL
 */
struct event_calls {
	struct event_open {
		const char *close; /* the bracket that ends the call */
		const char *behind;
		unsigned slot;
	} open[EVENT_NEST];
	size_t nopen;
	unsigned described;
	const char *plain;
};

/**
 * event_find_streams - fill in @out->streams: the tables that a text sends records to
 *
 * Return: 0, -EINVAL with a line where there are too many, -ENOMEM.
 */
int event_find_streams(const char *source, const char *file, struct expansion *out,
		       struct error *err);

/**
 * event_begin - if a call that sends or prints begins at @p, add what goes in front of it
 * @head:	start of the function around it
 */
void event_begin(struct event_calls *calls, const struct expansion *out, const char *head,
		 const char *p, struct buf *text);

/**
 * event_at - before what stands at @p is copied
 *
 * A record that is given as an array by its name alone crashes libbcc 0.26 (BTypeVisitor in
 * b_frontend_action.cc asks what it points to): a sum of it and 0 is a pointer, and the same.
 */
void event_at(struct event_calls *calls, const char *p, struct buf *text);

/**
 * event_end - @p was copied: if it closed such a call, add what goes behind it
 */
void event_end(struct event_calls *calls, const char *p, struct buf *text);

#endif
