/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/kprobe_multi.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/version.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel/facts.h"

/* The part of union bpf_attr, link_create, that headers to build with may not have yet. */
struct link_attr {
	uint32_t prog;
	uint32_t target;
	uint32_t type;
	uint32_t flags;
	uint32_t multi_flags;
	uint32_t n;
	uint64_t names;
	uint64_t addresses;
	uint64_t cookies;
};

int kprobe_multi_link(int prog, const uint64_t *addresses, uint32_t n)
{
	struct link_attr attr = {
		.prog = (uint32_t)prog,
		.type = KPROBE_MULTI_ATTACH,
		.n = n,
		.addresses = (uint64_t)(uintptr_t)addresses,
	};
	long fd = syscall(__NR_bpf, BPF_LINK_CREATE, &attr, sizeof(attr));

	return fd < 0 ? -errno : (int)fd;
}

/* No function is at address 0; without CONFIG_FPROBE the kernel does not look so far. */
bool kprobe_multi_works(void)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = KPROBE_MULTI_ATTACH);
	const struct bpf_insn insns[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	const uint64_t nowhere = 0;

	if (facts_version() < KERNEL_VERSION(5, 18, 0) ||
	    facts_version() >= KERNEL_VERSION(6, 14, 0))
		return false;
	int prog = bpf_prog_load(BPF_PROG_TYPE_KPROBE, "kw_multi", "GPL", insns,
				 sizeof(insns) / sizeof(insns[0]), &opts);

	if (prog < 0)
		return false;
	int rc = kprobe_multi_link(prog, &nowhere, 1);

	if (rc >= 0)
		close(rc);
	close(prog);
	return rc != -EOPNOTSUPP && rc != -EPERM && rc != -EACCES;
}
