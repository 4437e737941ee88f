/* SPDX-License-Identifier: Apache-2.0 */
/*
 * witness.h - the kernel's own count of calls, by kprobes of tracefs. Private to the kernel floor.
 *
 * All sites of a witness are one event of tracefs (several sites an event: 5.4) of a group of this
 * process's own. No record is made: the event is held by a perf event that is never switched on,
 * which arms the kprobes, and /sys/kernel/tracing/kprobe_profile has their hits and misses
 * (kernel/trace/trace_kprobe.c, probes_profile_seq_show()): also of hits for which the kernel ran
 * nothing because a kprobe was being handled on that CPU.
 *
 * When this process ends in any way, the perf event goes and the kprobes are disarmed. Their names
 * stay in tracefs after SIGKILL; the next witness of any process removes them.
 */
#ifndef KW_KERNEL_WITNESS_H
#define KW_KERNEL_WITNESS_H

#include "kernel/kernel.h"

int witness_new(struct kernel *k, const struct probe *sites, size_t n, struct witness **out,
		struct error *err);
int witness_read(struct kernel *k, struct witness *witness, int64_t *events);
void witness_free(struct kernel *k, struct witness *witness);

#endif
