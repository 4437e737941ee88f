/* SPDX-License-Identifier: Apache-2.0 */
/* An object survives being written and read, and nothing else reads as one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/buf.h"
#include "object/object.h"

#define HEADER 32

#define WIDE(src, value)                                                                           \
	{.code = BPF_LD | BPF_IMM | BPF_DW, .dst_reg = 1, .src_reg = (src), .imm = (value)},       \
	{                                                                                          \
		0                                                                                  \
	}
#define EXIT_INSN                                                                                  \
	{                                                                                          \
		.code = BPF_JMP | BPF_EXIT                                                         \
	}

static struct bpf_insn count_insns[] = {
	WIDE(BPF_PSEUDO_MAP_FD, 1),
	{.code = BPF_STX | BPF_MEM | BPF_DW, .dst_reg = 10, .src_reg = 15, .off = -8, .imm = -2},
	{.code = BPF_JMP | BPF_JA, .off = INT16_MIN, .imm = INT32_MIN},
	EXIT_INSN,
};
static struct bpf_insn leave_insns[] = {
	WIDE(0, 0x11223344),
	WIDE(BPF_PSEUDO_MAP_VALUE, 2),
	EXIT_INSN,
};
static struct object_line count_lines[] = {{0, 12}, {2, 0}, {3, UINT32_MAX}};
static struct object_function functions[] = {
	{"count_event", count_insns, 5, count_lines, 3},
	{"gate_leave", leave_insns, 5, NULL, 0},
	{"empty", NULL, 0, NULL, 0},
};
static struct object_table tables[] = {
	{"slots", BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 2, 0, 1, "\"int\"", "\"int\"", ""},
	{"counts", BPF_MAP_TYPE_PERCPU_HASH, 8, 24, 10240, BPF_F_NO_PREALLOC, -1,
	 "[\"k\", [[\"a\", \"int\"]], \"struct\"]", "\"unsigned long long\"", ""},
	{"events", BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 0, 0, -1, "", "",
	 "pid#unsigned int\ncomm#char[16]"},
};
static const struct object sample = {
	.license = (char *)"GPL",
	.release = (char *)"6.1.0-56-amd64",
	.kern_version = 0x060100,
	.functions = functions,
	.nfunctions = 3,
	.tables = tables,
	.ntables = 3,
};

static struct buf written(const struct object *object)
{
	int fd = memfd_create("object", MFD_CLOEXEC);
	struct buf bytes = {0};

	assert_true(fd >= 0);
	assert_int_equal(object_write(object, fd), 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(buf_read_fd(&bytes, fd, OBJECT_MAX_BYTES), 0);
	close(fd);
	return bytes;
}

/* Make length and checksum of the header fit the body again. */
static void seal(struct buf *bytes)
{
	uint64_t len = bytes->len - HEADER;
	uint64_t sum = XXH3_64bits(bytes->data + HEADER, len);

	for (int i = 0; i < 8; i++) {
		bytes->data[16 + i] = (char)(len >> 8 * i);
		bytes->data[24 + i] = (char)(sum >> 8 * i);
	}
}

static void assert_refused(const struct buf *bytes, const char *why)
{
	struct object object = {0};
	struct error err = {0};

	assert_int_equal(object_read(bytes->data, bytes->len, &object, &err), -EINVAL);
	if (!strstr(err.text, why))
		fail_msg("expected \"%s\", got \"%s\"", why, err.text);
	assert_null(object.functions);
	assert_null(object.tables);
	assert_null(object.license);
	error_clear(&err);
}

/* Write @object, seal it, and expect the reader to say @why. */
static void assert_object_refused(const struct object *object, const char *why)
{
	struct buf bytes = written(object);

	assert_refused(&bytes, why);
	buf_free(&bytes);
}

