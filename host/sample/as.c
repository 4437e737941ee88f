/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/as.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"

static size_t bytes_of(const struct type *field)
{
	return field->size * field->count;
}

/* The field that an as line names. */
static const struct type *field_of(const struct type *key, const struct type *leaf,
				   const char *name)
{
	size_t base;
	const struct type *found = type_find(key, name, &base);

	if (!found)
		found = type_find(leaf, name, &base);
	if (!found && strcmp(name, "key") == 0)
		found = key;
	if (!found && strcmp(name, "value") == 0)
		found = leaf;
	return found;
}

enum as_kind as_of(const struct header *header, const char *table, const struct type *key,
		   const struct type *leaf, const struct type *field)
{
	for (size_t i = header->nases; i-- > 0;) {
		const struct as_line *line = &header->ases[i];

		if (strcmp(line->table, table) == 0 && field_of(key, leaf, line->field) == field)
			return line->as;
	}
	return AS_IS;
}

const char *as_unfit(enum as_kind as, const struct type *field)
{
	const bool number = field->kind == TYPE_UINT || field->kind == TYPE_INT;

	if (field->bits && as != AS_IS && as != AS_HEX)
		return "it is a bit-field";
	switch (as) {
	case AS_KSYM:
	case AS_USYM:
		return number && field->size == 8 ? NULL : "an address has 64 bits";
	case AS_IPV4:
		return bytes_of(field) == 4 ? NULL : "an IPv4 address has 4 bytes";
	case AS_IPV6:
		return bytes_of(field) == 16 ? NULL : "an IPv6 address has 16 bytes";
	case AS_MAC:
		return bytes_of(field) == 6 ? NULL : "a MAC address has 6 bytes";
	case AS_PORT:
		return bytes_of(field) == 2 ? NULL : "a port has 2 bytes";
	case AS_DEV:
		return number && (field->size == 4 || field->size == 8)
			       ? NULL
			       : "a device number has 32 or 64 bits";
	case AS_HEX:
		return number ? NULL : "it is no number";
	case AS_IS:
	case AS_NKINDS:
		break;
	}
	return NULL;
}

int as_lines_check(const struct header *header, const char *table, const struct type *key,
		   const struct type *leaf, struct error *err)
{
	const bool leaf_is_record = leaf->nfields > 0;

	for (size_t i = 0; i < header->nases; i++) {
		const struct as_line *line = &header->ases[i];
		char place[ORIGIN_ROOM];
		struct buf names = {0};

		if (strcmp(line->table, table) != 0)
			continue;
		origin_place(line->origin, "as", place, sizeof(place));
		const struct type *field = field_of(key, leaf, line->field);
		const char *unfit = field ? as_unfit(line->as, field) : NULL;

		/* "key" of a record that has no such field. */
		if (unfit && field->nfields && (field == key || field == leaf))
			field = NULL;
		unfit = field ? unfit : NULL;
		if (unfit)
			return error_usage(err, "%s: '%.60s' of %s: %s", place, line->field, table,
					   unfit);
		if (field)
			continue;
		type_field_names(key, &names);
		if (!names.len && key->size)
			buf_adds(&names, "key");
		buf_adds(&names, names.len ? ", " : "");
		if (leaf_is_record)
			type_field_names(leaf, &names);
		else
			buf_adds(&names, "value");
		error_usage(err, "%s: the entries of %s have no field '%.60s'; there are %s", place,
			    table, line->field, buf_string(&names));
		buf_free(&names);
		return -1;
	}
	return 0;
}

static void symbol_print(uint64_t address, struct as_owner owner, struct buf *out)
{
	struct buf name = {0};

	naming_stack(owner.naming, owner.pid, &address, 1);
	naming_add(owner.naming, owner.pid, address, &name);
	/* Whoever is watched gave it. */
	utf8_add_line(out, buf_string(&name), name.len);
	buf_free(&name);
}

/* One number of an array of them. */
static void number_print(enum as_kind as, struct value value, struct as_owner owner,
			 struct buf *out)
{
	const uint64_t low = (uint64_t)value.u, high = (uint64_t)(value.u >> 64);

	switch (as) {
	case AS_KSYM:
		owner.pid = 0;
		symbol_print(low, owner, out);
		break;
	case AS_USYM:
		symbol_print(low, owner, out);
		break;
	case AS_DEV:
		/* MAJOR() and MINOR(), include/linux/kdev_t.h */
		buf_addf(out, "%" PRIu64 ":%" PRIu64, low >> 20, low & 0xfffff);
		break;
	default:
		if (high)
			buf_addf(out, "0x%" PRIx64 "%016" PRIx64, high, low);
		else
			buf_addf(out, "0x%" PRIx64, low);
		break;
	}
}

static void numbers_print(enum as_kind as, const struct type *field, const void *record,
			  struct as_owner owner, struct buf *out)
{
	if (field->count != 1)
		buf_addc(out, '[');
	for (size_t i = 0; i < field->count; i++) {
		if (i)
			buf_adds(out, ", ");
		number_print(as, type_decode(field, record, i), owner, out);
	}
	if (field->count != 1)
		buf_addc(out, ']');
}

void as_print(enum as_kind as, const struct type *field, const void *record, struct as_owner owner,
	      struct buf *out)
{
	const unsigned char *at = (const unsigned char *)record + field->offset;
	char text[INET6_ADDRSTRLEN];

	switch (as) {
	case AS_IPV4:
		buf_addf(out, "%u.%u.%u.%u", at[0], at[1], at[2], at[3]);
		break;
	case AS_IPV6:
		buf_adds(out, inet_ntop(AF_INET6, at, text, sizeof(text)) ? text : "");
		break;
	case AS_MAC:
		buf_addf(out, "%02x:%02x:%02x:%02x:%02x:%02x", at[0], at[1], at[2], at[3], at[4],
			 at[5]);
		break;
	case AS_PORT:
		buf_addf(out, "%u", at[0] << 8 | at[1]);
		break;
	case AS_IS:
		type_print(field, record, out);
		break;
	default:
		numbers_print(as, field, record, owner, out);
		break;
	}
}
