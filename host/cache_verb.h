/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cache_verb.h - `kwhile cache list|clear|verify`
 */
#ifndef KW_CACHE_VERB_H
#define KW_CACHE_VERB_H

#include "typed.h"

/**
 * cache_verb
 * @status:	EXIT_FAILED where verify finds an entry that would not be loaded
 */
int cache_verb(const struct cli *cli, int *status, struct error *err);

#endif
