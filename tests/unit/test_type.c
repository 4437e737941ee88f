/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Descriptions that libbcc gave for the records of tests/data/type/records.h, against the same
 * records as this compiler lays them out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "sample/type.h"

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;
#include "../data/type/records.h"

static struct buf descriptions;

/* The recorded description of @name, which was recorded for @size bytes. */
static char *recorded(const char *name, size_t size)
{
	char start[64];

	snprintf(start, sizeof(start), "\n%s\t%zu\t", name, size);
	const char *line = strstr(buf_string(&descriptions), start);

	if (!line)
		print_error("%s of %zu bytes is not recorded\n", name, size);
	assert_non_null(line);
	line += strlen(start);
	return strndup(line, strcspn(line, "\n"));
}

static struct type parsed(const char *name, size_t size)
{
	struct type type = {0};
	struct error err = {0};
	char *json = recorded(name, size);

	assert_int_equal(type_parse(json, size, &type, &err), 0);
	assert_int_equal(type.size * type.count, size);
	free(json);
	return type;
}

static void fill(void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		((unsigned char *)bytes)[i] = (unsigned char)(random() >> 7);
}

static unsigned __int128 number(const struct type *type, const char *name, const void *bytes)
{
	size_t base = 0;
	const struct type *field = type_find(type, name, &base);

	if (!field)
		print_error("no field %s\n", name);
	assert_non_null(field);
	assert_true(type_is_number(field));
	struct value value = type_decode(field, (const char *)bytes + base, 0);

	return value.kind == VALUE_INT ? (unsigned __int128)value.s : value.u;
}

