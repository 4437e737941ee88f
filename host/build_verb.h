/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build_verb.h - `kwhile build PROGRAM -o FILE.kwo`
 */
#ifndef KW_BUILD_VERB_H
#define KW_BUILD_VERB_H

#include "typed.h"

/**
 * build_verb - compile for this kernel, and write all that a run needs into one file
 */
int build_verb(struct cli *cli, struct error *err);

#endif
