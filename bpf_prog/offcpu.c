/* SPDX-License-Identifier: Apache-2.0 */
/// offcpu - longest off-CPU time of each task
/// option cpu cpu any  only tasks that come back on this CPU
/// option pid,p pid any  only threads of this process
/// option min usec 0  only times at least this long
/// attach tracepoint:sched:sched_switch=on_switch
/// fresh max_offcpu
/// show max_offcpu lines "%time max offcpu for %comm is %{max}us" /1000 when cpu!=
/// show max_offcpu lines "%time cpu %cpu max offcpu for %comm is %{max}us" /1000 when cpu=

/* How sched_switch reports a task that has just exited (kernel/sched/core.c, do_task_dead). */
#define TASK_GONE (0x10 | 0x20) /* EXIT_DEAD, EXIT_ZOMBIE */

/* A task is its thread id; the idle tasks all have id 0 and are told apart by their CPU. */
struct task {
	u32 pid;
	u32 cpu;
};

/* Since when it is off CPU, and of which process it is. */
struct departure {
	u64 since;
	u64 tgid;
};

struct longest {
	u64 max;
	char comm[16]; /* TASK_COMM_LEN; linux/sched.h costs 0.2 s of compiling */
};

BPF_HASH(departed, struct task, struct departure, 65536);
BPF_HASH(max_offcpu, struct task, struct longest, 16384);

int on_switch(struct tracepoint__sched__sched_switch *args)
{
	u64 now = bpf_ktime_get_ns();
	u32 cpu = bpf_get_smp_processor_id();
	struct task prev = {.pid = args->prev_pid, .cpu = args->prev_pid ? 0 : cpu};
	struct task next = {.pid = args->next_pid, .cpu = args->next_pid ? 0 : cpu};

	/* The tracepoint is hit while the task that leaves is still current. */
	if (args->prev_state & TASK_GONE) {
		departed.delete(&prev);
	} else {
		struct departure d = {.since = now, .tgid = bpf_get_current_pid_tgid() >> 32};

		departed.update(&prev, &d);
	}
	struct departure *d = departed.lookup(&next);

	if (!d)
		return 0;
	u64 off = now - d->since;
	s64 tgid = d->tgid;

	if (($cpu >= 0 && cpu != $cpu) || ($pid >= 0 && tgid != $pid) || off < $min * 1000)
		return 0;
	/* Only this CPU writes this entry, and no switch interrupts another. */
	struct task key = {.pid = next.pid, .cpu = cpu};
	struct longest *longest = kw_leaf(max_offcpu, &key);

	if (longest && longest->max < off) {
		longest->max = off;
		__builtin_memcpy(longest->comm, args->next_comm, sizeof(longest->comm));
	}
	return 0;
}
