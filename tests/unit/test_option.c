/* SPDX-License-Identifier: Apache-2.0 */
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
#include "program/option.h"

static struct program_option *declare(struct option_set *set, const char *line)
{
	struct error err = {0};

	if (option_declare(set, line, &err))
		fail_msg("%s: %s", line, err.text);
	return &set->list[set->n - 1];
}

static void declares(void **state)
{
	struct option_set set = {0};
	struct program_option *o = declare(&set, "while,w function compact_zone(compaction)  the "
						 "gate, and a word ");

	(void)state;
	assert_string_equal(o->name, "while");
	assert_int_equal(o->letter, 'w');
	assert_int_equal(o->type, OPTION_FUNCTION);
	assert_string_equal(o->fallback, "compact_zone");
	assert_string_equal(o->word, "compaction");
	assert_string_equal(o->help, "the gate, and a word");
	assert_string_equal(o->value, "compact_zone");
	assert_false(o->given);
	assert_string_equal(option_shown(o), "compaction");
	assert_int_equal(option_bind(o, "vfs_read", NULL), 0);
	assert_true(o->given);
	assert_string_equal(option_shown(o), "vfs_read");
	assert_int_equal(option_bind(o, "compact_zone", NULL), 0);
	assert_string_equal(option_shown(o), "compaction");
	o = declare(&set, "e expr \"a + \\\"b\\\"\"");
	assert_string_equal(o->value, "a + \"b\"");
	assert_string_equal(o->help, "");
	o = declare(&set, "f expr f(x) brackets of C are no word");
	assert_string_equal(o->value, "f(x)");
	assert_null(o->word);
	assert_ptr_equal(option_find(&set, "e"), &set.list[1]);
	assert_null(option_find(&set, "w"));
	option_set_free(&set);
}

static void refuses_declarations(void **state)
{
	static const char *const bad[] = {
		"",
		"a",
		"a int",
		"a int x help",
		"a number 5 help",
		"a-b int 5 help",
		"9 int 5 help",
		"a,bc int 5 help",
		"a, int 5 help",
		"a,? int 5 help",
		"a choice: x help",
		"a choice:x||y x help",
		"a choice:x|x x help",
		"a choice:x|y z help",
		"a function vfs_* help",
		"a functions , help",
		"a cpu -1 help",
		"a probe nonsense help",
		"a string \"open help",
		"same int 5 again",
		"other,s int 5 the letter again",
	};
	struct option_set set = {0};

	(void)state;
	declare(&set, "same,s int 5 help");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct error err = {0};

		if (option_declare(&set, bad[i], &err) != -EINVAL)
			fail_msg("'%s' was accepted", bad[i]);
		assert_true(err.text[0] != '\0');
		assert_int_equal(set.n, 1);
	}
	option_set_free(&set);
}

struct number {
	const char *value;
	int64_t number;
};

static void binds(const char *line, const struct number *good, const char *const *bad)
{
	struct option_set set = {0};
	struct program_option *o = declare(&set, line);

	for (; good->value; good++) {
		struct error err = {0};

		if (option_bind(o, good->value, &err))
			fail_msg("%s: %s", good->value, err.text);
		assert_int_equal(o->number, good->number);
		assert_string_equal(o->value, good->value);
	}
	for (; *bad; bad++) {
		struct error err = {0};
		char *before = strdup(o->value);
		char name[70];

		if (option_bind(o, *bad, &err) != -EINVAL)
			fail_msg("%s: '%s' was accepted", line, *bad);
		snprintf(name, sizeof(name), "--%s '%.50s'", o->name, *bad);
		assert_int_equal(strncmp(err.text, name, strlen(name)), 0);
		/* What was in force stays so. */
		assert_string_equal(o->value, before);
		free(before);
	}
	option_set_free(&set);
}

