/* SPDX-License-Identifier: Apache-2.0 */
/* Slots that the host fills, on the kernel in memory: program arrays and tables of tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fake_trace.h"

#define LOAD(table)                                                                                \
	{                                                                                          \
		.code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = 1, .src_reg = BPF_PSEUDO_MAP_FD,     \
		.imm = (table)                                                                     \
	}

enum { JUMPS, FURTHER, LIKE, OTHER, ROOMS, HOUSES, NTABLES };

static struct object_table tables[NTABLES] = {
	[JUMPS] = {.name = (char *)"jumps", BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 4, 0, -1},
	[FURTHER] = {.name = (char *)"further", BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 4, 0, -1},
	[LIKE] = {.name = (char *)"like", BPF_MAP_TYPE_HASH, 4, 8, 8, 0, -1},
	[OTHER] = {.name = (char *)"other", BPF_MAP_TYPE_HASH, 4, 8, 8, 0, -1},
	[ROOMS] = {.name = (char *)"rooms", BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 4, 0, LIKE},
	[HOUSES] = {.name = (char *)"houses", BPF_MAP_TYPE_HASH_OF_MAPS, 2, 4, 4, 0, LIKE},
};

/* first calls through jumps, second through further, third is only reached. */
static struct bpf_insn first[] = {LOAD(JUMPS), {0}, {.code = BPF_JMP | BPF_EXIT}};
static struct bpf_insn second[] = {LOAD(FURTHER), {0}, {.code = BPF_JMP | BPF_EXIT}};
static struct bpf_insn third[] = {{.code = BPF_JMP | BPF_EXIT}};

static struct object_function functions[] = {
	{.name = (char *)"first", .insns = first, .ninsns = 3},
	{.name = (char *)"second", .insns = second, .ninsns = 3},
	{.name = (char *)"third", .insns = third, .ninsns = 1},
};

struct bench {
	struct kernel *k;
	struct object object;
	struct header header;
	struct plan plan;
	struct plan_probe probes[2];
	struct trace *trace;
	struct error err;
};

/* Load a text with these lines, whose handler first() is at a kprobe, and second() at what @also
 * is.
 */
static int load(struct bench *b, const char *lines, enum probe_kind also)
{
	memset(b, 0, sizeof(*b));
	assert_int_equal(kernel_fake(&b->k, 2), 0);
	b->object = (struct object){.license = (char *)"GPL",
				    .tables = tables,
				    .ntables = NTABLES,
				    .functions = functions,
				    .nfunctions = 3};
	assert_int_equal(header_parse(lines, "t.c", &b->header, &b->err), 0);
	b->plan.header = &b->header;
	b->plan.probes = b->probes;
	b->plan.nprobes = also == PROBE_NKINDS ? 1 : 2;
	b->probes[0] = (struct plan_probe){.probe = {.kind = PROBE_KPROBE, .name = (char *)"f"},
					   .handler = (char *)"first",
					   .item = -1,
					   .origin = {"t.c", 9}};
	b->probes[1] = b->probes[0];
	b->probes[1].probe.kind = also;
	assert_int_equal(trace_new(b->k, &b->object, &b->plan, &b->trace, &b->err), 0);
	return trace_load(b->trace, &b->err);
}

static void unload(struct bench *b)
{
	trace_free(b->trace);
	header_free(&b->header);
	assert_int_equal(fake_open_maps(b->k), 0);
	kernel_fake_free(b->k);
	error_clear(&b->err);
}

/* What is in a slot: a descriptor, or -1. */
static int slot(struct bench *b, const char *table, uint32_t index)
{
	int fd = -1;

	return b->k->ops->map_lookup(b->k, fake_map(b->k, table), &index, &fd) ? -1 : fd;
}

static void handlers_are_put_where_lines_say(void **state)
{
	struct bench b;

	(void)state;
	assert_int_equal(load(&b,
			      "/// tail further 0 third\n/// tail jumps 1 second\n"
			      "/// tail jumps 3 third\n",
			      PROBE_NKINDS),
			 0);
	assert_int_equal(slot(&b, "jumps", 0), -1);
	assert_true(slot(&b, "jumps", 1) >= 0);
	/* One handler is loaded once, whoever calls it, also from what a tail call reached. */
	assert_true(slot(&b, "jumps", 3) >= 0);
	assert_int_equal(slot(&b, "jumps", 3), slot(&b, "further", 0));
	assert_int_not_equal(slot(&b, "jumps", 1), slot(&b, "jumps", 3));
	unload(&b);
	/* Nothing that is attached calls further: said, and no error. */
	assert_int_equal(load(&b, "/// tail further 0 third\n", PROBE_NKINDS), 0);
	assert_int_equal(slot(&b, "further", 0), -1);
	unload(&b);
}

