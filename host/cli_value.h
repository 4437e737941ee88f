/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli_value.h - values of the options of every program.
 */
#ifndef KW_CLI_VALUE_H
#define KW_CLI_VALUE_H

#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "output/output.h"

/**
 * cli_seconds - a time in seconds above 0, as nanoseconds
 * @option:	its name for messages, "-i"
 * @least:	shortest allowed, in nanoseconds
 */
int cli_seconds(const char *option, const char *text, uint64_t least, uint64_t *ns,
		struct error *err);

/**
 * cli_count - a whole number above 0
 */
int cli_count(const char *option, const char *text, unsigned long *n, struct error *err);

/**
 * cli_pid - the number of a process, whether there is one or not
 */
int cli_pid(const char *option, const char *text, long *pid, struct error *err);

/**
 * cli_output - FORMAT or FORMAT=FILE
 * @out:	standard output or a file opened before; set to FILE, whose contents are left alone
 */
int cli_output(const char *text, const struct output_format **format, FILE **out,
	       struct error *err);

#endif
