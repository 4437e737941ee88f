/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/column.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Is it taken apart? */
static bool is_apart(const struct type *type, const struct columns_whole *whole)
{
	return (type->kind == TYPE_RECORD || type->kind == TYPE_UNION) && type->count == 1 &&
	       !(whole && whole->is(whole->ctx, type));
}

static size_t columns_count(const struct type *type, const struct columns_whole *whole)
{
	size_t n = 0;

	if (!is_apart(type, whole))
		return 1;
	for (size_t i = 0; i < type->nfields; i++)
		n += columns_count(&type->fields[i], whole);
	return n;
}

/* "prefix.name", or only one of them. */
static char *name_join(const char *prefix, const char *name)
{
	struct buf joined = {0};

	buf_adds(&joined, prefix);
	if (prefix[0] && name[0])
		buf_addc(&joined, '.');
	buf_adds(&joined, name);
	return buf_take(&joined);
}

/* @base: where the record around @type begins; @prefix: names of the records around it */
static int columns_add(struct columns *columns, const struct type *type,
		       const struct columns_whole *whole, size_t base, const char *prefix)
{
	char *name = name_join(prefix, type->name);
	int rc = 0;

	if (!name)
		return -ENOMEM;
	if (!is_apart(type, whole)) {
		columns->list[columns->n++] = (struct column){name, type, base, AS_IS};
		return 0;
	}
	for (size_t i = 0; rc == 0 && i < type->nfields; i++)
		rc = columns_add(columns, &type->fields[i], whole, base + type->offset, name);
	free(name);
	return rc;
}

int columns_make(const struct type *type, const struct columns_whole *whole,
		 struct columns *columns)
{
	size_t n = columns_count(type, whole);
	int rc = 0;

	columns->list = calloc(n + 1, sizeof(*columns->list));
	if (!columns->list)
		return -ENOMEM;
	if (!is_apart(type, whole)) {
		/* One value, whatever its C tag. */
		columns->list[columns->n++] = (struct column){strdup(""), type, 0, AS_IS};
		return columns->list[0].name ? 0 : -ENOMEM;
	}
	/* The outermost record's own name is its C tag: no prefix. */
	for (size_t i = 0; rc == 0 && i < type->nfields; i++)
		rc = columns_add(columns, &type->fields[i], whole, type->offset, "");
	return rc;
}

static int cell_text(struct cell *cell, struct arena *arena, const char *text, size_t len)
{
	cell->is_text = true;
	cell->text = arena_strndup(arena, text, len);
	return cell->text ? 0 : -ENOMEM;
}

int column_fill(const struct column *column, const void *bytes, struct arena *arena,
		struct cell *cell)
{
	const unsigned char *at = (const unsigned char *)bytes + column->base;
	const struct type *type = column->type;
	struct value value = type_decode(type, at, 0);

	/* As it is: what a text may contain is for each output format to judge. */
	if (type->count == 1 && value.kind == VALUE_TEXT)
		return cell_text(cell, arena, value.text, value.len);
	if (type_is_number(type) && type->size <= 8) {
		cell->is_signed = value.kind == VALUE_INT;
		cell->s = (int64_t)value.s;
		cell->u = (uint64_t)value.u;
		if (cell->is_signed)
			cell->u = (uint64_t)cell->s;
		return 0;
	}
	struct buf text = {0};

	type_print(type, at, &text);
	int rc = buf_error(&text);

	if (rc == 0)
		rc = cell_text(cell, arena, buf_string(&text), text.len);
	buf_free(&text);
	return rc;
}

int column_as(const struct column *column, const void *bytes, struct as_owner owner,
	      struct arena *arena, struct cell *cell)
{
	struct buf text = {0};

