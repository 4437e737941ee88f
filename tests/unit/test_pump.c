/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records of perf and ring buffers, on the kernel in memory: none is shown twice or not at all, and
 * those of several CPUs come in the order in which they were sent.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fake_trace.h"
#include "kernel/fake.h"
#include "sample/event_type.h"
#include "sample/held.h"
#include "sample/snapshot.h"

#define U64 "\"unsigned long long\""
#define PAIR "[\"pair\", [[\"n\"," U64 "], [\"tail\"," U64 "]], \"struct_packed\"]"
#define MOST 8192

/* Name, type, key, leaf, entries, flags, inner, descriptions, fields. */
static struct object_table tables[] = {
	{(char *)"perf", BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 2, 0, -1, (char *)"", (char *)"",
	 (char *)""},
	{(char *)"ring", BPF_MAP_TYPE_RINGBUF, 0, 0, 4096, 0, -1, (char *)"", (char *)"",
	 (char *)""},
	{(char *)TABLE_LOST, BPF_MAP_TYPE_ARRAY, 4, 8, LOST_SLOTS, 0, -1, (char *)"\"int\"",
	 (char *)U64, (char *)""},
	{(char *)TABLE_EVENT "0_ring", BPF_MAP_TYPE_ARRAY, 4, 16, 1, 1, -1, (char *)"\"int\"",
	 (char *)PAIR, (char *)""},
	{(char *)TABLE_EVENT "1_perf", BPF_MAP_TYPE_ARRAY, 4, 8, 1, 0, -1, (char *)"\"int\"",
	 (char *)"\"wrong guess\"", (char *)""},
	{(char *)TABLE_EVENT "2_perf", BPF_MAP_TYPE_ARRAY, 4, 16, 1, 1, -1, (char *)"\"int\"",
	 (char *)PAIR, (char *)""},
};

static struct streamed streams[] = {{(char *)"perf", 0}, {(char *)"ring", 1}};

struct bench {
	struct fake_trace t;
	struct expansion expansion;
	struct snapshot *snapshot;
	uint64_t seen[MOST];
	uint64_t tails[MOST];
	size_t n;
	int answer;
};

static int on_records(void *ctx, const struct view *view)
{
	struct bench *b = ctx;

	for (size_t i = 0; i < view->nrows; i++) {
		assert_true(b->n < MOST);
		assert_int_equal(view->rows[i].nkeys, 0);
		b->tails[b->n] = view->rows[i].cells[1].u;
		b->seen[b->n++] = view->rows[i].cells[0].u;
	}
	return b->answer;
}

static int bench_try(struct bench *b, const char *text)
{
	const struct snapshot_options options = {.records = {on_records, b}};

	memset(b, 0, sizeof(*b));
	fake_trace_start(&b->t, 2, tables, sizeof(tables) / sizeof(tables[0]));
	b->expansion.streams = streams;
	b->expansion.nstreams = 2;
	assert_int_equal(header_parse(text, "t.c", &b->t.header, &b->t.err), 0);
	fake_trace_load(&b->t);
	return snapshot_new(b->t.trace, &b->t.plan, &b->expansion, &options, &b->snapshot,
			    &b->t.err);
}

static void bench_open(struct bench *b, const char *text)
{
	assert_int_equal(bench_try(b, text), 0);
	assert_int_equal(snapshot_begin(b->snapshot, &b->t.err), 0);
}

static void bench_close(struct bench *b)
{
	snapshot_free(b->snapshot);
	fake_trace_close(&b->t);
}

static void send(struct bench *b, const char *table, unsigned cpu, uint64_t time, uint64_t n)
{
	const uint64_t pair[2] = {n, 7};

	assert_int_equal(fake_send(b->t.k, table, cpu, time, pair, sizeof(pair)), 0);
}

static void turn(struct bench *b, bool all)
{
	assert_int_equal(pump_turn(snapshot_pump(b->snapshot), all, &b->t.err), b->answer);
}

static void seen(struct bench *b, const char *wanted)
{
	struct buf got = {0};

	for (size_t i = 0; i < b->n; i++)
		buf_addf(&got, "%s%d", i ? " " : "", (int)b->seen[i]);
	assert_string_equal(buf_string(&got), wanted);
	buf_free(&got);
}

static void cpus_are_put_in_order(void **state)
{
	struct bench b;
	uint64_t now;

	(void)state;
	bench_open(&b, "/// show perf lines\n");
	now = b.t.k->ops->now(b.t.k);
	send(&b, "perf", 0, now + 10, 1);
	send(&b, "perf", 0, now + 30, 3);
	send(&b, "perf", 1, now + 20, 2);
	fake_advance(b.t.k, 25);
	turn(&b, false);
	/* What was sent in this turn may still have something before it that is not there yet. */
	seen(&b, "");
	send(&b, "perf", 1, now + 24, 24);
	fake_advance(b.t.k, 25);
	turn(&b, false);
	seen(&b, "1 2 24");
	fake_advance(b.t.k, 25);
	turn(&b, false);
	seen(&b, "1 2 24 3");
	bench_close(&b);
}

