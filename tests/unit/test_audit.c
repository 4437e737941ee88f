/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's count against that of our programs, on the kernel in memory: what is skipped is
 * found, and what cannot be told is told apart.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/audit.h"
#include "fake_trace.h"
#include "kernel/fake.h"
#include "kernel/witness_text.h"

#define CPUS 2

static struct bpf_insn exit_insn[] = {{.code = BPF_JMP | BPF_EXIT}};

/* One handler for two functions, a return, and something that is no function. */
static const char *const points[] = {"kprobe:kfree", "kprobe:kmalloc", "kretprobe:kfree",
				     "tracepoint:sched:sched_switch"};
#define NPOINTS (sizeof(points) / sizeof(points[0]))

struct bench {
	struct fake_trace t;
	struct object_function function;
	struct plan_probe probes[NPOINTS];
	struct audit *audit;
	struct audit_report report;
};

static void bench_attach(struct bench *b, size_t npoints)
{
	memset(b, 0, sizeof(*b));
	fake_trace_start(&b->t, CPUS, NULL, 0);
	b->function = (struct object_function){
		.name = (char *)"handler", .insns = exit_insn, .ninsns = 1};
	b->t.object.functions = &b->function;
	b->t.object.nfunctions = 1;
	for (size_t i = 0; i < npoints; i++) {
		b->probes[i].handler = (char *)"handler";
		b->probes[i].item = -1;
		assert_int_equal(probe_parse(points[i], &b->probes[i].probe, &b->t.err), 0);
	}
	b->t.plan.probes = b->probes;
	b->t.plan.nprobes = npoints;
	assert_int_equal(trace_new(b->t.k, &b->t.object, &b->t.plan, &b->t.trace, &b->t.err), 0);
	trace_separate(b->t.trace);
	assert_int_equal(trace_load(b->t.trace, &b->t.err), 0);
	assert_int_equal(trace_attach(b->t.trace, NULL, &b->t.err), 0);
	assert_int_equal(fake_open_progs(b->t.k), npoints);
}

static void bench_open(struct bench *b, size_t npoints)
{
	bench_attach(b, npoints);
	/* What was counted before does not matter. */
	fake_reach(b->t.k, "kprobe:kfree", 1000);
	fake_run(b->t.k, "kprobe:kfree", 5);
	fake_reach(b->t.k, "kprobe:kmalloc", 7);
	assert_int_equal(audit_new(b->t.trace, &b->audit, &b->t.err), 0);
	assert_int_equal(audit_begin(b->audit, &b->t.err), 0);
}

static void bench_end(struct bench *b)
{
	assert_int_equal(audit_end(b->audit, &b->report, &b->t.err), 0);
	assert_int_equal(b->report.n, b->t.plan.nprobes);
}

static void bench_close(struct bench *b)
{
	audit_free(b->audit);
	fake_trace_close(&b->t);
	for (size_t i = 0; i < NPOINTS; i++)
		probe_free(&b->probes[i].probe);
}

static void assert_line(const struct audit_line *line, int64_t events, int64_t runs,
			int64_t skipped, int64_t unsure)
{
	assert_int_equal(line->events, events);
	assert_int_equal(line->runs, runs);
	assert_int_equal(line->skipped, skipped);
	assert_int_equal(line->unsure, unsure);
}

static void test_skipped(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, NPOINTS);
	fake_reach(b.t.k, "kprobe:kfree", 100);
	fake_run(b.t.k, "kprobe:kfree", 97);
	fake_run(b.t.k, "kretprobe:kfree", 90);
	fake_reach(b.t.k, "kprobe:kmalloc", 50);
	fake_run(b.t.k, "kprobe:kmalloc", 50);
	fake_run(b.t.k, "tracepoint:sched:sched_switch", 12);
	bench_end(&b);
	assert_line(&b.report.lines[0], 100, 97, 3, 0);
	assert_line(&b.report.lines[1], 50, 50, 0, 0);
	/* A return is compared with the entries of its function. */
	assert_line(&b.report.lines[2], 100, 90, 10, 0);
	assert_true(b.report.lines[2].is_return);
	assert_false(b.report.lines[0].is_return);
	assert_line(&b.report.lines[3], COUNT_UNKNOWN, 12, COUNT_UNKNOWN, 0);
	assert_ptr_equal(b.report.lines[3].probe, &b.probes[3]);
	assert_false(audit_is_whole(b.audit));
	bench_close(&b);
}

