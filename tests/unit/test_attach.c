/* SPDX-License-Identifier: Apache-2.0 */
/* Probes on and off, one by one and several at once, on the kernel in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fake_trace.h"

static struct bpf_insn end[] = {{.code = BPF_JMP | BPF_EXIT}};
static struct object_function functions[] = {
	{.name = (char *)"on_call", .insns = end, .ninsns = 1},
	{.name = (char *)"on_return", .insns = end, .ninsns = 1},
};

#define CALLS 5
#define RETURNS 3

/* Five functions of a file, three of which are probed at their return too, and one of another. */
static void start(struct fake_trace *t, struct plan_probe *probes)
{
	static const char *const names[] = {"a", "b", "c", "d", "e"};

	fake_trace_start(t, 2, NULL, 0);
	t->object.functions = functions;
	t->object.nfunctions = 2;
	for (size_t i = 0; i < CALLS + RETURNS + 1; i++) {
		bool returns = i >= CALLS && i < CALLS + RETURNS;

		probes[i] = (struct plan_probe){
			.probe = {.kind = returns ? PROBE_URETPROBE : PROBE_UPROBE,
				  .group = (char *)"/bin/x",
				  .name = (char *)(uintptr_t)names[i % CALLS]},
			.handler = (char *)(uintptr_t)(returns ? "on_return" : "on_call"),
			.item = -1,
			.of_pattern = true,
		};
	}
	probes[CALLS + RETURNS].probe.group = (char *)"/bin/y";
	t->plan.probes = probes;
	t->plan.nprobes = CALLS + RETURNS + 1;
}

static void attached(const struct fake_trace *t, unsigned probes, unsigned links)
{
	assert_int_equal(trace_attached(t->trace), probes);
	assert_int_equal(fake_open_links(t->k), links);
}

static void finish(struct fake_trace *t)
{
	trace_detach(t->trace);
	attached(t, 0, 0);
	fake_trace_close(t);
}

/* The calls are one link; so few returns, and the other file, are not. */
static void test_at_once(void **state)
{
	struct plan_probe probes[CALLS + RETURNS + 1];
	struct fake_trace t;

	(void)state;
	start(&t, probes);
	fake_trace_load(&t);
	/* on_call is loaded once for each of the two ways. */
	assert_int_equal(fake_open_progs(t.k), 3);
	assert_int_equal(trace_attach(t.trace, NULL, &t.err), 0);
	attached(&t, CALLS + RETURNS + 1, 1 + RETURNS + 1);
	finish(&t);
}

/* What is refused at once is attached one by one, but for what is refused there too. */
static void test_refused_at_once(void **state)
{
	struct plan_probe probes[CALLS + RETURNS + 1];
	struct fake_trace t;

	(void)state;
	start(&t, probes);
	fake_trace_load(&t);
	fake_fail(t.k, "attach_many", 0, -EINVAL);
	fake_fail(t.k, "attach", CALLS - 1, -EINVAL);
	assert_int_equal(trace_attach(t.trace, NULL, &t.err), 0);
	attached(&t, CALLS - 1, CALLS - 1);
	finish(&t);
}

/* A process of its own, an audit, program arrays: each has reasons to be attached one by one. */
static void test_one_by_one(void **state)
{
	struct plan_probe probes[CALLS + RETURNS + 1];
	struct fake_trace t;

	(void)state;
	start(&t, probes);
	probes[2].probe.pid = 7;
	fake_trace_load(&t);
	assert_int_equal(trace_attach(t.trace, NULL, &t.err), 0);
	attached(&t, CALLS + RETURNS + 1, CALLS + RETURNS + 1);
	finish(&t);

	start(&t, probes);
	assert_int_equal(trace_new(t.k, &t.object, &t.plan, &t.trace, &t.err), 0);
	trace_separate(t.trace);
	assert_int_equal(trace_load(t.trace, &t.err), 0);
	assert_int_equal(trace_attach(t.trace, NULL, &t.err), 0);
	attached(&t, CALLS + RETURNS + 1, CALLS + RETURNS + 1);
	finish(&t);
}

