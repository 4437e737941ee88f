/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tracepoints.h - the kernel's tracepoints by name, from tracefs.
 */
#ifndef KW_PROGRAM_TRACEPOINTS_H
#define KW_PROGRAM_TRACEPOINTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

/* Strings belong to struct tracepoints. */
struct tracepoint {
	const char *category;
	const char *name;
};

/**
 * struct tracepoints - those that programs can be attached to, sorted by category, then name
 */
struct tracepoints {
	struct tracepoint *list;
	size_t n;
	char *text;
};

/**
 * tracepoints_read - from @tracefs/available_events, which only root can read as a rule
 * @out:	zeroed by the caller; free with tracepoints_free()
 *
 * Without those of the category ftrace, which are no tracepoints.
 * Return: 0, -ENOMEM, or a negative errno from reading it, and @err says so.
 */
int tracepoints_read(const char *tracefs, struct tracepoints *out, struct error *err);

/**
 * tracepoints_next - the next one at or after *@at that a pattern each means, and *@at behind it;
 * NULL past the last
 * @category, @name: fnmatch(3) patterns
 */
const struct tracepoint *tracepoints_next(const struct tracepoints *all, const char *category,
					  const char *name, size_t *at);

/**
 * tracepoints_similar - add "; did you mean CATEGORY:NAME or …?", or nothing
 */
void tracepoints_similar(const struct tracepoints *all, const char *category, const char *name,
			 struct buf *text);

void tracepoints_free(struct tracepoints *all);

#endif
