/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli_source.h - from the first word to a probe text.
 */
#ifndef KW_CLI_SOURCE_H
#define KW_CLI_SOURCE_H

#include "base/error.h"
#include "typed.h"

/**
 * cli_source - find and read the text that cli->word names, and its header
 *
 * A path (with a /, ending in .c, or -), a shipped program, or else the program that functions of
 * the kernel stand for, with that function bound to its option.
 */
int cli_source(struct cli *cli, struct error *err);

/**
 * cli_unknown_word - what to say of a first word that is no function of this kernel either
 * @err:	holds what the kernel floor said of it; gains the programs that may have been meant
 */
void cli_unknown_word(const struct cli *cli, struct error *err);

#endif
