/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stacks.h - from the id of a stack to the names of its functions.
 */
#ifndef KW_SAMPLE_STACKS_H
#define KW_SAMPLE_STACKS_H

#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/error.h"
#include "kernel/trace.h"
#include "sample/sample.h"

struct stacks; /* opaque */

/**
 * stacks_new - Return: 0, -ENOMEM, or -ENOENT where the text has no table of stacks
 * @out:	NULL where no show line in force is of the kind stacks: then there is nothing to do
 */
int stacks_new(struct trace *trace, const struct plan *plan, struct stacks **out,
	       struct error *err);

/**
 * stacks_fd - descriptor that poll(2) says is readable when there is a good part to hear; -1: none
 */
int stacks_fd(const struct stacks *stacks);

/**
 * stacks_hear - hear what processes have mapped since; between two samples, so that none of it is
 * lost
 */
void stacks_hear(struct stacks *stacks);

/**
 * stacks_tick - hear what processes have mapped since; to be called ahead of each sample's stacks
 */
void stacks_tick(struct stacks *stacks);

/**
 * stacks_read - what an id stands for
 * @column:	name of the key's field: of several tables of stacks, the one whose name it begins
 *		with, or else the first
 * @id:		as the key has it; a negative one, of 32 or 64 bits, is an error of the kernel's
 * @pid:	whose user stack it is, or 0 where that is not known
 * @out:	set to what is in @arena
 *
 * Return: 0 or -ENOMEM.
 */
int stacks_read(struct stacks *stacks, const char *column, uint64_t id, pid_t pid,
		struct arena *arena, const struct stack **out);

void stacks_free(struct stacks *stacks);

#endif
