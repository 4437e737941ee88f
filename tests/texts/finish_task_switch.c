/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Off-CPU time as it is written for BCC from Python: a kprobe on finish_task_switch, which moves
 * (.isra.0), with the CPU put in by the % operator.
 */
#include <uapi/linux/ptrace.h>
#include <linux/sched.h>

struct task_key {
	u32 pid;
	char comm[TASK_COMM_LEN];
};

BPF_HASH(start, u32);
BPF_HASH(max_offcpu, struct task_key);

int trace_finish_task_switch(struct pt_regs *ctx, struct task_struct *prev)
{
	u32 left = prev->pid;
	u32 came = bpf_get_current_pid_tgid();
	u64 now = bpf_ktime_get_ns();

	if (left)
		start.update(&left, &now);
	if (bpf_get_smp_processor_id() != %d || !came)
		return 0;
	u64 *since = start.lookup(&came);

	if (!since)
		return 0;
	u64 off = now - *since;
	struct task_key key = {};

	key.pid = came;
	bpf_get_current_comm(&key.comm, sizeof(key.comm));
	u64 *max = max_offcpu.lookup(&key);

	if (!max || *max < off)
		max_offcpu.update(&key, &off);
	start.delete(&came);
	return 0;
}
