/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli_words.h - words of the command line that are neither options nor their values.
 */
#ifndef KW_CLI_WORDS_H
#define KW_CLI_WORDS_H

#include "base/error.h"
#include "cli.h"

/**
 * cli_bind_words - give words to the program's options whose names are in capital letters, in the
 * order in which its header declares them
 * @words:	ends with NULL; one more than there are such options is an error
 */
int cli_bind_words(struct cli *cli, char **words, struct error *err);

#endif
