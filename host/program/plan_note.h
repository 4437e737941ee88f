/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan_note.h - names collected while a plan is made, to be told in one line at its end.
 */
#ifndef KW_PROGRAM_PLAN_NOTE_H
#define KW_PROGRAM_PLAN_NOTE_H

#include "base/buf.h"
#include "program/symbols.h"

/**
 * struct note - names, comma separated; all zeroes is an empty one
 * @n:	how many were added; beyond some, they are only counted
 */
struct note {
	struct buf text;
	size_t n;
};

/* Add a name or a few words; what is there already is not added again. */
void note_addf(struct note *note, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* "a, b, c and 12 more"; stays with the note. Add nothing after it. */
const char *note_text(struct note *note);

void note_free(struct note *note);

/* What can be told of a plan. */
struct notes {
	struct note counted_as;	 /* "a as b" */
	struct note probed_as;	 /* "a as b" */
	struct note missing;	 /* items of lists */
	struct note unattached;	 /* optional points */
	struct note blacklisted; /* left out */
	struct note parts;	 /* only .part clones */
	struct note several;	 /* names that several functions have, all of them probed */
	struct note hidden;	 /* of several functions of one name, one */
	struct note offsets;	 /* "a+4 in b" */
	struct note standins;	 /* whole sentences */
	struct note absent;	 /* optional "FILE:SYMBOL" of user space */
	struct note no_usdt;	 /* optional "FILE:PROVIDER:NAME" */
	struct note ifuncs;	 /* of a pattern, left out */
	struct note breaking;	 /* of a pattern, left out: their return probes end programs */
	struct note throwing;	 /* files whose exceptions return probes stop */
	struct note unmapped;	 /* files that the process has not mapped */
};

/* Tell all, each in a line of its own, and nothing of what is empty. */
void notes_say(struct notes *notes);
void notes_free(struct notes *notes);

/* "; did you mean a, b or c?", or "" when nothing is like it. */
void similar_text(struct symbols *symbols, const char *name, char *text, size_t size);

#endif
