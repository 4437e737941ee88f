/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pump.h - records of perf and ring buffers, from the kernel to the output as they come.
 *
 * Order: records of a ring buffer come in the order in which room for them was taken, by all CPUs
 * (Documentation/bpf/ringbuf.rst). Those of a perf buffer are in order for each CPU, and carry the
 * time at which they were sent; they are held back for one turn and put in the order of these
 * times, as perf(1) does. A record that its CPU was still writing after a whole turn would come
 * late.
 */
#ifndef KW_SAMPLE_PUMP_H
#define KW_SAMPLE_PUMP_H

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "kernel/trace.h"
#include "program/plan.h"
#include "sample/naming.h"
#include "sample/sample.h"

struct pump; /* opaque: all streams of a trace that are shown */

/**
 * struct pump_options - where records go
 * @emit:	called with a view whose rows are records; -EPIPE from it ends the run
 */
struct pump_options {
	int (*emit)(void *ctx, const struct view *view);
	void *ctx;
};

/**
 * pump_is_stream - does this type of table hold records?
 */
bool pump_is_stream(uint32_t type);

/**
 * pump_new - open the buffers of all wanted show lines
 * @naming:	what addresses are called; must outlive it
 * @out:	set to NULL where there are none
 * @err:	FILE:LINE: a line of another kind than lines, a record that is not known, a format
 *		that does not fit it
 */
int pump_new(struct trace *trace, const struct plan *plan, struct naming *naming,
	     const struct pump_options *options, struct pump **out, struct error *err);

/**
 * pump_begin - what was sent before now is not shown
 */
void pump_begin(struct pump *pump);

/**
 * pump_wait - until there is something to do, @left ns are over, a signal of @during came,
 * or one of the @nalso descriptors @also (at most 8; -1: none) is ready
 */
void pump_wait(struct pump *pump, const struct pollfd *also, nfds_t nalso, uint64_t left,
	       const sigset_t *during);

/**
 * pump_turn - read what is there and show what is in order
 * @all:	the last turn before a sample: nothing is held back
 */
int pump_turn(struct pump *pump, bool all, struct error *err);

/**
 * pump_shows - are records of this table shown? Those of others are not read, and none is lost
 */
bool pump_shows(const struct pump *pump, const char *table);

/**
 * pump_records - records of a table that were shown so far; pump_lost - that the kernel said it
 * lost so far, or COUNT_UNKNOWN
 */
uint64_t pump_records(const struct pump *pump, const char *table);
int64_t pump_lost(const struct pump *pump, const char *table);

void pump_free(struct pump *pump);

#endif
