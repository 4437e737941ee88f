/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/attach.h"

#include <bcc/libbpf.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct attacher *const attachers[PROBE_NKINDS] = {
	[PROBE_KPROBE] = &attach_kprobe,
	[PROBE_KRETPROBE] = &attach_kprobe,
	[PROBE_TRACEPOINT] = &attach_tracepoint,
};

int attach_perf_open(struct perf_event_attr *attr)
{
	attr->size = sizeof(*attr);
	long fd = syscall(SYS_perf_event_open, attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : (int)fd;
}

int attach_perf_program(int perf_fd, int prog, struct link *link)
{
	int code;

	link->perf_fd = perf_fd;
	link->link_fd = bpf_link_create(prog, perf_fd, BPF_PERF_EVENT, NULL);
	if (link->link_fd < 0) {
		link->link_fd = -1;
		if (ioctl(perf_fd, PERF_EVENT_IOC_SET_BPF, prog) < 0)
			goto fail;
	}
	if (ioctl(perf_fd, PERF_EVENT_IOC_ENABLE, 0) == 0)
		return 0;
fail:
	code = -errno;
	if (link->link_fd >= 0)
		close(link->link_fd);
	close(perf_fd);
	link->link_fd = -1;
	link->perf_fd = -1;
	return code;
}

int attach_new(const struct probe *probe, int prog, struct link **out, struct error *err)
{
	const struct attacher *attacher = attachers[probe->kind];

	if (!attacher)
		return error_failed(err, -EOPNOTSUPP, "%s probes are not there yet",
				    probe_kind_name(probe->kind));
	struct link *link = calloc(1, sizeof(*link));

	if (!link)
		return error_nomem(err);
	link->kind = probe->kind;
	link->link_fd = -1;
	link->perf_fd = -1;
	int rc = attacher->attach(probe, prog, link, err);

	if (rc < 0) {
		free(link);
		return rc;
	}
	*out = link;
	return 0;
}

void attach_free(struct link *link)
{
	if (!link)
		return;
	if (link->link_fd >= 0)
		close(link->link_fd);
	if (link->perf_fd >= 0)
		bpf_close_perf_event_fd(link->perf_fd);
	if (link->event) {
		bpf_detach_kprobe(link->event);
		free(link->event);
	}
	free(link);
}
