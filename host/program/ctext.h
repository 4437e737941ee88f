/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ctext.h - just enough of C's lexical rules to change a text in place.
 *
 * No grammar, and of the preprocessor what hides code from the compiler or brackets from each
 * other: comments, literals, identifiers, brackets, directives.
 */
#ifndef KW_PROGRAM_CTEXT_H
#define KW_PROGRAM_CTEXT_H

#include <stdbool.h>
#include <stddef.h>

/**
 * ctext_inert - Return: the end of the comment, string or character literal that begins at @p, or
 * @p when none does; a comment that is never closed ends with the text, a literal with its line
 */
const char *ctext_inert(const char *p);

/**
 * ctext_directive - Return: the end of the preprocessor's line that the # at @p begins, with what
 * it goes on with behind a backslash; @p where it begins none
 * @from:	start of the text
 */
const char *ctext_directive(const char *from, const char *p);

/**
 * ctext_skip - ctext_inert(), and at #if 0: where its #else, #elif or #endif stands
 */
const char *ctext_skip(const char *from, const char *p);

/**
 * ctext_word - Return: length of the identifier at @p, 0 when there is none
 */
size_t ctext_word(const char *p);

/**
 * ctext_is - is the identifier of @len letters at @p the word @word?
 */
bool ctext_is(const char *p, size_t len, const char *word);

/**
 * ctext_space - Return: @p after blanks, newlines and comments
 */
const char *ctext_space(const char *p);

#define CTEXT_NEST 16

/**
 * struct ctext_nest - how deep in brackets, where #if … #else … #endif may open one in each branch
 * @depth:	the caller counts it up and down
 */
struct ctext_nest {
	size_t depth;
	size_t saved[CTEXT_NEST]; /* the depth at each #if that is open */
	unsigned ifs;
};

/**
 * ctext_branch - at a #: where it begins a directive, #else goes back to the depth at its #if
 * @from:	start of what is looked at, not behind @p
 */
void ctext_branch(struct ctext_nest *nest, const char *from, const char *p);

/* Deeper than anybody writes. Brackets that are opened over and over and never closed would make
 * whoever looks for the end of each look through the whole text. */
#define CTEXT_DEEPEST 64

/**
 * ctext_close - Return: the bracket that closes the one at @p ( ( [ or { ), or NULL, also where
 * more than CTEXT_DEEPEST are open at once
 */
const char *ctext_close(const char *p);

/**
 * ctext_close_within - the same, ahead of @limit; NULL: anywhere
 */
const char *ctext_close_within(const char *p, const char *limit);

/**
 * ctext_unclosed - Return: the bracket or the comment in @text that nothing closes; NULL: all are
 * closed
 */
const char *ctext_unclosed(const char *text);

/**
 * ctext_argument - argument @n (from 0) between two brackets, without blanks around it and comments
 * ahead of it
 *
 * Return: its length, 0 where it is empty; *@from is NULL where there are fewer.
 */
size_t ctext_argument(const char *open, const char *close, unsigned n, const char **from);

/**
 * ctext_line - number of the line that @p is on, the first being 1
 */
unsigned ctext_line(const char *text, const char *p);

#endif
