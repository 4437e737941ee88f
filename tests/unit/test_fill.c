/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "program/fill.h"

static void places_are_filled(void **state)
{
	char *const args[] = {(char *)"3", (char *)"kfree"};
	struct error err = {0};
	char *out = NULL;

	(void)state;
	assert_int_equal(fill_places("/// show t \"%d\"\nif (cpu == %d) %s(a %% b);", "t.c", args,
				     2, &out, &err),
			 0);
	assert_string_equal(out, "/// show t \"%d\"\nif (cpu == 3) kfree(a % b);");
	free(out);
}

/* As Python's % writes them. */
static void numbers_are_written_as_python_does(void **state)
{
	static const struct {
		const char *text, *arg, *filled;
	} all[] = {
		{"%d", "0x10", "16"},
		{"%i", "-9223372036854775808", "-9223372036854775808"},
		{"%u", "18446744073709551615", "18446744073709551615"},
		{"0x%x", "255", "0xff"},
		{"0x%x", "0xff", "0xff"},
		{"%s", "0xff", "0xff"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		char *const args[] = {(char *)all[i].arg};
		struct error err = {0};
		char *out = NULL;

		assert_int_equal(fill_places(all[i].text, "t.c", args, 1, &out, &err), 0);
		assert_string_equal(out, all[i].filled);
		free(out);
	}
}

static void wrong_numbers_are_said(void **state)
{
	char *const args[] = {(char *)"x"}, *const large[] = {(char *)"18446744073709551616"};
	struct error err = {0};
	char *out = NULL;

	(void)state;
	assert_int_equal(fill_places("%s %s", "t.c", args, 1, &out, &err), -EINVAL);
	assert_non_null(strstr(err.text, "2 places"));
	assert_int_equal(fill_places("a\n%d", "t.c", args, 1, &out, &err), -EINVAL);
	assert_non_null(strstr(err.text, "t.c:2:"));
	assert_int_equal(fill_places("", "t.c", args, 1, &out, &err), -EINVAL);
	assert_int_equal(fill_places("%d", "t.c", large, 1, &out, &err), -EINVAL);
	assert_non_null(strstr(err.text, "is no number of 64 bits"));
	error_clear(&err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_filled),
		cmocka_unit_test(numbers_are_written_as_python_does),
		cmocka_unit_test(wrong_numbers_are_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
