/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions of ELF files: tests/load/library/load.c, the test program itself, and files that are
 * none.
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

#include "symbol/binary.h"
#include "symbol/demangle.h"
#include "symbol/elf_file.h"
#include "symbol/elf_lookup.h"
#include "symbol/elf_return.h"
#include "symbol/maps.h"

static char directory[4096];

/* The library stands where this program does. */
static struct elf_file *library(void)
{
	struct elf_file *file;
	struct error err = {0};
	char path[4200];

	snprintf(path, sizeof(path), "%s/libload.so", directory);
	assert_int_equal(elf_file_open(path, "libload.so", &file, &err), 0);
	return file;
}

static void finds(struct elf_file *file, const char *name, size_t n)
{
	struct elf_match match;
	int rc = elf_lookup(file, name, &match);

	if (match.n != n)
		print_message("%s: %zu found\n", name, match.n);
	assert_int_equal(rc, n ? 0 : -ENOENT);
	assert_int_equal(match.n, n);
	elf_match_free(&match);
}

static void test_lookup(void **state)
{
	struct elf_file *file = library();
	struct elf_match one, other;

	(void)state;
	finds(file, "load_lib_plain", 1);
	finds(file, "load_lib_plai", 0);
	finds(file, "load_lib_versioned", 1);
	finds(file, "load_lib_versioned@LOAD_1", 1);
	finds(file, "load_lib_versioned@@LOAD_2", 1);
	finds(file, "load_lib_versioned@LOAD_3", 0);
	finds(file, "load::parse", 2);
	finds(file, "load::parse(double)", 1);
	finds(file, "load::parse(char)", 0);
	finds(file, "load::operator+", 1);
	finds(file, "mycrate::example", 1);
	finds(file, "load::*", 3);
	finds(file, "load::p*", 2);
	finds(file, "*::parse(*)", 3);
	/* What GCC moved out of a function is no function: only who writes that out gets it. */
	finds(file, "other::parse", 1);
	finds(file, "other::parse(int)", 1);
	finds(file, "other::p*", 1);
	finds(file, "_ZN5other5parse*", 1);
	finds(file, "_ZN5other5parseEi.cold", 1);
	/* Of a template, what stands ahead of the name is what it returns. */
	finds(file, "int other::map<int>(int)", 1);
	finds(file, "other::map<int>(int)", 1);
	finds(file, "other::map<int>", 1);
	finds(file, "other::map<long>", 0);
	finds(file, "other::map", 1);
	finds(file, "other::ma", 0);
	finds(file, "other::map<*", 1);
	finds(file, "other::operator<<", 1);
	finds(file, "other::main()::{lambda(int)#1}::operator()", 1);
	finds(file, "other::main()::{lambda*", 1);
	/* It calls the function. */
	finds(file, "other::B::run", 0);
	/* Names of one address count once: the versions are old and new too. */
	finds(file, "load_lib_*", 4);
	finds(file, "[", 0);
	finds(file, "", 0);
	assert_int_equal(elf_lookup(file, "load_lib_versioned", &one), 0);
	assert_int_equal(elf_lookup(file, "load_lib_new", &other), 0);
	assert_int_equal(one.list[0].address, other.list[0].address);
	elf_match_free(&one);
	elf_match_free(&other);
	assert_int_equal(elf_lookup(file, "load_lib_versioned@LOAD_1", &one), 0);
	assert_int_equal(elf_lookup(file, "load_lib_old", &other), 0);
	assert_int_equal(one.list[0].address, other.list[0].address);
	assert_false(one.list[0].ifunc);
	elf_match_free(&one);
	elf_match_free(&other);
	assert_int_equal(elf_lookup(file, "load_lib_indirect", &one), 0);
	assert_true(one.list[0].ifunc);
	elf_match_free(&one);
	elf_file_close(file);
}

static void test_similar(void **state)
{
	struct elf_file *file = library();
	char *names[3];
	size_t n = elf_similar(file, "load_lib_plane", names, 3);

	(void)state;
	assert_int_equal(n, 1);
	assert_string_equal(names[0], "load_lib_plain");
	free(names[0]);
	assert_int_equal(elf_similar(file, "something_else", names, 3), 0);
	elf_file_close(file);
}

