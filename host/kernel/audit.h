/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit.h - is what our programs saw all that happened? For each probed kernel function, a count of
 * the kernel's own against the number of times our programs ran.
 *
 *   audit_new (after trace_attach) -> audit_begin -> audit_end -> audit_free
 *
 * The two counts cannot be read at one instant. Where nothing happens at either end they are
 * compared exactly; where it does, what came between two readings is told apart as unsure.
 */
#ifndef KW_KERNEL_AUDIT_H
#define KW_KERNEL_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "kernel/trace.h"

struct audit; /* opaque: independent probes, and what they said at the beginning */

/**
 * struct audit_line - one attachment; borrows from the plan
 * @is_return:	it runs when the function returns: calls under way are among the skipped
 * @events:	calls of its function in the time between, by the kernel's count; COUNT_UNKNOWN
 *where there is none: no function of the kernel, or its second probe was refused
 * @runs:	how often its program ran in that time, or a little more or less by @unsure
 * @skipped:	events for which it did not run, as far as that is certain; COUNT_UNKNOWN with
 *@events
 * @unsure:	events more that may have been skipped: they came while the counts were being read
 */
struct audit_line {
	const struct plan_probe *probe;
	bool is_return;
	int64_t events;
	int64_t runs;
	int64_t skipped;
	int64_t unsure;
};

/**
 * struct audit_report - all attachments, in their order; owned by the audit
 */
struct audit_report {
	const struct audit_line *lines;
	size_t n;
};

/**
 * audit_new - set the independent probes, switch run counts on
 * @trace:	attached, and with a program for each of its probes (trace_separate()); outlives the
 *		audit
 *
 * Where the kernel refuses a function its second probe, that is said, and its line is unknown.
 */
int audit_new(struct trace *trace, struct audit **out, struct error *err);

/**
 * audit_begin - the time that is compared begins; audit_end - it is over: what was skipped in it
 */
int audit_begin(struct audit *audit, struct error *err);
int audit_end(struct audit *audit, struct audit_report *report, struct error *err);

/**
 * audit_is_whole - every attachment is at the entry of a function that is counted: what the report
 * says is all there is to know of skipped events
 */
bool audit_is_whole(const struct audit *audit);

void audit_free(struct audit *audit);

#endif
