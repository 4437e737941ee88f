/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which file a mapping is of: one name and one number may be two files, at one time or one after
 * the other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "symbol/elf_lookup.h"
#include "symbol/modules.h"

/* Two files, and a function of each at a byte where the other has none of that name. */
static struct sort {
	char path[64];
	char function[32];
	uint64_t offset;
} ours = {"/proc/self/exe", "main", 0}, libc = {"", "malloc", 0};

static void find(struct sort *sort)
{
	struct error err = {0};
	struct elf_match match;
	struct elf_file *file;

	assert_int_equal(elf_file_open(sort->path, sort->path, &file, &err), 0);
	assert_int_equal(elf_lookup(file, sort->function, &match), 0);
	assert_int_equal(elf_file_offset(file, match.list[0].address, &sort->offset), 0);
	elf_match_free(&match);
	elf_file_close(file);
}

static int find_both(void **state)
{
	Dl_info info;

	(void)state;
	assert_int_not_equal(dladdr(dlsym(RTLD_DEFAULT, "getpid"), &info), 0);
	snprintf(libc.path, sizeof(libc.path), "%s", info.dli_fname);
	find(&ours);
	find(&libc);
	return 0;
}

static bool has(struct modules *all, const char *file, const struct mapping *mapping,
		const struct sort *sort)
{
	char name[ELF_NAME_MAX + 1];

	return modules_name(all, file, "", mapping, sort->offset, name) &&
	       strstr(name, sort->function) != NULL;
}

static void copy(const char *from, const char *to)
{
	static char bytes[8 << 20];
	int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_TRUNC | O_CREAT, 0600);
	ssize_t n = read(in, bytes, sizeof(bytes));

	assert_true(n > 0 && n < (ssize_t)sizeof(bytes));
	assert_int_equal(write(out, bytes, (size_t)n), n);
	close(in);
	close(out);
}

/* File systems count their files from 1: two containers may well have one path and one number. */
static void one_number_on_two_devices_is_two_files(void **state)
{
	static char path[] = "/app/program";
	struct modules *all = modules_new();
	struct mapping first = {.end = 4096, .device = 1, .executable = true, .path = path};
	struct mapping second = first;

	(void)state;
	second.device = 2;
	assert_true(has(all, ours.path, &first, &ours));
	assert_true(has(all, libc.path, &second, &libc));
	assert_true(has(all, ours.path, &first, &ours));
	modules_free(all);
}

static void a_file_that_was_overwritten_is_read_again(void **state)
{
	char path[] = "/tmp/kwhile-modules-XXXXXX";
	struct modules *all = modules_new();
	struct stat st;

	(void)state;
	close(mkstemp(path));
	copy(ours.path, path);
	assert_int_equal(stat(path, &st), 0);
	struct mapping mapping = {.end = 4096, .inode = st.st_ino, .path = path};

	assert_true(has(all, path, &mapping, &ours));
	copy(libc.path, path);
	modules_tick(all);
	assert_true(has(all, path, &mapping, &libc));
	/* Of one that is gone what was known stays known. */
	unlink(path);
	modules_tick(all);
	assert_true(has(all, path, &mapping, &libc));
	modules_free(all);
}

static void a_file_that_comes_later_is_read_then(void **state)
{
	char path[] = "/tmp/kwhile-modules-XXXXXX";
	struct modules *all = modules_new();
	struct mapping mapping = {.end = 4096, .path = path};

	(void)state;
	close(mkstemp(path));
	unlink(path);
	assert_false(has(all, path, &mapping, &ours));
	copy(ours.path, path);
	modules_tick(all);
	assert_true(has(all, path, &mapping, &ours));
	unlink(path);
	modules_free(all);
}

/* The first process that is asked of may be a 32-bit one. */
static void a_vdso_of_another_sort_is_not_ours(void **state)
{
	static char vdso[] = "[vdso]";
	struct modules *all = modules_new();
	const uint64_t base = getauxval(AT_SYSINFO_EHDR);
	char name[ELF_NAME_MAX + 1];
	struct maps maps;
	size_t named = 0;

	(void)state;
	assert_int_equal(maps_read(getpid(), false, &maps), 0);
	struct mapping other = {.end = 4096, .path = vdso};
	const struct mapping *own = maps_find(&maps, base);

	for (uint64_t at = 0; at < 4096; at++)
		assert_false(modules_name(all, vdso, "", &other, at, name));
	other.start = 0xf7f00000;
	other.end = other.start + (own->end - own->start);
	for (uint64_t at = 0; at < own->end - own->start; at++) {
		assert_false(modules_name(all, vdso, "", &other, at, name));
		named += modules_name(all, vdso, "", own, at, name);
	}
	assert_true(named > 100);
	maps_free(&maps);
	modules_free(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_number_on_two_devices_is_two_files),
		cmocka_unit_test(a_file_that_was_overwritten_is_read_again),
		cmocka_unit_test(a_file_that_comes_later_is_read_then),
		cmocka_unit_test(a_vdso_of_another_sort_is_not_ours),
	};

	return cmocka_run_group_tests(tests, find_both, NULL);
}