static void binds_numbers(void **state)
{
	static const struct number ints[] = {{"5", 5},
					     {"-5", -5},
					     {"0x10", 16},
					     {"-0x10", -16},
					     {"010", 10},
					     {"9223372036854775807", INT64_MAX},
					     {"-9223372036854775808", INT64_MIN},
					     {NULL, 0}};
	static const char *const not_ints[] = {"",    " 5",  "5 ",  "5x",
					       "0x",  "nan", "1e3", "9223372036854775808",
					       "--5", "+5",  "-",   "99999999999999999999999",
					       NULL};
	static const struct number times[] = {
		{"0", 0},	 {"5", 5},	  {"5us", 5},
		{"10ms", 10000}, {"2s", 2000000}, {"9223372036854s", 9223372036854000000},
		{NULL, 0}};
	static const char *const not_times[] = {
		"",    "-1",  "1.5s", "5 ms",		"ms",
		"5m",  "nan", "inf",  "9223372036855s", "99999999999999999999999999",
		"0x5", NULL};

	(void)state;
	binds("n int 0 help", ints, not_ints);
	binds("t usec 0 help", times, not_times);
}

static void binds_choices_cpus_and_processes(void **state)
{
	static const struct number choices[] = {{"system", 0}, {"thread", 1}, {NULL, 0}};
	static const char *const not_choices[] = {"", "sys", "systems", "system|thread", "|", NULL};
	static const struct number cpus[] = {{"0", 0}, {"3", 3}, {"any", -1}, {NULL, 0}};
	static const char *const not_cpus[] = {"", "-1", "all", "3,4", "2147483648", "nan", NULL};

	(void)state;
	binds("scope choice:system|thread system help", choices, not_choices);
	binds("cpu cpu any help", cpus, not_cpus);
	binds("pid pid any help", cpus, not_cpus);
}

static void binds_texts(void **state)
{
	struct option_set set = {0};
	struct program_option *o = declare(&set, "f function vfs_read help");

	(void)state;
	assert_int_equal(option_bind(o, "foo.isra.0", NULL), 0);
	assert_int_equal(option_bind(o, "vfs_*", NULL), -EINVAL);
	assert_int_equal(option_bind(o, "a b", NULL), -EINVAL);
	assert_int_equal(option_bind(o, "", NULL), -EINVAL);
	assert_string_equal(o->value, "foo.isra.0");
	o = declare(&set, "p probe kprobe:f help");
	assert_int_equal(option_bind(o, "tracepoint:a:b", NULL), 0);
	assert_int_equal(option_bind(o, "tracepoint:a", NULL), -EINVAL);
	o = declare(&set, "x expr 1 help");
	assert_int_equal(option_bind(o, " ", NULL), -EINVAL);
	o = declare(&set, "s string \"\" help");
	assert_int_equal(option_bind(o, "", NULL), 0);
	assert_true(option_is_unset(o));
	option_set_free(&set);
}

static void splits_lists(void **state)
{
	struct option_set set = {0};
	struct program_option *o = declare(&set, "events,e functions kfree help");
	struct error err = {0};

	(void)state;
	assert_int_equal(o->nitems, 1);
	assert_int_equal(option_bind(o, " b , a,kmem_cache_*,b,a.isra.0,[!x-z]? ", NULL), 0);
	assert_int_equal(o->nitems, 5);
	assert_string_equal(o->items[0], "b");
	assert_string_equal(o->items[1], "a");
	assert_string_equal(o->items[2], "kmem_cache_*");
	assert_string_equal(o->items[3], "a.isra.0");
	assert_string_equal(o->items[4], "[!x-z]?");
	assert_int_equal(option_bind(o, "a,,b", &err), -EINVAL);
	assert_string_equal(err.text, "--events: an item of the list is empty");
	assert_int_equal(option_bind(o, "", &err), -EINVAL);
	assert_string_equal(err.text, "--events: the list is empty");
	assert_int_equal(option_bind(o, "a,b-c", &err), -EINVAL);
	assert_string_equal(err.text, "--events: 'b-c' is not a function name");
	assert_int_equal(option_bind(o, "a,", NULL), -EINVAL);
	assert_int_equal(option_bind(o, "a b", NULL), -EINVAL);
	assert_int_equal(option_bind(o, "f(", NULL), -EINVAL);
	assert_int_equal(o->nitems, 5);
	option_set_free(&set);
}

static void makes_file(char *path, const char *text, size_t len)
{
	strcpy(path, "/tmp/kw_option_XXXXXX");
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
}

