/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trace_account.h - what the kernel did not run for a live trace, and what its programs cost.
 */
#ifndef KW_KERNEL_TRACE_ACCOUNT_H
#define KW_KERNEL_TRACE_ACCOUNT_H

#include <stdint.h>

#include "kernel/trace.h"

/**
 * struct trace_account - totals since the probes were attached; COUNT_UNKNOWN where the kernel does
 * not tell
 * @returns_missed: calls of functions with a return probe whose return was not seen
 * @events_skipped: events that reached a probe but no program
 */
struct trace_account {
	int64_t returns_missed;
	int64_t events_skipped;
};

void trace_account(const struct trace *trace, struct trace_account *account);

/**
 * struct trace_cost - one attachment's program
 * @probe:	where it is attached
 * @shared:	other attachments run the same program: its counts are for all of them
 * @repeated:	… and one of them has a smaller index
 */
struct trace_cost {
	const struct plan_probe *probe;
	struct prog_counts counts;
	bool shared;
	bool repeated;
};

/**
 * trace_cost - Return: 0 and the costs of attachment @index, or -ENOENT past the last
 */
int trace_cost(const struct trace *trace, size_t index, struct trace_cost *cost);

#endif
