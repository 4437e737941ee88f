/* SPDX-License-Identifier: Apache-2.0 */
/*
 * repair.h - close a gate whose thread has left it unseen.
 *
 * A text repairs what it can by itself: when the thread enters again, or ends. A thread that does
 * neither is looked for here.
 */
#ifndef KW_SAMPLE_REPAIR_H
#define KW_SAMPLE_REPAIR_H

#include <stdint.h>

#include "base/error.h"
#include "kernel/trace.h"
#include "program/plan.h"

struct repair; /* opaque: what the repair lines of a header need */

/**
 * repair_new - Return: 0 and NULL in *@out where the header has no repair line
 */
int repair_new(struct trace *trace, const struct plan *plan, struct repair **out,
	       struct error *err);

/**
 * repair_stale - look at the threads that have been inside for long, and close what is not there
 *
 * An entry that is older than a second is deleted when its thread is gone, has been seen in user
 * space since the first look (user_watch.h), or has slept since the look before without the
 * function on its kernel stack. What cannot be told is left: a thread that runs on in the kernel,
 * and one that wakes in every interval but hardly runs in user space; 256 threads are watched for
 * that at once. Idle threads have no entry in /proc: only entering again closes them. Return: how
 * many entries were closed.
 */
uint64_t repair_stale(struct repair *repair);

void repair_free(struct repair *repair);

#endif
