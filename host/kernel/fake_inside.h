/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fake_inside.h - what the fake kernel remembers: fake.c answers from it, fake_control.c is the
 * test's side.
 */
#ifndef KW_KERNEL_FAKE_INSIDE_H
#define KW_KERNEL_FAKE_INSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/fake_map.h"
#include "kernel/kernel.h"

#define FAKE_FIRST_FD 3

enum op {
	OP_MAP_CREATE,
	OP_MAP_NEXT_KEY,
	OP_MAP_LOOKUP,
	OP_MAP_LOOKUP_BATCH,
	OP_MAP_UPDATE,
	OP_MAP_DELETE,
	OP_MAP_TAKE,
	OP_MAP_ADD,
	OP_PROG_LOAD,
	OP_ATTACH,
	OP_ATTACH_MANY,
	OP_DETACH,
	OP_LINK_COUNTS,
	OP_PROG_COUNTS,
	OP_WITNESS_NEW,
	OP_WITNESS_READ,
	OP_STATS,
	OP_GRACE,
	OP_SETTLE,
	OP_NOW,
	OP_SELF,
	OP_CLOSE,
	OP_COUNT,
};

/* What a test asked of one operation. */
struct trap {
	unsigned after;
	int code;
	void (*hook)(struct kernel *k, void *ctx);
	void *ctx;
};

struct link {
	struct link *newer;
	char *probe;
	int64_t missed;
	int prog;
};

/* What a site was reached, by probe_format(); a witness that is open counts it. */
struct site {
	struct site *next;
	char *probe;
	int64_t events;
};

struct witness {
	size_t n;
	char **probes;
};

struct file {
	enum file_kind { FILE_CLOSED, FILE_MAP, FILE_PROG } what;
	struct fake_table *table;
	uint64_t runs; /* of a program */
};

/**
 * struct fake - the fake kernel
 * @files:	by descriptor - FAKE_FIRST_FD; a number is never given twice, so that the use of a
 *		closed descriptor is seen
 * @in_hook:	a hook is at work: its own calls meet no hook and no failure
 */
struct fake {
	struct kernel base;
	struct file *files;
	size_t nfiles;
	struct link *links; /* oldest first */
	struct stream *streams;
	struct site *sites;
	unsigned witnesses; /* open */
	uint64_t clock;
	struct trap traps[OP_COUNT];
	bool in_hook;
};

int fake_stream_open(struct kernel *k, const struct stream_spec *spec, struct stream **out);
int fake_stream_fd(struct kernel *k, const struct stream *stream);
int fake_stream_drain(struct kernel *k, struct stream *stream);
int64_t fake_stream_lost(struct kernel *k, const struct stream *stream);
void fake_stream_close(struct kernel *k, struct stream *stream);

static inline struct fake *to_fake(const struct kernel *k)
{
	return (struct fake *)(uintptr_t)k;
}

#endif
