/* SPDX-License-Identifier: Apache-2.0 */
/*
 * generate.h - the C that expansion adds to a text: constants, tables, and the functions behind the
 * kw_ calls. All of it in one line each, so that a text's own lines stay.
 */
#ifndef KW_PROGRAM_GENERATE_H
#define KW_PROGRAM_GENERATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "program/expansion.h"

/**
 * generate_constant - kw_const_ID(): a number that the loader fills in
 */
void generate_constant(struct buf *b, unsigned id);

/**
 * generate_value - behind the declaration of a table: kw_value_TABLE()
 */
void generate_value(struct buf *b, const char *table, size_t len);

/**
 * generate_halves - what texts with halved tables have once: which half is written, refusals, and
 * the kw_ macros
 */
void generate_halves(struct buf *b);

/**
 * generate_losses - what texts that send records have once: kw_lose(), which counts one that found
 * no room
 */
void generate_losses(struct buf *b);

/**
 * generate_usdt - what texts that read arguments of USDT probes have once: BCC's
 * bpf_usdt_readarg() and bpf_usdt_readarg_p()
 *
 * A number of any width is widened or cut to what it is read into. They yield 0, or what is not 0
 * (and the number 0) where there is no such argument, or it is in memory that cannot be read.
 */
void generate_usdt(struct buf *b);

/**
 * generate_accessor - behind the declaration of a halved table: kw_leaf_TABLE()
 */
void generate_accessor(struct buf *b, const struct halved *h, bool array);

#endif
