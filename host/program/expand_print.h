/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expand_print.h - lines that a text prints with bpf_trace_printk().
 *
 * BCC's programs read them from the kernel's trace_pipe, where the lines of all tracers meet and
 * each line goes to one reader only. Since 5.9 such a line is also an event of its own,
 * bpf_trace:bpf_trace_printk (kernel/trace/bpf_trace.h). So a text that prints gets a ring buffer
 * and a handler on that raw tracepoint which copies its lines there: nothing is taken from
 * trace_pipe, and they are records as all others.
 *
 * Which lines are the text's own is told by a count on each CPU that is not 0 while one of its
 * handlers prints. A call that stands in a macro cannot be counted so: then all lines are shown.
 */
#ifndef KW_PROGRAM_EXPAND_PRINT_H
#define KW_PROGRAM_EXPAND_PRINT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* The ring buffer, and the handler that fills it. */
#define PRINT_TABLE "trace_printk"
#define PRINT_HANDLER "kw_printed_line"
#define PRINT_ATTACH "?rawtracepoint:bpf_trace_printk=" PRINT_HANDLER
#define PRINT_SHOW PRINT_TABLE " lines \"%time %comm-%tid [%cpu] %line\""

/* What goes ahead of a call and behind it. */
#define PRINT_BEFORE "({ kw_printing(1); int kw_print = "
#define PRINT_BEHIND "; kw_printing(-1); kw_print; })"

/**
 * print_is_used - does the text print?
 */
bool print_is_used(const char *source);

/**
 * print_is_call - does a call that prints begin at @p, a word of @len bytes?
 */
bool print_is_call(const char *p, size_t len);

/**
 * print_generate - add the ring buffer and the handler
 * @lost:	slot that counts lines for which there was no room
 */
void print_generate(struct buf *b, const char *source, unsigned lost);

#endif
