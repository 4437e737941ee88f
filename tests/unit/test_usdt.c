/* SPDX-License-Identifier: Apache-2.0 */
/*
 * USDT probes: operands of arguments, and the notes of ELF files, here of this program itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "program/usdt_args.h"
#include "symbol/elf_usdt.h"

#define NOTE(symbol, base, text)                                                                   \
	__asm__(".pushsection .text\n" symbol ": nop\n.popsection\n"                               \
		".pushsection .note.stapsdt,\"\",%note\n.balign 4\n"                               \
		".4byte 8, 994f-993f, 3\n.asciz \"stapsdt\"\n993: .8byte " symbol "\n"             \
		".8byte " base "\n.8byte unit_semaphore\n.ascii \"" text "\"\n"                    \
		"994: .balign 4\n.popsection")

__asm__(".pushsection .stapsdt.base,\"a\",%progbits\nunit_base: .space 1\n.popsection\n"
	".pushsection .probes,\"aw\",%progbits\n.globl unit_semaphore\n"
	"unit_semaphore: .2byte 77\n.popsection");
NOTE("unit_first", "unit_base", "unit\\0first\\0-4@%edi 8@(%rsp)\\0");
NOTE("unit_moved", "unit_base - 4096", "unit\\0moved\\0\\0");
NOTE("unit_short", "unit_base", "unit\\0short\\0");
NOTE("unit_other", "unit_base", "other\\0first\\0004@$1\\0");

extern unsigned short unit_semaphore;

enum { RAX = 80, RBX = 40, RCX = 88, RDI = 112, RSP = 152, RIP = 128, R9 = 64, NONE = -1 };

static struct usdt_arg one(const char *text, enum usdt_machine machine)
{
	struct usdt_args args;

	usdt_args_read(text, machine, &args);
	assert_int_equal(args.n, 1);
	return args.list[0];
}

static void test_operands(void **state)
{
	static const struct {
		const char *text;
		int size; /* as written: negative for signed; 0: not readable */
		bool memory;
		int base, index;
		unsigned scale;
		int64_t number;
		unsigned shift;
	} good[] = {
		{"-4@%edi", -4, false, RDI, NONE, 0, 0, 0},
		{"8@%r9", 8, false, R9, NONE, 0, 0, 0},
		{"1@%ah", 1, false, RAX, NONE, 0, 0, 8},
		{"%ecx", 4, false, RCX, NONE, 0, 0, 0},
		{"2@%r9w", 2, false, R9, NONE, 0, 0, 0},
		{"8@$-5", 8, false, NONE, NONE, 0, -5, 0},
		{"-2@$0x10", -2, false, NONE, NONE, 0, 16, 0},
		{"8@$18446744073709551615", 8, false, NONE, NONE, 0, -1, 0},
		{"-4@-24(%rsp)", -4, true, RSP, NONE, 0, -24, 0},
		{"8@(%rax)", 8, true, RAX, NONE, 0, 0, 0},
		{"4@8(%rbx,%rcx,4)", 4, true, RBX, RCX, 2, 8, 0},
		{"4@(%rbx,%rcx)", 4, true, RBX, RCX, 0, 0, 0},
		{"1@16(,%rcx,8)", 1, true, NONE, RCX, 3, 16, 0},
		{"-8(%rsp)", 8, true, RSP, NONE, 0, -8, 0},
		{"4f@8(%rsp)", 4, true, RSP, NONE, 0, 8, 0},
		{"8@%ah", 0, 0, 0, 0, 0, 0, 0},
		{"8@%xmm0", 0, 0, 0, 0, 0, 0, 0},
		{"8f@%xmm0", 0, 0, 0, 0, 0, 0, 0},
		{"3@%rax", 0, 0, 0, 0, 0, 0, 0},
		{"4@(%rbx,%rcx,3)", 0, 0, 0, 0, 0, 0, 0},
		{"4@(%ebx)", 0, 0, 0, 0, 0, 0, 0},
		{"4@8(%rbx", 0, 0, 0, 0, 0, 0, 0},
		{"4@8(%rbx)x", 0, 0, 0, 0, 0, 0, 0},
		{"8@%fs:8", 0, 0, 0, 0, 0, 0, 0},
		{"8@$foo", 0, 0, 0, 0, 0, 0, 0},
		{"8@", 0, 0, 0, 0, 0, 0, 0},
		{"@", 0, 0, 0, 0, 0, 0, 0},
		{"-", 0, 0, 0, 0, 0, 0, 0},
		{"8@99999999999999999999(%rax)", 0, 0, 0, 0, 0, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct usdt_arg arg = one(good[i].text, USDT_X86_64);

		print_message("%s\n", good[i].text);
		assert_int_equal(arg.readable, good[i].size != 0);
		if (!arg.readable)
			continue;
		assert_int_equal(arg.is_signed ? -(int)arg.size : (int)arg.size, good[i].size);
		assert_int_equal(arg.memory, good[i].memory);
		assert_int_equal(arg.base, good[i].base);
		assert_int_equal(arg.index, good[i].index);
		assert_int_equal(arg.scale, good[i].scale);
		assert_int_equal(arg.number, good[i].number);
		assert_int_equal(arg.shift, good[i].shift);
	}
}

