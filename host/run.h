/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run.h - the whole way down the floors, once.
 */
#ifndef KW_RUN_H
#define KW_RUN_H

#include "typed.h"

/**
 * run_program - resolve, expand, compile, load, attach, sample, print
 * @status:	exit status of the command that was followed, or 0
 *
 * Return: 0, or a negative errno with a line.
 */
int run_program(struct cli *cli, int *status, struct error *err);

/**
 * run_complete - add what a text without header lines says by its names
 */
int run_complete(struct cli *cli, struct error *err);

#endif
