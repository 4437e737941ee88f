/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "program/perf_events.h"
#include "program/probe.h"

struct good {
	const char *text;
	enum probe_kind kind;
	const char *group, *name;
	uint64_t offset, number;
};

static const struct good goods[] = {
	{"kprobe:vfs_read", PROBE_KPROBE, NULL, "vfs_read", 0, 0},
	{"kprobe:vfs_read+4", PROBE_KPROBE, NULL, "vfs_read", 4, 0},
	{"kprobe:finish_task_switch.isra.0", PROBE_KPROBE, NULL, "finish_task_switch.isra.0", 0, 0},
	{"kprobe:vfs_[a-r]*", PROBE_KPROBE, NULL, "vfs_[a-r]*", 0, 0},
	{"kretprobe:vfs_read", PROBE_KRETPROBE, NULL, "vfs_read", 0, 0},
	{"tracepoint:sched:sched_switch", PROBE_TRACEPOINT, "sched", "sched_switch", 0, 0},
	{"tracepoint:kvm-x:a-b", PROBE_TRACEPOINT, "kvm-x", "a-b", 0, 0},
	{"rawtracepoint:sched_switch", PROBE_RAW_TRACEPOINT, NULL, "sched_switch", 0, 0},
	{"uprobe:/lib/libc.so.6:malloc", PROBE_UPROBE, "/lib/libc.so.6", "malloc", 0, 0},
	{"uprobe:/a:b/c:malloc+8", PROBE_UPROBE, "/a:b/c", "malloc", 8, 0},
	{"uretprobe:c:free", PROBE_URETPROBE, "c", "free", 0, 0},
	{"uprobe:c:memcpy@GLIBC_2.14", PROBE_UPROBE, "c", "memcpy@GLIBC_2.14", 0, 0},
	{"uprobe:/b/x:ns::f(int, char const*)", PROBE_UPROBE, "/b/x", "ns::f(int, char const*)", 0,
	 0},
	{"uprobe:/b/x:A::operator/(A const&)", PROBE_UPROBE, "/b/x", "A::operator/(A const&)", 0,
	 0},
	{"uprobe:x:A::operator+", PROBE_UPROBE, "x", "A::operator+", 0, 0},
	{"uprobe:x:A::operator+(int)", PROBE_UPROBE, "x", "A::operator+(int)", 0, 0},
	{"uprobe:x:ns::f+16", PROBE_UPROBE, "x", "ns::f", 16, 0},
	{"uprobe:./x:0x401000", PROBE_UPROBE, "./x", "0x401000", 0, 0},
	{"uprobe:ssl:SSL_*", PROBE_UPROBE, "ssl", "SSL_*", 0, 0},
	{"usdt:/usr/bin/python3:python:gc__start", PROBE_USDT, "/usr/bin/python3",
	 "python:gc__start", 0, 0},
	{"usdt:c:setjmp", PROBE_USDT, "c", "setjmp", 0, 0},
	{"usdt:/a:b/c:p*:*", PROBE_USDT, "/a:b/c", "p*:*", 0, 0},
	{"usdt:*:hotspot:gc__begin", PROBE_USDT, "*", "hotspot:gc__begin", 0, 0},
	{"fentry:do_exit", PROBE_FENTRY, NULL, "do_exit", 0, 0},
	{"fexit:do_exit", PROBE_FEXIT, NULL, "do_exit", 0, 0},
	{"profile:hz:99", PROBE_PROFILE, "hz", "99", 0, 99},
	{"interval:s:1", PROBE_INTERVAL, "s", "1", 0, 1},
	{"hardware:cache-misses:100000", PROBE_HARDWARE, NULL, "cache-misses", 0, 100000},
	{"software:page-faults:1", PROBE_SOFTWARE, NULL, "page-faults", 0, 1},
	{"hardware:cache-misses", PROBE_HARDWARE, NULL, "cache-misses", 0, 0},
	{"cache:L1-dcache-load-misses:7", PROBE_CACHE, NULL, "L1-dcache-load-misses", 0, 7},
	{"lsm:file_open", PROBE_LSM, NULL, "file_open", 0, 0},
	{"tracepoint:sched:sched_*", PROBE_TRACEPOINT, "sched", "sched_*", 0, 0},
};

