/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expand_work.h - one expansion under way, for expand.c and the files that do parts of it.
 */
#ifndef KW_PROGRAM_EXPAND_WORK_H
#define KW_PROGRAM_EXPAND_WORK_H

#include "base/buf.h"
#include "base/error.h"
#include "program/expansion.h"
#include "program/header.h"

struct expand_work {
	const char *source;
	const char *file;
	const struct header *header;
	struct expansion *out;
	struct buf text;
	struct error *err;
};

#endif