/* Does a field decode to what the compiler reads, whatever the bytes are? */
#define SAME(RECORD, FIELD)                                                                        \
	do {                                                                                       \
		struct type type_ = parsed(#RECORD, sizeof(struct RECORD));                        \
		for (int i_ = 0; i_ < 300; i_++) {                                                 \
			struct RECORD r_;                                                          \
			fill(&r_, sizeof(r_));                                                     \
			unsigned __int128 want_ = (unsigned __int128)(__int128)r_.FIELD;           \
			if (number(&type_, #FIELD, &r_) != want_)                                  \
				fail_msg("%s.%s", #RECORD, #FIELD);                                \
		}                                                                                  \
		type_free(&type_);                                                                 \
	} while (0)

static void finds_fields_where_the_compiler_puts_them(void **state)
{
	(void)state;
	SAME(nested, x);
	SAME(nested, in.a);
	SAME(nested, in.b);
	SAME(nested, y);
	SAME(anon, tag);
	SAME(anon, whole);
	SAME(anon, low);
	SAME(anon, high);
	SAME(anon, p);
	SAME(anon, q);
	SAME(chars, c);
	SAME(chars, sc);
	SAME(ints, s);
	SAME(enums, c);
	SAME(enums, n);
	SAME(wide, a);
	SAME(packed, a);
	SAME(packed, b);
	SAME(packed, c);
	SAME(with_union, kind);
	SAME(with_union, e.number);
	SAME(with_union, e.in.b);
	SAME(with_union, after);
	SAME(aligned, a);
	SAME(aligned, b);
	SAME(with_empty, a);
	SAME(longs, l);
	SAME(longs, ul);
	SAME(longs, ll);
	SAME(longs, ull);
	SAME(longs, s);
	SAME(longs, us);
	SAME(named, u.x);
	SAME(named, u.y);
	SAME(named, rgb.g);
	SAME(named, rgb.b);
	SAME(slot, slot);
	SAME(zero, n);
}

static void reads_128_bits(void **state)
{
	struct type type = parsed("wide", sizeof(struct wide));
	struct wide wide;

	(void)state;
	for (int i = 0; i < 300; i++) {
		fill(&wide, sizeof(wide));
		assert_true(number(&type, "u", &wide) == wide.u);
		assert_true(number(&type, "s", &wide) == (unsigned __int128)wide.s);
	}
	type_free(&type);
}

static void finds_bit_fields_where_the_compiler_puts_them(void **state)
{
	(void)state;
	SAME(bits, a);
	SAME(bits, b);
	SAME(bits, c);
	SAME(bits, d);
	SAME(bits, e);
	SAME(bits, f);
	SAME(bits, g);
	SAME(bits, h);
	SAME(holes, a);
	SAME(holes, b);
	SAME(holes, c);
	SAME(holes, d);
	SAME(holes, e);
	SAME(holes, f);
	SAME(holes, g);
	SAME(holes, h);
	SAME(packed_bits, a);
	SAME(packed_bits, b);
	SAME(packed_bits, c);
	SAME(packed_bits, d);
	SAME(bits_around, a);
	SAME(bits_around, in.b);
	SAME(bits_around, p.b);
	SAME(bits_around, p.c);
	SAME(bits_around, z);
	SAME(bits_around, last);
}

static void leaves_a_flexible_array_out(void **state)
{
	static const struct {
		const char *name;
		size_t size;
		const char *fields;
	} records[] = {
		{"flexible", sizeof(struct flexible), "n, m"},
		{"flexible_tail", sizeof(struct flexible_tail), "a, n"},
		{"flexible_bits", sizeof(struct flexible_bits), "a, b"},
		{"flexible_packed", sizeof(struct flexible_packed), "a, b"},
		{"zero", sizeof(struct zero), "n"},
		{"with_empty", sizeof(struct with_empty), "a"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		struct type type = parsed(records[i].name, records[i].size);
		struct buf names = {0};

		type_field_names(&type, &names);
		assert_string_equal(buf_string(&names), records[i].fields);
		buf_free(&names);
		type_free(&type);
	}
	SAME(flexible, m);
	SAME(flexible_tail, n);
	SAME(flexible_bits, b);
	SAME(flexible_packed, b);
}

static void assert_prints(const char *name, const void *bytes, size_t size, const char *expected)
{
	struct type type = parsed(name, size);
	struct buf out = {0};

	type_print(&type, bytes, &out);
	assert_string_equal(buf_string(&out), expected);
	buf_free(&out);
	type_free(&type);
}

#define PRINTS(RECORD, EXPECTED, ...)                                                              \
	do {                                                                                       \
		struct RECORD record_;                                                             \
		memset(&record_, 0xa5, sizeof(record_));                                           \
		record_ = (struct RECORD){__VA_ARGS__};                                            \
		assert_prints(#RECORD, &record_, sizeof(record_), EXPECTED);                       \
	} while (0)

static void prints_records(void **state)
{
	(void)state;
	PRINTS(nested, "x = 1, in = {a = 2, b = 3}, y = 4, two = [{a = 5, b = 6}, {a = 7, b = 8}]",
	       1, {2, 3}, 4, {{5, 6}, {7, 8}});
	PRINTS(anon,
	       "tag = 9, whole = 8589934593, low = 1, high = 2, raw = 0100000002000000, p = -1, "
	       "q = 32767",
	       .tag = 9, .low = 1, .high = 2, .p = -1, .q = 32767);
	PRINTS(chars, "comm = kworker/3:1, c = 65, mac = 0011aaff0102, sc = -3", "kworker/3:1", 'A',
	       {0, 0x11, 0xaa, 0xff, 1, 2}, -3);
	PRINTS(ints, "v = [-1, 0, 1], w = [18446744073709551615, 2], s = -32768", {-1, 0, 1},
	       {UINT64_MAX, 2}, INT16_MIN);
	PRINTS(enums, "c = 1, n = -1, a = [0, 1], yes = 1", GREEN, MINUS, {RED, GREEN}, true);
	PRINTS(wide,
	       "a = 1, u = 340282366920938463463374607431768211455, "
	       "s = -170141183460469231731687303715884105728",
	       1, ~(unsigned __int128)0, (__int128)((unsigned __int128)1 << 127));
	PRINTS(bits, "a = 7, b = 127, c = 8589934591, d = -16, e = 255, f = 15, g = 7, h = 1", 7,
	       127, 8589934591, -16, 255, 15, 7, 1);
	PRINTS(named, "a = 1, u = {x = 65536, y = 0}, rgb = {r = 1, g = 2, b = 3}", 1, {65536},
	       {1, 2, 3});
	PRINTS(pointers, "p = 4096, i = 0, name = 0, fn = 0", (void *)4096, NULL, NULL, NULL);
}

static void prints_scalars_and_whole_arrays(void **state)
{
	u64 big = UINT64_MAX;
	s64 small = INT64_MIN;
	enum sign minus = MINUS;
	name_t name = "0123456789abcdef";

	(void)state;
	assert_prints("leaf_u32", &big, sizeof(big), "18446744073709551615");
	assert_prints("leaf_name", &small, sizeof(small), "-9223372036854775808");
	assert_prints("key_sign", &minus, sizeof(minus), "-1");
	/* 16 letters without a NUL: nothing behind them is read. */
	assert_prints("key_name", name, sizeof(name), "0123456789abcdef");
}

static void keeps_text_on_its_line(void **state)
{
	struct type type = {0};
	struct buf out = {0};

	(void)state;
	assert_int_equal(
		type_parse("[\"r\", [[\"t\",\"char\",[12]]], \"struct_packed\"]", 12, &type, NULL),
		0);
	type_print(&type, "a\nb\x1b[\xff\xc3\xa9\xc2\x85", &out);
	assert_string_equal(buf_string(&out), "t = a\\x0ab\\x1b[\\xff\xc3\xa9\\xc2\\x85");
	buf_free(&out);
	type_free(&type);
}

/* What libbcc does not tell is shown as bytes, never as wrong fields. */
static void shows_bytes_where_the_description_disagrees(void **state)
{
	static const struct {
		const char *name;
		size_t size;
	} records[] = {{"matrix", sizeof(struct matrix)}, {"typed", sizeof(struct typed)}};
	unsigned char bytes[64] = {0x01, 0xfe};

	(void)state;
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		char *json = recorded(records[i].name, records[i].size);
		struct type type = {0};
		struct error err = {0};
		struct buf out = {0};

		assert_int_equal(type_parse(json, records[i].size, &type, &err), -EINVAL);
		assert_non_null(strstr(err.text, "disagrees with the size"));
		assert_int_equal(type.kind, TYPE_BYTES);
		assert_int_equal(type.size, records[i].size);
		type_print(&type, bytes, &out);
		assert_int_equal(out.len, 2 * records[i].size);
		assert_int_equal(strncmp(buf_string(&out), "01fe00", 6), 0);
		buf_free(&out);
		type_free(&type);
		free(json);
	}
}

static void refuses_what_is_no_description(void **state)
{
	static const char *const bad[] = {
		"{",
		"{}",
		"7",
		"[]",
		"\"banana\"",
		"[\"r\", [], \"strange\"]",
		"[\"r\", [[\"a\"]], \"struct_packed\"]",
		"[\"r\", [[\"a\",\"int\",[]]], \"struct_packed\"]",
		"[\"r\", [[\"a\",\"int\",[-1]]], \"struct_packed\"]",
		"[\"r\", [[\"a\",\"int\",[4611686018427387905]]], \"struct_packed\"]",
		"[\"r\", [[\"a\",\"int\",33]], \"struct\"]",
		"[\"r\", [[\"a\",\"int\",-1]], \"struct\"]",
		"[\"r\", [[\"a\",\"float\",3]], \"struct\"]",
		"[\"r\", [[\"a\",[\"s\",[],\"struct\"],3]], \"struct\"]",
		"[\"r\", [[\"a\",[\"s\",[],\"struct\"],[9223372036854775807]]], \"struct_packed\"]",
		"[\"r\", [[7,\"int\"]], \"struct_packed\"]",
		"[\"r\", 4, \"struct_packed\"]",
		"[\"r\", [[\"a.b\",\"int\"]], \"struct_packed\"]",
		"[\"r\", [[\"a\\n\",\"int\"]], \"struct_packed\"]",
		"[\"r\", [null], \"union\"]",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct type type = {0};
		struct error err = {0};

		if (type_parse(bad[i], 4, &type, &err) != -EINVAL)
			fail_msg("%s", bad[i]);
		assert_true(err.text[0]);
		assert_int_equal(type.kind, TYPE_BYTES);
		assert_int_equal(type.size, 4);
		type_free(&type);
	}
}

static void nests_to_a_limit(void **state)
{
	(void)state;
	for (unsigned depth = 31; depth <= 34; depth++) {
		struct buf json = {0};
		struct type type = {0};

		for (unsigned i = 0; i < depth; i++)
			buf_adds(&json, "[\"r\",[[\"f\",");
		buf_adds(&json, "\"int\"");
		for (unsigned i = 0; i < depth; i++)
			buf_adds(&json, "]],\"struct_packed\"]");
		assert_int_equal(type_parse(buf_string(&json), 4, &type, NULL),
				 depth <= 32 ? 0 : -EINVAL);
		type_free(&type);
		buf_free(&json);
	}
}

static void has_no_description_for_what_has_none(void **state)
{
	struct type type = {0};

	(void)state;
	assert_int_equal(type_parse("", 8, &type, NULL), 0);
	assert_int_equal(type.kind, TYPE_BYTES);
	assert_int_equal(type.size, 8);
	type_free(&type);
	assert_int_equal(type_parse("\"int\"", 0, &type, NULL), 0);
	assert_int_equal(type.size, 0);
	type_free(&type);
}

static void finds_by_path_and_by_bare_name(void **state)
{
	struct type type = parsed("nested", sizeof(struct nested));
	size_t base = 1;

	(void)state;
	assert_ptr_equal(type_find(&type, "b", &base), type_find(&type, "in.b", &base));
	assert_int_equal(base, offsetof(struct nested, in));
	assert_string_equal(type_find(&type, "two", &base)->name, "two");
	assert_null(type_find(&type, "in.c", &base));
	assert_null(type_find(&type, "x.y", &base));
	assert_null(type_find(&type, "", &base));
	assert_null(type_find(&type, ".", &base));
	assert_null(type_find(&type, "in.", &base));
	type_free(&type);
}

static void knows_what_can_be_subtracted(void **state)
{
	static const struct {
		const char *name;
		size_t size;
		bool numbers;
	} all[] = {
		{"leaf_u32", 8, true},
		{"totals", 24, true},
		{"bits", sizeof(struct bits), true},
		{"nested", sizeof(struct nested), true},
		{"chars", sizeof(struct chars), false},
		{"with_union", sizeof(struct with_union), false},
		{"key_name", 16, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const char *name = strcmp(all[i].name, "totals") ? all[i].name : "leaf_sum";
		struct type type = parsed(name, all[i].size);

		assert_int_equal(type_numbers_only(&type), all[i].numbers);
		assert_int_equal(type_is_number(&type), i == 0);
		type_free(&type);
	}
}

static void subtracts_each_number_on_its_own(void **state)
{
	struct type type = parsed("bits", sizeof(struct bits));

	(void)state;
	for (int i = 0; i < 300; i++) {
		struct bits now, before, old;

		fill(&now, sizeof(now));
		fill(&before, sizeof(before));
		old = now;
		type_subtract(&type, &now, &before);
		assert_int_equal(now.a, (old.a - before.a) & 7);
		assert_int_equal(now.b, (old.b - before.b) & 127);
		assert_int_equal(now.c, ((u64)old.c - (u64)before.c) & 0x1ffffffff);
		assert_int_equal(now.d & 31, (old.d - before.d) & 31);
		assert_int_equal(now.e, (u8)(old.e - before.e));
		assert_int_equal(now.h, (old.h - before.h) & 1);
	}
	type_free(&type);
	type = parsed("nested", sizeof(struct nested));
	struct nested now = {5, {1, 2}, 1, {{3, 4}, {5, 6}}};
	struct nested before = {4, {1, 3}, 2, {{1, 1}, {1, 1}}};

	type_subtract(&type, &now, &before);
	assert_int_equal(now.x, 1);
	assert_int_equal(now.in.a, 0);
	assert_int_equal(now.in.b, UINT32_MAX);
	assert_int_equal(now.y, UINT64_MAX);
	assert_int_equal(now.two[1].b, 5);
	type_free(&type);
}

static void adds_up_cpus(void **state)
{
	struct type type = parsed("chars", sizeof(struct chars));
	struct chars cpus[3] = {{.c = 1}, {.comm = "second", .c = 2}, {.comm = "third", .c = 3}};
	struct chars sum;
	u64 counts[4] = {1, UINT64_MAX, 5, 7};
	u64 total = 99;

	(void)state;
	type_sum_cpus(&type, cpus, sizeof(cpus[0]), 3, &sum);
	assert_string_equal(sum.comm, "second");
	assert_int_equal(sum.c, 6);
	type_free(&type);
	type = parsed("leaf_u32", 8);
	type_sum_cpus(&type, counts, 8, 4, &total);
	assert_int_equal(total, 12);
	type_sum_cpus(&type, counts, 16, 2, &total);
	assert_int_equal(total, 6);
	type_sum_cpus(&type, counts, 8, 0, &total);
	assert_int_equal(total, 0);
	type_free(&type);
}

static int read_descriptions(void **state)
{
	(void)state;
	/* So that each line begins behind a newline. */
	buf_addc(&descriptions, '\n');
	srandom(20261120);
	return buf_read_file(&descriptions, KW_TEST_DATA "/type/descriptions.txt", 1 << 20);
}

static void falls_only_where_nothing_rose(void **state)
{
	static const char json[] =
		"[\"r\", [[\"n\",\"unsigned int\"], [\"m\",\"unsigned int\", [2]]], "
		"\"struct_packed\"]";
	const uint32_t before[] = {5, 6, 7}, same[] = {5, 6, 7}, lower[] = {5, 6, 1},
		       mixed[] = {6, 6, 1}, mixed_late[] = {1, 6, 8};
	struct type type = {0};

	(void)state;
	assert_int_equal(type_parse(json, 12, &type, NULL), 0);
	assert_false(type_fell(&type, same, before));
	assert_true(type_fell(&type, lower, before));
	assert_false(type_fell(&type, mixed, before));
	assert_false(type_fell(&type, mixed_late, before));
	type_free(&type);
}

static void the_largest_of_each_number(void **state)
{
	static const char json[] = "[\"r\", [[\"n\",\"unsigned int\"], [\"s\",\"int\"], "
				   "[\"b\",\"int\", 5]], \"struct\"]";
	struct {
		uint32_t n;
		int32_t s;
		int32_t b : 5;
	} one = {5, -3, -7}, other = {4, -2, -9};
	struct type type = {0};

	(void)state;
	assert_int_equal(type_parse(json, 12, &type, NULL), 0);
	type_largest(&type, &other, &one);
	assert_int_equal(one.n, 5);
	assert_int_equal(one.s, -2);
	assert_int_equal(one.b, -7);
	type_free(&type);
}

/* The same records, described with all that BTF says of them. */
static int read_given(void **state)
{
	(void)state;
	buf_addc(&descriptions, '\n');
	srandom(20261121);
	return buf_read_file(&descriptions, KW_TEST_DATA "/type/given.txt", 1 << 20);
}

static void assert_printed(const char *name, const void *bytes, size_t size, const char *expected)
{
	struct type type = parsed(name, size);
	struct buf out = {0};

	type_print(&type, bytes, &out);
	assert_string_equal(buf_string(&out), expected);
	buf_free(&out);
	type_free(&type);
}

static void prints_what_only_btf_tells(void **state)
{
	const struct matrix matrix = {1, {{2, 3, 4}, {5, 6, 7}}, 8};
	const struct typed typed = {9, "a name"};
	const struct enums enums = {GREEN, MINUS, {RED, 77}, true};
	const struct longs longs = {-1, 2, -3, 4, -5, 6, 0.5F, -1e300};
	const struct packed_bits bits = {1, 257, 8388607, 3};

	(void)state;
	assert_printed("matrix", &matrix, sizeof(matrix),
		       "a = 1, m = [[2, 3, 4], [5, 6, 7]], b = 8");
	assert_printed("typed", &typed, sizeof(typed), "a = 9, name = a name");
	assert_printed("enums", &enums, sizeof(enums),
		       "c = GREEN, n = MINUS, a = [RED, 77], yes = 1");
	assert_printed("longs", &longs, sizeof(longs),
		       "l = -1, ul = 2, ll = -3, ull = 4, s = -5, us = 6, f = 0.5, d = -1e+300");
	assert_printed("packed_bits", &bits, sizeof(bits), "a = 1, b = 257, c = 8388607, d = 3");
}

static void subtracts_no_words(void **state)
{
	struct type type = parsed("enums", sizeof(struct enums));
	struct enums now = {GREEN, PLUS, {GREEN, RED}, true};
	const struct enums before = {GREEN, PLUS, {GREEN, RED}, false};

	(void)state;
	type_subtract(&type, &now, &before);
	assert_int_equal(now.c, GREEN);
	assert_int_equal(now.a[0], GREEN);
	assert_int_equal(now.yes, 1);
	type_free(&type);
}

static void refuses_places_outside_of_the_record(void **state)
{
	static const char *const bad[] = {
		"{\"record\":\"r\",\"size\":8,\"fields\":[[\"a\",\"unsigned int\",40]]}",
		"{\"record\":\"r\",\"size\":8,\"fields\":[[\"a\",\"unsigned int\",-8]]}",
		"{\"record\":\"r\",\"size\":8,\"fields\":[[\"a\",\"unsigned int\",4]]}",
		"{\"record\":\"r\",\"size\":8,\"fields\":[[\"a\",\"unsigned int\",62,3]]}",
		"{\"record\":\"r\",\"size\":8,\"fields\":[[\"a\",\"unsigned int\",0,33]]}",
		"{\"record\":\"r\",\"size\":8,\"fields\":[[\"a\",\"unsigned int\",0,0]]}",
		"{\"record\":\"r\",\"size\":8,\"fields\":[[\"a\",{\"array\":[3],\"of\":\"int\"},0]]"
		"}",
		"{\"record\":\"r\",\"size\":8,\"fields\":[[\"a b\",\"int\",0]]}",
		"{\"record\":\"r\",\"size\":8,\"fields\":[[\"a\",\"int\",0],[\"b\",\"int\",31,2]]}",
		"{\"record\":\"r\",\"size\":9,\"fields\":[]}",
		"{\"array\":[],\"of\":\"int\"}",
		"{\"array\":[4294967296,4294967296],\"of\":\"int\"}",
		"{\"array\":[2],\"of\":{\"array\":[1],\"of\":{}}}",
		"{\"array\":[-2],\"of\":\"int\"}",
		"{\"enum\":3,\"names\":[]}",
		"{\"enum\":8,\"names\":[[\"A\",\"x\"]]}",
		"{}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct type type;

		if (type_parse(bad[i], 8, &type, NULL) != -EINVAL)
			fail_msg("%s", bad[i]);
		assert_int_equal(type.kind, TYPE_BYTES);
		type_free(&type);
	}
}

static int free_descriptions(void **state)
{
	(void)state;
	buf_free(&descriptions);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_fields_where_the_compiler_puts_them),
		cmocka_unit_test(falls_only_where_nothing_rose),
		cmocka_unit_test(the_largest_of_each_number),
		cmocka_unit_test(reads_128_bits),
		cmocka_unit_test(finds_bit_fields_where_the_compiler_puts_them),
		cmocka_unit_test(leaves_a_flexible_array_out),
		cmocka_unit_test(prints_records),
		cmocka_unit_test(prints_scalars_and_whole_arrays),
		cmocka_unit_test(keeps_text_on_its_line),
		cmocka_unit_test(shows_bytes_where_the_description_disagrees),
		cmocka_unit_test(refuses_what_is_no_description),
		cmocka_unit_test(nests_to_a_limit),
		cmocka_unit_test(has_no_description_for_what_has_none),
		cmocka_unit_test(finds_by_path_and_by_bare_name),
		cmocka_unit_test(knows_what_can_be_subtracted),
		cmocka_unit_test(subtracts_each_number_on_its_own),
		cmocka_unit_test(adds_up_cpus),
	};

	const struct CMUnitTest given[] = {
		cmocka_unit_test(finds_fields_where_the_compiler_puts_them),
		cmocka_unit_test(reads_128_bits),
		cmocka_unit_test(finds_bit_fields_where_the_compiler_puts_them),
		cmocka_unit_test(leaves_a_flexible_array_out),
		cmocka_unit_test(prints_what_only_btf_tells),
		cmocka_unit_test(subtracts_no_words),
		cmocka_unit_test(refuses_places_outside_of_the_record),
	};
	int failed = cmocka_run_group_tests_name("libbcc's descriptions", tests, read_descriptions,
						 free_descriptions);

	return failed + cmocka_run_group_tests_name("descriptions by BTF", given, read_given,
						    free_descriptions);
}