static void assert_same_string(const char *a, const char *b)
{
	if (b)
		assert_string_equal(a, b);
	else
		assert_null(a);
}

static void reads_each_kind_and_writes_it_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(goods) / sizeof(goods[0]); i++) {
		const struct good *g = &goods[i];
		struct probe p, copy;
		char text[200];

		assert_int_equal(probe_parse(g->text, &p, NULL), 0);
		assert_int_equal(p.kind, g->kind);
		assert_same_string(p.group, g->group);
		assert_same_string(p.name, g->name);
		assert_int_equal(p.offset, g->offset);
		assert_int_equal(p.number, g->number);
		assert_int_equal(p.address, 0);
		probe_format(&p, text, sizeof(text));
		assert_string_equal(text, g->text);
		assert_int_equal(probe_copy(&copy, &p), 0);
		probe_free(&p);
		probe_format(&copy, text, sizeof(text));
		assert_string_equal(text, g->text);
		probe_free(&copy);
		assert_null(copy.name);
	}
}

static void reads_hexadecimal_offsets(void **state)
{
	struct probe p;
	char text[40];

	(void)state;
	assert_int_equal(probe_parse("kprobe:f+0x1F", &p, NULL), 0);
	assert_int_equal(p.offset, 31);
	probe_format(&p, text, sizeof(text));
	assert_string_equal(text, "kprobe:f+31");
	probe_free(&p);
}

static void cuts_at_the_size(void **state)
{
	struct probe p;
	char text[9] = "XXXXXXXX";

	(void)state;
	assert_int_equal(probe_parse("kprobe:vfs_read+4", &p, NULL), 0);
	probe_format(&p, text, 8);
	assert_string_equal(text, "kprobe:");
	assert_int_equal(text[8], '\0');
	probe_free(&p);
}

static void refuses(void **state)
{
	static const char *const bad[] = {
		"",
		":",
		"kprobe",
		"kprobe:",
		"kprobe: f",
		"kprobe:f g",
		"kprobe:f:g",
		"kprobe:f+",
		"kprobe:f+x",
		"kprobe:f+-4",
		"kprobe:f+99999999999999999999",
		"kprobe:f*+4",
		"kprobe:9f",
		"kprobe:f[a",
		"kprobe:a-b",
		"kretprobe:f+4",
		"fentry:f+4",
		"Kprobe:f",
		"tracepoint:sched",
		"tracepoint::x",
		"tracepoint:sched:",
		"tracepoint:a:b:c",
		"rawtracepoint:",
		"rawtracepoint:a:b",
		"uprobe:malloc",
		"uprobe::malloc",
		"uprobe:/lib/x:",
		"uprobe:x:f+4q",
		"uprobe:x:f*+4",
		"uprobe:x: f",
		"uprobe:x:f\tg",
		"uprobe:x:\"\"",
		"uretprobe:/lib/x:f+4",
		"usdt:/bin/x",
		"usdt:/bin/x:",
		"usdt::p:n",
		"usdt:/bin/x:p:n:m",
		"usdt:/bin/x::n",
		"usdt:/bin/x:p:",
		"profile:99",
		"profile:hz:0",
		"profile:hz:-1",
		"profile:mhz:9",
		"profile:hz:9x",
		"hardware:",
		"hardware:page-faults",
		"hardware::5",
		"software:cycles",
		"software:page-faults:1:1",
		"cache:",
		"cache:L3-loads",
		"cache:iTLB-stores",
		"cache:LLC-load-misses-misses",
		"cache:LLC-",
		"lsm:",
		"lsm:a:b",
		"interval:s:1000000001",
		"interval:us:18446744073709551615",
		"hardware:cycles:0",
		"software:page-faults:many",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct error err = {0};
		struct probe p;

		if (probe_parse(bad[i], &p, &err) != -EINVAL)
			fail_msg("'%s' was accepted", bad[i]);
		assert_int_equal(err.status, EXIT_USAGE);
		assert_true(err.text[0] != '\0');
	}
}