static void test_round_trip(void **state)
{
	struct buf bytes = written(&sample);
	struct object object = {0};
	struct error err = {0};

	(void)state;
	assert_int_equal(object_read(bytes.data, bytes.len, &object, &err), 0);
	assert_string_equal(object.license, "GPL");
	assert_string_equal(object.release, "6.1.0-56-amd64");
	assert_int_equal(object.kern_version, 0x060100);
	assert_int_equal(object.nfunctions, 3);
	assert_int_equal(object.ntables, 3);
	for (uint32_t i = 0; i < 3; i++) {
		assert_string_equal(object.functions[i].name, functions[i].name);
		assert_int_equal(object.functions[i].ninsns, functions[i].ninsns);
		if (functions[i].ninsns)
			assert_memory_equal(object.functions[i].insns, functions[i].insns,
					    functions[i].ninsns * sizeof(struct bpf_insn));
		assert_int_equal(object.functions[i].nlines, functions[i].nlines);
		if (functions[i].nlines)
			assert_memory_equal(object.functions[i].lines, functions[i].lines,
					    functions[i].nlines * sizeof(struct object_line));
		const struct object_table *t = &object.tables[i];

		assert_string_equal(t->name, tables[i].name);
		assert_int_equal(t->type, tables[i].type);
		assert_int_equal(t->key_size, tables[i].key_size);
		assert_int_equal(t->leaf_size, tables[i].leaf_size);
		assert_int_equal(t->max_entries, tables[i].max_entries);
		assert_int_equal(t->flags, tables[i].flags);
		assert_int_equal(t->inner, tables[i].inner);
		assert_string_equal(t->key_desc, tables[i].key_desc);
		assert_string_equal(t->leaf_desc, tables[i].leaf_desc);
		assert_string_equal(t->fields, tables[i].fields);
	}
	/* What was read writes the same bytes. */
	struct buf again = written(&object);

	assert_int_equal(again.len, bytes.len);
	assert_memory_equal(again.data, bytes.data, bytes.len);
	buf_free(&again);
	object_free(&object);
	assert_null(object.tables);
	buf_free(&bytes);
}

static void test_find(void **state)
{
	(void)state;
	assert_ptr_equal(object_function_find(&sample, "gate_leave"), &functions[1]);
	assert_null(object_function_find(&sample, "gate"));
	assert_int_equal(object_table_find(&sample, "slots"), 0);
	assert_int_equal(object_table_find(&sample, "events"), 2);
	assert_int_equal(object_table_find(&sample, ""), -ENOENT);
}

static void test_null_strings_read_as_empty(void **state)
{
	struct object_table table = {.type = 1, .inner = -1};
	struct object bare = {.tables = &table, .ntables = 1};
	struct buf bytes = written(&bare);
	struct object object = {0};

	(void)state;
	assert_int_equal(object_read(bytes.data, bytes.len, &object, NULL), 0);
	assert_string_equal(object.license, "");
	assert_string_equal(object.tables[0].fields, "");
	object_free(&object);
	buf_free(&bytes);
}

static void test_truncated_anywhere(void **state)
{
	struct buf bytes = written(&sample);

	(void)state;
	/* Cut as a full disk or a killed compiler cuts it... */
	for (size_t len = 0; len < bytes.len; len++) {
		struct buf cut = {.data = bytes.data, .len = len};

		assert_refused(&cut, "truncated");
	}
	/* ...and with a header that fits what is left, so that each field's own check is met. */
	for (size_t len = bytes.len - 1; len >= HEADER; len--) {
		bytes.len = len;
		seal(&bytes);
		assert_refused(&bytes, "truncated");
	}
	buf_free(&bytes);
}

static void test_any_flipped_bit(void **state)
{
	struct buf bytes = written(&sample);

	(void)state;
	for (size_t i = 0; i < bytes.len * 8; i++) {
		bytes.data[i / 8] ^= (char)(1 << i % 8);
		assert_refused(&bytes, "");
		if (i / 8 >= HEADER)
			assert_refused(&bytes, "checksum");
		bytes.data[i / 8] ^= (char)(1 << i % 8);
	}
	struct object object = {0};

	assert_int_equal(object_read(bytes.data, bytes.len, &object, NULL), 0);
	object_free(&object);
	buf_free(&bytes);
}

static void test_header(void **state)
{
	struct buf bytes = written(&sample);

	(void)state;
	bytes.data[8] = 99;
	assert_refused(&bytes, "object has format 99, this kwhile reads format 3");
	bytes.data[8] = OBJECT_VERSION;
	bytes.data[0] = '#';
	assert_refused(&bytes, "something else");
	bytes.data[0] = 'k';
	buf_addc(&bytes, 'x');
	assert_refused(&bytes, "header is damaged");
	seal(&bytes);
	assert_refused(&bytes, "bytes beyond its end");
	buf_free(&bytes);
}

/* A list that claims 2^32 - 1 items in a few bytes: refused before memory is asked for. */
static void test_huge_counts(void **state)
{
	/* license "", release "", kern_version, nfunctions */
	const size_t nfunctions = HEADER + 5 + 5 + 4;
	struct object none = {0};
	struct buf bytes = written(&none);

	(void)state;
	assert_int_equal(bytes.len, nfunctions + 8);
	memset(bytes.data + nfunctions, 0xff, 4);
	seal(&bytes);
	assert_refused(&bytes, "truncated");
	memset(bytes.data + nfunctions, 0, 4);
	memset(bytes.data + nfunctions + 4, 0xff, 4);
	seal(&bytes);
	assert_refused(&bytes, "truncated");
	memset(bytes.data + HEADER, 0xff, 4);
	seal(&bytes);
	assert_refused(&bytes, "truncated");
	buf_free(&bytes);
}