static void test_aarch64(void **state)
{
	struct usdt_args args;

	(void)state;
	usdt_args_read("4@w3 -8@x30 8@[sp, 16] -1@[x29] 4@[x1, x2] 8@-7 8@x31 8@d0", USDT_AARCH64,
		       &args);
	assert_int_equal(args.n, 8);
	for (unsigned i = 0; i < 6; i++)
		assert_true(args.list[i].readable);
	assert_int_equal(args.list[0].base, 3 * 8);
	assert_int_equal(args.list[1].base, 30 * 8);
	assert_true(args.list[1].is_signed);
	assert_int_equal(args.list[2].base, 31 * 8);
	assert_int_equal(args.list[2].number, 16);
	assert_true(args.list[2].memory);
	assert_int_equal(args.list[3].base, 29 * 8);
	assert_int_equal(args.list[4].index, 2 * 8);
	assert_int_equal(args.list[5].number, -7);
	assert_false(args.list[6].readable);
	assert_false(args.list[7].readable);
}

/* What cannot be read keeps its number, and beyond twelve nothing is read. */
static void test_several(void **state)
{
	struct usdt_args args;

	(void)state;
	usdt_args_read("", USDT_X86_64, &args);
	assert_int_equal(args.n, 0);
	usdt_args_read("  4@%xmm1  8@%rdi ", USDT_X86_64, &args);
	assert_int_equal(args.n, 2);
	assert_false(args.list[0].readable);
	assert_true(args.list[1].readable);
	assert_int_equal(args.list[0].len, 7);
	usdt_args_read("1 2 3 4 5 6 7 8 9 a b c d e", USDT_X86_64, &args);
	assert_int_equal(args.n, USDT_MAX_ARGS);
}

static int find(void *ctx, const char *name, size_t len, uint64_t *address)
{
	(void)ctx;
	if (len != 6 || memcmp(name, "global", len) != 0)
		return -ENOENT;
	*address = 0x5000;
	return 0;
}

static void test_symbols(void **state)
{
	struct usdt_args args;

	(void)state;
	usdt_args_read("8@global(%rip) 4@global+8(%rip) 4@8+global(%rip) 8@nosuch(%rip) "
		       "8@16(%rip) 8@global(,%rcx,8) 8@global 8@global(%rbx) 8@global-4(%rip) "
		       "8@global(%rbx,%rcx)",
		       USDT_X86_64, &args);
	usdt_args_locate(&args, 0x1000, find, NULL);
	assert_int_equal(args.n, 10);
	for (unsigned i = 0; i < 9; i++) {
		bool known = i != 3 && i != 4;

		assert_int_equal(args.list[i].readable, known);
		if (known)
			assert_int_equal(args.list[i].base, RIP);
	}
	assert_false(args.list[9].readable);
	assert_int_equal(args.list[0].number, 0x4000);
	assert_int_equal(args.list[1].number, 0x4008);
	assert_int_equal(args.list[2].number, 0x4008);
	assert_int_equal(args.list[5].index, RCX);
	assert_int_equal(args.list[7].index, RBX);
	assert_int_equal(args.list[8].number, 0x3ffc);
}

static void test_fields(void **state)
{
	struct usdt_arg arg = one("-1@%ah", USDT_X86_64);

	(void)state;
	assert_int_equal(usdt_arg_field(&arg, USDT_MODE),
			 USDT_HAS_VALUE | USDT_HAS_BASE | USDT_IS_NARROW | USDT_IS_SIGNED);
	assert_int_equal(usdt_arg_field(&arg, USDT_BASE), RAX);
	assert_int_equal(usdt_arg_field(&arg, USDT_INDEX), 0);
	assert_int_equal(usdt_arg_field(&arg, USDT_LEFT), 48);
	assert_int_equal(usdt_arg_field(&arg, USDT_RIGHT), 56);
	arg = one("8@-8(%rbx,%rcx,2)", USDT_X86_64);
	assert_int_equal(usdt_arg_field(&arg, USDT_MODE),
			 USDT_HAS_VALUE | USDT_HAS_BASE | USDT_HAS_INDEX | USDT_IN_MEMORY);
	assert_int_equal(usdt_arg_field(&arg, USDT_SCALE), 1);
	assert_int_equal(usdt_arg_field(&arg, USDT_NUMBER), -8);
	assert_int_equal(usdt_arg_field(&arg, USDT_SIZE), 8);
	for (int field = 0; field < USDT_NFIELDS; field++) {
		assert_int_equal(usdt_arg_field(NULL, (enum usdt_field)field), 0);
		arg.readable = false;
		assert_int_equal(usdt_arg_field(&arg, (enum usdt_field)field), 0);
	}
}

