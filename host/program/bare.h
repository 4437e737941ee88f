/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bare.h - a text of BCC's without header lines: what its names say instead.
 */
#ifndef KW_PROGRAM_BARE_H
#define KW_PROGRAM_BARE_H

#include "base/buf.h"
#include "base/error.h"
#include "program/header.h"

/**
 * bare_attaches - add an attach line for each handler that is named as BCC attaches by itself:
 * kprobe__FN, kretprobe__FN, kfunc__FN, kretfunc__FN (also kfunc__vmlinux__FN), lsm__HOOK,
 * raw_tracepoint__NAME, tracepoint__CATEGORY__NAME, syscall__NAME (this architecture's function
 * behind the system call), TRACEPOINT_PROBE(CATEGORY, NAME), RAW_TRACEPOINT_PROBE(NAME),
 * KFUNC_PROBE(FN, …), KRETFUNC_PROBE(FN, …) and LSM_PROBE(HOOK, …). Not for handlers that an attach
 * line names already
 */
int bare_attaches(struct header *header, const char *text, const char *file, struct error *err);

/**
 * bare_shows - add a show line for each table that can be printed: a histogram as one, others by
 * value, largest first; a tentative one for a table in #if … #endif
 */
int bare_shows(struct header *header, const char *text, const char *file, struct error *err);

/**
 * bare_idle - handlers of the text that no line attaches: functions that are not static
 * @names:	they are added: "a, b"
 *
 * Not those that stand in #if … #endif. Return: how many.
 */
unsigned bare_idle(const struct header *header, const char *text, struct buf *names);

/**
 * bare_prints - for a text that calls bpf_trace_printk(): show its lines (expand_print.h), unless a
 * show line for them is there
 */
int bare_prints(struct header *header, const char *text, const char *file, struct error *err);

#endif
