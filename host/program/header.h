/* SPDX-License-Identifier: Apache-2.0 */
/*
 * header.h - what a probe text says about itself: its header lines.
 *
 * Header lines are comment lines that begin with three slashes, anywhere in the text:
 *
 *   /// NAME - TITLE
 *   /// option NAME[,LETTER] TYPE DEFAULT[(WORD)] HELP
 *   /// attach [?]PROBE=HANDLER
 *   /// standin FUNCTION PROBE=HANDLER
 *   /// fresh TABLE
 *   /// size TABLE N|$LIST
 *   /// label TABLE VALUE WORD [quiet]
 *   /// show TABLE KIND ["FORMAT"] [UNIT] [/N] [when NAME=VALUE|when NAME!=VALUE]
 *
 * Each is a command-line option without its dashes (--attach, --show …), read by the same parser.
 * docs/header-language.md is the manual.
 */
#ifndef KW_PROGRAM_HEADER_H
#define KW_PROGRAM_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "program/option.h"
#include "program/probe.h"

/**
 * struct origin - where a line came from, for messages
 * @file:	name as the user knows it; "command line" where it was an option; borrowed
 * @line:	from 1; 0 for the command line
 */
struct origin {
	const char *file;
	unsigned line;
};

/**
 * struct attach_line - attach [?]PROBE=HANDLER, its $names not yet replaced
 * @optional:	the line had a ?: the point may be missing on a kernel
 * @point:	the text of the probe point, "kprobe:$events"
 * @handler:	name of the function in the text
 * @standin_for: standin lines: the function whose absence calls for this line, else NULL
 */
struct attach_line {
	bool optional;
	char *point;
	char *handler;
	char *standin_for;
	struct origin origin;
};

enum view_kind {
	VIEW_HIST,
	VIEW_LHIST,
	VIEW_COUNT,
	VIEW_SUM,
	VIEW_TOP,
	VIEW_LINES,
	VIEW_AGE,
	VIEW_STACKS
};

/**
 * struct show_line - show TABLE KIND ["FORMAT"] [UNIT] [/N] [when …]
 * @format:	with its % places and $names, or NULL for the kind's own form
 * @unit:	word in the heading of a histogram, or NULL
 * @divisor:	values are divided by it for show; 1 where the line has none
 * @when:	name of an option, or NULL: shown always
 * @when_value: compared with the option's value; "" means "was given a value"
 */
struct show_line {
	char *table;
	enum view_kind kind;
	char *format;
	char *unit;
	unsigned long divisor;
	char *when;
	char *when_value;
	bool when_not;
	struct origin origin;
};

/* fresh TABLE: starts empty each interval. */
struct fresh_line {
	char *table;
	struct origin origin;
};

/* size TABLE N|$LIST: most entries; a list gives its number of items. */
struct size_line {
	char *table;
	char *size;
	struct origin origin;
};

/**
 * struct label_line - label TABLE VALUE WORD [quiet]: a word in place of a key's value
 * @quiet:	a row so labelled has no line when it is the only one of its view
 */
struct label_line {
	char *table;
	long long value;
	char *word;
	bool quiet;
	struct origin origin;
};

/**
 * struct header - all header lines of a text, in the order written
 */
struct header {
	char *name;
	char *title;
	struct option_set options;
	struct attach_line *attaches;
	size_t nattaches;
	struct fresh_line *freshes;
	size_t nfreshes;
	struct size_line *sizes;
	size_t nsizes;
	struct label_line *labels;
	size_t nlabels;
	struct show_line *shows;
	size_t nshows;
};

/**
 * header_parse - collect the header lines of a text
 * @text:	the whole text, NUL-terminated
 * @file:	its name for messages; must outlive @header
 * @header:	zeroed by the caller, filled; free with header_free() also after a failure
 * @err:	"FILE:LINE: …" on failure
 *
 * A text without header lines is well: its header is empty, its name NULL.
 * Return: 0, -EINVAL or -ENOMEM.
 */
int header_parse(const char *text, const char *file, struct header *header, struct error *err);

/**
 * header_add - add one line, as header_parse() or an option of the command line found it
 * @word:	"attach", "standin", "fresh", "size", "label", "show" or "option"
 * @rest:	what follows the word
 *
 * A show line for a table replaces those that came from the text when it comes from the command
 * line (@origin.line 0).
 */
int header_add(struct header *header, const char *word, const char *rest, struct origin origin,
	       struct error *err);

/**
 * header_has_word - is this one of the header's words, so that --WORD is an option?
 */
bool header_has_word(const char *word);

void header_free(struct header *header);

#endif
