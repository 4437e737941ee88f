/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Perf's own events: hardware, software and cache events on each CPU, and clocks: profile on each
 * CPU, interval on one.
 */
#include <errno.h>
#include <string.h>

#include "kernel/attach.h"
#include "kernel/facts.h"
#include "program/perf_events.h"

/* The event of a probe point, as perf_event_open(2) wants it. */
static struct perf_event_attr event_attr(const struct probe *probe)
{
	struct perf_event_attr attr = {0};
	struct perf_event event = {0};

	perf_event_find(probe->kind, probe->name, &event);
	attr.type = event.type;
	attr.config = event.config;
	attr.sample_period = probe->number ? probe->number : event.period;
	return attr;
}

/* hz is a frequency, all others are periods of the CPU's clock, which counts nanoseconds. */
static struct perf_event_attr timer_attr(const struct probe *probe)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_CPU_CLOCK,
	};

	if (strcmp(probe->group, "hz") == 0) {
		attr.freq = 1;
		attr.sample_freq = probe->number;
	} else {
		uint64_t ns = strcmp(probe->group, "s") == 0	? 1000000000u
			      : strcmp(probe->group, "ms") == 0 ? 1000000u
								: 1000u;

		attr.sample_period = probe->number * ns;
	}
	return attr;
}

static int explain(const struct probe *probe, int code, struct error *err)
{
	bool hardware = probe->kind == PROBE_HARDWARE || probe->kind == PROBE_CACHE;
	char point[128];

	probe_format(probe, point, sizeof(point));
	if (hardware && (code == -ENOENT || code == -ENODEV || code == -EOPNOTSUPP))
		return error_failed(err, code,
				    "%s: this machine does not count such events (virtual machines "
				    "mostly count none); software:cpu-clock is everywhere",
				    point);
	if (code == -EACCES || code == -EPERM)
		return error_failed(err, code,
				    "not allowed to open %s: run as root, and see "
				    "/proc/sys/kernel/perf_event_paranoid",
				    point);
	if (code == -EINVAL)
		return error_failed(err, code,
				    "%s: perf refuses it; a frequency above "
				    "/proc/sys/kernel/perf_event_max_sample_rate is too high",
				    point);
	return error_failed(err, code, "cannot open %s: %s", point, strerror(-code));
}

/* The event on one CPU, in @link. Return: 0, -ENODEV when the CPU went offline, or another errno.
 */
static int attach_on(struct perf_event_attr attr, unsigned cpu, int prog, struct link *link)
{
	int fd = attach_perf_open_on(&attr, (int)cpu);

	return fd < 0 ? fd : attach_perf_program(fd, prog, link);
}

static int attach_cpus(const struct probe *probe, struct perf_event_attr attr, bool all, int prog,
		       struct link *first, struct error *err)
{
	struct link *link = first;
	bool any = false;

	for (unsigned cpu = 0; cpu < facts_cpus_limit(); cpu++) {
		if (!facts_cpu_online(cpu))
			continue;
		if (any) {
			link = attach_link_next(link);
			if (!link)
				return error_nomem(err);
		}
		int rc = attach_on(attr, cpu, prog, link);

		if (rc < 0)
			return explain(probe, rc, err);
		any = true;
		if (!all)
			break;
	}
	return 0;
}

static int event_attach(const struct probe *probe, int prog, struct link *link, struct error *err)
{
	return attach_cpus(probe, event_attr(probe), true, prog, link, err);
}

static int timer_attach(const struct probe *probe, int prog, struct link *link, struct error *err)
{
	return attach_cpus(probe, timer_attr(probe), probe->kind == PROBE_PROFILE, prog, link, err);
}

const struct attacher attach_perf_event = {
	.type = BPF_PROG_TYPE_PERF_EVENT,
	.attach = event_attach,
};

const struct attacher attach_timer = {
	.type = BPF_PROG_TYPE_PERF_EVENT,
	.attach = timer_attach,
};
