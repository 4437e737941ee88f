/* SPDX-License-Identifier: Apache-2.0 */
/*
 * word.h - the small change of reading header lines, options and probe points: words, numbers,
 * names.
 */
#ifndef KW_PROGRAM_WORD_H
#define KW_PROGRAM_WORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longest name of a kernel symbol, as in linux/kallsyms.h, its NUL included. */
#define SYMBOL_ROOM 512

bool char_is_blank(char c);		   /* space or tab, or what a DOS line ends with */
bool char_is_name(char c);		   /* letter, digit, underscore */
bool word_is_identifier(const char *word); /* a C identifier, and not empty */

/**
 * word_is_symbol - could this be the name of a kernel function, or a pattern for some?
 * @glob:	set to whether it has wildcards (* ? [); NULL: wildcards are not allowed
 */
bool word_is_symbol(const char *word, bool *glob);

/**
 * word_next - cut the next word off a line
 * @at:		moved behind the word
 * @word:	set to the word, to be freed by the caller; NULL at the end of the line
 * @quoted:	set to whether it stood in double quotes; may be NULL
 *
 * Inside quotes \" \\ \n \t stand for what they stand for in C.
 * Return: 0, -EINVAL when a quote is not closed or an escape is unknown, -ENOMEM.
 */
int word_next(const char **at, char **word, bool *quoted);

/**
 * word_trim - the text without blanks at its ends, to be freed by the caller; NULL: no memory
 */
char *word_trim(const char *text, size_t len);

/**
 * number_u64, number_i64 - a whole word as a number, decimal or 0x hexadecimal
 *
 * Return: 0, -EINVAL when it is none, -ERANGE when it does not fit.
 */
int number_u64(const char *word, uint64_t *out);
int number_i64(const char *word, int64_t *out);

#endif
