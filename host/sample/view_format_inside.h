/* SPDX-License-Identifier: Apache-2.0 */
/*
 * view_format_inside.h - a format as it was read: for view_format.c, which reads and checks it, and
 * view_fill.c, which fills it in.
 */
#ifndef KW_SAMPLE_VIEW_FORMAT_INSIDE_H
#define KW_SAMPLE_VIEW_FORMAT_INSIDE_H

#include "sample/as.h"
#include "sample/view_format.h"

enum piece_kind {
	PIECE_TEXT,
	PIECE_KEY,
	PIECE_VALUE,
	PIECE_TIME,
	PIECE_COUNT,
	PIECE_LONGEST,
	PIECE_ITEM,
	PIECE_KEY_FIELD,
	PIECE_LEAF_FIELD,
};

/**
 * struct piece - a part of a format
 * @text:	PIECE_TEXT: owned
 * @field:	of the key or leaf; borrowed
 * @base:	bytes at which the record around @field begins
 * @as:		what it stands for
 */
struct piece {
	enum piece_kind kind;
	char *text;
	const struct type *field;
	size_t base;
	enum as_kind as;
};

struct format {
	const struct show_line *show;
	const struct plan *plan;
	const struct type *key;
	const struct type *leaf;
	bool has_value;
	const struct plan_list *list;
	struct piece *pieces;
	size_t n;
};

#endif
