/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/type.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sample/type_inside.h"
#include "sample/type_layout.h"

/**
 * struct parser - one attempt to read a description
 * @size:	bytes the key or leaf really has
 * @packed:	records that show no padding are packed, instead of naturally aligned
 * @drop_tail:	the outermost record ends with a flexible array
 * @why:	what is wrong with the description
 */
struct parser {
	size_t size;
	bool packed;
	bool drop_tail;
	const char *why;
};

static int type_parse_node(struct parser *p, json_t *node, struct type *out, size_t *align,
			   unsigned depth);

static int parser_fails(struct parser *p, const char *why)
{
	p->why = why;
	return -EINVAL;
}

static int type_parse_scalar(struct parser *p, const char *name, struct type *out, size_t *align)
{
	if (type_scalar(name, out))
		return parser_fails(p, "it has a type of unknown size");
	*align = out->size;
	return 0;
}

/* An array of @length of what @type is now: char becomes text, unsigned char becomes bytes. */
static int type_make_array(struct parser *p, struct type *type, const char *element,
			   json_int_t length)
{
	if (length < 0 || (type->size && (uint64_t)length > TYPE_MOST_BYTES / type->size))
		return parser_fails(p, "an array in it has no possible length");
	size_t n = (size_t)length;

	if (strcmp(element, "char") == 0 || strcmp(element, "unsigned char") == 0) {
		type->kind = element[0] == 'c' ? TYPE_TEXT : TYPE_BYTES;
		type->size = n;
		type->count = 1;
		return 0;
	}
	/* Elements without bytes could be counted for ever. */
	type->count = type->size ? n : 0;
	return 0;
}

/* Is this field shown? Explicit padding and what has no bytes or no name is not. */
static bool field_shown(const struct type *field, bool explicit_padding)
{
	if (field->size == 0 || field->count == 0)
		return false;
	if (field->bits && !field->name[0])
		return false;
	if (!explicit_padding || field->kind != TYPE_TEXT || strncmp(field->name, "__pad_", 6) != 0)
		return true;
	const char *rest = field->name + 6;

	return strcmp(rest, "end") != 0 && (!*rest || rest[strspn(rest, "0123456789")]);
}

/* The type, array length or width of a field's description; places it. */
static int field_parse_parts(struct parser *p, json_t *node, struct type *field,
			     struct layout *layout, unsigned depth)
{
	json_t *what = json_array_get(node, 1);
	json_t *more = json_array_get(node, 2);
	const char *element = json_is_string(what) ? json_string_value(what) : "";
	size_t align = 1;
	int rc = type_parse_node(p, what, field, &align, depth + 1);

	if (!rc)
		rc = type_set_name(field, json_string_value(json_array_get(node, 0)));
	if (rc)
		return rc;
	if (json_is_integer(more)) {
		json_int_t width = json_integer_value(more);

		if (width < 0 || (field->kind != TYPE_UINT && field->kind != TYPE_INT) ||
		    layout_bit_field(layout, field, align, (uint64_t)width))
			return parser_fails(p, "it has a bit-field that cannot be");
		if (width == 0)
			field->count = 0;
		return 0;
	}
	if (json_is_array(more)) {
		json_t *length = json_array_get(more, 0);

		if (json_array_size(more) != 1 || !json_is_integer(length))
			return parser_fails(p, "it has an array without a length");
		rc = type_make_array(p, field, element, json_integer_value(length));
		if (rc)
			return rc;
	} else if (more) {
		return parser_fails(p, "a field in it has an unknown form");
	}
	layout_field(layout, field, align, (uint64_t)field->size * field->count);
	return 0;
}

/* [name, TYPE], [name, TYPE, [length]], [name, TYPE, bits], or the record itself if anonymous. */
static int field_parse(struct parser *p, json_t *node, struct type *field, struct layout *layout,
		       unsigned depth)
{
	size_t n = json_array_size(node); /* 0 for what is no array */

	const char *name = json_string_value(json_array_get(node, 0));

	if (n < 2 || n > 3 || !name || !type_good_name(name))
		return parser_fails(p, "a field in it has an unknown form");
	if (!json_is_string(json_array_get(node, 2)))
		return field_parse_parts(p, node, field, layout, depth);

	size_t align = 1;
	int rc = type_parse_node(p, node, field, &align, depth + 1);

	if (!rc)
		rc = type_set_name(field, "");
	if (!rc)
		layout_field(layout, field, align, field->size);
	return rc;
}

/*
 * libbcc writes "struct" only for records with bit-fields or with a flexible array, which it shows
 * as one element: without bit-fields, the last field has no bytes of its own.
 */
static bool record_has_tail(json_t *fields)
{
	size_t n = json_array_size(fields);

	for (size_t i = 0; i < n; i++) {
		json_t *field = json_array_get(fields, i);

		if (json_is_integer(json_array_get(field, 2)))
			return false;
	}
	return n > 0;
}

static int record_parse_fields(struct parser *p, json_t *fields, struct type *out,
			       struct layout *layout, bool tail, unsigned depth)
{
	size_t n = json_array_size(fields);
	bool explicit_padding = !layout->natural && !layout->is_union;

