/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli.h - reading the command line.
 */
#ifndef KW_CLI_H
#define KW_CLI_H

#include "base/error.h"
#include "typed.h"

/**
 * cli_parse - read the command line
 * @cli:	zeroed by the caller, filled; free with cli_free()
 *
 * Return: 0, or a negative errno with a line that says what is wrong and what would be right.
 */
int cli_parse(int argc, char **argv, struct cli *cli, struct error *err);

#endif