static void test_whole(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, 2);
	assert_true(audit_is_whole(b.audit));
	bench_end(&b);
	assert_line(&b.report.lines[0], 0, 0, 0, 0);
	bench_close(&b);
	/* The kernel refuses the second probe of kmalloc: nobody tells the fake of it. */
	bench_attach(&b, 2);
	fake_reach(b.t.k, "kprobe:kfree", 0);
	assert_int_equal(audit_new(b.t.trace, &b.audit, &b.t.err), 0);
	assert_int_equal(audit_begin(b.audit, &b.t.err), 0);
	assert_false(audit_is_whole(b.audit));
	fake_run(b.t.k, "kprobe:kmalloc", 4);
	bench_end(&b);
	assert_line(&b.report.lines[1], COUNT_UNKNOWN, 4, COUNT_UNKNOWN, 0);
	bench_close(&b);
}

/* Events that go on while they are counted: each is reached, and its program runs. */
static void busy(struct kernel *k, void *ctx)
{
	int64_t *n = ctx;

	fake_reach(k, "kprobe:kfree", *n);
	fake_run(k, "kprobe:kfree", (uint64_t)*n);
}

static void test_busy(void **state)
{
	static const char *const moments[] = {"witness_read", "settle", "prog_counts"};
	int64_t per_call = 10;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct bench b;

		bench_attach(&b, 1);
		fake_reach(b.t.k, "kprobe:kfree", 0);
		fake_hook(b.t.k, moments[i], busy, &per_call);
		assert_int_equal(audit_new(b.t.trace, &b.audit, &b.t.err), 0);
		assert_int_equal(audit_begin(b.audit, &b.t.err), 0);
		fake_reach(b.t.k, "kprobe:kfree", 500);
		fake_run(b.t.k, "kprobe:kfree", 460);
		bench_end(&b);
		const struct audit_line *line = &b.report.lines[0];

		/* 40 are within what is said, and what is certain is true. */
		assert_true(line->skipped <= 40);
		assert_true(line->skipped + line->unsure >= 40);
		assert_true(line->unsure > 0);
		assert_true(line->unsure <= 2 * (2 * per_call + 2 * CPUS));
		bench_close(&b);
	}
}

/* Busy at first, at rest in a later attempt: exact. */
static void busy_at_first(struct kernel *k, void *ctx)
{
	int *calls = ctx;

	if (++*calls <= 3) {
		fake_reach(k, "kprobe:kfree", 10);
		fake_run(k, "kprobe:kfree", 10);
	}
}

static void test_comes_to_rest(void **state)
{
	struct bench b;
	int calls = 0;

	(void)state;
	bench_attach(&b, 1);
	fake_reach(b.t.k, "kprobe:kfree", 0);
	fake_hook(b.t.k, "witness_read", busy_at_first, &calls);
	assert_int_equal(audit_new(b.t.trace, &b.audit, &b.t.err), 0);
	assert_int_equal(audit_begin(b.audit, &b.t.err), 0);
	assert_int_equal(calls, 4);
	fake_reach(b.t.k, "kprobe:kfree", 500);
	fake_run(b.t.k, "kprobe:kfree", 460);
	bench_end(&b);
	assert_line(&b.report.lines[0], 500, 460, 40, 0);
	bench_close(&b);
}

/* An event under way: reached, and its run comes before the end of the wait only. */
static void run_late(struct kernel *k, void *ctx)
{
	int *calls = ctx;

	if (++*calls == 2)
		fake_run(k, "kprobe:kfree", 1);
}

static void test_under_way(void **state)
{
	struct bench b;
	int calls = 0;

	(void)state;
	bench_open(&b, 1);
	fake_reach(b.t.k, "kprobe:kfree", 1);
	fake_hook(b.t.k, "settle", run_late, &calls);
	bench_end(&b);
	/* The second attempt sees both. */
	assert_line(&b.report.lines[0], 1, 1, 0, 0);
	bench_close(&b);
}

/* Where nothing waits, the numbers are no worse than one event a CPU at either end. */
static void test_no_way_to_wait(void **state)
{
	struct bench b;

	(void)state;
	bench_attach(&b, 1);
	fake_fail(b.t.k, "settle", 0, -EPERM);
	fake_reach(b.t.k, "kprobe:kfree", 0);
	assert_int_equal(audit_new(b.t.trace, &b.audit, &b.t.err), 0);
	assert_int_equal(audit_begin(b.audit, &b.t.err), 0);
	fake_reach(b.t.k, "kprobe:kfree", 500);
	fake_run(b.t.k, "kprobe:kfree", 460);
	bench_end(&b);
	assert_line(&b.report.lines[0], 500, 460, 40 - 2 * CPUS, 4 * CPUS);
	bench_close(&b);
}

