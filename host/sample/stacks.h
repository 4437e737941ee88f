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
#include "sample/naming.h"
#include "sample/sample.h"

struct stacks; /* opaque */

/**
 * stacks_new - Return: 0, -ENOMEM, or -ENOENT where the text has no table of stacks
 * @naming:	what functions are called; must outlive it
 * @out:	NULL where no show line in force is of the kind stacks: then there is nothing to do
 */
int stacks_new(struct trace *trace, const struct plan *plan, struct naming *naming,
	       struct stacks **out, struct error *err);

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

/**
 * stacks_note - add to a sample's account what was counted under stacks that were not kept, or not
 * whole
 */
void stacks_note(struct sample *sample);

void stacks_free(struct stacks *stacks);

#endif
