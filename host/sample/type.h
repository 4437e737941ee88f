/* SPDX-License-Identifier: Apache-2.0 */
/*
 * type.h - keys and leaves by their JSON type descriptions, without LLVM.
 *
 * The compiler process gives descriptions with all that BTF says (host/compiler/describe.c):
 *   scalar	"unsigned int", also for pointers
 *   array	{"array":[N,…],"of":TYPE}
 *   enum	{"enum":BYTES,"signed":BOOL,"names":[[NAME,VALUE],…]}
 *   record	{"record":NAME,"union":BOOL,"size":BYTES,"fields":[FIELD,…]}
 *   field	[NAME,TYPE,BIT], [NAME,TYPE,BIT,BITS] (bit-field): BIT is its first one in the
 * record Where there are none they are libbcc's (its src/cc/json_map_decl_visitor.cc): scalar
 * "unsigned int" record	[name, [fields], "struct" | "struct_packed" | "union"]
 *   field	[name, TYPE], [name, TYPE, [length]] (array) or [name, TYPE, bits] (bit-field)
 * A description that makes no sense becomes an array of bytes, shown in hexadecimal.
 * What libbcc leaves out is taken from the sizes: a record marked "struct" without bit-fields ends
 * in a flexible array (which has no bytes), a whole key or leaf that is an array is described by
 * its element alone, and a record with bit-fields whose size only fits without alignment is packed.
 * What no size tells apart is taken as aligned: a packed record with bit-fields inside another one.
 */
#ifndef KW_SAMPLE_TYPE_H
#define KW_SAMPLE_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

enum type_kind {
	TYPE_UINT, /* unsigned integers, enums, pointers, bool; size 1, 2, 4, 8 or 16 */
	TYPE_INT,  /* signed integers */
	TYPE_TEXT, /* array of char: text up to a NUL or its end */
	TYPE_BYTES,
	TYPE_FLOAT, /* size 4 or 8 */
	TYPE_RECORD,
	TYPE_UNION,
};

/* An enumerator. */
struct type_name {
	char *name;
	int64_t value;
};

/**
 * struct type - one type
 * @name:	of the field that has this type, or of the record; "" when anonymous; owned
 * @offset:	bytes from the start of the record around it
 * @size:	bytes of one element
 * @count:	elements of an array; 1 otherwise (TYPE_TEXT: 1, its length is @size)
 * @bit_offset, @bits: a bit-field, its lowest bit counted from @offset (the byte that bit is in);
 *		@bits is 0 otherwise
 * @dims:	lengths of an array of several dimensions, @ndims of them; NULL for others; owned
 * @names:	of an enumeration, @nnames of them; owned
 * @fields:	of a record or union; padding that libbcc made explicit (__pad_N) is not among them
 */
struct type {
	enum type_kind kind;
	char *name;
	size_t offset;
	size_t size;
	size_t count;
	unsigned bit_offset;
	unsigned bits;
	size_t *dims;
	size_t ndims;
	struct type_name *names;
	size_t nnames;
	struct type *fields;
	size_t nfields;
};

/**
 * type_parse - read a description
 * @json:	the description, "" for none
 * @size:	bytes the key or leaf really has; a description that disagrees becomes bytes
 * @out:	zeroed by the caller, filled; free with type_free()
 *
 * Return: 0, or -EINVAL with a line when the description was not understood (@out is bytes then,
 * and usable), -ENOMEM.
 */
int type_parse(const char *json, size_t size, struct type *out, struct error *err);

/**
 * struct value - one decoded scalar
 * @text:	VALUE_TEXT: @len bytes that stay where the key or leaf is, unterminated
 */
enum value_kind { VALUE_UINT, VALUE_INT, VALUE_TEXT, VALUE_BYTES, VALUE_FLOAT, VALUE_NONE };
struct value {
	enum value_kind kind;
	unsigned __int128 u;
	__int128 s;
	const char *text;
	size_t len;
	double f;
};

/**
 * type_decode - the value of a scalar, text, or bytes type
 * @bytes:	start of the record that @type is a field of (or of the key or leaf itself)
 * @index:	which element of an array
 */
struct value type_decode(const struct type *type, const void *bytes, size_t index);

/**
 * value_print - as text: numbers in decimal, bytes in hexadecimal; text stays on its line (utf8.h)
 */
void value_print(struct value value, struct buf *out);

/**
 * type_find - a field by its name, also inside nested and anonymous records ("a.b" or "b")
 * @offset:	set to the bytes from the start of @type at which the record around it begins
 *
 * Return: the field, or NULL.
 */
const struct type *type_find(const struct type *type, const char *name, size_t *offset);

/**
 * type_print - the whole value as text: a scalar alone, a record as "name = value, …"
 */
void type_print(const struct type *type, const void *bytes, struct buf *out);

/**
 * type_word - the enumerator that a number stands for, or NULL
 */
const char *type_word(const struct type *type, struct value value);

/**
 * type_field_names - the names of all fields, comma separated, for messages
 */
void type_field_names(const struct type *type, struct buf *out);

/**
 * type_is_number - a single integer, no record, no array
 */
bool type_is_number(const struct type *type);

/**
 * type_numbers_only - a number or a record that has only numbers (so that it can be subtracted),
 * not all of them enumerators
 */
bool type_numbers_only(const struct type *type);

/**
 * type_subtract - each number in @now, but for enumerators, minus the same in @before, in place in
 * @now
 */
void type_subtract(const struct type *type, void *now, const void *before);

/**
 * type_sum_cpus - add up a per-CPU value: numbers are added, anything else is taken from the first
 * CPU that has one
 * @values:	@ncpus values, each @stride bytes after the one before
 * @out:	one value
 */
void type_sum_cpus(const struct type *type, const void *values, size_t stride, unsigned ncpus,
		   void *out);

/**
 * type_largest - each number in @out becomes the larger one of it and that in @value
 */
void type_largest(const struct type *type, const void *value, void *out);

/**
 * type_fell - is no number in @now above the same in @before, and one below, all being unsigned?
 */
bool type_fell(const struct type *type, const void *now, const void *before);

/**
 * type_join - the record of two types, one behind the other without a gap
 * @first, @second: taken over, also on failure
 *
 * Return: 0 or -ENOMEM.
 */
int type_join(const char *first_name, struct type *first, const char *second_name,
	      struct type *second, struct type *out);

void type_free(struct type *type);

#endif