static void test_failures(void **state)
{
	static const char *const ops[] = {"witness_read", "prog_counts"};
	struct bench b;

	(void)state;
	bench_attach(&b, 2);
	fake_fail(b.t.k, "stats", 0, -EINVAL);
	assert_int_equal(audit_new(b.t.trace, &b.audit, &b.t.err), -EOPNOTSUPP);
	assert_non_null(strstr(b.t.err.text, "5.8"));
	fake_fail(b.t.k, "stats", 0, 0);
	fake_fail(b.t.k, "witness_new", 0, -EACCES);
	assert_int_equal(audit_new(b.t.trace, &b.audit, &b.t.err), -EACCES);
	assert_int_equal(fake_open_witnesses(b.t.k), 0);
	fake_fail(b.t.k, "witness_new", 0, 0);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(audit_new(b.t.trace, &b.audit, &b.t.err), 0);
		fake_fail(b.t.k, ops[i], 0, -EIO);
		assert_int_equal(audit_begin(b.audit, &b.t.err), -EIO);
		assert_non_null(strstr(b.t.err.text, "--audit"));
		fake_fail(b.t.k, ops[i], 0, 0);
		assert_int_equal(audit_begin(b.audit, &b.t.err), 0);
		fake_fail(b.t.k, ops[i], 0, -EIO);
		assert_int_equal(audit_end(b.audit, &b.report, &b.t.err), -EIO);
		fake_fail(b.t.k, ops[i], 0, 0);
		audit_free(b.audit);
		b.audit = NULL;
	}
	bench_close(&b);
}

/* Without functions nothing is set, and nothing is asked of tracefs. */
static void test_no_functions(void **state)
{
	struct bench b;

	(void)state;
	bench_attach(&b, 1);
	b.probes[0].probe.kind = PROBE_TRACEPOINT;
	fake_fail(b.t.k, "witness_new", 0, -EACCES);
	fake_fail(b.t.k, "witness_read", 0, -EACCES);
	assert_int_equal(audit_new(b.t.trace, &b.audit, &b.t.err), 0);
	assert_int_equal(audit_begin(b.audit, &b.t.err), 0);
	bench_end(&b);
	assert_line(&b.report.lines[0], COUNT_UNKNOWN, 0, COUNT_UNKNOWN, 0);
	bench_close(&b);
}

static void test_lines(void **state)
{
	struct probe site = {.kind = PROBE_KPROBE, .name = (char *)"f.isra.0"};
	struct buf line = {0};

	(void)state;
	witness_define(&line, 17, &site);
	site.offset = 4;
	witness_define(&line, 17, &site);
	site.address = 0xffffffff81000000;
	witness_define(&line, 17, &site);
	witness_remove(&line, 17);
	assert_string_equal(buf_string(&line), "p:kwhile_audit/kwhile_17 f.isra.0\n"
					       "p:kwhile_audit/kwhile_17 f.isra.0+4\n"
					       "p:kwhile_audit/kwhile_17 0xffffffff81000004\n"
					       "-:kwhile_audit/kwhile_17\n");
	assert_int_equal(witness_owner(buf_string(&line)), 17);
	buf_free(&line);
	assert_int_equal(witness_owner("p:kwhile_audit/kwhile_4194304 f"), 4194304);
	static const char *const others[] = {
		"",
		"p:kprobes/kwhile_17 f",
		"p:kwhile_audit/other_17 f",
		"r8:x/y f",
		"p:kwhile_audit/kwhile_17",
		"p:kwhile_audit/kwhile_-1 f",
		"p:kwhile_audit/kwhile_0 f",
		"p:kwhile_audit/kwhile_4194305 f",
		"p:kwhile_audit/kwhile_99999999999999999999 f",
		"p:kwhile_audit/kwhile_17x f",
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_equal(witness_owner(others[i]), 0);
}

static void test_profile(void **state)
{
	static const char profile[] = "  t_u                    5305            5005\n"
				      "  kwhile_17                 1               2\n"
				      "  kwhile_170               50              60\n"
				      "  kwhile_17   18446744073709551615 1\n"
				      "  kwhile_17\n"
				      "  kwhile_17                 3               0";
	int64_t events[4] = {-9, -9, -9, -9};

	(void)state;
	assert_int_equal(witness_count(profile, 17, events, 4), 3);
	assert_int_equal(events[0], 3);
	assert_int_equal(events[1], 0);
	assert_int_equal(events[2], 3);
	assert_int_equal(events[3], -9);
	assert_int_equal(witness_count(profile, 17, events, 0), 3);
	assert_int_equal(witness_count(profile, 170, events, 1), 1);
	assert_int_equal(events[0], 110);
	assert_int_equal(witness_count(profile, 1, events, 4), 0);
	assert_int_equal(witness_count("", 17, events, 4), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_skipped),	  cmocka_unit_test(test_whole),
		cmocka_unit_test(test_busy),	  cmocka_unit_test(test_comes_to_rest),
		cmocka_unit_test(test_under_way), cmocka_unit_test(test_no_way_to_wait),
		cmocka_unit_test(test_failures),  cmocka_unit_test(test_no_functions),
		cmocka_unit_test(test_lines),	  cmocka_unit_test(test_profile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
