/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stats.h - --stats: what each probe's program cost.
 */
#ifndef KW_STATS_H
#define KW_STATS_H

#include <stdint.h>

#include "kernel/trace.h"

/**
 * stats_say - a line a probe on standard error, and the share of all CPUs
 * @elapsed_ns:	since the probes were attached
 */
void stats_say(const struct trace *trace, uint64_t elapsed_ns);

#endif
