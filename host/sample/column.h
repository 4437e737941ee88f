/* SPDX-License-Identifier: Apache-2.0 */
/*
 * column.h - a key or leaf type as a flat list of named columns, which become the cells of rows.
 *
 * Fields of anonymous records are columns under their own names, those of nested ones under
 * "outer.inner". An array is one column of text.
 */
#ifndef KW_SAMPLE_COLUMN_H
#define KW_SAMPLE_COLUMN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "sample/as.h"
#include "sample/sample.h"
#include "sample/type.h"

/**
 * struct column
 * @name:	"" for a type that is no record; owned
 * @type:	of the field; borrowed
 * @base:	bytes at which the record around it begins
 * @as:		what it stands for
 */
struct column {
	char *name;
	const struct type *type;
	size_t base;
	enum as_kind as;
};

struct columns {
	struct column *list;
	size_t n;
};

/**
 * struct columns_whole - which records are one column and not taken apart: those that an as line
 * names
 */
struct columns_whole {
	bool (*is)(const void *ctx, const struct type *type);
	const void *ctx;
};

/**
 * columns_make - Return: 0 or -ENOMEM
 * @whole:	or NULL: all records are taken apart
 * @columns:	zeroed by the caller; free with columns_free()
 */
int columns_make(const struct type *type, const struct columns_whole *whole,
		 struct columns *columns);

/**
 * column_fill - decode one cell
 * @cell:	zeroed but for its name, which is left alone
 *
 * Return: 0 or -ENOMEM.
 */
int column_fill(const struct column *column, const void *bytes, struct arena *arena,
		struct cell *cell);

/**
 * column_number - the value of a column that is a number; one of 128 bits that does not fit is cut
 * to the nearest that does
 */
uint64_t column_number(const struct column *column, const void *bytes);

/**
 * column_as - what the column stands for, as the cell's @as; nothing where that is nothing else
 * @owner:	whose addresses they are
 *
 * Return: 0 or -ENOMEM.
 */
int column_as(const struct column *column, const void *bytes, struct as_owner owner,
	      struct arena *arena, struct cell *cell);

/**
 * column_find - a column by its name, or NULL; @alone is what one without a name is called
 */
const struct column *column_find(const struct columns *columns, const char *name,
				 const char *alone);

/**
 * column_compare - order two keys or leaves by one column
 */
int column_compare(const struct column *column, const void *a, const void *b);

/**
 * columns_any - is anything in it: a number that is not 0, or, where it has no numbers, any byte?
 */
bool columns_any(const struct columns *columns, const void *bytes);

/**
 * columns_compare - order two keys or leaves, column by column; @skip is left out, or NULL
 */
int columns_compare(const struct columns *columns, const struct column *skip, const void *a,
		    const void *b);

void columns_free(struct columns *columns);

#endif
