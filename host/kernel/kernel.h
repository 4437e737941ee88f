/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel.h - the kernel, as a table of operations.
 *
 * All that is above sees the kernel through this table. kernel_real() is bpf(2) through libbcc's
 * and libbpf's calls; kernel_fake() keeps tables in memory, runs nothing, and fails when told to,
 * so that sampling, output and fault handling are tested without a VM.
 */
#ifndef KW_KERNEL_KERNEL_H
#define KW_KERNEL_KERNEL_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "object/object.h"
#include "program/probe.h"

/**
 * struct map_spec - a table to create; fields as in bpf(2)
 * @inner:	descriptor of a map like those that an outer map will hold, or -1
 */
struct map_spec {
	const char *name;
	uint32_t type;
	uint32_t key_size;
	uint32_t leaf_size;
	uint32_t max_entries;
	uint32_t flags;
	int inner;
};

/**
 * struct prog_spec - a program to load
 * @kind:	kind of the point it will be attached to; decides the program type
 * @insns:	final instructions: descriptors and constants filled in
 * @target:	fentry, fexit, lsm: name of what it attaches to, else NULL
 * @many:	it will be attached by attach_many
 * @lines:	where instructions came from in the text @text of the file @file, for what the
 *		verifier says; @nlines of them. All may be missing
 * @lacks, @lacks_line: of verdict_lacks(), for the same
 */
struct prog_spec {
	const char *name;
	enum probe_kind kind;
	const struct bpf_insn *insns;
	uint32_t ninsns;
	const char *license;
	uint32_t kern_version;
	const char *target;
	bool many;
	const struct object_line *lines;
	uint32_t nlines;
	const char *file;
	const char *text;
	const char *lacks;
	uint32_t lacks_line;
};

struct link;	/* one attachment; opaque */
struct witness; /* counts of the kernel's own of some functions; opaque */

/* A counter that this kernel does not have. */
#define COUNT_UNKNOWN (-1)

/**
 * struct link_counts - what the kernel says of one attachment
 * @missed:	events that reached the probe but for which no handler ran; for a return probe,
 *entries whose return is not seen; or COUNT_UNKNOWN
 */
struct link_counts {
	int64_t missed;
};

/**
 * struct prog_counts - what the kernel says of one program
 * @skipped:	events for which it did not run because another program held the CPU, or
 * COUNT_UNKNOWN
 * @runs:	how often it ran, while statistics were on
 * @run_ns:	how long in all
 */
struct prog_counts {
	int64_t skipped;
	uint64_t runs;
	uint64_t run_ns;
};

struct stream; /* a perf or ring buffer that is open for reading; opaque */

/**
 * struct stream_spec - how to open one
 * @map:	descriptor of the table
 * @type:	its type: BPF_MAP_TYPE_PERF_EVENT_ARRAY or BPF_MAP_TYPE_RINGBUF
 * @bytes:	room for records, for each CPU; a power of two of pages. Not used for a ring buffer,
 *		whose table has its size
 * @record:	called for each record that is read. @time_ns: when it was sent, CLOCK_MONOTONIC,
 *		for perf buffers; 0 for ring buffers, whose records have no time. What is not 0 ends
 *		this reading, of all CPUs; the record counts as read
 */
struct stream_spec {
	int map;
	uint32_t type;
	size_t bytes;
	int (*record)(void *ctx, const void *data, size_t size, uint64_t time_ns);
	void *ctx;
};

struct kernel;