/* Five functions of the kernel, at their entry or return, with @insn in their handler. */
static void start_kernel(struct fake_trace *t, struct plan_probe *probes, enum probe_kind kind,
			 struct bpf_insn insn)
{
	static struct bpf_insn insns[2];

	start(t, probes);
	insns[0] = insn;
	insns[1] = end[0];
	functions[0].insns = insns;
	functions[0].ninsns = 2;
	t->plan.nprobes = CALLS;
	for (size_t i = 0; i < CALLS; i++) {
		probes[i].probe.kind = kind;
		probes[i].probe.group = NULL;
		probes[i].probe.place = 0xffffffff81000000 + i * 64;
	}
	fake_trace_load(t);
	assert_int_equal(trace_attach(t->trace, NULL, &t->err), 0);
	functions[0].insns = end;
	functions[0].ninsns = 1;
}

/* ftrace gives a handler another ip and another stack than a kprobe does, and no way out. */
static void test_kernel_functions(void **state)
{
	static const struct {
		enum probe_kind kind;
		struct bpf_insn insn;
		unsigned links;
	} cases[] = {
		{PROBE_KPROBE, {.code = BPF_ALU64 | BPF_MOV | BPF_K}, 1},
		{PROBE_KRETPROBE, {.code = BPF_ALU64 | BPF_MOV | BPF_K}, CALLS},
		{PROBE_KPROBE, {.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_get_func_ip}, 1},
		{PROBE_KPROBE, {.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_get_stackid}, CALLS},
		{PROBE_KPROBE, {.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_get_stack}, CALLS},
		{PROBE_KPROBE,
		 {.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_override_return},
		 CALLS},
		{PROBE_KPROBE,
		 {.code = BPF_LDX | BPF_MEM | BPF_DW, .src_reg = BPF_REG_6, .off = 128},
		 CALLS},
		{PROBE_KPROBE,
		 {.code = BPF_LDX | BPF_MEM | BPF_DW, .src_reg = BPF_REG_6, .off = 112},
		 1},
	};
	struct plan_probe probes[CALLS + RETURNS + 1];
	struct fake_trace t;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		start_kernel(&t, probes, cases[i].kind, cases[i].insn);
		attached(&t, CALLS, cases[i].links);
		finish(&t);
	}
}

/* A pattern and a name of one of its functions: the handler runs twice there, in any way. */
static void test_a_function_twice(void **state)
{
	struct plan_probe probes[CALLS + RETURNS + 1];
	struct fake_trace t;

	(void)state;
	start(&t, probes);
	t.plan.nprobes = CALLS + 1;
	for (size_t i = 0; i <= CALLS; i++) {
		probes[i].probe = (struct probe){
			.kind = PROBE_KPROBE,
			.name = (char *)"f",
			.place = 0xffffffff81000000 + i % CALLS * 64,
		};
		probes[i].handler = probes[0].handler;
	}
	fake_trace_load(&t);
	assert_int_equal(trace_attach(t.trace, NULL, &t.err), 0);
	attached(&t, CALLS + 1, 2);
	finish(&t);
}

/* The last sample is of what was attached, so a failure leaves nothing. */
static void test_fails(void **state)
{
	struct plan_probe probes[CALLS + RETURNS + 1];
	struct fake_trace t;

	(void)state;
	start(&t, probes);
	fake_trace_load(&t);
	fake_fail(t.k, "attach", 1, -EMFILE);
	assert_int_equal(trace_attach(t.trace, NULL, &t.err), -EMFILE);
	attached(&t, 0, 0);
	finish(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_at_once),		 cmocka_unit_test(test_refused_at_once),
		cmocka_unit_test(test_one_by_one),	 cmocka_unit_test(test_kernel_functions),
		cmocka_unit_test(test_a_function_twice), cmocka_unit_test(test_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
