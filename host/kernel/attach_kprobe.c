/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kprobe and kretprobe through the kprobe PMU (4.17): nothing has a name in tracefs, so nothing
 * outlives us, even after SIGKILL. libbcc's tracefs way is the fallback for kernels without the
 * PMU. The entries of many functions go into one link where there are such (multi.h).
 */
#include <bcc/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/attach.h"
#include "kernel/facts.h"
#include "kernel/multi.h"

#define PMU "/sys/bus/event_source/devices/kprobe/"

static int attach_by_pmu(const struct probe *probe, int prog, struct link *link)
{
	struct perf_event_attr attr = {0};
	unsigned type, ret_bit;
	int rc = attach_pmu("kprobe", &type, &ret_bit);

	if (rc < 0)
		return rc;
	attr.type = type;
	if (probe->kind == PROBE_KRETPROBE)
		attr.config = 1ull << ret_bit;
	/* kprobe_func and probe_offset, or no name and kprobe_addr
	 * (include/uapi/linux/perf_event.h). */
	if (probe->address) {
		attr.config2 = probe->address + probe->offset;
	} else {
		attr.config1 = (uint64_t)(uintptr_t)probe->name;
		attr.config2 = probe->offset;
	}
	attr.sample_period = 1;
	attr.wakeup_events = 1;
	rc = attach_perf_open(&attr);
	return rc < 0 ? rc : attach_perf_program(rc, prog, link);
}

static int attach_by_tracefs(const struct probe *probe, int prog, struct link *link)
{
	static unsigned serial;
	char event[96];
	bool ret = probe->kind == PROBE_KRETPROBE;

	snprintf(event, sizeof(event), "%c_kw_%d_%u", ret ? 'r' : 'p', getpid(), serial++);
	int fd = bpf_attach_kprobe(prog, ret ? BPF_PROBE_RETURN : BPF_PROBE_ENTRY, event,
				   probe->name, probe->offset, 0);

	if (fd < 0)
		return fd == -1 && errno ? -errno : fd;
	link->perf_fd = fd;
	link->event = strdup(event);
	if (link->event)
		return 0;
	bpf_close_perf_event_fd(fd);
	bpf_detach_kprobe(event);
	link->perf_fd = -1;
	return -ENOMEM;
}

/* Is a function's name a word of this list? Return: 0 or 1; -1 where the list cannot be read, or is
 * empty. */
static int is_listed(const char *path, const char *name)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	int found = -1;

	while (file && found != 1 && getline(&line, &room, file) >= 0) {
		char *rest = line, *word;

		found = 0;
		while (!found && (word = strsep(&rest, " \t\n")))
			found = strcmp(word, name) == 0;
	}
	free(line);
	if (file)
		fclose(file);
	return found;
}

/* The kernel has one number for all its reasons. */
static const char *why_refused(const char *fn)
{
	const char *tracefs = facts_tracefs();
	char filter[256];

	if (is_listed("/sys/kernel/debug/kprobes/blacklist", fn) == 1)
		return "it is on the kernel's blacklist";
	snprintf(filter, sizeof(filter), "%s/available_filter_functions", tracefs ? tracefs : "");
	if (is_listed(filter, fn) == 0)
		return "the kernel has it as notrace (as most that are declared inline and have a "
		       "body all the same), and lets no tracer probe those";
	return "there is no instruction at that offset";
}

static int explain(const struct probe *probe, int code, struct error *err)
{
	const char *fn = probe->name;

	switch (code) {
	case -ENOENT:
		return error_failed(err, code, "no function %s in this kernel that can be probed",
				    fn);
	case -EINVAL:
	case -EOPNOTSUPP:
		return error_failed(err, code, "kprobes refuses %s: %s", fn, why_refused(fn));
	case -EADDRNOTAVAIL:
		return error_failed(err, code, "%s is the name of several functions of this kernel",
				    fn);
	case -EILSEQ:
		return error_failed(err, code, "%s+%#llx is not the start of an instruction", fn,
				    (unsigned long long)probe->offset);
	case -EACCES:
	case -EPERM:
		return error_failed(
			err, code,
			"not allowed to probe %s: run as root, and see whether lockdown is on", fn);
	default:
		return error_failed(err, code, "cannot probe %s: %s", fn, strerror(-code));
	}
}

static int kprobe_check(const struct probe *probe, struct error *err)
{
	if (fact(FACT_KPROBES))
		return 0;
	return error_failed(err, -EOPNOTSUPP,
			    "this kernel (%s) has no kprobes (CONFIG_KPROBES is off): %s cannot "
			    "be probed",
			    facts_release(), probe->name);
}

static int kprobe_attach(const struct probe *probe, int prog, struct link *link, struct error *err)
{
	int rc = kprobe_check(probe, err);

	if (rc < 0)
		return rc;
	rc = attach_by_pmu(probe, prog, link);
	if (rc < 0 && access(PMU "type", R_OK) != 0 && !probe->address)
		rc = attach_by_tracefs(probe, prog, link);
	return rc < 0 ? explain(probe, rc, err) : 0;
}

static bool kprobe_can_many(enum probe_kind kind)
{
	/* All returns of one link share a store of calls in progress: each kretprobe has its own.
	 */
	return kind == PROBE_KPROBE && fact(FACT_KPROBE_MULTI);
}

static int kprobe_attach_many(const struct probe *const *probes, size_t n, int prog,
			      struct link *link, struct error *err)
{
	uint64_t *addresses = calloc(n, sizeof(*addresses));
	int rc = addresses ? 0 : -ENOMEM;

	for (size_t i = 0; rc == 0 && i < n; i++) {
		addresses[i] = probes[i]->place;
		/* ftrace is at the beginning of a function only. */
		if (!probes[i]->place || probes[i]->offset)
			rc = -EINVAL;
	}
	if (rc == 0)
		rc = kprobe_multi_link(prog, addresses, (uint32_t)n);
	free(addresses);
	if (rc < 0)
		return error_failed(err, rc, "the kernel refuses %zu kprobes at once: %s", n,
				    strerror(-rc));
	link->link_fd = rc;
	return 0;
}

const struct attacher attach_kprobe = {
	.type = BPF_PROG_TYPE_KPROBE,
	.check = kprobe_check,
	.attach = kprobe_attach,
	.can_many = kprobe_can_many,
	.attach_many = kprobe_attach_many,
	.many_type = KPROBE_MULTI_ATTACH,
};
