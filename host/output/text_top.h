/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_top.h - a top view as columns.
 */
#ifndef KW_OUTPUT_TEXT_TOP_H
#define KW_OUTPUT_TEXT_TOP_H

#include "base/buf.h"
#include "sample/sample.h"

/**
 * text_top_add - a heading with the names of the fields, and the rows; nothing where there is none
 */
void text_top_add(struct buf *out, const struct view *view);

/**
 * text_cell_add - one cell: its label, text, or number divided
 */
void text_cell_add(struct buf *out, const struct cell *cell, unsigned long divisor);

#define RECORD_NUMBER_WIDTH 8
#define RECORD_WORD_WIDTH 16

/**
 * text_records_add - records in columns: what is to come is not known, so that their widths are set
 * @heading:	begin with the names of the columns
 */
void text_records_add(struct buf *out, const struct view *view, bool heading);

#endif
