/* SPDX-License-Identifier: Apache-2.0 */
/*
 * help.h - what `kwhile help`, `kwhile list` and `kwhile doctor` print on standard output.
 */
#ifndef KW_HELP_H
#define KW_HELP_H

#include "base/error.h"
#include "typed.h"

int help_print(const struct cli *cli);
int help_list(struct error *err);
int help_doctor(const struct cli *cli);
void help_version(void);

#endif
