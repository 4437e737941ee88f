/* SPDX-License-Identifier: Apache-2.0 */
/// user_time - how long a function of a program or library takes, from its entry to its return
/// option AT string -  the program or library, and the function: FILE:FUNCTION
/// option min usec 0  only calls that took at least this long
/// attach uretprobe:$AT=on_return
/// attach uprobe:$AT=on_entry
/// account untimed refused
/// show time hist nsecs
/// show total sum "total = %value ns"
/// show calls sum "calls = %value"
#include <uapi/linux/ptrace.h>

/* A call is a thread and where its return address is: so one that calls itself has its own time. */
struct call {
	u64 thread;
	u64 frame;
};

BPF_HASH(began, struct call, u64, 65536);
BPF_HISTOGRAM(time, u64);
BPF_HASH(total, u32, u64);
BPF_HASH(calls, u32, u64);
BPF_HASH(untimed, u32, u64);

int on_entry(struct pt_regs *ctx)
{
	struct call call = {bpf_get_current_pid_tgid(), PT_REGS_SP(ctx)};
	u64 now = bpf_ktime_get_ns();
	u32 all = 0;

	/* Full: of calls under way, and of those that longjmp() or a thread's end has left. */
	if (began.update(&call, &now) < 0)
		kw_add(untimed, &all, 1);
	return 0;
}

int on_return(struct pt_regs *ctx)
{
	struct call call = {bpf_get_current_pid_tgid(), PT_REGS_SP(ctx)};
	u32 all = 0;

#if defined(__x86_64__)
	call.frame -= 8; /* the return address has been taken off the stack */
#endif
	u64 *start = began.lookup(&call);

	if (!start)
		return 0;
	u64 ns = bpf_ktime_get_ns() - *start;
	u64 slot = bpf_log2l(ns);

	began.delete(&call);
	if ((s64)ns < $min * 1000)
		return 0;
	kw_add(time, &slot, 1);
	kw_add(total, &all, ns);
	kw_add(calls, &all, 1);
	return 0;
}
