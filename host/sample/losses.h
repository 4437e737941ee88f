/* SPDX-License-Identifier: Apache-2.0 */
/*
 * losses.h - records that found no room in a perf or ring buffer, values that found none in a
 * queue or stack.
 *
 * The text counts them where they are sent (program/expand_event.h). Before 5.1 a perf buffer does
 * not tell it (bpf_perf_event_output() in kernel/trace/bpf_trace.c); the kernel's own count of them
 * comes behind the records, when there is room again. So whichever is more is right.
 */
#ifndef KW_SAMPLE_LOSSES_H
#define KW_SAMPLE_LOSSES_H

#include "kernel/trace.h"
#include "program/expansion.h"
#include "sample/pump.h"

struct losses; /* opaque */

/**
 * losses_new
 * @pump:	what shows the records, or NULL
 */
int losses_new(struct trace *trace, const struct expansion *expansion, const struct pump *pump,
	       struct losses **out, struct error *err);

/**
 * losses_note - fill in what a sample says of its streams: records shown and lost since the one
 * before, and the accounts
 */
void losses_note(struct losses *losses, struct sample *sample);

void losses_free(struct losses *losses);

#endif