	out->fields = calloc(n ? n : 1, sizeof(*out->fields));
	if (!out->fields)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		struct layout before = *layout;
		struct type *field = &out->fields[out->nfields++];
		int rc = field_parse(p, json_array_get(fields, i), field, layout, depth);

		if (rc)
			return rc;
		if (tail && i == n - 1) {
			layout->bits = before.bits;
			field->count = 0;
		}
		if (layout->bits / 8 > TYPE_MOST_BYTES)
			return parser_fails(p, "it is larger than any table's entries");
		if (!field_shown(field, explicit_padding)) {
			type_free(field);
			out->nfields--;
		}
	}
	return 0;
}

/* [name, [fields], form] */
static int record_parse(struct parser *p, json_t *node, struct type *out, size_t *align,
			unsigned depth)
{
	const char *name = json_string_value(json_array_get(node, 0));
	json_t *fields = json_array_get(node, 1);
	const char *form = json_string_value(json_array_get(node, 2));
	struct layout layout = {0};
	bool tail = false;

	if (json_array_size(node) != 3 || !name || !form || !json_is_array(fields))
		return parser_fails(p, "a record in it has an unknown form");
	if (depth >= TYPE_DEPTH)
		return parser_fails(p, "its records are nested too deep");
	if (strcmp(form, "union") == 0) {
		layout.is_union = true;
		layout.natural = !p->packed;
	} else if (strcmp(form, "struct") == 0) {
		layout.natural = !p->packed;
		tail = record_has_tail(fields) || (p->drop_tail && depth == 0);
	} else if (strcmp(form, "struct_packed") != 0) {
		return parser_fails(p, "a record in it has an unknown form");
	}
	out->kind = layout.is_union ? TYPE_UNION : TYPE_RECORD;
	out->count = 1;
	int rc = type_set_name(out, name);

	if (!rc)
		rc = record_parse_fields(p, fields, out, &layout, tail, depth);
	if (rc)
		return rc;
	out->size = (size_t)layout_end(&layout, align);
	return 0;
}

static int type_parse_node(struct parser *p, json_t *node, struct type *out, size_t *align,
			   unsigned depth)
{
	if (json_is_string(node))
		return type_parse_scalar(p, json_string_value(node), out, align);
	if (json_is_array(node))
		return record_parse(p, node, out, align, depth);
	return parser_fails(p, "it has an unknown form");
}

/* One reading of the description; -ERANGE when it makes sense but has another size. */
static int type_attempt(struct parser *p, json_t *root, struct type *out)
{
	size_t align = 1;
	int rc = type_parse_node(p, root, out, &align, 0);

	if (!rc && !out->name)
		rc = type_set_name(out, "");
	if (rc)
		return rc;
	if (out->size == p->size)
		return 0;
	/* An array that is a whole key or leaf is described by its element alone. */
	if (json_is_string(root) && p->size % out->size == 0) {
		json_int_t n = (json_int_t)(p->size / out->size);

		return type_make_array(p, out, json_string_value(root), n);
	}
	p->why = "it disagrees with the size of the table's entries";
	return -ERANGE;
}

/* A description that says where everything is. */
static int type_parse_given(struct parser *p, json_t *root, struct type *out)
{
	int rc = type_given(root, out, &p->why);

	if (rc == 0 && (uint64_t)out->size * out->count == p->size)
		return 0;
	if (rc == 0)
		rc = parser_fails(p, "it disagrees with the size of the table's entries");
	type_free(out);
	return rc;
}

static int type_parse_root(struct parser *p, json_t *root, struct type *out)
{
	if (json_is_object(root))
		return type_parse_given(p, root, out);
	for (unsigned attempt = 0; attempt < 4; attempt++) {
		p->drop_tail = attempt & 1;
		p->packed = attempt & 2;
		int rc = type_attempt(p, root, out);

		if (rc == 0 || rc == -ENOMEM)
			return rc;
		type_free(out);
		/* Only a wrong size can become right by another layout. */
		if (rc != -ERANGE)
			break;
	}
	return -EINVAL;
}

static int type_make_bytes(struct type *out, size_t size)
{
	type_free(out);
	out->kind = TYPE_BYTES;
	out->size = size;
	out->count = 1;
	return type_set_name(out, "");
}

int type_parse(const char *json, size_t size, struct type *out, struct error *err)
{
	struct parser parser = {.size = size, .why = "it is no JSON"};
	int rc = -EINVAL;

	memset(out, 0, sizeof(*out));
	if (!json || !json[0] || size == 0)
		return type_make_bytes(out, size) ? error_nomem(err) : 0;
	json_t *root = json_loads(json, JSON_DECODE_ANY, NULL);

	if (root)
		rc = type_parse_root(&parser, root, out);
	json_decref(root);
	if (rc == 0)
		return 0;
	if (rc == -ENOMEM || type_make_bytes(out, size)) {
		type_free(out);
		return error_nomem(err);
	}
	return error_failed(err, -EINVAL,
			    "a type description is not understood (%s), its %zu bytes are shown in "
			    "hexadecimal",
			    parser.why, size);
}
