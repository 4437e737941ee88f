/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attach.h - the ways to attach a program, one small file each. Private to the kernel floor.
 */
#ifndef KW_KERNEL_ATTACH_H
#define KW_KERNEL_ATTACH_H

#include <linux/perf_event.h>
#include <stdint.h>

#include "base/error.h"
#include "kernel/kernel.h"
#include "program/probe.h"

/**
 * struct link - one attachment
 * @link_fd:	a BPF link, or -1 where the program was set by ioctl
 * @perf_fd:	the perf event, or -1
 * @event:	name of an event that libbcc made in tracefs, to be removed by name; or NULL
 */
struct link {
	enum probe_kind kind;
	int link_fd;
	int perf_fd;
	char *event;
};

/**
 * struct attacher - one mechanism
 * @attach:	fill @link (zeroed, descriptors -1); on failure leave nothing attached and say in
 *@err what was refused, why, and what to do
 */
struct attacher {
	int (*attach)(const struct probe *probe, int prog, struct link *link, struct error *err);
};

extern const struct attacher attach_kprobe;
extern const struct attacher attach_tracepoint;

/**
 * attach_perf_open - a perf event for every process on CPU 0, the one that dynamic and trace events
 * are opened on (they fire on all CPUs for a program all the same; kernel/events/core.c)
 *
 * Return: descriptor or negative errno.
 */
int attach_perf_open(struct perf_event_attr *attr);

/**
 * attach_perf_program - let @prog run at a perf event: by a BPF link (5.15), else by ioctl
 *
 * Return: 0 and the descriptors in @link, which then owns @perf_fd; or a negative errno, and
 * @perf_fd is closed.
 */
int attach_perf_program(int perf_fd, int prog, struct link *link);

/**
 * attach_new - attach by the kind of the probe
 */
int attach_new(const struct probe *probe, int prog, struct link **out, struct error *err);
void attach_free(struct link *link);

#endif
