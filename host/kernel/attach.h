/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attach.h - the ways to attach a program, one small file each. Private to the kernel floor.
 */
#ifndef KW_KERNEL_ATTACH_H
#define KW_KERNEL_ATTACH_H

#include <bpf/bpf.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "kernel/kernel.h"
#include "kernel/semaphore.h"
#include "program/probe.h"

/**
 * struct link - one attachment
 * @next:	its part on another CPU, or NULL
 * @link_fd:	a BPF link, or -1 where the program was set by ioctl
 * @perf_fd:	the perf event, or -1
 * @semaphore:	of a USDT probe, raised by hand; or NULL
 * @event:	name of an event that libbcc made in tracefs, to be removed by name; or NULL
 */
struct link {
	enum probe_kind kind;
	struct link *next;
	int link_fd;
	int perf_fd;
	struct semaphore *semaphore;
	char *event;
};

/**
 * struct attacher - one mechanism
 * @type:	of the programs that it takes
 * @check:	can this machine do it at all? Asked before anything is compiled; NULL: no question
 * @target:	what a program must be told of its target when it is loaded; NULL: nothing
 * @attach:	fill @link (zeroed, descriptors -1); on failure say in @err what was refused, why,
 *		and what to do; what @link holds then is taken away by attach_new()
 * @can_many, @attach_many: the same for several probes of one file and process at once; NULL: one
 *		after the other
 * @many_type:	what such a program was loaded for (enum bpf_attach_type)
 */
struct attacher {
	enum bpf_prog_type type;
	int (*check)(const struct probe *probe, struct error *err);
	int (*target)(const struct prog_spec *spec, struct bpf_prog_load_opts *opts,
		      struct error *err);
	int (*attach)(const struct probe *probe, int prog, struct link *link, struct error *err);
	bool (*can_many)(enum probe_kind kind);
	int (*attach_many)(const struct probe *const *probes, size_t n, int prog, struct link *link,
			   struct error *err);
	unsigned many_type;
};

extern const struct attacher attach_kprobe;
extern const struct attacher attach_tracepoint;
extern const struct attacher attach_raw_tracepoint;
extern const struct attacher attach_function; /* fentry, fexit */
extern const struct attacher attach_lsm;
extern const struct attacher attach_perf_event; /* hardware, software, cache */
extern const struct attacher attach_uprobe;
extern const struct attacher attach_timer; /* profile, interval */

/**
 * attacher_of - how a kind is attached; NULL when that is not there yet
 */
const struct attacher *attacher_of(enum probe_kind kind);

/**
 * attach_perf_open - a perf event for every process on CPU 0, the one that dynamic and trace events
 * are opened on (they fire on all CPUs for a program all the same; kernel/events/core.c)
 *
 * Return: descriptor or negative errno.
 */
int attach_perf_open(struct perf_event_attr *attr);

/**
 * attach_perf_open_on - a perf event for every process on one CPU
 */
int attach_perf_open_on(struct perf_event_attr *attr, int cpu);

/**
 * attach_link_next - one more part of an attachment; NULL when memory ran out
 *
 * attach_free() of the first frees all, also when attaching fails midway.
 */
struct link *attach_link_next(struct link *link);

/**
 * attach_perf_open_for - the same for one process, on whatever CPU it runs; @pid 0:
 * attach_perf_open()
 */
int attach_perf_open_for(struct perf_event_attr *attr, pid_t pid);

/**
 * attach_pmu - a dynamic PMU (4.17): its type, and the bit of config that asks for a return probe
 * @name:	"kprobe" or "uprobe"
 *
 * Return: 0, or a negative errno where this kernel has none.
 */
int attach_pmu(const char *name, unsigned *type, unsigned *ret_bit);

/**
 * attach_perf_program - let @prog run at a perf event: by a BPF link (5.15), else by ioctl
 *
 * Return: 0 and the descriptors in @link, which then owns @perf_fd; or a negative errno, and
 * @perf_fd is closed.
 */
int attach_perf_program(int perf_fd, int prog, struct link *link);

/**
 * attach_check - Return: 0, or a negative errno when this machine cannot attach such a probe
 */
int attach_check(const struct probe *probe, struct error *err);

/**
 * attach_new - attach by the kind of the probe
 */
int attach_new(const struct probe *probe, int prog, struct link **out, struct error *err);

/**
 * attach_can_many - can several probes of the kind be attached at once?
 * attach_many - do so; on failure none is attached
 */
bool attach_can_many(enum probe_kind kind);
int attach_many(const struct probe *const *probes, size_t n, int prog, struct link **out,
		struct error *err);
void attach_free(struct link *link);

#endif
