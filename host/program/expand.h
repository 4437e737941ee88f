/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expand.h - from a text and its bound options to C that libbcc compiles.
 *
 * What changes the shape of the code is substituted; a number becomes a patched constant: a call of
 * a generated inline function whose 64-bit immediate load the loader finds by its tag and fills in,
 * so that another value never needs the compiler. Tables that are shown get two halves and
 * generated accessors (docs/exactness.md):
 *
 *   kw_add(TABLE, &key, n)	atomic add to a number
 *   kw_max(TABLE, &key, v)	keep the larger number
 *   kw_leaf(TABLE, &key)	pointer to the leaf, made with zeroes if absent; NULL when the table
 * is full
 *   kw_value(TABLE)		pointer to the only leaf of BPF_ARRAY(TABLE, type, 1): its address
 * itself where the kernel has that (5.2), else looked up; to be checked for NULL as any look-up
 *
 * BCC's bpf_usdt_readarg(N, ctx, &x) and bpf_usdt_readarg_p(N, ctx, buf, len) are macros of ours,
 * for code that the loader adapts to the place that is probed (usdt_args.h).
 *
 * A table's declaration is rewritten in place, on its own line, so that line numbers stay the
 * user's.
 */
#ifndef KW_PROGRAM_EXPAND_H
#define KW_PROGRAM_EXPAND_H

#include "base/error.h"
#include "program/expansion.h"
#include "program/header.h"

/**
 * expand - make the C text
 * @source:	the text as read
 * @file:	its name for #line
 * @header:	its header, options bound
 * @out:	zeroed by the caller, filled; free with expansion_free()
 *
 * $NAME in the code stands for: a patched constant for int, usec, choice, cpu and pid; the index of
 * the item for a list; the text itself for expr, function, string, probe; $NAME_context, where NAME
 * is a probe, for the type of what its handler is given. $$ is a dollar sign. In comments, string
 * literals and what #if 0 hides nothing is replaced. An unknown $NAME is an error at FILE:LINE.
 * Return: 0, -EINVAL, -ENOMEM.
 */
int expand(const char *source, const char *file, const struct header *header, struct expansion *out,
	   struct error *err);

#endif