static void the_last_turn_holds_nothing_back(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "/// show perf lines\n/// show ring lines\n");
	send(&b, "perf", 1, 3000000000, 2);
	send(&b, "perf", 0, 2000000000, 1);
	send(&b, "ring", 0, 0, 9);
	send(&b, "ring", 1, 0, 8);
	turn(&b, true);
	seen(&b, "1 2 9 8");
	bench_close(&b);
}

static void what_was_sent_before_the_beginning_is_not_shown(void **state)
{
	struct bench b;

	(void)state;
	assert_int_equal(bench_try(&b, "/// show ring lines\n"), 0);
	send(&b, "ring", 0, 0, 1);
	assert_int_equal(snapshot_begin(b.snapshot, &b.t.err), 0);
	send(&b, "ring", 0, 0, 2);
	turn(&b, true);
	seen(&b, "2");
	bench_close(&b);
}

static void a_short_record_ends_in_zeroes(void **state)
{
	struct bench b;
	uint64_t n = 5, longer[3] = {6, 7, 8};

	(void)state;
	bench_open(&b, "/// show ring lines\n");
	send(&b, "ring", 0, 0, 4);
	assert_int_equal(fake_send(b.t.k, "ring", 0, 0, &n, sizeof(n)), 0);
	assert_int_equal(fake_send(b.t.k, "ring", 0, 0, &n, 0), 0);
	assert_int_equal(fake_send(b.t.k, "ring", 0, 0, longer, sizeof(longer)), 0);
	turn(&b, true);
	seen(&b, "4 5 0 6");
	assert_int_equal(b.tails[0], 7);
	assert_int_equal(b.tails[1], 0);
	assert_int_equal(b.tails[3], 7);
	bench_close(&b);
}

static void many_come_in_order(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "/// show perf lines\n");
	for (unsigned i = 0; i < 7919; i++)
		send(&b, "perf", (i / 7) & 1, 2000000000 + i, i);
	turn(&b, true);
	assert_int_equal(b.n, 7919);
	for (unsigned i = 0; i < 7919; i++)
		assert_int_equal(b.seen[i], i);
	bench_close(&b);
}

/* What the kernel says and what the text counted are one and the same loss: not added. */
static void lost_records_are_counted_once(void **state)
{
	struct bench b;
	struct sample sample = {0};
	uint32_t slot = 0;
	uint64_t n = 11;

	(void)state;
	bench_open(&b, "/// show perf lines\n/// show ring lines\n");
	assert_int_equal(b.t.k->ops->map_update(b.t.k, fake_map(b.t.k, TABLE_LOST), &slot, &n), 0);
	fake_lose(b.t.k, "perf", 10);
	slot++;
	n = 5;
	assert_int_equal(b.t.k->ops->map_update(b.t.k, fake_map(b.t.k, TABLE_LOST), &slot, &n), 0);
	send(&b, "perf", 0, 2000000000, 1);
	turn(&b, true);
	assert_int_equal(snapshot_take(b.snapshot, &sample, &b.t.err), 0);
	assert_int_equal(sample.account.lost, 16);
	assert_int_equal(sample.nviews, 2);
	assert_true(sample.views[0].stream);
	assert_int_equal(sample.views[0].lost, 11);
	assert_int_equal(sample.views[0].total, 1);
	assert_int_equal(sample.views[1].lost, 5);
	sample_free(&sample);
	sample = (struct sample){0};
	fake_lose(b.t.k, "perf", 3);
	assert_int_equal(snapshot_take(b.snapshot, &sample, &b.t.err), 0);
	assert_int_equal(sample.account.lost, 2);
	assert_int_equal(sample.views[0].total, 0);
	sample_free(&sample);
	bench_close(&b);
}

/* Nobody reads the other buffer: what finds no room there is missed by nobody. */
static void what_is_not_shown_is_not_lost(void **state)
{
	struct bench b;
	struct sample sample = {0};
	uint32_t slot = 1; /* the ring buffer's */
	uint64_t n = 5;

	(void)state;
	bench_open(&b, "/// show perf lines\n");
	assert_int_equal(b.t.k->ops->map_update(b.t.k, fake_map(b.t.k, TABLE_LOST), &slot, &n), 0);
	assert_int_equal(snapshot_take(b.snapshot, &sample, &b.t.err), 0);
	assert_int_equal(sample.account.lost, 0);
	sample_free(&sample);
	bench_close(&b);
}

static void a_reader_that_is_gone_ends_it(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "/// show ring lines\n");
	b.answer = -EPIPE;
	send(&b, "ring", 0, 0, 1);
	turn(&b, true);
	bench_close(&b);
}