	if (column->as == AS_IS && (!column->type->nnames || column->type->count != 1))
		return 0;
	if (column->as == AS_IS) {
		struct value value =
			type_decode(column->type, (const char *)bytes + column->base, 0);
		const char *word = type_word(column->type, value);

		cell->as = word ? arena_strndup(arena, word, strlen(word)) : NULL;
		return word && !cell->as ? -ENOMEM : 0;
	}
	as_print(column->as, column->type, (const char *)bytes + column->base, owner, &text);
	if (!buf_error(&text))
		cell->as = arena_strndup(arena, buf_string(&text), text.len);
	buf_free(&text);
	return cell->as ? 0 : -ENOMEM;
}

const struct column *column_find(const struct columns *columns, const char *name, const char *alone)
{
	for (size_t i = 0; i < columns->n; i++)
		if (strcmp(columns->list[i].name, name) == 0)
			return &columns->list[i];
	if (columns->n == 1 && !columns->list[0].name[0] && strcmp(name, alone) == 0)
		return &columns->list[0];
	return NULL;
}

uint64_t column_number(const struct column *column, const void *bytes)
{
	const unsigned char *at = (const unsigned char *)bytes + column->base;
	struct value value = type_decode(column->type, at, 0);

	if (value.kind == VALUE_INT) {
		if (value.s > INT64_MAX)
			return (uint64_t)INT64_MAX;
		return (uint64_t)(int64_t)(value.s < INT64_MIN ? INT64_MIN : value.s);
	}
	return value.u > UINT64_MAX ? UINT64_MAX : (uint64_t)value.u;
}

static bool column_any(const struct column *column, const void *bytes)
{
	const unsigned char *at = (const unsigned char *)bytes + column->base;
	const struct type *type = column->type;

	for (size_t i = 0; i < type->count; i++) {
		if (type_decode(type, at, i).u)
			return true;
	}
	return false;
}

bool columns_any(const struct columns *columns, const void *bytes)
{
	bool numbers = false;

	for (size_t i = 0; i < columns->n; i++) {
		const struct column *column = &columns->list[i];

		/* A word says nothing of whether anything was counted. */
		if ((column->type->kind != TYPE_UINT && column->type->kind != TYPE_INT) ||
		    column->type->nnames)
			continue;
		if (column_any(column, bytes))
			return true;
		numbers = true;
	}
	for (size_t i = 0; !numbers && i < columns->n; i++) {
		const struct type *type = columns->list[i].type;
		const char *at = (const char *)bytes + columns->list[i].base + type->offset;

		for (size_t b = 0; b < type->size * type->count; b++) {
			if (at[b])
				return true;
		}
	}
	return false;
}

static int values_compare(struct value a, struct value b)
{
	if (a.kind == VALUE_UINT)
		return (a.u > b.u) - (a.u < b.u);
	if (a.kind == VALUE_INT)
		return (a.s > b.s) - (a.s < b.s);
	if (a.kind == VALUE_FLOAT)
		return (a.f > b.f) - (a.f < b.f);
	int order = memcmp(a.text, b.text, a.len < b.len ? a.len : b.len);

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

int column_compare(const struct column *column, const void *a, const void *b)
{
	const struct type *type = column->type;
	const char *left = (const char *)a + column->base;
	const char *right = (const char *)b + column->base;

	/* An array of records has no order of its own; any stable one will do. */
	if (type->kind == TYPE_RECORD || type->kind == TYPE_UNION)
		return memcmp(left + type->offset, right + type->offset, type->size * type->count);
	for (size_t i = 0; i < type->count; i++) {
		int order = values_compare(type_decode(type, left, i), type_decode(type, right, i));

		if (order)
			return order;
	}
	return 0;
}

int columns_compare(const struct columns *columns, const struct column *skip, const void *a,
		    const void *b)
{
	for (size_t i = 0; i < columns->n; i++) {
		const struct column *column = &columns->list[i];
		int order = column == skip ? 0 : column_compare(column, a, b);

		if (order)
			return order;
	}
	return 0;
}

void columns_free(struct columns *columns)
{
	for (size_t i = 0; i < columns->n; i++)
		free(columns->list[i].name);
	free(columns->list);
	memset(columns, 0, sizeof(*columns));
}
