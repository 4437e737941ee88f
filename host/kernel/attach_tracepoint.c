/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tracepoints, by their number in tracefs.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "kernel/attach.h"
#include "kernel/facts.h"

/* Return: the tracepoint's number, or a negative errno. */
static long tracepoint_id(const char *tracefs, const char *category, const char *name)
{
	struct buf path = {0}, text = {0};

	buf_addf(&path, "%s/events/%s/%s/id", tracefs, category, name);
	long id = buf_error(&path);

	if (id == 0)
		id = buf_read_file(&text, path.data, 64);
	if (id == 0)
		id = strtol(buf_string(&text), NULL, 10);
	buf_free(&path);
	buf_free(&text);
	return id == 0 ? -EINVAL : id;
}

static int tracepoint_attach(const struct probe *probe, int prog, struct link *link,
			     struct error *err)
{
	const char *tracefs = facts_tracefs();
	struct perf_event_attr attr = {.type = PERF_TYPE_TRACEPOINT};

	if (!tracefs)
		return error_failed(err, -ENOENT,
				    "tracefs is not mounted: mount -t tracefs tracefs "
				    "/sys/kernel/tracing");
	long id = tracepoint_id(tracefs, probe->group, probe->name);

	if (id == -ENOENT)
		return error_failed(err, -ENOENT,
				    "this kernel has no tracepoint %s:%s; %s/events lists them",
				    probe->group, probe->name, tracefs);
	if (id < 0)
		return error_failed(err, (int)id, "cannot read tracepoint %s:%s: %s", probe->group,
				    probe->name, strerror((int)-id));
	attr.config = (uint64_t)id;
	attr.sample_period = 1;
	attr.wakeup_events = 1;
	int rc = attach_perf_open(&attr);

	if (rc >= 0)
		rc = attach_perf_program(rc, prog, link);
	/* perf_event_set_bpf_prog() in kernel/events/core.c compares it with the record's end. */
	if (rc == -EACCES)
		return error_failed(
			err, rc,
			"the handler reads beyond what tracepoint %s:%s gives it: it was "
			"written for another one, or for another kernel",
			probe->group, probe->name);
	/* BPF_TRACE_MAX_PROGS in kernel/trace/bpf_trace.c. */
	if (rc == -E2BIG)
		return error_failed(
			err, rc,
			"the kernel runs no more than 64 handlers at a tracepoint, those of other "
			"tracers among them, and %s:%s has as many: make one handler of several, "
			"or "
			"attach some to a raw tracepoint, which has no such limit",
			probe->group, probe->name);
	if (rc < 0)
		return error_failed(err, rc, "cannot attach to tracepoint %s:%s: %s", probe->group,
				    probe->name, strerror(-rc));
	return 0;
}

const struct attacher attach_tracepoint = {
	.type = BPF_PROG_TYPE_TRACEPOINT,
	.attach = tracepoint_attach,
};
