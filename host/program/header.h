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
 *   /// account TABLE repaired|refused|skipped|lost|missed
 *   /// repair TABLE OPTION COUNTER
 *   /// word function OPTION
 *   /// tail TABLE INDEX HANDLER
 *   /// inner TABLE KEY [INNER]
 *   /// as TABLE FIELD KIND
 *   /// show TABLE KIND ["FORMAT"] [UNIT] [/N] [by FIELD] [limit N] [nonzero]
 *        [when NAME=VALUE|when NAME!=VALUE]
 *
 * Each is a command-line option without its dashes (--attach, --show …), read by the same parser.
 * docs/header-language.md is the manual.
 */
#ifndef KW_PROGRAM_HEADER_H
#define KW_PROGRAM_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

#define ORIGIN_ROOM 300

/**
 * origin_place - what a message about a line begins with: "FILE:LINE", or "--WORD"
 */
void origin_place(struct origin origin, const char *word, char *place, size_t size);

/**
 * struct attach_line - attach [?]PROBE=HANDLER, its $names not yet replaced
 * @optional:	the line had a ?: the point may be missing on a kernel
 * @tentative:	not a line, but the name of a handler that the preprocessor may take out: nothing is
 *		said where the point or the handler is missing
 * @point:	the text of the probe point, "kprobe:$events"
 * @handler:	name of the function in the text
 * @standin_for: standin lines: the function whose absence calls for this line, else NULL
 */
struct attach_line {
	bool optional;
	bool tentative;
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
 * @by:	field that rows are sorted by, or NULL: the kind's own order
 * @limit:	most rows; 0: as many as the kind has
 * @nonzero:	no row for an entry that is 0, even for an item that was asked for by name
 * @tentative:	not a line, but a declaration that the preprocessor may take out: nothing is shown,
 *		or said, where the table is missing
 * @when:	name of an option, or NULL: shown always
 * @when_value: compared with the option's value; "" stands for no value: any, empty, or
 *		a needed value that was not given (see option_is_unset())
 * @as_is:	the text only sets the table's values (assigned.h): nothing is subtracted
 */
struct show_line {
	char *table;
	enum view_kind kind;
	char *format;
	char *unit;
	unsigned long divisor;
	char *by;
	size_t limit;
	bool nonzero;
	bool tentative;
	char *when;
	char *when_value;
	bool when_not;
	bool as_is;
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

/* What the text itself counts of what went wrong; the members of struct account (sample/sample.h).
 */
enum account_kind {
	ACCOUNT_REPAIRED,
	ACCOUNT_REFUSED,
	ACCOUNT_SKIPPED,
	ACCOUNT_LOST,
	ACCOUNT_MISSED,
	ACCOUNT_NKINDS
};

/* account TABLE KIND: the sum of the table's numbers belongs to the sample's accounts. */
struct account_line {
	char *table;
	enum account_kind kind;
	struct origin origin;
};

/**
 * struct repair_line - repair TABLE OPTION COUNTER: entries of TABLE are threads inside the
 * function that OPTION names; one whose thread is not there is deleted, COUNTER[0] goes down by
 * one, and what the accounts say is repaired goes up
 */
struct repair_line {
	char *table;
	char *option;
	char *counter;
	struct origin origin;
};

/* tail TABLE INDEX HANDLER: slot INDEX of a program array has HANDLER. */
struct tail_line {
	char *table;
	uint32_t index;
	char *handler;
	struct origin origin;
};

/**
 * struct inner_line - inner TABLE KEY [INNER]: what a table of tables has under a key
 * @key:	a number
 * @inner:	a table of the text; NULL: a new one like the table that TABLE is declared with
 */
struct inner_line {
	char *table;
	int64_t key;
	char *inner;
	struct origin origin;
};

/* What a number or a few bytes stand for. */
enum as_kind {
	AS_IS,
	AS_KSYM, /* an address of the kernel: its function */
	AS_USYM, /* an address of the process that the same entry names */
	AS_IPV4, /* 4 bytes in network order */
	AS_IPV6, /* 16 bytes in network order */
	AS_MAC,	 /* 6 bytes */
	AS_PORT, /* 2 bytes in network order */
	AS_DEV,	 /* dev_t of the kernel: major:minor */
	AS_HEX,
	AS_NKINDS
};

/* as TABLE FIELD KIND: what a field of the key or leaf ("key", "value" where it has none) is. */
struct as_line {
	char *table;
	char *field;
	enum as_kind as;
	struct origin origin;
};

/**
 * struct header - all header lines of a text, in the order written
 * @word_function: word function OPTION: this is the program that a first word which is a function
 *of the kernel stands for, and the option that it is given to; NULL for all others
 * @pid:	--pid of the command line: the process that uprobes are for; 0: any
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
	struct account_line *accounts;
	size_t naccounts;
	struct repair_line *repairs;
	size_t nrepairs;
	struct tail_line *tails;
	size_t ntails;
	struct inner_line *inners;
	size_t ninners;
	struct as_line *ases;
	size_t nases;
	struct show_line *shows;
	size_t nshows;
	char *word_function;
	long pid;
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
 * @word:	"attach", "show", "option" or another one of the list above
 * @rest:	what follows the word
 *
 * A show line for a table replaces those that came from the text when it comes from the command
 * line (@origin.line 0).
 */
int header_add(struct header *header, const char *word, const char *rest, struct origin origin,
	       struct error *err);

/**
 * header_drop_shows - take the tentative show lines out whose tables are not there
 */
void header_drop_shows(struct header *header, bool (*is_there)(void *ctx, const char *table),
		       void *ctx);

/**
 * header_check - do the options exist that its lines name?
 *
 * Not part of header_parse(): an option may be declared below its use, or on the command line.
 */
int header_check(const struct header *header, struct error *err);

/**
 * header_check_given - was each option given that has no default?
 */
int header_check_given(const struct header *header, struct error *err);

/**
 * show_is_wanted - does the line's condition hold with the values now in force?
 */
bool show_is_wanted(const struct header *header, const struct show_line *show);

/**
 * as_kind_read - "ksym", "ipv4", … Return: AS_NKINDS where it is none of them
 * @len:	of @word
 */
enum as_kind as_kind_read(const char *word, size_t len);

/**
 * as_kind_names - all of them, for messages
 */
const char *as_kind_names(void);

void header_free(struct header *header);

#endif
