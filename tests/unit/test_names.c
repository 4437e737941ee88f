/* SPDX-License-Identifier: Apache-2.0 */
/* What was learnt about functions is given back only whole, and to whom it belongs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "object/names.h"

#define TEXT "r vfs_read 1\nffffffff81000000 - vfs_read\n"

static const char *const lists[] = {"/proc/kallsyms", NULL};
static const char *const others[] = {"/proc/kallsyms", "/proc/modules", NULL};
static char dir[] = "/tmp/kwhile-names-XXXXXX";
static struct cache cache;

static int open_cache(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	setenv("KWHILE_CACHE", dir, 1);
	cache_open(&cache);
	return cache.dir < 0;
}

static int close_cache(void **state)
{
	(void)state;
	unlinkat(cache.dir, CACHE_NAMES_FILE, 0);
	cache_close(&cache);
	return rmdir(dir);
}

static void keep(void)
{
	struct names names;
	char *text = NULL;

	names_load(&cache, lists, &names, &text);
	free(text);
	assert_true(names.known);
	names_keep(&cache, &names, TEXT);
}

static bool loads(const char *const *files)
{
	struct names names;
	char *text = NULL;

	names_load(&cache, files, &names, &text);
	if (text)
		assert_string_equal(text, TEXT);
	free(text);
	return text != NULL;
}

static void gives_back_what_was_kept(void **state)
{
	(void)state;
	assert_false(loads(lists));
	keep();
	assert_true(loads(lists));
	assert_false(loads(others));
}

static void each_damaged_byte_is_seen(void **state)
{
	char bytes[512];
	int fd;

	(void)state;
	keep();
	fd = openat(cache.dir, CACHE_NAMES_FILE, O_RDWR);
	ssize_t n = read(fd, bytes, sizeof(bytes));

	assert_true(n > (ssize_t)strlen(TEXT));
	for (ssize_t i = 0; i < n; i++) {
		char wrong = (char)(bytes[i] ^ 1);

		assert_int_equal(pwrite(fd, &wrong, 1, i), 1);
		assert_false(loads(lists));
		assert_int_equal(pwrite(fd, &bytes[i], 1, i), 1);
	}
	assert_true(loads(lists));
	for (ssize_t i = n - 1; i >= 0; i--) {
		assert_int_equal(ftruncate(fd, i), 0);
		assert_false(loads(lists));
	}
	close(fd);
}

static void what_others_may_write_is_not_used(void **state)
{
	(void)state;
	keep();
	assert_int_equal(fchmodat(cache.dir, CACHE_NAMES_FILE, 0606, 0), 0);
	assert_false(loads(lists));
	keep();
	assert_true(loads(lists));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_back_what_was_kept),
		cmocka_unit_test(each_damaged_byte_is_seen),
		cmocka_unit_test(what_others_may_write_is_not_used),
	};

	return cmocka_run_group_tests(tests, open_cache, close_cache);
}