/**
 * struct kernel_ops - what a kernel can do; each returns a negative errno on failure
 * @map_create:	descriptor of a new map
 * @map_next_key: the key after @key (NULL: the first); -ENOENT at the end
 * @map_lookup:	@leaf has room for one leaf, or for round_up(leaf, 8) x possible CPUs
 * @map_lookup_batch: as bpf(2) BPF_MAP_LOOKUP_BATCH: @cursor (of at least key size and 4 bytes) is
 *		read when @first is false, and written; @count goes in as room and comes out as
 *entries; -ENOENT when the end was reached (@count entries are valid then too), -ENOSPC when a
 *		bucket did not fit, -EOPNOTSUPP where the kernel or the map type has no batches
 * @map_update:	BPF_ANY
 * @map_take:	look up and delete in one step (hashes: 5.14); -EOPNOTSUPP where there is no such
 *step
 * @map_add:	atomic add to a u64 in an array map, also while programs change it
 * @prog_load:	descriptor of a loaded program; @err holds the verifier's last words on failure
 * @check:	can this kernel attach such a probe at all? -EOPNOTSUPP: @err says what it lacks
 * @attach:	*@link is set; @err says what was refused and why
 * @can_many:	can it attach to many points of a kind at once?
 * @attach_many: the same to @n points of one kind, file and process by one link; where one of them
 *		is refused, none is attached
 * @detach:	takes the link away and frees it
 * @link_counts: what the kernel says of it now
 * @prog_counts: what the kernel says of a program now
 * @witness_new: from now on, the kernel itself counts how often the @n @sites (kprobe points) are
 *reached; one that it refuses is said and not counted
 * @witness_read: @events[i] is how often site i was reached so far, or COUNT_UNKNOWN
 * @witness_free: takes that count away
 * @stats:	switch statistics of run counts and times on, for as long as this kernel is open
 * @grace:	returns when every program run that had begun before the call has ended
 * @settle:	the same, by a way that itself calls as few functions of the kernel as can be
 * @now:	CLOCK_MONOTONIC in ns, as bpf_ktime_get_ns() reads it
 * @self:	process id of this process as programs see it, or a negative errno: not known
 * @close:	closes a descriptor of a map or a program
 * @stream_open: *@stream is set
 * @stream_fd:	descriptor that poll(2) says is readable when there is a good part to read: a ring
 *		buffer that was empty has a record, or a perf buffer of one CPU is a quarter full
 * @stream_drain: reads what is there, records of one CPU (perf) or of all (ring) in their order
 * @stream_lost: records that the kernel says it lost, so far; COUNT_UNKNOWN where it never tells
 */
struct kernel_ops {
	int (*map_create)(struct kernel *k, const struct map_spec *spec);
	int (*map_next_key)(struct kernel *k, int map, const void *key, void *next);
	int (*map_lookup)(struct kernel *k, int map, const void *key, void *leaf);
	int (*map_lookup_batch)(struct kernel *k, int map, int first, void *cursor, void *keys,
				void *leaves, uint32_t *count);
	int (*map_update)(struct kernel *k, int map, const void *key, const void *leaf);
	int (*map_delete)(struct kernel *k, int map, const void *key);
	int (*map_take)(struct kernel *k, int map, const void *key, void *leaf);
	int (*map_add)(struct kernel *k, int map, uint32_t index, int64_t delta);
	int (*prog_load)(struct kernel *k, const struct prog_spec *spec, struct error *err);
	int (*check)(struct kernel *k, const struct probe *probe, struct error *err);
	int (*attach)(struct kernel *k, const struct probe *probe, int prog, struct link **link,
		      struct error *err);
	bool (*can_many)(struct kernel *k, enum probe_kind kind);
	int (*attach_many)(struct kernel *k, const struct probe *const *probes, size_t n, int prog,
			   struct link **link, struct error *err);
	void (*detach)(struct kernel *k, struct link *link);
	int (*link_counts)(struct kernel *k, const struct link *link, struct link_counts *counts);
	int (*prog_counts)(struct kernel *k, int prog, struct prog_counts *counts);
	int (*witness_new)(struct kernel *k, const struct probe *sites, size_t n,
			   struct witness **out, struct error *err);
	int (*witness_read)(struct kernel *k, struct witness *witness, int64_t *events);
	void (*witness_free)(struct kernel *k, struct witness *witness);
	int (*stats)(struct kernel *k);
	int (*grace)(struct kernel *k);
	int (*settle)(struct kernel *k);
	uint64_t (*now)(struct kernel *k);
	long (*self)(struct kernel *k);
	void (*close)(struct kernel *k, int fd);
	int (*stream_open)(struct kernel *k, const struct stream_spec *spec,
			   struct stream **stream);
	int (*stream_fd)(struct kernel *k, const struct stream *stream);
	int (*stream_drain)(struct kernel *k, struct stream *stream);
	int64_t (*stream_lost)(struct kernel *k, const struct stream *stream);
	void (*stream_close)(struct kernel *k, struct stream *stream);
};

struct kernel {
	const struct kernel_ops *ops;
	unsigned possible_cpus;
};

/**
 * kernel_numbers_are_ours - do programs see processes and threads by the numbers that /proc has
 * here? Not in a pid namespace of our own
 */
bool kernel_numbers_are_ours(struct kernel *k);

/**
 * kernel_real - the running kernel
 *
 * Return: 0, or a negative errno with a line that says what this kernel or user lacks.
 */
int kernel_real(struct kernel **out, struct error *err);
void kernel_free(struct kernel *k);

#endif
