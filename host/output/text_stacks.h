/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_stacks.h - the stacks of a row in text: a line a frame, the innermost first.
 */
#ifndef KW_OUTPUT_TEXT_STACKS_H
#define KW_OUTPUT_TEXT_STACKS_H

#include "base/buf.h"
#include "sample/sample.h"

/**
 * text_stacks_order - the cells of a row's key that are stacks, the kernel's ahead of others
 * @order:	filled with up to @max indices of cells
 *
 * Return: how many.
 */
size_t text_stacks_order(const struct row *row, size_t *order, size_t max);

/**
 * text_stacks_add - the frames of all of them
 */
void text_stacks_add(struct buf *out, const struct row *row);

#endif
