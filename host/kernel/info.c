/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/info.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/version.h>
#include <stddef.h>

#include "kernel/attach.h"
#include "kernel/facts.h"

/*
 * struct bpf_link_info as far as a kprobe's perf link fills it (6.7, include/uapi/linux/bpf.h);
 * older headers to build with do not have it yet.
 */
struct kprobe_link_info {
	uint32_t type;
	uint32_t id;
	uint32_t prog_id;
	uint32_t pad;
	uint32_t perf_type;
	uint32_t perf_pad;
	uint64_t func_name;
	uint32_t name_len;
	uint32_t offset;
	uint64_t addr;
	uint64_t missed;
	uint64_t room[16]; /* for what newer kernels add */
};

/* The same of a link to many functions (6.7). */
struct kprobe_multi_link_info {
	uint32_t type;
	uint32_t id;
	uint32_t prog_id;
	uint32_t pad;
	uint64_t addresses;
	uint32_t n;
	uint32_t flags;
	uint64_t missed;
};

union kernel_link_info {
	struct kprobe_link_info one;
	struct kprobe_multi_link_info many;
};

#define KPROBE_MULTI_LINK 8 /* BPF_LINK_TYPE_KPROBE_MULTI */
#define PERF_EVENT_LINK 7   /* BPF_LINK_TYPE_PERF_EVENT */
#define PERF_EVENT_KPROBE 3 /* enum bpf_perf_event_type */
#define PERF_EVENT_KRETPROBE 4

/* What a link to kernel functions missed, if that is said. */
static int64_t missed(const union kernel_link_info *info, unsigned len)
{
	if (info->one.type == KPROBE_MULTI_LINK &&
	    len >= offsetof(struct kprobe_multi_link_info, missed) + sizeof(info->many.missed))
		return (int64_t)info->many.missed;
	if (info->one.type == PERF_EVENT_LINK &&
	    len >= offsetof(struct kprobe_link_info, missed) + sizeof(info->one.missed) &&
	    (info->one.perf_type == PERF_EVENT_KPROBE ||
	     info->one.perf_type == PERF_EVENT_KRETPROBE))
		return (int64_t)info->one.missed;
	return COUNT_UNKNOWN;
}

int info_link_counts(struct kernel *k, const struct link *link, struct link_counts *counts)
{
	union kernel_link_info info = {0};
	unsigned len = sizeof(info);

	(void)k;
	counts->missed = COUNT_UNKNOWN;
	/* Calls nested deeper than 64 have no return (kernel/events/uprobes.c), and no counter. */
	if (link->kind == PROBE_URETPROBE)
		return 0;
	if (link->kind != PROBE_KPROBE && link->kind != PROBE_KRETPROBE) {
		counts->missed = 0;
		return 0;
	}
	if (link->link_fd < 0 || !fact(FACT_LINK_MISSED))
		return 0;
	if (bpf_obj_get_info_by_fd(link->link_fd, &info, &len) < 0)
		return -errno;
	counts->missed = missed(&info, len);
	return 0;
}

int info_prog_counts(struct kernel *k, int prog, struct prog_counts *counts)
{
	struct bpf_prog_info info = {0};
	unsigned len = sizeof(info);

	(void)k;
	*counts = (struct prog_counts){.skipped = COUNT_UNKNOWN};
	if (bpf_obj_get_info_by_fd(prog, &info, &len) < 0)
		return -errno;
	counts->runs = info.run_cnt;
	counts->run_ns = info.run_time_ns;
	switch (info.type) {
	case BPF_PROG_TYPE_TRACING:
	case BPF_PROG_TYPE_RAW_TRACEPOINT:
	case BPF_PROG_TYPE_LSM:
		/*
		 * They are skipped only inside themselves, and that is counted: trampolines since
		 * 5.12 (kernel/bpf/trampoline.c); before 6.1 raw tracepoints were never skipped.
		 */
		if (facts_version() >= KERNEL_VERSION(5, 12, 0))
			counts->skipped = (int64_t)info.recursion_misses;
		break;
	case BPF_PROG_TYPE_PERF_EVENT:
		/* bpf_overflow_handler() (kernel/events/core.c) skips and does not count. */
		break;
	default:
		/*
		 * The field is older, but only since 6.7 does trace_call_bpf()
		 * (kernel/trace/bpf_trace.c) count in it what it does not run because
		 * bpf_prog_active is taken.
		 */
		if (fact(FACT_LINK_MISSED))
			counts->skipped = (int64_t)info.recursion_misses;
	}
	return 0;
}
