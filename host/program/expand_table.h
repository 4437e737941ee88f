/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expand_table.h - which tables can be written exactly, by kw_ calls.
 */
#ifndef KW_PROGRAM_EXPAND_TABLE_H
#define KW_PROGRAM_EXPAND_TABLE_H

#include <stddef.h>

#include "program/expansion.h"

/**
 * table_refusal - why a table cannot have two halves that only grow
 * @word:	of its declaration, such as BPF_HASH; @len bytes
 * @open:	the bracket behind it
 * @halved:	how the text writes it
 *
 * Return: words to put behind the table's name, or NULL: it can.
 */
const char *table_refusal(const char *word, size_t len, const char *open,
			  const struct halved *halved);

#endif
