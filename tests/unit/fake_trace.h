/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fake_trace.h - a trace on the kernel in memory, made of tables and a header: what several tests
 * begin with. To be included behind cmocka.h.
 */
#ifndef KW_TESTS_FAKE_TRACE_H
#define KW_TESTS_FAKE_TRACE_H

#include <string.h>

#include "kernel/fake.h"
#include "kernel/trace.h"
#include "program/header.h"
#include "program/plan.h"

struct fake_trace {
	struct kernel *k;
	struct object object;
	struct header header;
	struct plan plan;
	struct trace *trace;
	struct error err;
};

/* Zeroed but for the kernel and the object: what else the object and the plan need is the test's.
 */
static inline void fake_trace_start(struct fake_trace *t, unsigned cpus,
				    struct object_table *tables, size_t n)
{
	memset(t, 0, sizeof(*t));
	assert_int_equal(kernel_fake(&t->k, cpus), 0);
	t->object.tables = tables;
	t->object.ntables = (uint32_t)n;
	t->object.license = (char *)"GPL";
	t->plan.header = &t->header;
}

static inline void fake_trace_load(struct fake_trace *t)
{
	assert_int_equal(trace_new(t->k, &t->object, &t->plan, &t->trace, &t->err), 0);
	assert_int_equal(trace_load(t->trace, &t->err), 0);
}

/* Nothing of it is left in the kernel. */
static inline void fake_trace_close(struct fake_trace *t)
{
	trace_free(t->trace);
	assert_int_equal(fake_open_maps(t->k), 0);
	assert_int_equal(fake_open_progs(t->k), 0);
	assert_int_equal(fake_open_streams(t->k), 0);
	assert_int_equal(fake_open_witnesses(t->k), 0);
	header_free(&t->header);
	kernel_fake_free(t->k);
	error_clear(&t->err);
}

#endif
