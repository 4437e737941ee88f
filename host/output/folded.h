/* SPDX-License-Identifier: Apache-2.0 */
/*
 * folded.h - stacks of all samples as a tree that grows: what folded lines and a flame graph are
 * made of.
 */
#ifndef KW_OUTPUT_FOLDED_H
#define KW_OUTPUT_FOLDED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sample/sample.h"

/**
 * struct frame - one function in one chain of callers
 * @value:	counted here and in all that it called
 * @own:	counted here itself
 * @children:	sorted by name
 */
struct frame {
	char *name;
	bool kernel;
	uint64_t value;
	uint64_t own;
	struct frame *children;
	size_t nchildren;
};

/**
 * folded_add - the stacks of one sample, under the words of their keys (a command's name)
 * @root:	all zeroes at first; free with folded_free()
 *
 * Return: 0 or -ENOMEM.
 */
int folded_add(struct frame *root, const struct sample *sample);

void folded_free(struct frame *root);

#endif