static void test_equal(void **state)
{
	struct usdt_args a, b;

	(void)state;
	usdt_args_read("4@%edi 8@$1", USDT_X86_64, &a);
	usdt_args_read("4@%edi  8@$0x1", USDT_X86_64, &b);
	assert_true(usdt_args_equal(&a, &b));
	usdt_args_read("4@%edi 8@$2", USDT_X86_64, &b);
	assert_false(usdt_args_equal(&a, &b));
	usdt_args_read("-4@%edi 8@$1", USDT_X86_64, &b);
	assert_false(usdt_args_equal(&a, &b));
	usdt_args_read("4@%edi", USDT_X86_64, &b);
	assert_false(usdt_args_equal(&a, &b));
}

/* The places of this program that have some name. */
struct found {
	const char *wanted;
	unsigned n;
	struct elf_usdt last;
};

static int each(void *ctx, const struct elf_usdt *place)
{
	struct found *found = ctx;

	if (elf_usdt_matches(place, found->wanted)) {
		found->n++;
		found->last = *place;
	}
	return 0;
}

static struct found look_for(const struct elf_file *file, const char *wanted)
{
	struct found found = {.wanted = wanted};

	assert_int_equal(elf_usdt_each(file, each, &found), 0);
	return found;
}

static struct elf_file *open_self(const char *path)
{
	struct elf_file *file;
	struct error err = {0};

	assert_int_equal(elf_file_open(path, "self", &file, &err), 0);
	return file;
}

static void test_notes(void **state)
{
	struct elf_file *file = open_self("/proc/self/exe");
	struct found found = look_for(file, "unit:first");
	uint64_t address, offset;
	unsigned short semaphore;

	(void)state;
	assert_int_equal(found.n, 1);
	assert_string_equal(found.last.provider, "unit");
	assert_string_equal(found.last.name, "first");
	assert_string_equal(found.last.args, "-4@%edi 8@(%rsp)");
	assert_int_equal(elf_file_symbol(file, "unit_first", 10, &address), 0);
	assert_int_equal(found.last.address, address);
	/* Its semaphore's place in the file holds what the file says it is. */
	assert_int_equal(elf_file_offset_of_data(file, found.last.semaphore, &offset), 0);
	FILE *self = fopen("/proc/self/exe", "r");

	assert_non_null(self);
	fseek(self, (long)offset, SEEK_SET);
	assert_int_equal(fread(&semaphore, sizeof(semaphore), 1, self), 1);
	fclose(self);
	assert_int_equal(semaphore, 77);
	assert_int_equal(unit_semaphore, 77);
	assert_int_equal(elf_file_symbol(file, "unit_semaphore", 14, &address), 0);
	assert_int_equal(found.last.semaphore, address);
	/* Linked for another address, and moved. */
	found = look_for(file, "unit:moved");
	assert_int_equal(elf_file_symbol(file, "unit_moved", 10, &address), 0);
	assert_int_equal(found.last.address, address + 4096);
	assert_string_equal(look_for(file, "unit:short").last.args, "");
	assert_int_equal(look_for(file, "first").n, 2);
	assert_int_equal(look_for(file, "unit:*").n, 3);
	assert_int_equal(look_for(file, "*:fir?t").n, 2);
	assert_int_equal(look_for(file, "*").n, 4);
	assert_int_equal(look_for(file, "unit").n, 0);
	assert_int_equal(elf_file_symbol(file, "unit_no", 7, &address), -ENOENT);
	elf_file_close(file);
}

/* A note whose strings do not end in it. */
static void test_damaged(void **state)
{
	static const char text[] = "other\0first\0004@$1";
	struct found found = {.wanted = "*"};
	struct buf bytes = {0};
	char path[] = "/tmp/kwhile-test-XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(buf_read_file(&bytes, "/proc/self/exe", 1u << 26), 0);
	char *at = NULL;

	/* The compiler has put a copy of it among its constants. */
	for (char *p = bytes.data;
	     (p = memmem(p, bytes.len - (size_t)(p - bytes.data), text, sizeof(text))) != NULL; p++)
		if (p - bytes.data > 44 && memcmp(p - 32, "stapsdt", 8) == 0)
			at = p;
	assert_non_null(at);
	memset(at + 6, 'x', sizeof(text) - 6);
	assert_int_equal(write(fd, bytes.data, bytes.len), bytes.len);
	close(fd);
	struct elf_file *file = open_self(path);

	assert_int_equal(elf_usdt_each(file, each, &found), -EINVAL);
	elf_file_close(file);
	unlink(path);
	buf_free(&bytes);
}

static int stop(void *ctx, const struct elf_usdt *place)
{
	(void)place;
	++*(int *)ctx;
	return 7;
}

static void test_stop(void **state)
{
	struct elf_file *file = open_self("/proc/self/exe");
	int n = 0;

	(void)state;
	assert_int_equal(elf_usdt_each(file, stop, &n), 7);
	assert_int_equal(n, 1);
	elf_file_close(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_operands), cmocka_unit_test(test_aarch64),
		cmocka_unit_test(test_several),	 cmocka_unit_test(test_symbols),
		cmocka_unit_test(test_fields),	 cmocka_unit_test(test_equal),
		cmocka_unit_test(test_notes),	 cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
