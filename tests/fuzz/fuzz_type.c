/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A type description on the first line, a key or leaf behind it: parse, decode, print, subtract,
 * add. The bytes stand alone in memory, so that the sanitizer sees each one read outside them.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "sample/column.h"
#include "sample/type.h"

/* Where bytes go that are only read to see whether that is allowed. */
static volatile int sink;

static void decode_fields(const struct type *type, const unsigned char *record)
{
	for (size_t i = 0; i <= type->count && i < 8; i++) {
		struct value value = type_decode(type, record, i);

		if (value.len)
			sink = value.text[0] ^ value.text[value.len - 1];
	}
	if ((type->kind != TYPE_RECORD && type->kind != TYPE_UNION) || type->count != 1)
		return;
	for (size_t i = 0; i < type->nfields; i++) {
		size_t base;

		decode_fields(&type->fields[i], record + type->offset);
		if (type->fields[i].name[0] && !type_find(type, type->fields[i].name, &base))
			abort();
	}
}

static bool has_words(const struct type *type)
{
	bool any = type->nnames > 0;

	for (size_t i = 0; i < type->nfields; i++)
		any |= has_words(&type->fields[i]);
	return any;
}

static void use_columns(const struct type *type, const unsigned char *bytes)
{
	struct columns columns = {0};
	struct arena *arena = arena_new();

	if (!arena || columns_make(type, NULL, &columns))
		goto out;
	for (size_t i = 0; i < columns.n; i++) {
		struct cell cell = {0};

		column_fill(&columns.list[i], bytes, arena, &cell);
	}
	columns_any(&columns, bytes);
	if (columns_compare(&columns, NULL, bytes, bytes) != 0)
		abort();
out:
	columns_free(&columns);
	arena_free(arena);
}

static void use_type(const char *json, const unsigned char *value, size_t size)
{
	unsigned char *bytes = malloc(size ? size : 1);
	unsigned char *other = malloc(size ? size : 1);
	struct type type = {0};
	struct error err = {0};
	struct buf out = {0};

	if (!bytes || !other)
		goto out;
	if (size) {
		memcpy(bytes, value, size);
		memcpy(other, value, size);
	}
	type_parse(json, size, &type, &err);
	if (type.size * type.count != size)
		abort();
	decode_fields(&type, bytes);
	type_print(&type, bytes, &out);
	type_field_names(&type, &out);
	use_columns(&type, bytes);
	type_sum_cpus(&type, bytes, size, 1, other);
	type_subtract(&type, other, bytes);
	/* Enumerators stay as they are. */
	if (type_numbers_only(&type) && !has_words(&type)) {
		struct columns columns = {0};

		if (columns_make(&type, NULL, &columns) == 0 && columns_any(&columns, other))
			abort();
		columns_free(&columns);
	}
out:
	buf_free(&out);
	type_free(&type);
	error_clear(&err);
	free(bytes);
	free(other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
	static const size_t sizes[] = {1, 4, 8, 16, 20, 24, 32};
	unsigned char ones[32];

	if (!end)
		end = data + size;
	char *json = strndup((const char *)data, (size_t)(end - data));

	if (!json)
		return 0;
	if (end < data + size)
		end++;
	use_type(json, end, (size_t)(data + size - end));
	/* Descriptions that became a little larger or smaller still fit some size. */
	memset(ones, 0xff, sizeof(ones));
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		use_type(json, ones, sizes[i]);
	free(json);
	return 0;
}
