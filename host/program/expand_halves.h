/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expand_halves.h - tables that a text writes through kw_ calls: two of each, and in each function
 * that writes them, which half is written.
 */
#ifndef KW_PROGRAM_EXPAND_HALVES_H
#define KW_PROGRAM_EXPAND_HALVES_H

#include <stddef.h>

#include "program/expand_work.h"

/**
 * halves_find - fill in @w->out->halved: the tables that the text writes through kw_add() and its
 * like
 *
 * Return: 0, -EINVAL with a line where a call names no table or there are too many, -ENOMEM.
 */
int halves_find(struct expand_work *w);

/**
 * halves_declaration - at a word of @len bytes outside of functions: if it declares such a table,
 * or one that kw_value() is asked for, add what stands for the declaration
 *
 * Return: what follows the declaration, @p where it is none, or NULL with a line where the table
 * cannot be written so.
 */
const char *halves_declaration(struct expand_work *w, const char *p, size_t len);

/**
 * halves_open - at the { of a function: add it, and the variable that keeps which half is written
 * @head:	where the function's declaration begins
 * @limit:	end of the macro that it stands in; NULL: it stands in none
 *
 * Return: 0, or -EINVAL with a line for a helper function that is not given that variable.
 */
int halves_open(struct expand_work *w, const char *head, const char *brace, const char *limit);

#endif
