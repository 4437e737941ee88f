/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expand_work.h - one expansion under way, for expand.c and the files that do parts of it.
 */
#ifndef KW_PROGRAM_EXPAND_WORK_H
#define KW_PROGRAM_EXPAND_WORK_H

#include "base/buf.h"
#include "base/error.h"
#include "program/expansion.h"
#include "program/header.h"

/* Of tables of one sort; no text has as many. */
#define EXPAND_MOST_WORDS 63

/* Words of the source, each once. */
struct expand_words {
	struct {
		const char *at;
		size_t len;
	} list[EXPAND_MOST_WORDS];
	size_t n;
};

/**
 * struct expand_work
 * @counted:	up to where lines of the source were counted; @line is the one there
 * @values:	tables that kw_value() is asked for
 * @macros:	macros of the text that make kw_ calls
 */
struct expand_work {
	const char *source;
	const char *file;
	const struct header *header;
	struct expansion *out;
	struct buf text;
	const char *counted;
	unsigned line;
	struct expand_words values;
	struct expand_words macros;
	struct error *err;
};

#endif
