/* SPDX-License-Identifier: Apache-2.0 */
#include "output/text_stacks.h"

#include <errno.h>
#include <string.h>

#include "base/utf8.h"

#define STACKS_MAX 8

size_t text_stacks_order(const struct row *row, size_t *order, size_t max)
{
	size_t n = 0;

	for (int kernel = 1; kernel >= 0; kernel--)
		for (size_t i = 0; i < row->nkeys && n < max; i++)
			if (row->cells[i].stack && (row->cells[i].stack->nkernel > 0) == kernel)
				order[n++] = i;
	return n;
}

static void stack_add(struct buf *out, const struct stack *stack)
{
	/* No such stack: a thread of the kernel has none of user space. */
	if (stack->error == -EFAULT)
		return;
	if (stack->error)
		buf_addf(out, "    [this stack was not kept: %s]\n",
			 stack->error == -EEXIST ? "its table is full or another is in its place"
						 : strerror(-stack->error));
	for (size_t i = 0; i < stack->nframes; i++) {
		buf_adds(out, "    ");
		utf8_add_line(out, stack->frames[i], strlen(stack->frames[i]));
		buf_addc(out, '\n');
	}
	if (stack->cut)
		buf_adds(out, "    [deeper than its table keeps]\n");
}

void text_stacks_add(struct buf *out, const struct row *row)
{
	size_t order[STACKS_MAX];
	size_t n = text_stacks_order(row, order, STACKS_MAX);

	for (size_t i = 0; i < n; i++)
		stack_add(out, row->cells[order[i]].stack);
}