static void says_what_is_right(void **state)
{
	struct error err = {0};
	struct probe p;

	(void)state;
	probe_parse("kprob:f", &p, &err);
	assert_string_equal(err.text, "'kprob' is not a kind of probe; did you mean kprobe?");
	probe_parse("zzz:f", &p, &err);
	assert_non_null(strstr(err.text, "kprobe, kretprobe, tracepoint"));
	probe_parse("tracepoint:sched", &p, &err);
	assert_non_null(strstr(err.text, "tracepoint:CATEGORY:NAME"));
}

static void knows_other_names(void **state)
{
	static const struct {
		const char *text, *written;
	} same[] = {
		{"k:f+0x10", "kprobe:f+16"},
		{"kfunc:f", "fentry:f"},
		{"kretfunc:f", "fexit:f"},
		{"raw_tracepoint:x", "rawtracepoint:x"},
		{"t:a:b", "tracepoint:a:b"},
		{"s:cs:1", "software:cs:1"},
		{"hardware:cycles:", "hardware:cycles"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		struct probe p;
		char text[40];

		assert_int_equal(probe_parse(same[i].text, &p, NULL), 0);
		probe_format(&p, text, sizeof(text));
		assert_string_equal(text, same[i].written);
		probe_free(&p);
	}
}

/* Numbers of include/uapi/linux/perf_event.h, as `perf stat -vv -e NAME` shows them. */
static void knows_the_events(void **state)
{
	static const struct {
		enum probe_kind kind;
		const char *name;
		uint32_t type;
		uint64_t config;
	} events[] = {
		{PROBE_HARDWARE, "cpu-cycles", 0, 0},
		{PROBE_HARDWARE, "branches", 0, 4},
		{PROBE_SOFTWARE, "cs", 1, 3},
		{PROBE_SOFTWARE, "minor-faults", 1, 5},
		{PROBE_CACHE, "L1-dcache-loads", 3, 0},
		{PROBE_CACHE, "L1-dcache-load-misses", 3, 0x10000},
		{PROBE_CACHE, "LLC-store-misses", 3, 0x10102},
		{PROBE_CACHE, "dTLB-prefetches", 3, 0x203},
		{PROBE_CACHE, "branch-misses", 3, 0x10005},
		{PROBE_CACHE, "llc-misses", 3, 0x10002},
	};
	struct perf_event event;
	const char *name;

	(void)state;
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		assert_true(perf_event_find(events[i].kind, events[i].name, &event));
		assert_int_equal(event.type, events[i].type);
		assert_int_equal(event.config, events[i].config);
		assert_true(event.period > 0);
	}
	/* What is listed can be used. */
	for (int kind = PROBE_HARDWARE; kind <= PROBE_CACHE; kind++) {
		size_t n = 0;

		while ((name = perf_event_name((enum probe_kind)kind, n))) {
			assert_true(perf_event_find((enum probe_kind)kind, name, &event));
			n++;
		}
		assert_true(n >= 10);
	}
	assert_string_equal(perf_event_similar(PROBE_HARDWARE, "cache-mises"), "cache-misses");
	assert_string_equal(perf_event_similar(PROBE_CACHE, "L1-dcache-load-miss"),
			    "L1-dcache-load-misses");
	assert_null(perf_event_similar(PROBE_SOFTWARE, "zzzz"));
}

static void reads_the_kind_alone(void **state)
{
	enum probe_kind kind;
	const char *rest;

	(void)state;
	assert_int_equal(probe_parse_kind("kretprobe:$while", &kind, &rest, NULL), 0);
	assert_int_equal(kind, PROBE_KRETPROBE);
	assert_string_equal(rest, "$while");
	assert_true(probe_is_function(PROBE_FEXIT));
	assert_false(probe_is_function(PROBE_UPROBE));
	assert_string_equal(probe_kind_name(PROBE_RAW_TRACEPOINT), "rawtracepoint");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_each_kind_and_writes_it_back),
		cmocka_unit_test(reads_hexadecimal_offsets),
		cmocka_unit_test(cuts_at_the_size),
		cmocka_unit_test(refuses),
		cmocka_unit_test(says_what_is_right),
		cmocka_unit_test(knows_other_names),
		cmocka_unit_test(knows_the_events),
		cmocka_unit_test(reads_the_kind_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
