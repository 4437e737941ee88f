/* SPDX-License-Identifier: Apache-2.0 */
/*
 * symbols_memo.h - answers about functions, as text that can be kept for the next run.
 *
 *   r NAME N [part]	what symbols_resolve() answered: N functions, 0: there is none
 *   g PATTERN N [part]	what symbols_glob() answered
 *   ADDRESS FLAGS NAME	N such lines follow; FLAGS is a for ambiguous, b for blacklisted, or -
 */
#ifndef KW_PROGRAM_SYMBOLS_MEMO_H
#define KW_PROGRAM_SYMBOLS_MEMO_H

#include "program/symbol_match.h"

/* More is not kept: the oldest answers go first. */
#define MEMO_MAX_BYTES (1u << 20)

enum memo_question { MEMO_RESOLVE = 'r', MEMO_GLOB = 'g' };

struct memo; /* opaque */

/**
 * memo_new - from what was kept
 * @text:	any text, or NULL; what makes no sense in it is no answer; taken over
 *
 * Return: NULL when memory ran out.
 */
struct memo *memo_new(char *text);

/**
 * memo_ask - Return: 0 (the answer is in @match; no function: n is 0), -ENOENT when it is not
 * known, -ENOMEM
 */
int memo_ask(struct memo *memo, enum memo_question question, const char *word,
	     struct symbol_match *match);

/**
 * memo_learn - one more answer; without memory for it, it is not kept
 */
void memo_learn(struct memo *memo, enum memo_question question, const char *word,
		const struct symbol_match *match);

/**
 * memo_text - all answers, those of this run first, to be freed; NULL when nothing was learnt
 */
char *memo_text(struct memo *memo);

void memo_free(struct memo *memo);

#endif
