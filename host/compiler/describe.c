/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/describe.h"

#include <bpf/btf.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "compiler/lines.h"

#define DEPTH_MOST 30
/* Of an enumeration; the kernel's largest have some hundreds. */
#define NAMES_MOST 1024
#define DIMENSIONS_MOST 8

static void type_add(const struct btf *btf, uint32_t id, unsigned depth, struct buf *out);

/* What typedefs and qualifiers stand for. */
static const struct btf_type *type_plain(const struct btf *btf, uint32_t id)
{
	const struct btf_type *type = btf__type_by_id(btf, id);

	for (unsigned i = 0; type && i < 64; i++) {
		if (!btf_is_mod(type) && !btf_is_typedef(type))
			return type;
		type = btf__type_by_id(btf, type->type);
	}
	return type;
}

static const char *name_of(const struct btf *btf, uint32_t offset)
{
	const char *name = btf__name_by_offset(btf, offset);

	return name ? name : "";
}

/* Names in C need no escaping. */
static void quoted_add(struct buf *out, const char *name)
{
	buf_addf(out, "\"%s\"", name);
}

static void bytes_add(struct buf *out, size_t n)
{
	buf_addf(out, "{\"array\":[%zu],\"of\":\"unsigned char\"}", n);
}

static void int_add(const struct btf *btf, const struct btf_type *type, struct buf *out)
{
	static const struct {
		uint32_t size;
		const char *with_sign;
		const char *without;
	} names[] = {
		{1, "signed char", "unsigned char"},
		{2, "short", "unsigned short"},
		{4, "int", "unsigned int"},
		{8, "long long", "unsigned long long"},
		{16, "__int128", "unsigned __int128"},
	};
	const char *name = name_of(btf, type->name_off);

	if (strcmp(name, "char") == 0 || strcmp(name, "_Bool") == 0) {
		quoted_add(out, name);
		return;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].size == type->size) {
			quoted_add(out, btf_int_encoding(type) & BTF_INT_SIGNED ? names[i].with_sign
										: names[i].without);
			return;
		}
	}
	bytes_add(out, type->size);
}

static void enum_add(const struct btf *btf, const struct btf_type *type, struct buf *out)
{
	const struct btf_enum *list = btf_enum(type);
	unsigned n = btf_vlen(type);
	bool negative = false;

	for (unsigned i = 0; i < n; i++)
		negative |= list[i].val < 0;
	buf_addf(out, "{\"enum\":%u,\"signed\":%s,\"names\":[", type->size,
		 negative ? "true" : "false");
	for (unsigned i = 0; i < n && i < NAMES_MOST; i++) {
		buf_adds(out, i ? ",[" : "[");
		quoted_add(out, name_of(btf, list[i].name_off));
		buf_addf(out, ",%d]", list[i].val);
	}
	buf_adds(out, "]}");
}

static void array_add(const struct btf *btf, const struct btf_type *type, unsigned depth,
		      struct buf *out)
{
	uint32_t element = 0;

	buf_adds(out, "{\"array\":[");
	for (unsigned i = 0; type && btf_is_array(type) && i < DIMENSIONS_MOST; i++) {
		buf_addf(out, "%s%u", i ? "," : "", btf_array(type)->nelems);
		element = btf_array(type)->type;
		type = type_plain(btf, element);
	}
	buf_adds(out, "],\"of\":");
	type_add(btf, element, depth + 1, out);
	buf_addc(out, '}');
}

static void record_add(const struct btf *btf, const struct btf_type *type, unsigned depth,
		       struct buf *out)
{
	buf_adds(out, "{\"record\":");
	quoted_add(out, name_of(btf, type->name_off));
	buf_addf(out, ",\"union\":%s,\"size\":%u,\"fields\":[",
		 btf_is_union(type) ? "true" : "false", type->size);
	for (uint32_t i = 0; i < btf_vlen(type); i++) {
		const struct btf_member *member = &btf_members(type)[i];
		uint32_t bits = btf_member_bitfield_size(type, i);

		buf_adds(out, i ? ",[" : "[");
		quoted_add(out, name_of(btf, member->name_off));
		buf_addc(out, ',');
		type_add(btf, member->type, depth + 1, out);
		buf_addf(out, ",%u", btf_member_bit_offset(type, i));
		if (bits)
			buf_addf(out, ",%u", bits);
		buf_addc(out, ']');
	}
	buf_adds(out, "]}");
}

static void type_add(const struct btf *btf, uint32_t id, unsigned depth, struct buf *out)
{
	const struct btf_type *type = type_plain(btf, id);
	int64_t size = btf__resolve_size(btf, id);

	if (type && btf_is_int(type) && !btf_int_offset(type))
		int_add(btf, type, out);
	else if (type && btf_is_enum(type) && type->size <= 8)
		enum_add(btf, type, out);
	else if (type && btf_is_ptr(type))
		buf_adds(out, "\"unsigned long long\"");
	else if (type && btf_is_float(type) && (size == 4 || size == 8))
		quoted_add(out, size == 4 ? "float" : "double");
	else if (type && btf_is_array(type) && depth < DEPTH_MOST)
		array_add(btf, type, depth, out);
	else if (type && btf_is_composite(type) && depth < DEPTH_MOST)
		record_add(btf, type, depth, out);
	else
		bytes_add(out, size > 0 ? (size_t)size : 0);
}

char *describe(const char *table, bool key, size_t size)
{
	const struct btf *btf = lines_btf();
	struct buf out = {0};
	char name[256];

	snprintf(name, sizeof(name), "____btf_map_%s", table);
	int32_t id = btf ? btf__find_by_name_kind(btf, name, BTF_KIND_STRUCT) : -1;
	const struct btf_type *type = id > 0 ? btf__type_by_id(btf, (uint32_t)id) : NULL;

	for (uint32_t i = 0; type && i < btf_vlen(type); i++) {
		const struct btf_member *member = &btf_members(type)[i];

		if (strcmp(name_of(btf, member->name_off), key ? "key" : "value") != 0 ||
		    btf__resolve_size(btf, member->type) != (int64_t)size)
			continue;
		type_add(btf, member->type, 0, &out);
		return buf_take(&out);
	}
	return NULL;
}
