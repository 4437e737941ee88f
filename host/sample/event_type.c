/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/event_type.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/say.h"

static const struct field_type {
	const char *name;
	const char *described;
	size_t size;
} field_types[] = {
	{"u8", "unsigned char", 1},
	{"__u8", "unsigned char", 1},
	{"uint8_t", "unsigned char", 1},
	{"unsigned char", "unsigned char", 1},
	{"bool", "_Bool", 1},
	{"_Bool", "_Bool", 1},
	{"char", "char", 1},
	{"s8", "signed char", 1},
	{"u16", "unsigned short", 2},
	{"__u16", "unsigned short", 2},
	{"uint16_t", "unsigned short", 2},
	{"__be16", "unsigned short", 2},
	{"unsigned short", "unsigned short", 2},
	{"s16", "short", 2},
	{"short", "short", 2},
	{"u32", "unsigned int", 4},
	{"__u32", "unsigned int", 4},
	{"uint32_t", "unsigned int", 4},
	{"__be32", "unsigned int", 4},
	{"unsigned int", "unsigned int", 4},
	{"uid_t", "unsigned int", 4},
	{"gid_t", "unsigned int", 4},
	{"dev_t", "unsigned int", 4},
	{"s32", "int", 4},
	{"__s32", "int", 4},
	{"int", "int", 4},
	{"pid_t", "int", 4},
	{"u64", "unsigned long long", 8},
	{"__u64", "unsigned long long", 8},
	{"uint64_t", "unsigned long long", 8},
	{"size_t", "unsigned long long", 8},
	{"unsigned long", "unsigned long long", 8},
	{"unsigned long long", "unsigned long long", 8},
	{"s64", "long long", 8},
	{"__s64", "long long", 8},
	{"long", "long long", 8},
	{"long long", "long long", 8},
	{"ssize_t", "long long", 8},
};

static const struct field_type *field_type_find(const char *name, size_t len)
{
	static const struct field_type pointer = {"", "unsigned long long", 8};
	static const struct field_type enumeration = {"", "unsigned int", 4};

	if (len && name[len - 1] == '*')
		return &pointer;
	if (len > 5 && memcmp(name, "enum ", 5) == 0)
		return &enumeration;
	for (size_t i = 0; i < sizeof(field_types) / sizeof(field_types[0]); i++)
		if (strlen(field_types[i].name) == len &&
		    memcmp(field_types[i].name, name, len) == 0)
			return &field_types[i];
	return NULL;
}

/* Room up to a multiple of @align, as type.h knows it. */
static void pad_add(struct buf *out, size_t *size, size_t align)
{
	size_t pad = (align - *size % align) % align;

	if (pad)
		buf_addf(out, "%s[\"__pad_%zu\",\"char\",[%zu]]", out->len > 6 ? "," : "", *size,
			 pad);
	*size += pad;
}

/* "name#type" or "name#type[N]", @len bytes. */
static bool field_add(struct buf *out, const char *field, size_t len, size_t *size, size_t *align)
{
	const char *hash = memchr(field, '#', len);
	const char *type = hash ? hash + 1 : NULL;
	size_t type_len = type ? (size_t)(field + len - type) : 0;
	const char *bracket = type ? memchr(type, '[', type_len) : NULL;
	unsigned long n = 1;

	if (!type)
		return false;
	if (bracket) {
		n = strtoul(bracket + 1, NULL, 10);
		/* Of several dimensions libbcc's text does not tell enough here. */
		if (!n || n > UINT16_MAX ||
		    memchr(bracket + 1, '[', type_len - 1 - (size_t)(bracket - type)))
			return false;
		type_len = (size_t)(bracket - type);
	}
	while (type_len && type[type_len - 1] == ' ')
		type_len--;
	const struct field_type *found = field_type_find(type, type_len);

	if (!found)
		return false;
	pad_add(out, size, found->size);
	*size += found->size * n;
	*align = found->size > *align ? found->size : *align;
	buf_addf(out, "%s[\"%.*s\",\"%s\"", out->len > 6 ? "," : "", (int)(hash - field), field,
		 found->described);
	if (bracket)
		buf_addf(out, ",[%lu]", n);
	buf_addc(out, ']');
	return true;
}

char *event_fields_type(const char *fields, size_t *size)
{
	struct buf out = {0};
	size_t align = 1;

	*size = 0;
	if (!*fields)
		return NULL;
	buf_adds(&out, "[\"\", [");
	while (*fields) {
		size_t len = strcspn(fields, "\n");

		if (!field_add(&out, fields, len, size, &align)) {
			buf_free(&out);
			return NULL;
		}
		fields += len + (fields[len] == '\n');
	}
	pad_add(&out, size, align);
	buf_adds(&out, "], \"struct_packed\"]");
	return buf_take(&out);
}

static int by_description(const struct trace *trace, const struct object_table *spec,
			  struct type *out, struct error *why)
{
	const struct object_table *d = trace_description(trace, spec->name, 0);
	const struct object_table *more;

	if (!d)
		return -ENOENT;
	for (size_t n = 1; (more = trace_description(trace, spec->name, n)); n++)
		if (strcmp(more->leaf_desc, d->leaf_desc) != 0)
			say_once("the text sends records of more than one type through %s: all are "
				 "shown as its first call's",
				 spec->name);
	return type_parse(d->leaf_desc, d->leaf_size, out, why);
}

int event_type(const struct trace *trace, const struct object_table *spec, struct type *out,
	       struct error *err)
{
	struct error why = {0};
	int rc = by_description(trace, spec, out, &why);

	if (rc == -EINVAL)
		say_once("%s: %s", spec->name, why.text);
	error_clear(&why);
	if (rc == -ENOMEM)
		return error_nomem(err);
	if (rc != -ENOENT)
		return 0;
	size_t size;
	char *json = event_fields_type(spec->fields, &size);

	if (!json)
		return error_set(
			err, EXIT_USAGE, -ENOENT,
			"what the records of %s look like cannot be told from the text: send "
			"a variable that is declared as `struct NAME X` or `struct NAME *X` "
			"in the function that sends it",
			spec->name);
	rc = type_parse(json, size, out, &why);
	error_clear(&why);
	free(json);
	return rc == -ENOMEM ? error_nomem(err) : 0;
}
