/* SPDX-License-Identifier: Apache-2.0 */
/* Facts agree with who else knows them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <bpf/libbpf.h>
#include <errno.h>
#include <limits.h>
#include <linux/version.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/cpu_list.h"
#include "kernel/facts.h"

static void test_cpu_lists(void **state)
{
	static const struct {
		const char *list;
		unsigned count;
		const char *has;
		const char *has_not;
	} lists[] = {
		{"0", 1, "\0", "\1"},
		{"0-3,5\n", 5, "\0\3\5", "\4\6"},
		{"2,4-5,7-7", 4, "\2\4\5\7", "\3\6\1"},
		{"0,2", 2, "\2", "\1"},
		{"", 0, "", "\1"},
		{"x", 0, "", "\1"},
		{"-1", 0, "", "\1"},
		{"3-1", 0, "", "\1\2\3"},
		{"1,junk,3", 1, "\1", "\3"},
		{"0-99999999999999999999", 0, "", "\1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		assert_int_equal(cpu_list_count(lists[i].list), lists[i].count);
		for (const char *cpu = lists[i].has; *cpu; cpu++)
			assert_true(cpu_list_has(lists[i].list, (unsigned)*cpu));
		for (const char *cpu = lists[i].has_not; *cpu; cpu++)
			assert_false(cpu_list_has(lists[i].list, (unsigned)*cpu));
	}
	assert_true(cpu_list_has("0-3", 0));
	assert_false(cpu_list_has("1-3", 0));
	assert_false(cpu_list_has("0-3", UINT_MAX));
}

static void test_cpus(void **state)
{
	struct error err = {0};
	int here = sched_getcpu();

	(void)state;
	assert_int_equal(facts_cpus_possible(), libbpf_num_possible_cpus());
	assert_int_equal(cpu_list_count(facts_cpus_online()), sysconf(_SC_NPROCESSORS_ONLN));
	assert_true(here >= 0);
	assert_true(facts_cpu_online((unsigned)here));
	assert_int_equal(facts_check_cpu(here, &err), 0);
	assert_int_equal(err.status, 0);
	static const long wrong[] = {-1, 65000, LONG_MAX, LONG_MIN, 1L << 32};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char number[32];

		assert_int_equal(facts_check_cpu(wrong[i], &err), -EINVAL);
		assert_int_equal(err.status, EXIT_USAGE);
		snprintf(number, sizeof(number), "%ld", wrong[i]);
		assert_non_null(strstr(err.text, number));
		assert_non_null(strstr(err.text, facts_cpus_online()));
	}
	error_clear(&err);
}

static void test_release(void **state)
{
	struct utsname names;
	unsigned major, minor;

	(void)state;
	assert_int_equal(uname(&names), 0);
	assert_string_equal(facts_release(), names.release);
	assert_int_equal(sscanf(names.release, "%u.%u", &major, &minor), 2);
	assert_int_equal(facts_version() >> 16, major);
	assert_int_equal(facts_version() >> 8 & 0xff, minor);
}

static void test_tracefs(void **state)
{
	const char *dir = facts_tracefs();
	struct statfs fs;

	(void)state;
	assert_ptr_equal(facts_tracefs(), dir);
	if (!dir) {
		assert_false(fact(FACT_TRACEFS));
		skip();
	}
	assert_int_equal(statfs(dir, &fs), 0);
	assert_int_equal(fs.f_type, 0x74726163);
}

static void test_names(void **state)
{
	(void)state;
	for (int f = 0; f < FACT_NFACTS; f++) {
		assert_true(strlen(fact_name((enum fact)f)) > 1);
		assert_null(strpbrk(fact_name((enum fact)f), " \n"));
		assert_true(strlen(fact_help((enum fact)f)) > 10);
		assert_null(strchr(fact_help((enum fact)f), '\n'));
		for (int other = 0; other < f; other++)
			assert_string_not_equal(fact_name((enum fact)f),
						fact_name((enum fact)other));
		/* Remembered. */
		assert_int_equal(fact((enum fact)f), fact((enum fact)f));
	}
	assert_string_equal(fact_name(FACT_KPROBES), "kprobes");
	assert_false(fact(FACT_NFACTS));
}

/* What a child that is nobody finds; facts must not have been asked for before. */
static void test_nobody(void **state)
{
	int status;

	(void)state;
	if (geteuid() != 0)
		skip();
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		if (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
			_exit(9);
		_exit(fact(FACT_ROOT) ? 1 : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* In a child, because facts are remembered. */
static void test_without(void **state)
{
	int status;

	(void)state;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		setenv("KWHILE_WITHOUT", ",perf-link,,bpf", 1);
		_exit(fact(FACT_PERF_LINK) || fact(FACT_BPF) || !fact(FACT_MAP_WAIT));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_true(fact(FACT_BPF));
}

static void test_agree(void **state)
{
	(void)state;
	assert_int_equal(fact(FACT_BTF), access("/sys/kernel/btf/vmlinux", R_OK) == 0);
	assert_int_equal(fact(FACT_LINK_MISSED), facts_version() >= KERNEL_VERSION(6, 7, 0));
	/* Where a map can be created, batches are there since 5.6. */
	if (fact(FACT_MMAP_ARRAY) && facts_version() >= KERNEL_VERSION(5, 6, 0))
		assert_true(fact(FACT_BATCH));
	if (fact(FACT_BATCH))
		assert_true(fact(FACT_BPF));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobody),	  cmocka_unit_test(test_without),
		cmocka_unit_test(test_cpu_lists), cmocka_unit_test(test_cpus),
		cmocka_unit_test(test_release),	  cmocka_unit_test(test_tracefs),
		cmocka_unit_test(test_names),	  cmocka_unit_test(test_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
