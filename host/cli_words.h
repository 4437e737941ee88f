/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli_words.h - words of the command line that are neither options nor their values.
 */
#ifndef KW_CLI_WORDS_H
#define KW_CLI_WORDS_H

#include <stdbool.h>

#include "base/error.h"
#include "typed.h"

/**
 * cli_verb - is a word a verb?
 * @verb:	set if it is
 */
bool cli_verb(const char *word, enum verb *verb);

/**
 * cli_reserved - an error for a word that is to become a verb
 */
int cli_reserved(const char *word, struct error *err);

/**
 * cli_bind_words - give words to the program's options whose names are in capital letters, in the
 * order in which its header declares them
 * @words:	ends with NULL; one more than there are such options is an error
 */
int cli_bind_words(struct cli *cli, char **words, struct error *err);

#endif
