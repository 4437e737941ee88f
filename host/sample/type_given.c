/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sample/type_inside.h"

/* More is no enumeration or array but an attack on what walks it. */
#define NAMES_MOST 4096
#define DIMENSIONS_MOST 8

static int node_given(json_t *node, struct type *out, unsigned depth, const char **why);

static int fails(const char **why, const char *what)
{
	*why = what;
	return -EINVAL;
}

/* {"enum":SIZE,"signed":BOOL,"names":[[NAME,VALUE],…]} */
static int enum_given(json_t *node, struct type *out, const char **why)
{
	json_t *names = json_object_get(node, "names");
	json_int_t size = json_integer_value(json_object_get(node, "enum"));
	size_t n = json_array_size(names);

	if ((size != 1 && size != 2 && size != 4 && size != 8) || n > NAMES_MOST)
		return fails(why, "an enumeration in it has an unknown form");
	out->kind = json_is_true(json_object_get(node, "signed")) ? TYPE_INT : TYPE_UINT;
	out->size = (size_t)size;
	out->count = 1;
	out->names = calloc(n + 1, sizeof(*out->names));
	if (!out->names)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		json_t *pair = json_array_get(names, i);
		const char *name = json_string_value(json_array_get(pair, 0));
		json_t *value = json_array_get(pair, 1);

		if (!name || !type_good_name(name) || !json_is_integer(value))
			return fails(why, "an enumeration in it has an unknown form");
		out->names[i].value = json_integer_value(value);
		out->names[i].name = strdup(name);
		if (!out->names[i].name)
			return -ENOMEM;
		out->nnames++;
	}
	return 0;
}

/* Elements of char are text, of unsigned char bytes: the last dimension is their length. */
static int array_shape(struct type *out, const char *element, const size_t *dims, size_t n)
{
	const bool text = strcmp(element, "char") == 0;

	if (text || strcmp(element, "unsigned char") == 0) {
		out->kind = text ? TYPE_TEXT : TYPE_BYTES;
		out->size = dims[--n];
	}
	out->count = out->size ? 1 : 0;
	for (size_t i = 0; i < n; i++)
		out->count *= dims[i];
	if (n < 2)
		return 0;
	out->dims = calloc(n, sizeof(*out->dims));
	if (!out->dims)
		return -ENOMEM;
	memcpy(out->dims, dims, n * sizeof(*dims));
	out->ndims = n;
	return 0;
}

/* {"array":[N,…],"of":TYPE} */
static int array_given(json_t *node, struct type *out, unsigned depth, const char **why)
{
	json_t *lengths = json_object_get(node, "array");
	json_t *of = json_object_get(node, "of");
	size_t dims[DIMENSIONS_MOST], n = json_array_size(lengths);
	uint64_t all = 1;
	int rc = node_given(of, out, depth + 1, why);

	if (rc)
		return rc;
	if (n == 0 || n > DIMENSIONS_MOST || out->count != 1 || out->ndims)
		return fails(why, "an array in it has an unknown form");
	for (size_t i = 0; i < n; i++) {
		json_t *length = json_array_get(lengths, i);

		if (!json_is_integer(length) || json_integer_value(length) < 0)
			return fails(why, "an array in it has no possible length");
		dims[i] = (size_t)json_integer_value(length);
		if (dims[i] && all > TYPE_MOST_BYTES / dims[i])
			return fails(why, "an array in it has no possible length");
		all *= dims[i];
	}
	if (out->size && all > TYPE_MOST_BYTES / out->size)
		return fails(why, "an array in it has no possible length");
	return array_shape(out, json_is_string(of) ? json_string_value(of) : "", dims, n);
}

