/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list_verb.h - `kwhile list PATTERN`: the probe points there are.
 */
#ifndef KW_LIST_VERB_H
#define KW_LIST_VERB_H

#include "base/error.h"
#include "typed.h"

/**
 * list_verb - print the points that cli->word means, of this kernel or of a file (list_user.h), one
 * a line, as they are written in attach lines; with -v the fields of tracepoints, as BCC's tplist
 * gives them, arguments of functions where the kernel has BTF, and the periods of events
 */
int list_verb(const struct cli *cli, struct error *err);

#endif
