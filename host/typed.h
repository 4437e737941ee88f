/* SPDX-License-Identifier: Apache-2.0 */
/*
 * typed.h - what was typed: which program, with which options.
 */
#ifndef KW_TYPED_H
#define KW_TYPED_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "object/package.h"
#include "output/output.h"
#include "program/header.h"

enum verb { VERB_RUN, VERB_LIST, VERB_HELP, VERB_DOCTOR, VERB_CACHE, VERB_BUILD, VERB_VERSION };

/* --strict: what ends the run with EXIT_STRICT: nothing, something missed, or something unknown
 * too. */
enum strictness { STRICT_OFF, STRICT_KNOWN, STRICT_ALL };

/**
 * struct cli - what was typed
 * @word:	first word (after the verb, where one was written), or NULL
 * @is_function: @word is neither a path nor a program: a function of the kernel, or a typing error
 * @file:	name of the text for messages
 * @text:	the probe text; owned
 * @header:	its header with all options bound
 * @command:	NULL-terminated arguments of the command to follow, or NULL; points into argv or
 * @shell
 * @cflags:	NULL-terminated arguments for clang, from -D; owned
 * @given:	for the verb build, the options that its package is to remember, one a string; owned
 * @package:	what is to run, where it was built before; owned
 * @built:	for the verb build, the file to write
 * @args:	values of --arg, for the %d and %s places of the text; the array is owned
 * @headers:	--kernel-headers, or NULL
 * @any_headers, @no_cache, @stats, @audit: the options of these names
 * @drain:	--tables drain
 * @out:	where the output goes: a file, or standard output; closed by cli_free()
 */
struct cli {
	enum verb verb;
	const char *word;
	bool is_function;
	const char *file;
	char *text;
	struct header header;
	uint64_t interval_ns;
	unsigned long samples;
	uint64_t duration_ns;
	char **command;
	char *shell[4];
	char **cflags;
	size_t ncflags;
	char **args;
	size_t nargs;
	char **given;
	size_t ngiven;
	struct package *package;
	const char *built;
	const char *headers;
	bool any_headers;
	bool no_cache;
	bool drain;
	bool stats;
	bool audit;
	enum strictness strict;
	const struct output_format *format;
	FILE *out;
};

/**
 * cli_give - one more option for a package to remember; @text is taken over
 */
int cli_give(struct cli *cli, char *text, struct error *err);

void cli_free(struct cli *cli);

#endif
