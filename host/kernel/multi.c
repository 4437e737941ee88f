/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/multi.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/version.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel/facts.h"

#define RETURNS 1u /* BPF_F_UPROBE_MULTI_RETURN */

/* The part of union bpf_attr, link_create, that headers to build with may not have yet. */
struct link_attr {
	uint32_t prog;
	uint32_t target;
	uint32_t type;
	uint32_t flags;
	union {
		struct {
			uint32_t multi_flags;
			uint32_t n;
			uint64_t names;
			uint64_t addresses;
			uint64_t cookies;
		} kernel;
		struct {
			uint64_t path;
			uint64_t offsets;
			uint64_t semaphores;
			uint64_t cookies;
			uint32_t n;
			uint32_t multi_flags;
			uint32_t pid;
			uint32_t pad;
		} user;
	};
};

/* Bytes behind what a kernel knows must be zero, and those that are not set are. */
static int link_create(int prog, uint32_t type, struct link_attr *attr)
{
	attr->prog = (uint32_t)prog;
	attr->type = type;
	long fd = syscall(__NR_bpf, BPF_LINK_CREATE, attr, sizeof(*attr));

	return fd < 0 ? -errno : (int)fd;
}

static uint64_t address_of(const void *p)
{
	return (uint64_t)(uintptr_t)p;
}

int uprobe_multi_link(int prog, const struct uprobe_multi *multi)
{
	struct link_attr attr = {
		.user =
			{
				.path = address_of(multi->path),
				.offsets = address_of(multi->offsets),
				.semaphores = address_of(multi->semaphores),
				.n = multi->n,
				.multi_flags = multi->returns ? RETURNS : 0,
				.pid = (uint32_t)multi->pid,
			},
	};

	return link_create(prog, UPROBE_MULTI_ATTACH, &attr);
}

int kprobe_multi_link(int prog, const uint64_t *addresses, uint32_t n)
{
	struct link_attr attr = {.kernel = {.n = n, .addresses = address_of(addresses)}};

	return link_create(prog, KPROBE_MULTI_ATTACH, &attr);
}

/* A program that does nothing, to try links with. Return: its descriptor, or below 0. */
static int load_trial(uint32_t type)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = type);
	const struct bpf_insn insns[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};

	return bpf_prog_load(BPF_PROG_TYPE_KPROBE, "kw_multi", "GPL", insns,
			     sizeof(insns) / sizeof(insns[0]), &opts);
}

/*
 * As libbpf asks (src/features.c): a directory is refused by its type once all else is well, and
 * a process that cannot be is refused ahead of that only where processes are looked for.
 */
bool uprobe_multi_works(void)
{
	const uint64_t offset = 0;
	struct uprobe_multi multi = {.path = "/", .offsets = &offset, .n = 1};
	int prog = load_trial(UPROBE_MULTI_ATTACH);

	if (prog < 0)
		return false;
	bool links = uprobe_multi_link(prog, &multi) == -EBADF;

	multi.pid = -1;
	bool by_process = links && uprobe_multi_link(prog, &multi) == -EINVAL;

	close(prog);
	return by_process;
}

/* No function is at address 0; without CONFIG_FPROBE the kernel does not look so far. */
bool kprobe_multi_works(void)
{
	const uint64_t nowhere = 0;

	if (facts_version() < KERNEL_VERSION(5, 18, 0) ||
	    facts_version() >= KERNEL_VERSION(6, 14, 0))
		return false;
	int prog = load_trial(KPROBE_MULTI_ATTACH);

	if (prog < 0)
		return false;
	int rc = kprobe_multi_link(prog, &nowhere, 1);

	if (rc >= 0)
		close(rc);
	close(prog);
	return rc != -EOPNOTSUPP && rc != -EPERM && rc != -EACCES;
}
