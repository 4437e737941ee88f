/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gates that are closed for threads that have left unseen, and those that must not be: real
 * threads, and tables of the kernel in memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fake_trace.h"
#include "kernel/fake.h"
#include "sample/repair.h"

#define U64 "\"unsigned long long\""
#define SECOND 1000000000u

static char text[] = "/// option while function nosuch_function  the gate\n"
		     "/// repair inside while gate_open\n";

static struct object_table tables[] = {
	{(char *)"inside", BPF_MAP_TYPE_HASH, 8, 8, 64, 0, -1, (char *)U64, (char *)U64,
	 (char *)""},
	{(char *)"gate_open", BPF_MAP_TYPE_ARRAY, 4, 8, 1, 0, -1, (char *)"\"int\"", (char *)U64,
	 (char *)""},
};

struct bench {
	struct fake_trace t;
	struct plan_probe probe;
	struct repair *repair;
	uint64_t key; /* of the thread that is inside */
};

static uint64_t gates(struct bench *b)
{
	uint32_t slot = 0;
	uint64_t n = 99;

	assert_int_equal(b->t.k->ops->map_lookup(b->t.k, fake_map(b->t.k, "gate_open"), &slot, &n),
			 0);
	return n;
}

/* The thread is inside since then: a first time, or by another call. */
static void enter(struct kernel *k, uint64_t key, uint64_t since)
{
	assert_int_equal(k->ops->map_update(k, fake_map(k, "inside"), &key, &since), 0);
}

static void bench_open(struct bench *b, pid_t child)
{
	memset(b, 0, sizeof(*b));
	fake_trace_start(&b->t, 2, tables, sizeof(tables) / sizeof(tables[0]));
	assert_int_equal(header_parse(text, "t.c", &b->t.header, &b->t.err), 0);
	fake_trace_load(&b->t);
	b->probe.probe.kind = PROBE_KRETPROBE;
	b->t.plan.probes = &b->probe;
	b->t.plan.nprobes = 1;
	assert_int_equal(repair_new(b->t.trace, &b->t.plan, &b->repair, &b->t.err), 0);
	assert_non_null(b->repair);
	b->key = (uint64_t)child;
	enter(b->t.k, b->key, b->t.k->ops->now(b->t.k));
	assert_int_equal(b->t.k->ops->map_add(b->t.k, fake_map(b->t.k, "gate_open"), 0, 1), 0);
	fake_advance(b->t.k, 2 * (uint64_t)SECOND);
}

static void bench_close(struct bench *b)
{
	b->t.plan.nprobes = 0;
	repair_free(b->repair);
	fake_trace_close(&b->t);
}

static pid_t start(int busy)
{
	pid_t child = fork();

	assert_true(child >= 0);
	if (child)
		return child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (busy) {
		static volatile unsigned long turns;

		turns++;
	}
	for (;;)
		pause();
}

static void end(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

/* So much CPU time that it was in user space for many milliseconds. */
static void let_run(pid_t child)
{
	const struct timespec nap = {0, 10000000};
	struct timespec used = {0};
	clockid_t clock;

	assert_int_equal(clock_getcpuclockid(child, &clock), 0);
	clock_gettime(clock, &used);
	long until = used.tv_sec * 1000 + used.tv_nsec / 1000000 + 60;

	for (int i = 0; i < 3000 && used.tv_sec * 1000 + used.tv_nsec / 1000000 < until; i++) {
		nanosleep(&nap, NULL);
		clock_gettime(clock, &used);
	}
}

static void a_thread_that_computes_has_left(void **state)
{
	struct bench b;
	pid_t child = start(1);

	(void)state;
	bench_open(&b, child);
	assert_int_equal(repair_stale(b.repair), 0);
	let_run(child);
	assert_int_equal(repair_stale(b.repair), 1);
	assert_int_equal(gates(&b), 0);
	assert_int_equal(repair_stale(b.repair), 0);
	end(child);
	bench_close(&b);
}

/* By the time that its entry would be deleted it is that of another call. */
static void is_in_a_later_call(struct kernel *k, void *ctx)
{
	enter(k, *(const uint64_t *)ctx, 77);
}

static void a_later_call_is_left_alone(void **state)
{
	struct bench b;
	uint64_t since = 0;
	pid_t child = start(1);

	(void)state;
	bench_open(&b, child);
	assert_int_equal(repair_stale(b.repair), 0);
	let_run(child);
	fake_hook(b.t.k, "map_lookup", is_in_a_later_call, &b.key);
	assert_int_equal(repair_stale(b.repair), 0);
	fake_hook(b.t.k, "map_lookup", NULL, NULL);
	assert_int_equal(b.t.k->ops->map_lookup(b.t.k, fake_map(b.t.k, "inside"), &b.key, &since),
			 0);
	assert_int_equal(since, 77);
	assert_int_equal(gates(&b), 1);
	end(child);
	bench_close(&b);
}

static void a_thread_that_is_gone_has_left(void **state)
{
	struct bench b;
	pid_t child = start(0);

	(void)state;
	bench_open(&b, child);
	end(child);
	assert_int_equal(repair_stale(b.repair), 1);
	assert_int_equal(gates(&b), 0);
	bench_close(&b);
}

/* One look proves nothing of a thread that is there, and nothing at all is asked in the first
 * second. */
static void one_look_is_not_enough(void **state)
{
	struct bench b;
	pid_t child = start(0);

	(void)state;
	bench_open(&b, child);
	assert_int_equal(repair_stale(b.repair), 0);
	enter(b.t.k, b.key, b.t.k->ops->now(b.t.k));
	end(child);
	assert_int_equal(repair_stale(b.repair), 0);
	assert_int_equal(gates(&b), 1);
	bench_close(&b);
}

/* In a pid namespace threads have other numbers: none of them is there, and none is gone. */
static void strangers_are_left_alone(void **state)
{
	struct repair *repair = NULL;
	struct bench b;
	pid_t child = start(0);

	(void)state;
	bench_open(&b, child);
	end(child);
	fake_fail(b.t.k, "self", 0, -EOPNOTSUPP);
	assert_int_equal(repair_new(b.t.trace, &b.t.plan, &repair, &b.t.err), 0);
	assert_null(repair);
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thread_that_computes_has_left),
		cmocka_unit_test(a_later_call_is_left_alone),
		cmocka_unit_test(a_thread_that_is_gone_has_left),
		cmocka_unit_test(one_look_is_not_enough),
		cmocka_unit_test(strangers_are_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
