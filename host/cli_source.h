/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli_source.h - from the first word to a probe text.
 */
#ifndef KW_CLI_SOURCE_H
#define KW_CLI_SOURCE_H

#include "base/error.h"
#include "cli.h"

/**
 * cli_source - find and read the text that cli->word names, and its header
 *
 * A path (with a /, ending in .c, or -), a shipped program, or else the program that functions of
 * the kernel stand for, with that function bound to its option.
 */
int cli_source(struct cli *cli, struct error *err);

#endif