static void tables_are_put_where_lines_say(void **state)
{
	const struct object_table *outer;
	struct bench b;
	int map, other;

	(void)state;
	assert_int_equal(load(&b,
			      "/// inner rooms 2 other\n/// inner rooms 0\n/// inner houses -1\n"
			      "/// inner houses 65534 like\n",
			      PROBE_NKINDS),
			 0);
	assert_true(trace_table(b.trace, "rooms", &outer) >= 0);
	assert_true(trace_is_outer(outer));
	assert_string_equal(trace_inner_like(b.trace, outer)->name, "like");
	const void *key = trace_inner(b.trace, outer, 0, &map);

	assert_memory_equal(key, "\2\0\0\0", 4);
	assert_int_equal(map, trace_table(b.trace, "other", NULL));
	assert_non_null(trace_inner(b.trace, outer, 1, &other));
	assert_int_not_equal(other, trace_table(b.trace, "like", NULL));
	assert_null(trace_inner(b.trace, outer, 2, &map));
	assert_true(trace_table(b.trace, "houses", &outer) >= 0);
	assert_memory_equal(trace_inner(b.trace, outer, 0, &map), "\xff\xff", 2);
	assert_memory_equal(trace_inner(b.trace, outer, 1, &map), "\xfe\xff", 2);
	unload(&b);
}

static void what_cannot_be_is_refused_with_its_place(void **state)
{
	static const struct {
		const char *line, *says;
	} bad[] = {
		{"tail jumps 4 third", "t.c:1: jumps has the slots 0 to 3"},
		{"tail like 0 third", "t.c:1: like is no program array"},
		{"tail jumps 0 fourth", "t.c:1: the text has no handler fourth(); it has first"},
		{"tail nothing 0 third", "t.c:1: the text has no table nothing"},
		{"inner rooms 4", "t.c:1: rooms has the slots 0 to 3"},
		{"inner rooms -1", "t.c:1: rooms has the slots 0 to 3"},
		{"inner jumps 0", "t.c:1: jumps is no table of tables"},
		{"inner rooms 0 fifth", "t.c:1: the text has no table fifth"},
		{"inner houses 65536", "t.c:1: 65536 is no key of houses, which has 16 bits"},
		{"inner houses -32769", "is no key of houses"},
		{"inner rooms 1\n/// inner rooms 1 other", "t.c:2: rooms[1] is there already"},
	};
	struct bench b;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char text[128];

		snprintf(text, sizeof(text), "/// %s\n", bad[i].line);
		assert_true(load(&b, text, PROBE_NKINDS) < 0);
		if (!strstr(b.err.text, bad[i].says))
			fail_msg("%s: %s", bad[i].line, b.err.text);
		unload(&b);
	}
	assert_true(load(&b, "/// tail jumps 0 third\n", PROBE_TRACEPOINT) < 0);
	assert_non_null(strstr(b.err.text,
			       "t.c:9: first(), for tracepoint, and first(), for kprobe, "
			       "both use the program array jumps"));
	unload(&b);
	/* Those of functions of user space are of the same sort. */
	assert_int_equal(load(&b, "/// tail jumps 0 third\n", PROBE_UPROBE), 0);
	unload(&b);
}

/* What the kernel has one number for: kernels before 5.11, or without BTF, have no storage of
 * tasks. */
static void test_no_table(void **state)
{
	static const struct {
		uint32_t type, leaf;
		int code;
		const char *says;
	} bad[] = {
		{BPF_MAP_TYPE_TASK_STORAGE, 8, -EINVAL, "this kernel has no such storage"},
		{BPF_MAP_TYPE_STACK_TRACE, 1016, -EINVAL, "perf_event_max_stack"},
		{BPF_MAP_TYPE_PERCPU_ARRAY, 32776, -E2BIG, "has 32768 bytes at most"},
		{BPF_MAP_TYPE_HASH, 5000000, -E2BIG, "has 4 MB at most"},
		{BPF_MAP_TYPE_ARRAY, 8, -E2BIG, "another --size 'TABLE N' may do"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct object_table table = {
			.name = (char *)"mine", bad[i].type, 4, bad[i].leaf, 1, 0, -1};
		struct fake_trace t;

		fake_trace_start(&t, 2, &table, 1);
		fake_fail(t.k, "map_create", 0, bad[i].code);
		assert_int_equal(trace_new(t.k, &t.object, &t.plan, &t.trace, &t.err), 0);
		assert_int_equal(trace_load(t.trace, &t.err), bad[i].code);
		assert_non_null(strstr(t.err.text, "cannot create the table mine"));
		assert_non_null(strstr(t.err.text, bad[i].says));
		fake_trace_close(&t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_table),
		cmocka_unit_test(handlers_are_put_where_lines_say),
		cmocka_unit_test(tables_are_put_where_lines_say),
		cmocka_unit_test(what_cannot_be_is_refused_with_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
