/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each process has the kernel allocate, as it is written for BCC: no header lines, a struct in
 * a hash, lookup_or_init().
 */
#include <uapi/linux/ptrace.h>

struct alloc_info_t {
	u64 count;
	u64 size;
};

BPF_HASH(allocs, u32, struct alloc_info_t);

int count_alloc(struct pt_regs *ctx, size_t size)
{
	u32 pid = bpf_get_current_pid_tgid() >> 32;
	struct alloc_info_t zero = {}, *info = allocs.lookup_or_init(&pid, &zero);

	if (info) {
		info->count += 1;
		info->size += size;
	}
	return 0;
}
