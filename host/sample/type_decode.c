/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/type.h"

#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "bit-fields are laid out for little-endian machines"
#endif

static unsigned type_width(const struct type *type)
{
	return type->bits ? type->bits : (unsigned)type->size * 8;
}

static unsigned __int128 width_mask(unsigned width)
{
	return width >= 128 ? ~(unsigned __int128)0 : ((unsigned __int128)1 << width) - 1;
}

/* Bytes that hold the number: a bit-field needs not all of its declared type. */
static size_t type_room(const struct type *type)
{
	return type->bits ? (type->bit_offset + type->bits + 7) / 8 : type->size;
}

static unsigned __int128 number_load(const struct type *type, const unsigned char *at)
{
	unsigned __int128 raw = 0;
	size_t room = type_room(type);

	if (room > sizeof(raw))
		return 0;
	memcpy(&raw, at, room);
	return raw >> type->bit_offset & width_mask(type_width(type));
}

static void number_store(const struct type *type, unsigned char *at, unsigned __int128 number)
{
	unsigned __int128 raw = 0;
	unsigned __int128 mask = width_mask(type_width(type)) << type->bit_offset;
	size_t room = type_room(type);

	if (room > sizeof(raw))
		return;
	memcpy(&raw, at, room);
	raw = (raw & ~mask) | (number << type->bit_offset & mask);
	memcpy(at, &raw, room);
}

static double float_load(const struct type *type, const unsigned char *at)
{
	double wide;
	float narrow;

	if (type->size == sizeof(wide)) {
		memcpy(&wide, at, sizeof(wide));
		return wide;
	}
	memcpy(&narrow, at, sizeof(narrow));
	return (double)narrow;
}

/* Numbers that count something: an enumerator is a word. */
static bool type_counts(const struct type *type)
{
	return (type->kind == TYPE_UINT || type->kind == TYPE_INT) && !type->nnames;
}

struct value type_decode(const struct type *type, const void *bytes, size_t index)
{
	struct value value = {.kind = VALUE_NONE};

	if (index >= type->count)
		return value;
	const unsigned char *at = (const unsigned char *)bytes + type->offset + index * type->size;

	switch (type->kind) {
	case TYPE_UINT:
	case TYPE_INT:
		value.kind = type->kind == TYPE_INT ? VALUE_INT : VALUE_UINT;
		value.u = number_load(type, at);
		value.s = (__int128)value.u;
		if (type->kind == TYPE_INT) {
			unsigned unused = 128 - type_width(type);

			value.s = (__int128)(value.u << unused) >> unused;
		}
		break;
	case TYPE_TEXT:
		value.kind = VALUE_TEXT;
		value.text = (const char *)at;
		value.len = strnlen(value.text, type->size);
		break;
	case TYPE_BYTES:
		value.kind = VALUE_BYTES;
		value.text = (const char *)at;
		value.len = type->size;
		break;
	case TYPE_FLOAT:
		value.kind = VALUE_FLOAT;
		value.f = float_load(type, at);
		break;
	case TYPE_RECORD:
	case TYPE_UNION:
		break;
	}
	return value;
}

bool type_is_number(const struct type *type)
{
	return (type->kind == TYPE_UINT || type->kind == TYPE_INT) && type->count == 1;
}

/* Is there nothing but numbers in it; *@counts: any that counts something? */
static bool numbers_in(const struct type *type, bool *counts)
{
	if (type->kind == TYPE_UINT || type->kind == TYPE_INT) {
		*counts |= type_counts(type);
		return true;
	}
	if (type->kind != TYPE_RECORD || type->nfields == 0)
		return false;
	for (size_t i = 0; i < type->nfields; i++) {
		if (!numbers_in(&type->fields[i], counts))
			return false;
	}
	return true;
}

bool type_numbers_only(const struct type *type)
{
	bool counts = false;

	return numbers_in(type, &counts) && counts;
}

void type_subtract(const struct type *type, void *now, const void *before)
{
	unsigned char *to = (unsigned char *)now + type->offset;
	const unsigned char *from = (const unsigned char *)before + type->offset;

	for (size_t i = 0; i < type->count; i++, to += type->size, from += type->size) {
		if (type->kind == TYPE_RECORD) {
			for (size_t f = 0; f < type->nfields; f++)
				type_subtract(&type->fields[f], to, from);
		} else if (type_counts(type)) {
			number_store(type, to, number_load(type, to) - number_load(type, from));
		}
	}
}

/* -1: some number is above the one before, or signed; 1: none is, and one is below; 0: all equal.
 */
static int fall_of(const struct type *type, const unsigned char *to, const unsigned char *from)
{
	int fall = 0;

	to += type->offset;
	from += type->offset;
	for (size_t i = 0; fall >= 0 && i < type->count;
	     i++, to += type->size, from += type->size) {
		for (size_t f = 0; type->kind == TYPE_RECORD && fall >= 0 && f < type->nfields;
		     f++) {
			int one = fall_of(&type->fields[f], to, from);

			fall = one ? one : fall;
		}
		if (type->kind == TYPE_RECORD || type->nnames)
			continue;
		unsigned __int128 now = number_load(type, to), before = number_load(type, from);

		if (type->kind != TYPE_UINT || now > before)
			fall = -1;
		else if (now < before)
			fall = 1;
	}
	return fall;
}

bool type_fell(const struct type *type, const void *now, const void *before)
{
	return fall_of(type, now, before) > 0;
}

void type_largest(const struct type *type, const void *value, void *out)
{
	unsigned char *to = (unsigned char *)out + type->offset;
	const unsigned char *from = (const unsigned char *)value + type->offset;

	for (size_t i = 0; i < type->count; i++, to += type->size, from += type->size) {
		if (type->kind == TYPE_RECORD) {
			for (size_t f = 0; f < type->nfields; f++)
				type_largest(&type->fields[f], from, to);
		} else if (type_counts(type)) {
			/* Their highest bit turned, signed numbers compare as unsigned ones do. */
			unsigned __int128 sign = type->kind == TYPE_INT
							 ? (unsigned __int128)1
								   << (type_width(type) - 1)
							 : 0;

			if ((number_load(type, from) ^ sign) > (number_load(type, to) ^ sign))
				number_store(type, to, number_load(type, from));
		}
	}
}

static bool any_byte(const unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (bytes[i])
			return true;
	}
	return false;
}

/* One CPU's share of a value: @to and @from are where the record around @type begins. */
static void cpu_add(const struct type *type, unsigned char *to, const unsigned char *from)
{
	to += type->offset;
	from += type->offset;
	for (size_t i = 0; i < type->count; i++, to += type->size, from += type->size) {
		if (type->kind == TYPE_RECORD) {
			for (size_t f = 0; f < type->nfields; f++)
				cpu_add(&type->fields[f], to, from);
		} else if (type_counts(type)) {
			number_store(type, to, number_load(type, to) + number_load(type, from));
		} else if (!any_byte(to, type->size)) {
			memcpy(to, from, type->size);
		}
	}
}

void type_sum_cpus(const struct type *type, const void *values, size_t stride, unsigned ncpus,
		   void *out)
{
	memset(out, 0, type->size * type->count);
	for (unsigned cpu = 0; cpu < ncpus; cpu++)
		cpu_add(type, out, (const unsigned char *)values + stride * cpu);
}
