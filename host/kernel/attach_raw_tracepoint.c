/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Raw tracepoints (4.17): by name, and the program sees the tracepoint's own arguments.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "kernel/attach.h"

static int raw_tracepoint_attach(const struct probe *probe, int prog, struct link *link,
				 struct error *err)
{
	link->link_fd = bpf_raw_tracepoint_open(probe->name, prog);
	if (link->link_fd >= 0)
		return 0;
	int code = -errno;

	link->link_fd = -1;
	if (code == -ENOENT)
		return error_failed(err, code, "this kernel has no raw tracepoint %s", probe->name);
	/* bpf_probe_register() in kernel/trace/bpf_trace.c counts the arguments that are read. */
	if (code == -EINVAL)
		return error_failed(
			err, code,
			"the handler reads more arguments than raw tracepoint %s has, or it "
			"is not for BPF; `kwhile list -v rawtracepoint:%s` shows them",
			probe->name, probe->name);
	return error_failed(err, code, "cannot attach to raw tracepoint %s: %s", probe->name,
			    strerror(-code));
}

const struct attacher attach_raw_tracepoint = {
	.type = BPF_PROG_TYPE_RAW_TRACEPOINT,
	.attach = raw_tracepoint_attach,
};
