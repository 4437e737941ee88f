/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/type_layout.h"

#include <errno.h>

static uint64_t round_up(uint64_t n, uint64_t unit)
{
	return (n + unit - 1) / unit * unit;
}

static void layout_take(struct layout *layout, uint64_t start, uint64_t bits, size_t align)
{
	if (start + bits > layout->bits)
		layout->bits = start + bits;
	if (align > layout->align)
		layout->align = align;
}

void layout_field(struct layout *layout, struct type *field, size_t align, uint64_t bytes)
{
	uint64_t start = layout->is_union ? 0 : layout->bits;

	start = round_up(start, layout->natural ? align * 8 : 8);
	if (start % (align * 8))
		layout->misaligned = true;
	field->offset = (size_t)(start / 8);
	layout_take(layout, start, bytes * 8, align);
}

int layout_bit_field(struct layout *layout, struct type *field, size_t align, uint64_t width)
{
	uint64_t unit = field->size * 8;
	uint64_t start = layout->is_union ? 0 : layout->bits;

	if (width > unit)
		return -EINVAL;
	if (width == 0) {
		if (!layout->is_union)
			layout->bits = round_up(layout->bits, align * 8);
		return 0;
	}
	/* A bit-field does not cross a boundary of its declared type. */
	if (layout->natural && start / unit != (start + width - 1) / unit)
		start = round_up(start, align * 8);
	field->offset = (size_t)(start / 8);
	field->bit_offset = (unsigned)(start % 8);
	field->bits = (unsigned)width;
	/* Bits are loaded into 128 bits from the byte that holds the first of them. */
	if (field->bit_offset + width > 128)
		return -EINVAL;
	/* One without a name takes room but does not align the record around it. */
	layout_take(layout, start, width, field->name[0] ? align : 1);
	return 0;
}

uint64_t layout_end(const struct layout *layout, size_t *align)
{
	uint64_t bytes = round_up(layout->bits, 8) / 8;

	*align = layout->align ? layout->align : 1;
	if (layout->natural)
		return round_up(bytes, *align);
	/* What is misaligned inside has the attribute packed, and may stand anywhere. */
	if (layout->misaligned || bytes % *align)
		*align = 1;
	return bytes;
}
