/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fake.h - a kernel in memory, for tests: hashes, arrays and per-CPU tables that behave as bpf(2)
 * documents, programs that never run, attachments that are only remembered.
 */
#ifndef KW_KERNEL_FAKE_H
#define KW_KERNEL_FAKE_H

#include "kernel/kernel.h"

/**
 * kernel_fake - a new fake kernel with @cpus possible CPUs; its clock starts at 1 s and stands
 * still
 */
int kernel_fake(struct kernel **out, unsigned cpus);
void kernel_fake_free(struct kernel *k);

/* Move the clock. */
void fake_advance(struct kernel *k, uint64_t ns);

/**
 * fake_fail - let an operation fail
 * @op:		its name in struct kernel_ops, "map_lookup"
 * @after:	how many calls still succeed
 * @code:	negative errno it then returns, each time; 0 ends it
 */
void fake_fail(struct kernel *k, const char *op, unsigned after, int code);

/**
 * fake_hook - @hook is called at the start of an operation, to change tables under a reader
 */
void fake_hook(struct kernel *k, const char *op, void (*hook)(struct kernel *k, void *ctx),
	       void *ctx);

/**
 * fake_miss - link_counts() of the attachments to @probe, as probe_format() writes it, says @missed
 * from now on; 0 before
 */
void fake_miss(struct kernel *k, const char *probe, int64_t missed);

/**
 * fake_send - a record into an open perf or ring buffer, as a program on @cpu would at @time;
 * fake_lose - @n more records found no room
 */
int fake_send(struct kernel *k, const char *table, unsigned cpu, uint64_t time, const void *data,
	      size_t size);
void fake_lose(struct kernel *k, const char *table, int64_t n);
unsigned fake_open_streams(const struct kernel *k);

/**
 * fake_reach - the site @probe, a kprobe, is reached @events times more, as a witness counts it
 * fake_run - the program attached to @probe runs @runs times more
 */
void fake_reach(struct kernel *k, const char *probe, int64_t events);
void fake_run(struct kernel *k, const char *probe, uint64_t runs);

/* How many maps, programs and attachments are open now; all must be 0 at the end of a run. */
unsigned fake_open_maps(const struct kernel *k);
unsigned fake_open_progs(const struct kernel *k);
unsigned fake_open_links(const struct kernel *k);
unsigned fake_open_witnesses(const struct kernel *k);

/**
 * fake_map - descriptor of the newest open map of that name, or -ENOENT
 */
int fake_map(const struct kernel *k, const char *name);

/**
 * fake_attached - probe points attached now, oldest first, as probe_format() writes them, newline
 * separated; the caller frees
 */
char *fake_attached(const struct kernel *k);

#endif
