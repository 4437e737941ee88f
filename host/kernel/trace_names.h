/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trace_names.h - do the tables and handlers exist that header lines name?
 */
#ifndef KW_KERNEL_TRACE_NAMES_H
#define KW_KERNEL_TRACE_NAMES_H

#include "kernel/trace.h"

/**
 * trace_check_names - a show, fresh, size, label or account line whose table the text does not have
 * is an error: it would silently do nothing
 */
int trace_check_names(const struct trace *trace, struct error *err);

/**
 * trace_no_table - say that line @word at @origin names no table, and which there are
 *
 * Return: -EINVAL.
 */
int trace_no_table(const struct trace *trace, struct origin origin, const char *word,
		   const char *table, struct error *err);

/**
 * trace_no_handler - the same of an attach line's handler; trace_no_function - of any line's at
 * @place
 */
int trace_no_handler(const struct trace *trace, const struct plan_probe *probe, struct error *err);
int trace_no_function(const struct trace *trace, const char *place, const char *handler,
		      struct error *err);

#endif
