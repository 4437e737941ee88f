/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snapshot.h - from tables to a sample: flip, wait, read, subtract, decode.
 */
#ifndef KW_SAMPLE_SNAPSHOT_H
#define KW_SAMPLE_SNAPSHOT_H

#include <stdbool.h>

#include "base/error.h"
#include "kernel/trace.h"
#include "program/expansion.h"
#include "program/plan.h"
#include "sample/pump.h"
#include "sample/sample.h"

struct snapshot; /* opaque: the readers of all shown tables and their previous readings */

/**
 * struct snapshot_options
 * @flip:	use the two halves (intervals of 100 ms and more); otherwise growing tables are read
 *		as they are
 * @drain:	tables that the text writes with BCC's own calls are emptied at each reading instead
 *		of subtracted (--tables drain)
 * @records:	where records of perf and ring buffers go
 */
struct snapshot_options {
	bool flip;
	bool drain;
	struct pump_options records;
};

/**
 * snapshot_new - prepare the readers, check every show line against its table
 * @err:	a show, fresh, size or label line that does not fit its table: FILE:LINE and why
 */
int snapshot_new(struct trace *trace, const struct plan *plan, const struct expansion *expansion,
		 const struct snapshot_options *options, struct snapshot **out, struct error *err);

/**
 * snapshot_begin - the first interval begins now: what was counted before belongs to no sample
 */
int snapshot_begin(struct snapshot *snapshot, struct error *err);

/**
 * snapshot_take - one sample: everything since the one before
 * @sample:	zeroed by the caller; number, wall, length and last are the session's to set
 *
 * A table that cannot be read now (an errno from the kernel) loses nothing: its figures come with
 * the next sample.
 */
int snapshot_take(struct snapshot *snapshot, struct sample *sample, struct error *err);

/**
 * snapshot_pump - what brings the records of perf and ring buffers; NULL where the text has none
 */
struct pump *snapshot_pump(const struct snapshot *snapshot);

/**
 * snapshot_fd - descriptor that poll(2) says is readable when snapshot_hear() has much to do; -1:
 * never
 */
int snapshot_fd(const struct snapshot *snapshot);

/**
 * snapshot_hear - take in what the kernel tells between two samples
 */
void snapshot_hear(struct snapshot *snapshot);

void snapshot_free(struct snapshot *snapshot);

#endif