static void test_return(void **state)
{
	struct elf_file *file = library(), *other;
	struct binary binary;
	struct error err = {0};

	(void)state;
	assert_null(elf_return_breaks(file, "load_lib_plain"));
	assert_null(elf_return_breaks(file, NULL));
	assert_null(elf_return_breaks(file, "load.part.0"));
	assert_null(elf_return_breaks(file, "my_setjmp"));
	assert_non_null(elf_return_breaks(file, "_setjmp@GLIBC_2.2.5"));
	assert_non_null(elf_return_breaks(file, "_dl_runtime_resolve_xsavec"));
	assert_false(elf_throws(file));
	elf_file_close(file);
	assert_int_equal(binary_find("stdc++", 0, &binary, &err), 0);
	assert_int_equal(elf_file_open(binary.path, binary.shown, &other, &err), 0);
	assert_true(elf_throws(other));
	elf_file_close(other);
	binary_free(&binary);
}

/* What is at a function's place of the file is what is in memory at its address. */
static void test_offset(void **state)
{
	struct elf_file *file;
	struct elf_match match;
	struct error err = {0};
	unsigned char bytes[8];
	uint64_t offset, address;

	(void)state;
	assert_int_equal(elf_file_open("/proc/self/exe", "self", &file, &err), 0);
	assert_false(elf_file_stripped(file));
	assert_int_equal(elf_lookup(file, "test_offset", &match), 0);
	assert_int_equal(match.n, 1);
	assert_int_equal(elf_file_offset(file, match.list[0].address, &offset), 0);
	assert_int_equal(elf_file_address(file, offset, &address), 0);
	assert_int_equal(address, match.list[0].address);
	FILE *self = fopen("/proc/self/exe", "r");

	assert_non_null(self);
	fseek(self, (long)offset, SEEK_SET);
	assert_int_equal(fread(bytes, 1, sizeof(bytes), self), sizeof(bytes));
	fclose(self);
	assert_memory_equal(bytes, (void *)(uintptr_t)test_offset, sizeof(bytes));
	assert_int_equal(elf_file_offset(file, 0, &offset), -ERANGE);
	assert_int_equal(elf_file_offset(file, UINT64_MAX, &offset), -ERANGE);
	assert_int_equal(elf_file_address(file, UINT64_MAX, &offset), -ERANGE);
	elf_match_free(&match);
	elf_file_close(file);
}

