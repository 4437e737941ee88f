/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grace.h - wait until every program run that had begun has ended.
 *
 * Two ways, both an RCU grace period of the kernel:
 *   - updating a slot of an array of maps: the kernel waits for running programs before it lets the
 *     old map go (kernel/bpf/syscall.c, maybe_wait_bpf_programs, since 5.0);
 *   - membarrier(MEMBARRIER_CMD_GLOBAL): synchronize_rcu() (kernel/sched/membarrier.c). It is
 * refused under nohz_full, and does nothing with one CPU online, where a program that was preempted
 * would not be waited for.
 * The first that works is taken; KWHILE_WITHOUT=map-wait and =membarrier (kernel/facts.h) refuse
 * them.
 */
#ifndef KW_KERNEL_GRACE_H
#define KW_KERNEL_GRACE_H

#include <stdbool.h>

/**
 * struct grace - how to wait, and what it needs
 * @outer:	array of maps with one slot, or -1
 * @inner:	what the slot holds, or -1
 * @tried:	to make them: when they are first needed
 */
struct grace {
	int outer;
	int inner;
	bool tried;
};

void grace_init(struct grace *g);

/**
 * grace_wait - Return: 0 when all have ended; a negative errno when no way works: nothing was
 * waited for, and the caller must not take a table for quiet
 */
int grace_wait(struct grace *g);

/**
 * grace_wait_quietly - grace_wait(), membarrier first: updating a map allocates and frees memory,
 * which shows where the kernel's allocator is what is being counted
 */
int grace_wait_quietly(struct grace *g);

void grace_free(struct grace *g);

#endif