/* Puts a field where it is said to be, if that is inside of its record of @size bytes. */
static int field_place(struct type *field, json_t *at, json_t *width, size_t size, const char **why)
{
	const json_int_t bit = json_integer_value(at), bits = json_integer_value(width);
	const uint64_t bytes = (uint64_t)field->size * field->count;

	if (!json_is_integer(at) || bit < 0 || (uint64_t)bit / 8 > size)
		return fails(why, "a field in it has no possible place");
	field->offset = (size_t)bit / 8;
	if (!width && bit % 8 == 0 && bytes <= size - field->offset)
		return 0;
	field->bit_offset = (unsigned)(bit % 8);
	field->bits = (unsigned)bits;
	if (width && bits > 0 && (uint64_t)bits <= field->size * 8 && field->count == 1 &&
	    (field->kind == TYPE_UINT || field->kind == TYPE_INT) &&
	    field->bit_offset + bits <= 128 && (uint64_t)(bit + bits) <= (uint64_t)size * 8)
		return 0;
	return fails(why, "a field in it has no possible place");
}

/* [NAME,TYPE,BIT] or [NAME,TYPE,BIT,BITS] */
static int field_given(json_t *node, struct type *field, size_t size, unsigned depth,
		       const char **why)
{
	const char *name = json_string_value(json_array_get(node, 0));

	if (!name || !type_good_name(name) || json_array_size(node) < 3 ||
	    json_array_size(node) > 4)
		return fails(why, "a field in it has an unknown form");
	int rc = node_given(json_array_get(node, 1), field, depth + 1, why);

	if (rc == 0)
		rc = type_set_name(field, name);
	return rc ? rc
		  : field_place(field, json_array_get(node, 2), json_array_get(node, 3), size, why);
}

static uint64_t first_bit(const struct type *field)
{
	return (uint64_t)field->offset * 8 + field->bit_offset;
}

/* {"record":NAME,"union":BOOL,"size":N,"fields":[…]} */
static int record_given(json_t *node, struct type *out, unsigned depth, const char **why)
{
	const char *name = json_string_value(json_object_get(node, "record"));
	json_t *fields = json_object_get(node, "fields");
	json_int_t size = json_integer_value(json_object_get(node, "size"));
	size_t n = json_array_size(fields);
	uint64_t end = 0; /* bit behind the field before */

	if (!name || size < 0 || (uint64_t)size > TYPE_MOST_BYTES)
		return fails(why, "a record in it has an unknown form");
	out->kind = json_is_true(json_object_get(node, "union")) ? TYPE_UNION : TYPE_RECORD;
	out->size = (size_t)size;
	out->count = 1;
	out->fields = calloc(n + 1, sizeof(*out->fields));
	if (!out->fields || type_set_name(out, name))
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		struct type *field = &out->fields[out->nfields++];
		int rc = field_given(json_array_get(fields, i), field, out->size, depth, why);

		if (rc)
			return rc;
		if (out->kind == TYPE_RECORD && first_bit(field) < end)
			return fails(why, "fields in it overlap");
		end = first_bit(field) +
		      (field->bits ? field->bits : (uint64_t)field->size * field->count * 8);
		/* What has no bytes, or no name and is no record, is not shown. */
		bool record = field->kind == TYPE_RECORD || field->kind == TYPE_UNION;

		if (!field->size || !field->count || (!field->name[0] && !record)) {
			type_free(field);
			out->nfields--;
		}
	}
	return 0;
}

static int node_given(json_t *node, struct type *out, unsigned depth, const char **why)
{
	int rc;

	if (depth >= TYPE_DEPTH)
		return fails(why, "its records are nested too deep");
	if (json_is_string(node))
		rc = type_scalar(json_string_value(node), out)
			     ? fails(why, "it has a type of unknown size")
			     : 0;
	else if (json_object_get(node, "enum"))
		rc = enum_given(node, out, why);
	else if (json_object_get(node, "array"))
		rc = array_given(node, out, depth, why);
	else if (json_object_get(node, "record"))
		rc = record_given(node, out, depth, why);
	else
		rc = fails(why, "it has an unknown form");
	return rc == 0 && !out->name ? type_set_name(out, "") : rc;
}

int type_given(json_t *node, struct type *out, const char **why)
{
	return node_given(node, out, 0, why);
}
