/* SPDX-License-Identifier: Apache-2.0 */
/* Every kind of handler that BCC attaches by its name to functions of the kernel, and how often. */
#include <uapi/linux/ptrace.h>

struct task_struct;

struct who {
	u32 kind;
	u32 process;
};
BPF_HASH(calls, struct who, u64);

static inline void count(u32 kind)
{
	struct who who = {.kind = kind, .process = bpf_get_current_pid_tgid() >> 32};

	calls.atomic_increment(who);
}

int syscall__getppid(struct pt_regs *ctx)
{
	count(1);
	return 0;
}

int kretprobe__sys_getppid(struct pt_regs *ctx)
{
	count(2);
	return 0;
}

KFUNC_PROBE(__x64_sys_getpgid, struct pt_regs *regs)
{
	count(3);
	return 0;
}

KRETFUNC_PROBE(__x64_sys_getpgid, struct pt_regs *regs, long ret)
{
	if (ret > 0)
		count(4);
	return 0;
}

LSM_PROBE(task_getpgid, struct task_struct *task)
{
	count(5);
	return 0;
}
