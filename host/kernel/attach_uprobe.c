/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uprobe and uretprobe through the uprobe PMU (4.17). They sit on the file, so a process that maps
 * it later has them too. With a process, the event is that process's own: the kernel puts the
 * breakpoint into no other (uprobe_perf_filter(), kernel/trace/trace_uprobe.c).
 *
 * A USDT probe is a uprobe at its nop. Where it has a semaphore, the kernel raises it in each
 * process that gets the breakpoint, and lowers it when the event is closed, however this process
 * ends (4.20, ref_ctr_offset in kernel/events/uprobes.c); before that, it is raised by hand.
 *
 * Many places of one file go into one link where there are such (multi.h).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/attach.h"
#include "kernel/facts.h"
#include "kernel/multi.h"

/* Where perf_event_attr.config has the semaphore (PERF_UPROBE_REF_CTR_OFFSET_SHIFT). */
#define SEMAPHORE_SHIFT 32

/*
 * All probes of a place have the same semaphore, or none: others get EINVAL (alloc_uprobe(),
 * kernel/events/uprobes.c). BCC 0.26's Python leaves out the argument of bpf_attach_uprobe() that
 * is the semaphore, so that it is what the register held.
 */

/* include/linux/errno.h; comes out of perf_event_open(2) for instructions that cannot be probed. */
#define KERNEL_ENOTSUPP 524

static int explain(const struct probe *probe, int code, struct error *err)
{
	const char *name = probe->name, *file = probe->group;

	switch (code) {
	case -ENOENT:
		return error_failed(err, code, "%.200s is gone%s", file,
				    strncmp(file, "/proc/", 6) == 0
					    ? ": the process whose file it is has ended"
					    : "");
	case -ESRCH:
		return error_failed(err, code, "process %d has ended", (int)probe->pid);
	case -KERNEL_ENOTSUPP:
	case -EOPNOTSUPP:
		return error_failed(err, code,
				    "the kernel cannot probe %.100s of %.200s: its instruction "
				    "there cannot be replaced",
				    name, file);
	case -EIO:
	case -EINVAL:
		return error_failed(
			err, code,
			"the kernel refuses to probe %.100s of %.200s: the file system "
			"that it is on cannot be probed, or %s",
			name, file,
			probe->semaphore ? "another tracer probes this place without its semaphore"
					 : "no instruction begins there, or another tracer probes "
					   "this place with a semaphore (BCC 0.26 does so by "
					   "mistake)");
	case -EACCES:
	case -EPERM:
		return error_failed(err, code, "not allowed to probe %.100s of %.200s: run as root",
				    name, file);
	default:
		return error_failed(err, code, "cannot probe %.100s of %.200s: %s", name, file,
				    strerror(-code));
	}
}

static int uprobe_check(const struct probe *probe, struct error *err)
{
	if (fact(FACT_UPROBES) && probe->semaphore && !fact(FACT_SEMAPHORES) && !probe->pid)
		return error_failed(
			err, -EOPNOTSUPP,
			"%.100s has a semaphore, and this kernel (%s) raises none, which "
			"came with 4.20: give --pid, for it can be raised in one process",
			probe->name, facts_release());
	if (fact(FACT_UPROBES))
		return 0;
	return error_failed(err, -EOPNOTSUPP,
			    "this kernel (%s) has no uprobes (CONFIG_UPROBE_EVENTS is off): "
			    "functions of programs cannot be probed",
			    facts_release());
}

static int raise_by_hand(const struct probe *probe, struct link *link, struct error *err)
{
	int rc = semaphore_raise(probe->pid, probe->group, probe->semaphore, &link->semaphore);

	if (rc == -ENOENT)
		return error_failed(err, rc,
				    "process %d has not mapped %.200s yet, so the semaphore of "
				    "%.100s cannot be raised there",
				    (int)probe->pid, probe->group, probe->name);
	return rc < 0 ? error_failed(err, rc, "cannot raise the semaphore of %.100s: %s",
				     probe->name, strerror(-rc))
		      : 0;
}

static int uprobe_attach(const struct probe *probe, int prog, struct link *link, struct error *err)
{
	struct perf_event_attr attr = {.sample_period = 1, .wakeup_events = 1};
	bool by_hand = probe->semaphore && !fact(FACT_SEMAPHORES);
	unsigned type, ret_bit;
	int rc = attach_pmu("uprobe", &type, &ret_bit);

	if (probe->semaphore >> SEMAPHORE_SHIFT)
		return error_failed(err, -EFBIG,
				    "the semaphore of %.100s is beyond the first 4 GB of %.200s, "
				    "where the kernel raises none",
				    probe->name, probe->group);
	if (rc == 0) {
		attr.type = type;
		if (probe->kind == PROBE_URETPROBE)
			attr.config = 1ull << ret_bit;
		if (!by_hand)
			attr.config |= probe->semaphore << SEMAPHORE_SHIFT;
		/* uprobe_path and probe_offset (include/uapi/linux/perf_event.h). */
		attr.config1 = (uint64_t)(uintptr_t)probe->group;
		attr.config2 = probe->address;
		rc = attach_perf_open_for(&attr, probe->pid);
	}
	if (rc >= 0)
		rc = attach_perf_program(rc, prog, link);
	if (rc < 0)
		return explain(probe, rc, err);
	return by_hand ? raise_by_hand(probe, link, err) : 0;
}

static bool uprobe_can_many(enum probe_kind kind)
{
	(void)kind;
	return fact(FACT_UPROBE_MULTI);
}

static int uprobe_attach_many(const struct probe *const *probes, size_t n, int prog,
			      struct link *link, struct error *err)
{
	uint64_t *offsets = calloc(n, sizeof(*offsets)), *semaphores = calloc(n, sizeof(*offsets));
	bool raises = false;
	int rc = -ENOMEM;

	for (size_t i = 0; offsets && semaphores && i < n; i++) {
		offsets[i] = probes[i]->address;
		semaphores[i] = probes[i]->semaphore;
		raises |= probes[i]->semaphore != 0;
	}
	if (offsets && semaphores) {
		const struct uprobe_multi multi = {
			.path = probes[0]->group,
			.offsets = offsets,
			.semaphores = raises ? semaphores : NULL,
			.n = (uint32_t)n,
			.returns = probes[0]->kind == PROBE_URETPROBE,
			.pid = probes[0]->pid,
		};

		rc = uprobe_multi_link(prog, &multi);
	}
	free(offsets);
	free(semaphores);
	if (rc < 0)
		return error_failed(err, rc, "the kernel refuses %zu probes of %.200s at once: %s",
				    n, probes[0]->group, strerror(-rc));
	link->link_fd = rc;
	return 0;
}

const struct attacher attach_uprobe = {
	.type = BPF_PROG_TYPE_KPROBE,
	.check = uprobe_check,
	.attach = uprobe_attach,
	.can_many = uprobe_can_many,
	.attach_many = uprobe_attach_many,
	.many_type = UPROBE_MULTI_ATTACH,
};