static void test_strings(void **state)
{
	struct buf bytes = written(&sample);

	(void)state;
	/* "GPL" starts behind its length. */
	assert_memory_equal(bytes.data + HEADER + 4, "GPL", 4);
	bytes.data[HEADER + 5] = '\0';
	seal(&bytes);
	assert_refused(&bytes, "string");
	bytes.data[HEADER + 5] = 'P';
	bytes.data[HEADER + 7] = '!';
	seal(&bytes);
	assert_refused(&bytes, "string");
	buf_free(&bytes);
}

static void test_table_references(void **state)
{
	struct bpf_insn fd[] = {WIDE(BPF_PSEUDO_MAP_FD, 3), EXIT_INSN};
	struct bpf_insn negative[] = {WIDE(BPF_PSEUDO_MAP_VALUE, -1), EXIT_INSN};
	struct bpf_insn last[] = {EXIT_INSN, WIDE(BPF_PSEUDO_MAP_FD, 0)};
	struct bpf_insn half[] = {WIDE(BPF_PSEUDO_MAP_FD, 0), EXIT_INSN};
	struct object_function function = {.name = (char *)"f", .insns = fd, .ninsns = 3};
	struct object object = sample;

	(void)state;
	object.functions = &function;
	object.nfunctions = 1;
	assert_object_refused(&object, "table that it does not have");
	function.insns = negative;
	assert_object_refused(&object, "table that it does not have");
	function.insns = last;
	function.ninsns = 2;
	assert_object_refused(&object, "no second half");
	half[1].code = BPF_LD | BPF_IMM | BPF_DW;
	function.insns = half;
	function.ninsns = 3;
	assert_object_refused(&object, "no second half");
}

static void test_inner_tables(void **state)
{
	static const int32_t wrong[] = {0, 3, -2, INT32_MAX, INT32_MIN};
	struct object_table changed[3];
	struct object object = sample;

	(void)state;
	memcpy(changed, tables, sizeof(tables));
	object.tables = changed;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		changed[0].inner = wrong[i];
		assert_object_refused(&object, "inner table");
	}
	/* Two that hold each other would never end. */
	changed[0].inner = 1;
	changed[1].inner = 0;
	assert_object_refused(&object, "inner table");
}

static void test_size_limit(void **state)
{
	size_t len = OBJECT_MAX_BYTES;
	char *text = malloc(len + 1);
	struct object big = {.license = text};
	struct object object = {0};
	struct error err = {0};

	(void)state;
	assert_non_null(text);
	memset(text, 'x', len);
	text[len] = '\0';
	assert_int_equal(object_write(&big, STDERR_FILENO), -EFBIG);
	/* The largest that can be written can be read. */
	text[len - HEADER - 5 - 5 - 4 - 8] = '\0';
	struct buf bytes = written(&big);

	assert_int_equal(bytes.len, OBJECT_MAX_BYTES);
	assert_int_equal(object_read(bytes.data, bytes.len, &object, &err), 0);
	assert_string_equal(object.license, text);
	object_free(&object);
	buf_addc(&bytes, '\0');
	seal(&bytes);
	assert_refused(&bytes, "too big");
	buf_free(&bytes);
	free(text);
}

static void test_descriptors(void **state)
{
	struct object object = {0};
	struct error err = {0};
	int ends[2];

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(object_write(&sample, ends[1]), 0);
	close(ends[1]);
	assert_int_equal(object_read_fd(ends[0], &object, &err), 0);
	assert_int_equal(object.ntables, 3);
	object_free(&object);
	/* The pipe is empty now: a compiler that died without a word. */
	assert_int_equal(object_read_fd(ends[0], &object, &err), -EINVAL);
	assert_non_null(strstr(err.text, "truncated"));
	close(ends[0]);
	assert_int_equal(object_read_fd(ends[0], &object, &err), -EBADF);
	assert_int_equal(object_write(&sample, ends[0]), -EBADF);
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	assert_true(full >= 0);
	assert_int_equal(object_write(&sample, full), -ENOSPC);
	close(full);
	int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);

	assert_true(zero >= 0);
	assert_int_equal(object_read_fd(zero, &object, &err), -EINVAL);
	assert_non_null(strstr(err.text, "too big"));
	close(zero);
	error_clear(&err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_null_strings_read_as_empty),
		cmocka_unit_test(test_truncated_anywhere),
		cmocka_unit_test(test_any_flipped_bit),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_huge_counts),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_table_references),
		cmocka_unit_test(test_inner_tables),
		cmocka_unit_test(test_size_limit),
		cmocka_unit_test(test_descriptors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
