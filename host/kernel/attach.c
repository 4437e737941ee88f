/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/attach.h"

#include <bcc/libbpf.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buf.h"
#include "kernel/facts.h"

static const struct attacher *const attachers[PROBE_NKINDS] = {
	[PROBE_KPROBE] = &attach_kprobe,	 [PROBE_KRETPROBE] = &attach_kprobe,
	[PROBE_TRACEPOINT] = &attach_tracepoint, [PROBE_RAW_TRACEPOINT] = &attach_raw_tracepoint,
	[PROBE_FENTRY] = &attach_function,	 [PROBE_FEXIT] = &attach_function,
	[PROBE_PROFILE] = &attach_timer,	 [PROBE_INTERVAL] = &attach_timer,
	[PROBE_HARDWARE] = &attach_perf_event,	 [PROBE_SOFTWARE] = &attach_perf_event,
	[PROBE_CACHE] = &attach_perf_event,	 [PROBE_LSM] = &attach_lsm,
	[PROBE_UPROBE] = &attach_uprobe,	 [PROBE_URETPROBE] = &attach_uprobe,
	[PROBE_USDT] = &attach_uprobe,
};

const struct attacher *attacher_of(enum probe_kind kind)
{
	return (unsigned)kind < PROBE_NKINDS ? attachers[kind] : NULL;
}

static int perf_open(struct perf_event_attr *attr, pid_t pid, int cpu)
{
	attr->size = sizeof(*attr);
	long fd = syscall(SYS_perf_event_open, attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : (int)fd;
}

int attach_perf_open(struct perf_event_attr *attr)
{
	return attach_perf_open_on(attr, 0);
}

int attach_perf_open_on(struct perf_event_attr *attr, int cpu)
{
	return perf_open(attr, -1, cpu);
}

int attach_perf_open_for(struct perf_event_attr *attr, pid_t pid)
{
	return pid ? perf_open(attr, pid, -1) : attach_perf_open(attr);
}

static int read_text(const char *pmu, const char *file, char *text, size_t size)
{
	struct buf b = {0};
	char path[128];

	snprintf(path, sizeof(path), "/sys/bus/event_source/devices/%s/%s", pmu, file);
	int rc = buf_read_file(&b, path, size);

	if (rc == 0)
		snprintf(text, size, "%s", buf_string(&b));
	buf_free(&b);
	return rc;
}

int attach_pmu(const char *name, unsigned *type, unsigned *ret_bit)
{
	char text[64];
	int rc = read_text(name, "type", text, sizeof(text));

	if (rc < 0)
		return rc;
	*type = (unsigned)strtoul(text, NULL, 10);
	rc = read_text(name, "format/retprobe", text, sizeof(text));
	if (rc < 0)
		return rc;
	return sscanf(text, "config:%u", ret_bit) == 1 ? 0 : -EINVAL;
}

int attach_perf_program(int perf_fd, int prog, struct link *link)
{
	int code;

	link->perf_fd = perf_fd;
	if (fact(FACT_PERF_LINK))
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

static struct link *link_new(enum probe_kind kind)
{
	struct link *link = calloc(1, sizeof(*link));

	if (!link)
		return NULL;
	link->kind = kind;
	link->link_fd = -1;
	link->perf_fd = -1;
	return link;
}

struct link *attach_link_next(struct link *link)
{
	link->next = link_new(link->kind);
	return link->next;
}

static int not_yet(const struct probe *probe, struct error *err)
{
	return error_failed(err, -EOPNOTSUPP, "%s probes are not there yet",
			    probe_kind_name(probe->kind));
}

static int too_many_files(const struct probe *probe, int code, struct error *err)
{
	char point[256];

	probe_format(probe, point, sizeof(point));
	return error_failed(err, code,
			    "too many open files at %s: raise `ulimit -n` or name fewer probes",
			    point);
}

int attach_check(const struct probe *probe, struct error *err)
{
	const struct attacher *attacher = attacher_of(probe->kind);

	if (!attacher)
		return not_yet(probe, err);
	return attacher->check ? attacher->check(probe, err) : 0;
}

/* What an attacher has come to. */
static int attached(struct link *link, int rc, struct link **out)
{
	if (rc < 0)
		attach_free(link);
	else
		*out = link;
	return rc < 0 ? rc : 0;
}

int attach_new(const struct probe *probe, int prog, struct link **out, struct error *err)
{
	const struct attacher *attacher = attacher_of(probe->kind);

	if (!attacher)
		return not_yet(probe, err);
	struct link *link = link_new(probe->kind);

	if (!link)
		return error_nomem(err);
	int rc = attached(link, attacher->attach(probe, prog, link, err), out);

	return rc == -EMFILE || rc == -ENFILE ? too_many_files(probe, rc, err) : rc;
}

bool attach_can_many(enum probe_kind kind)
{
	const struct attacher *attacher = attacher_of(kind);

	return attacher && attacher->can_many && attacher->can_many(kind);
}

int attach_many(const struct probe *const *probes, size_t n, int prog, struct link **out,
		struct error *err)
{
	struct link *link = link_new(probes[0]->kind);

	if (!link)
		return error_nomem(err);
	return attached(link, attacher_of(probes[0]->kind)->attach_many(probes, n, prog, link, err),
			out);
}

void attach_free(struct link *link)
{
	while (link) {
		struct link *next = link->next;

		semaphore_lower(link->semaphore);
		if (link->link_fd >= 0)
			close(link->link_fd);
		if (link->perf_fd >= 0)
			bpf_close_perf_event_fd(link->perf_fd);
		if (link->event) {
			bpf_detach_kprobe(link->event);
			free(link->event);
		}
		free(link);
		link = next;
	}
}
