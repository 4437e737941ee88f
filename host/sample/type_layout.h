/* SPDX-License-Identifier: Apache-2.0 */
/*
 * type_layout.h - where the fields of a record are, as gcc and clang lay them out on x86-64.
 *
 * libbcc's descriptions name fields but not their offsets.
 */
#ifndef KW_SAMPLE_TYPE_LAYOUT_H
#define KW_SAMPLE_TYPE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sample/type.h"

/**
 * struct layout - a record while its fields are placed; zeroed but for the first two
 * @is_union:	all fields start at 0
 * @natural:	fields are aligned; otherwise they follow each other (padding is explicit, or the
 *		record has the attribute packed)
 * @bits:	used so far
 * @align:	largest alignment of its fields
 * @misaligned:	a field is not where alignment would put it, so the record is really packed
 */
struct layout {
	bool is_union;
	bool natural;
	uint64_t bits;
	size_t align;
	bool misaligned;
};

/**
 * layout_field - place a field of @bytes bytes: sets its offset
 */
void layout_field(struct layout *layout, struct type *field, size_t align, uint64_t bytes);

/**
 * layout_bit_field - place a bit-field of @width bits, @field->size being its declared type's;
 * width 0 only ends the storage unit. Sets offset, bit_offset and bits.
 *
 * Return: 0, or -EINVAL when no compiler would have it.
 */
int layout_bit_field(struct layout *layout, struct type *field, size_t align, uint64_t width);

/**
 * layout_end - all fields are placed
 * @align:	set to the alignment of the record inside another one
 *
 * Return: the record's size in bytes.
 */
uint64_t layout_end(const struct layout *layout, size_t *align);

#endif
