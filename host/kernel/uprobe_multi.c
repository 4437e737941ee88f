/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/uprobe_multi.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RETURNS 1u /* BPF_F_UPROBE_MULTI_RETURN */

/* The part of union bpf_attr, link_create, that headers to build with may not have yet. */
struct link_attr {
	uint32_t prog;
	uint32_t target;
	uint32_t type;
	uint32_t flags;
	uint64_t path;
	uint64_t offsets;
	uint64_t semaphores;
	uint64_t cookies;
	uint32_t n;
	uint32_t multi_flags;
	uint32_t pid;
	uint32_t pad;
};

static uint64_t address_of(const void *p)
{
	return (uint64_t)(uintptr_t)p;
}

int uprobe_multi_link(int prog, const struct uprobe_multi *multi)
{
	struct link_attr attr = {
		.prog = (uint32_t)prog,
		.type = UPROBE_MULTI_ATTACH,
		.path = address_of(multi->path),
		.offsets = address_of(multi->offsets),
		.semaphores = address_of(multi->semaphores),
		.n = multi->n,
		.multi_flags = multi->returns ? RETURNS : 0,
		.pid = (uint32_t)multi->pid,
	};
	/* Bytes behind what a kernel knows must be zero, and the pad is. */
	long fd = syscall(__NR_bpf, BPF_LINK_CREATE, &attr, sizeof(attr));

	return fd < 0 ? -errno : (int)fd;
}

/*
 * As libbpf asks (src/features.c): a directory is refused by its type once all else is well, and
 * a process that cannot be is refused ahead of that only where processes are looked for.
 */
bool uprobe_multi_works(void)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = UPROBE_MULTI_ATTACH);
	const struct bpf_insn insns[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	const uint64_t offset = 0;
	struct uprobe_multi multi = {.path = "/", .offsets = &offset, .n = 1};
	int prog = bpf_prog_load(BPF_PROG_TYPE_KPROBE, "kw_multi", "GPL", insns,
				 sizeof(insns) / sizeof(insns[0]), &opts);

	if (prog < 0)
		return false;
	bool links = uprobe_multi_link(prog, &multi) == -EBADF;

	multi.pid = -1;
	bool by_process = links && uprobe_multi_link(prog, &multi) == -EINVAL;

	close(prog);
	return by_process;
}