static void wrong_lines_say_where(void **state)
{
	static const struct {
		const char *text;
		const char *says;
	} cases[] = {
		{"\n/// show perf hist\n",
		 "t.c:2: perf is a buffer of records: they are shown as lines"},
		{"/// show perf lines \"%nn\"\n",
		 "t.c:1: show perf: its entries have no field 'nn'"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench b;

		assert_int_equal(bench_try(&b, cases[i].text), -EINVAL);
		assert_memory_equal(b.t.err.text, cases[i].says, strlen(cases[i].says));
		bench_close(&b);
	}
}

static void an_unknown_record_is_refused(void **state)
{
	struct object_table *known = &tables[5];
	struct bench b;

	(void)state;
	known->flags = 0;
	assert_int_equal(bench_try(&b, "/// show perf lines\n"), -ENOENT);
	assert_non_null(strstr(b.t.err.text, "t.c:1: what the records of perf look like"));
	bench_close(&b);
	tables[0].fields = (char *)"n#u64\ntail#u64";
	bench_open(&b, "/// show perf lines\n");
	send(&b, "perf", 0, 2000000000, 3);
	turn(&b, true);
	seen(&b, "3");
	assert_int_equal(b.tails[0], 7);
	bench_close(&b);
	tables[0].fields = (char *)"";
	known->flags = 1;
}

static void fields_of_bcc(void **state)
{
	static const struct {
		const char *fields;
		const char *json;
		size_t size;
	} cases[] = {
		{"pid#u32\ncomm#char[16]\nts#u64",
		 "[\"\", [[\"pid\",\"unsigned "
		 "int\"],[\"comm\",\"char\",[16]],[\"__pad_20\",\"char\",[4]],"
		 "[\"ts\",\"unsigned long long\"]], \"struct_packed\"]",
		 32},
		{"p#struct task_struct *\ne#enum kind",
		 "[\"\", [[\"p\",\"unsigned long long\"],"
		 "[\"e\",\"unsigned int\"],[\"__pad_12\",\"char\",[4]]], \"struct_packed\"]",
		 16},
		{"a#char [4]", "[\"\", [[\"a\",\"char\",[4]]], \"struct_packed\"]", 4},
		{"s#struct inner", NULL, 0},
		{"a#u8[2][3]", NULL, 0},
		{"a#u8[0]", NULL, 0},
		{"pid", NULL, 0},
		{"", NULL, 0},
		{"a#", NULL, 0},
		{"a#[2]", NULL, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t size;
		char *json = event_fields_type(cases[i].fields, &size);

		if (!cases[i].json) {
			assert_null(json);
			continue;
		}
		assert_string_equal(json, cases[i].json);
		assert_int_equal(size, cases[i].size);
		free(json);
	}
}

static void held_stays_below_its_most(void **state)
{
	static unsigned char big[1 << 20];
	struct held held = {.stride = sizeof(big)};
	int rc = 0;

	(void)state;
	for (unsigned i = 0; rc == 0 && i < 4096; i++)
		rc = held_add(&held, big, sizeof(big), i);
	assert_int_equal(rc, -ENOSPC);
	assert_true(held.room * held.stride <= 4 * HELD_MOST_BYTES);
	held_free(&held);
}

/* More than is held comes in one turn: it is shown in pieces, and nothing of it is lost. */
static void what_is_too_much_to_hold_is_shown_before(void **state)
{
	static char big[] = "[\"big\", [[\"n\"," U64 "], [\"rest\",\"char\",[262136]]], "
			    "\"struct_packed\"]";
	struct object_table *const known[] = {&tables[3], &tables[5]};
	struct bench b;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		known[i]->leaf_size = 262144;
		known[i]->leaf_desc = big;
	}
	bench_open(&b, "/// show ring lines\n/// show perf lines\n");
	for (unsigned i = 0; i < 300; i++)
		send(&b, "ring", 0, 0, i);
	turn(&b, true);
	assert_int_equal(b.n, 300);
	for (unsigned i = 0; i < 300; i++)
		send(&b, "perf", i & 1, 2000000000 + i, i);
	turn(&b, true);
	assert_int_equal(b.n, 600);
	bench_close(&b);
	for (size_t i = 0; i < 2; i++) {
		known[i]->leaf_size = 16;
		known[i]->leaf_desc = (char *)PAIR;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cpus_are_put_in_order),
		cmocka_unit_test(the_last_turn_holds_nothing_back),
		cmocka_unit_test(what_was_sent_before_the_beginning_is_not_shown),
		cmocka_unit_test(a_short_record_ends_in_zeroes),
		cmocka_unit_test(many_come_in_order),
		cmocka_unit_test(lost_records_are_counted_once),
		cmocka_unit_test(what_is_not_shown_is_not_lost),
		cmocka_unit_test(a_reader_that_is_gone_ends_it),
		cmocka_unit_test(wrong_lines_say_where),
		cmocka_unit_test(an_unknown_record_is_refused),
		cmocka_unit_test(fields_of_bcc),
		cmocka_unit_test(held_stays_below_its_most),
		cmocka_unit_test(what_is_too_much_to_hold_is_shown_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
