/* SPDX-License-Identifier: Apache-2.0 */
/*
 * naming.h - what addresses are called during a run, in stacks and in fields alike. What processes
 * map is heard while it happens, so that those that have ended keep their names.
 */
#ifndef KW_SAMPLE_NAMING_H
#define KW_SAMPLE_NAMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/error.h"
#include "kernel/kernel.h"
#include "program/plan.h"

struct naming; /* opaque */

/* The kernel's own addresses are at the upper end of what there is; junk can be anywhere. */
static inline bool naming_is_kernel(uint64_t address)
{
	return address >> 56 == 0xff;
}

/**
 * naming_new - Return: one that hears of nothing yet, or NULL when memory ran out
 */
struct naming *naming_new(void);

/**
 * naming_start - begin to hear what processes map, and read what they have mapped already, where a
 * text shows functions of user space
 *
 * Return: 0, or -ENOMEM with a line.
 */
int naming_start(struct naming *n, struct kernel *k, const struct plan *plan, struct error *err);

/**
 * naming_fd - descriptor that poll(2) says is readable when there is a good part to hear; -1: none
 */
int naming_fd(const struct naming *n);

/**
 * naming_hear - hear what processes have mapped since; between two samples, so that none of it is
 * lost, and ahead of records that are shown
 */
void naming_hear(struct naming *n);

/**
 * naming_tick - the same ahead of each sample, which lets go of what has ended before the last one
 */
void naming_tick(struct naming *n);

/**
 * naming_stack - the addresses of a stack, of which some are asked for next: processes_stack()
 */
void naming_stack(struct naming *n, pid_t pid, const uint64_t *addresses, size_t count);

/**
 * naming_add - add the name of what is at an address, or the address: processes_name()
 * @pid:	whose it is; 0: not known. The kernel's addresses are of no process
 */
void naming_add(struct naming *n, pid_t pid, uint64_t address, struct buf *out);

void naming_free(struct naming *n);

#endif
