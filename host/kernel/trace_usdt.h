/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trace_usdt.h - the code that reads a USDT probe's arguments, adapted to one place of it. Private
 * to trace*.c.
 */
#ifndef KW_KERNEL_TRACE_USDT_H
#define KW_KERNEL_TRACE_USDT_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "object/object.h"
#include "program/plan.h"

/**
 * trace_usdt_is - is a constant (expansion.h) one of an argument?
 */
bool trace_usdt_is(long id);

/**
 * trace_usdt_check - does the place have the arguments that the handler reads?
 * @reads:	those, bit 1 for the first; 0: none
 *
 * What cannot be read is said once, and the handler is given 0.
 */
int trace_usdt_check(const struct plan_probe *probe, unsigned reads, struct error *err);

/**
 * trace_usdt_argument - which argument a constant is of, from 1
 */
unsigned trace_usdt_argument(long id);

/**
 * trace_usdt_fill - fill one of them in
 * @usdt:	the place; NULL: of no USDT probe
 * @insn:	the load
 * @left:	instructions from there to the program's end
 */
void trace_usdt_fill(const struct plan_usdt *usdt, long id, struct bpf_insn *insn, uint32_t left);

#endif