static void reads_lists_from_files(void **state)
{
	static const char text[] = "# events\nkfree # freed\n\n  vfs_*, vfs_read,\r\nkfree\nlast";
	struct option_set set = {0};
	struct program_option *o = declare(&set, "events functions kfree help");
	struct error err = {0};
	char path[40], value[50], wanted[100];

	(void)state;
	makes_file(path, text, sizeof(text) - 1);
	snprintf(value, sizeof(value), "@%s", path);
	assert_int_equal(option_bind(o, value, NULL), 0);
	unlink(path);
	assert_int_equal(o->nitems, 4);
	assert_string_equal(o->items[0], "kfree");
	assert_string_equal(o->items[1], "vfs_*");
	assert_string_equal(o->items[2], "vfs_read");
	assert_string_equal(o->items[3], "last");
	assert_int_equal(option_bind(o, value, &err), -EINVAL);
	snprintf(wanted, sizeof(wanted), "--events: cannot read %s: No such file or directory",
		 path);
	assert_string_equal(err.text, wanted);
	makes_file(path, "a\nb c\n", 6);
	snprintf(value, sizeof(value), "@%s", path);
	assert_int_equal(option_bind(o, value, &err), -EINVAL);
	snprintf(wanted, sizeof(wanted), "--events: %s:2: 'b c' is not a function name", path);
	assert_string_equal(err.text, wanted);
	unlink(path);
	makes_file(path, "a\0b", 3);
	snprintf(value, sizeof(value), "@%s", path);
	assert_int_equal(option_bind(o, value, NULL), -EINVAL);
	unlink(path);
	makes_file(path, "# none\n", 7);
	snprintf(value, sizeof(value), "@%s", path);
	assert_int_equal(option_bind(o, value, NULL), -EINVAL);
	unlink(path);
	assert_int_equal(option_bind(o, "@/dev/zero", NULL), -EINVAL);
	assert_int_equal(option_bind(o, "@/", NULL), -EINVAL);
	assert_int_equal(option_bind(o, "@", NULL), -EINVAL);
	option_set_free(&set);
}

static void limits_lists(void **state)
{
	struct option_set set = {0};
	struct program_option *o = declare(&set, "events functions kfree help");
	struct buf b = {0};

	(void)state;
	for (int i = 0; b.len < 99990; i++)
		buf_addf(&b, "%sf%d", i ? "," : "", i);
	assert_int_equal(option_bind(o, buf_string(&b), NULL), 0);
	assert_true(o->nitems > 10000);
	while (b.len <= 100000)
		buf_adds(&b, ",a");
	assert_int_equal(option_bind(o, buf_string(&b), NULL), -EINVAL);
	buf_free(&b);
	option_set_free(&set);
}

static void knows_what_is_set(void **state)
{
	struct option_set set = {0};
	struct program_option *o = declare(&set, "cpu cpu any help");

	(void)state;
	assert_true(option_is_number(o));
	assert_true(option_is_unset(o));
	assert_int_equal(option_bind(o, "0", NULL), 0);
	assert_false(option_is_unset(o));
	assert_true(option_equals(o, "0"));
	assert_true(option_equals(o, "0x0"));
	assert_false(option_equals(o, "any"));
	o = declare(&set, "need int - help");
	assert_true(option_needs_value(o));
	assert_true(option_is_unset(o));
	assert_string_equal(o->value, "");
	assert_false(option_equals(o, "0"));
	assert_int_equal(option_bind(o, "0", NULL), 0);
	assert_false(option_needs_value(o));
	assert_false(option_is_unset(o));
	o = declare(&set, "min usec 10ms help");
	assert_true(option_equals(o, "10000"));
	assert_false(option_equals(o, "10001"));
	assert_false(option_equals(o, "x"));
	option_set_free(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(declares),
		cmocka_unit_test(refuses_declarations),
		cmocka_unit_test(binds_numbers),
		cmocka_unit_test(binds_choices_cpus_and_processes),
		cmocka_unit_test(binds_texts),
		cmocka_unit_test(splits_lists),
		cmocka_unit_test(reads_lists_from_files),
		cmocka_unit_test(limits_lists),
		cmocka_unit_test(knows_what_is_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
