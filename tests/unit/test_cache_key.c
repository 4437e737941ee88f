/* SPDX-License-Identifier: Apache-2.0 */
/* What a compiled text depends on is in its key: a file that changes makes another one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "object/cache_key.h"

static char dir[] = "/tmp/kwhile-key-XXXXXX";

static int enter(void **state)
{
	(void)state;
	unsetenv("BCC_KERNEL_SOURCE");
	unsetenv("CPATH");
	unsetenv("C_INCLUDE_PATH");
	return !mkdtemp(dir) || chdir(dir);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int leave(void **state)
{
	(void)state;
	return chdir("/") || nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* A file with one more byte than before, and the directories that it is in. */
static void grow(const char *path)
{
	char part[PATH_MAX];

	for (const char *slash = path; (slash = strchr(slash, '/')); slash++) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		mkdir(part, 0755);
	}
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "\n", 1), 1);
	close(fd);
}

static const char *key(const char *text, const char *headers)
{
	static char keys[2][CACHE_KEY_SIZE];
	static unsigned n;
	const struct cache_inputs inputs = {.text = text, .headers = headers};
	int rc = cache_key(&inputs, keys[++n % 2]);

	assert_true(rc == 0 || rc == -EOPNOTSUPP);
	return rc == 0 ? keys[n % 2] : NULL;
}

/* Is what is compiled with these headers another one when this file changes? */
static bool depends(const char *headers, const char *file)
{
	const char *before = key("int x;\n", headers);

	assert_string_equal(before, key("int x;\n", headers));
	before = key("int x;\n", headers);
	grow(file);
	return strcmp(before, key("int x;\n", headers)) != 0;
}

#define CONFIG "include/generated/autoconf.h"

/* However the user names a header tree, a new build of it is another one. */
static void headers_are_in_the_key(void **state)
{
	(void)state;
	grow("whole/" CONFIG);
	grow("modules/build/" CONFIG);
	grow("modules/source/include/linux/kconfig.h");
	assert_true(depends("whole", "whole/" CONFIG));
	assert_true(depends("modules", "modules/build/" CONFIG));
	assert_true(depends("modules", "modules/source/include/linux/kconfig.h"));
	assert_true(depends("whole:modules/source", "whole/" CONFIG));
	assert_true(depends("whole:modules/source", "modules/source/include/linux/kconfig.h"));
	setenv("BCC_KERNEL_SOURCE", "whole", 1);
	assert_true(depends(NULL, "whole/" CONFIG));
	assert_false(depends("modules", "whole/" CONFIG));
	unsetenv("BCC_KERNEL_SOURCE");
	assert_false(depends(NULL, "whole/" CONFIG));
}

/* However C lets one write it. */
static void includes_are_in_the_key(void **state)
{
	static const char *const texts[] = {
		"#include \"mine.h\"\n",
		"  #  include \"mine.h\"\n",
		"#include/**/\"mine.h\"\n",
		"# /* a */ include \"mine.h\"\n",
		"/* a */ #include \"mine.h\"\n",
		"int a; /* b\n c */ #include \"mine.h\"\n",
		"\f#include\v\"mine.h\"\n",
		"%:include \"mine.h\"\n",
		"#inc\\\nlude \"mine.h\"\n",
		"#include_next \"mine.h\"\n",
		"#include \\\n\"mine.h\"\n",
		"#if __has_include(\"mine.h\")\n",
		"#include_directory",
		"#define includes\n",
		"// #include \"mine.h\"\n",
		"#include <stdint.h>\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const char *before = key(texts[i], NULL);

		grow("mine.h");
		const char *now = key(texts[i], NULL);

		/* Not kept at all is right as well, where it is rare. */
		if (i < 12)
			assert_true(!before || strcmp(before, now) != 0);
		else
			assert_non_null(before);
		if (i < 8)
			assert_non_null(before);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_are_in_the_key),
		cmocka_unit_test(includes_are_in_the_key),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
