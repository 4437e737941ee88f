/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/type.h"

#include <string.h>

#include "base/utf8.h"

static bool type_is_record(const struct type *type)
{
	return type->kind == TYPE_RECORD || type->kind == TYPE_UNION;
}

/* Is it part of the record around it, as far as names go? */
static bool type_is_inline(const struct type *type)
{
	return type_is_record(type) && !type->name[0] && type->count == 1;
}

/* Among the record's own fields and those of anonymous records in it. */
static const struct type *find_here(const struct type *type, const char *name, size_t len,
				    size_t at, size_t *offset)
{
	for (size_t i = 0; i < type->nfields; i++) {
		const struct type *field = &type->fields[i];

		if (len && strncmp(field->name, name, len) == 0 && !field->name[len]) {
			*offset = at;
			return field;
		}
		if (!type_is_inline(field))
			continue;
		field = find_here(field, name, len, at + field->offset, offset);
		if (field)
			return field;
	}
	return NULL;
}

/* The nearest level that has the name wins. */
static const struct type *find_deep(const struct type *type, const char *name, size_t len,
				    size_t at, size_t *offset)
{
	const struct type *found = find_here(type, name, len, at, offset);

	for (size_t i = 0; !found && i < type->nfields; i++) {
		const struct type *field = &type->fields[i];

		if (type_is_record(field) && field->count == 1)
			found = find_deep(field, name, len, at + field->offset, offset);
	}
	return found;
}

const struct type *type_find(const struct type *type, const char *name, size_t *offset)
{
	size_t len = strcspn(name, ".");
	const struct type *found = find_deep(type, name, len, 0, offset);

	while (found && name[len]) {
		if (!type_is_record(found))
			return NULL;
		size_t at = *offset + found->offset;

		name += len + 1;
		len = strcspn(name, ".");
		found = find_here(found, name, len, at, offset);
	}
	return found;
}

static void decimal_add(struct buf *out, unsigned __int128 number)
{
	char digits[40];
	size_t n = sizeof(digits);

	do {
		digits[--n] = (char)('0' + (int)(number % 10));
		number /= 10;
	} while (number);
	buf_add(out, digits + n, sizeof(digits) - n);
}

void value_print(struct value value, struct buf *out)
{
	switch (value.kind) {
	case VALUE_UINT:
		decimal_add(out, value.u);
		break;
	case VALUE_INT:
		if (value.s < 0)
			buf_addc(out, '-');
		decimal_add(out,
			    value.s < 0 ? -(unsigned __int128)value.s : (unsigned __int128)value.s);
		break;
	case VALUE_TEXT:
		utf8_add_line(out, value.text, value.len);
		break;
	case VALUE_BYTES:
		for (size_t i = 0; i < value.len; i++) {
			unsigned byte = (unsigned char)value.text[i];

			buf_addc(out, "0123456789abcdef"[byte >> 4]);
			buf_addc(out, "0123456789abcdef"[byte & 15]);
		}
		break;
	case VALUE_FLOAT:
		buf_addf(out, "%.15g", value.f);
		break;
	case VALUE_NONE:
		break;
	}
}

const char *type_word(const struct type *type, struct value value)
{
	for (size_t i = 0; i < type->nnames; i++)
		if (value.kind == VALUE_UINT ? (__int128)value.u == type->names[i].value
					     : value.s == type->names[i].value)
			return type->names[i].name;
	return NULL;
}

static void fields_print(const struct type *type, const unsigned char *bytes, struct buf *out);

static void element_print(const struct type *type, const unsigned char *bytes, size_t index,
			  struct buf *out)
{
	if (!type_is_record(type)) {
		struct value value = type_decode(type, bytes, index);
		const char *word = type_word(type, value);

		if (word)
			buf_adds(out, word);
		else
			value_print(value, out);
		return;
	}
	buf_addc(out, '{');
	fields_print(type, bytes + type->offset + index * type->size, out);
	buf_addc(out, '}');
}

/* An array of several dimensions, from dimension @level on. Return: the element behind it. */
static size_t dimension_print(const struct type *type, const unsigned char *bytes, size_t level,
			      size_t index, struct buf *out)
{
	buf_addc(out, '[');
	for (size_t i = 0; i < type->dims[level]; i++) {
		if (i)
			buf_adds(out, ", ");
		if (level + 1 < type->ndims)
			index = dimension_print(type, bytes, level + 1, index, out);
		else
			element_print(type, bytes, index++, out);
	}
	buf_addc(out, ']');
	return index;
}

static void whole_print(const struct type *type, const unsigned char *bytes, struct buf *out)
{
	if (type->count == 1 && !type->ndims) {
		element_print(type, bytes, 0, out);
		return;
	}
	if (type->ndims) {
		dimension_print(type, bytes, 0, 0, out);
		return;
	}
	buf_addc(out, '[');
	for (size_t i = 0; i < type->count; i++) {
		if (i)
			buf_adds(out, ", ");
		element_print(type, bytes, i, out);
	}
	buf_addc(out, ']');
}

/* @bytes: where the record begins */
static void fields_print(const struct type *type, const unsigned char *bytes, struct buf *out)
{
	for (size_t i = 0; i < type->nfields; i++) {
		const struct type *field = &type->fields[i];

		if (i)
			buf_adds(out, ", ");
		if (type_is_inline(field)) {
			fields_print(field, bytes + field->offset, out);
			continue;
		}
		if (field->name[0])
			buf_addf(out, "%s = ", field->name);
		whole_print(field, bytes, out);
	}
}

void type_print(const struct type *type, const void *bytes, struct buf *out)
{
	const unsigned char *at = bytes;

	if (type_is_record(type) && type->count == 1)
		fields_print(type, at + type->offset, out);
	else
		whole_print(type, at, out);
}

static void names_add(const struct type *type, struct buf *out, size_t start)
{
	for (size_t i = 0; i < type->nfields; i++) {
		const struct type *field = &type->fields[i];

		if (type_is_inline(field)) {
			names_add(field, out, start);
			continue;
		}
		if (!field->name[0])
			continue;
		if (out->len > start)
			buf_adds(out, ", ");
		buf_adds(out, field->name);
	}
}

void type_field_names(const struct type *type, struct buf *out)
{
	names_add(type, out, out->len);
}
