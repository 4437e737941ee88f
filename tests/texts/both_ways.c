/* SPDX-License-Identifier: Apache-2.0 */
/* Two handlers for one function, so that two ways to attach can be held against each other. */
#include <uapi/linux/ptrace.h>

BPF_ARRAY(calls, u64, 2);

int by_kprobe(struct pt_regs *ctx)
{
	calls.atomic_increment(0);
	return 0;
}

int by_fentry(void *ctx)
{
	calls.atomic_increment(1);
	return 0;
}