static void test_refused(void **state)
{
	static const struct {
		const char *path, *says;
	} bad[] = {
		{"/nosuch", "there is no file /nosuch"},
		{"/etc/passwd", "not an ELF file"},
		{"/etc", "is not a file"},
		{"/dev/null", "is not a file"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct elf_file *file = NULL;
		struct error err = {0};

		assert_true(elf_file_open(bad[i].path, bad[i].path, &file, &err) < 0);
		assert_non_null(strstr(err.text, bad[i].says));
		assert_int_equal(err.status, EXIT_USAGE);
	}
}

static void test_demangle(void **state)
{
	static const struct {
		const char *mangled, *full, *base;
	} names[] = {
		{"_ZN4load5parseEi", "load::parse(int)", "load::parse"},
		{"_ZNK1AclEi", "A::operator()(int) const", "A::operator()"},
		{"_ZN5otherlsEii", "other::operator<<(int, int)", "other::operator<<"},
		{"_ZN5otherltIiEEbT_i", "bool other::operator< <int>(int, int)",
		 "bool other::operator< <int>"},
		{"_ZN1AptEv", "A::operator->()", "A::operator->"},
		{"_ZN10myoperatorIiE3getEv", "myoperator<int>::get()", "myoperator<int>::get"},
		{"_ZZ4mainENKUliE_clEi", "main::{lambda(int)#1}::operator()(int) const",
		 "main::{lambda(int)#1}::operator()"},
		{"_ZN12_GLOBAL__N_11fEv", "(anonymous namespace)::f()", "(anonymous namespace)::f"},
		{"_ZN1SIXadL_Z1fvEEE1gEv", "S<&(f())>::g()", "S<&(f())>::g"},
		{"_RNvCs15kBYyAo9fc_7mycrate7example", "mycrate::example", "mycrate::example"},
		{"_ZN4core3ptr4read17h0123456789abcdefE", "core::ptr::read", "core::ptr::read"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *full = demangle(names[i].mangled, strlen(names[i].mangled));

		assert_non_null(full);
		assert_string_equal(full, names[i].full);
		assert_int_equal(demangled_base(full), strlen(names[i].base));
		free(full);
	}
	assert_null(demangle("malloc", 6));
	assert_null(demangle("_Z", 2));
	assert_null(demangle("_Znonsense", 10));
}

static void test_maps(void **state)
{
	char text[] = "00400000-00401000 r--p 00000000 fe:01 7    /bin/x\n"
		      "00401000-00402000 r-xp 00001000 fe:01 7    /bin/x\n"
		      "garbage\n"
		      "00402000-00401000 r-xp 00001000 fe:01 7    /bin/reversed\n"
		      "7f0000000000-7f0000001000 r-xp 00000000 00:00 0 \n"
		      "7f0000001000-7f0000002000 r-xp 00003000 00:2f 9  /a b/c\\012d (deleted)\n"
		      "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0  [vsyscall]";
	struct maps maps;

	(void)state;
	assert_int_equal(maps_parse(text, false, &maps), 0);
	assert_int_equal(maps.n, 4);
	assert_string_equal(maps.list[0].path, "/bin/x");
	assert_int_equal(maps.list[0].inode, 7);
	assert_string_equal(maps.list[1].path, "");
	assert_string_equal(maps.list[2].path, "/a b/c\nd");
	assert_true(maps.list[2].deleted);
	assert_int_equal(maps.list[2].offset, 0x3000);
	assert_ptr_equal(maps_find(&maps, 0x401fff), &maps.list[0]);
	assert_ptr_equal(maps_find(&maps, 0xffffffffff600000), &maps.list[3]);
	assert_null(maps_find(&maps, 0x402000));
	assert_null(maps_find(&maps, 0));
	maps_free(&maps);
	assert_int_equal(maps_read(getpid(), false, &maps), 0);
	assert_non_null(maps_find(&maps, (uintptr_t)test_maps));
	maps_free(&maps);
	assert_int_equal(maps_read(0x7ffffff0, false, &maps), -ESRCH);
}

static void test_binary(void **state)
{
	struct binary binary;
	struct error err = {0};

	(void)state;
	assert_int_equal(binary_find("c", 0, &binary, &err), 0);
	assert_non_null(strstr(binary.path, "libc.so.6"));
	binary_free(&binary);
	assert_int_equal(binary_find("libc.so.6", 0, &binary, &err), 0);
	assert_non_null(strstr(binary.path, "libc.so.6"));
	binary_free(&binary);
	assert_int_equal(binary_find("sh", 0, &binary, &err), 0);
	assert_non_null(strstr(binary.path, "/sh"));
	binary_free(&binary);
	assert_int_equal(binary_find("nosuchthing", 0, &binary, &err), -ENOENT);
	assert_non_null(strstr(err.text, "libnosuchthing.so"));
	assert_int_equal(binary_find("test_elf", getpid(), &binary, &err), 0);
	assert_false(binary.unmapped);
	assert_non_null(strstr(binary.shown, "/test_elf"));
	binary_free(&binary);
	assert_int_equal(binary_find("/proc/self/../version", getpid(), &binary, &err), 0);
	binary_free(&binary);
	assert_int_equal(binary_find("/nosuch/file", getpid(), &binary, &err), -ENOENT);
	assert_int_equal(binary_find("c", 0x7ffffff0, &binary, &err), -EINVAL);
	assert_non_null(strstr(err.text, "there is no process"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lookup),	 cmocka_unit_test(test_similar),
		cmocka_unit_test(test_offset),	 cmocka_unit_test(test_refused),
		cmocka_unit_test(test_demangle), cmocka_unit_test(test_maps),
		cmocka_unit_test(test_binary),	 cmocka_unit_test(test_return),
	};
	ssize_t n = readlink("/proc/self/exe", directory, sizeof(directory) - 1);

	directory[n > 0 ? n : 0] = '\0';
	*strrchr(directory, '/') = '\0';
	return cmocka_run_group_tests(tests, NULL, NULL);
}
