/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A record for each getppid call, as a text for BCC from Python has it: no header lines.
 */
#include <linux/sched.h>

struct call {
	u64 ts;
	u32 pid;
	char comm[TASK_COMM_LEN];
};

BPF_PERF_OUTPUT(events);

#ifndef LOAD
#define LOAD load_pac
#endif
#define QUOTED(word) #word
#define QUOTED_VALUE(word) QUOTED(word)

/* Other programs call getppid now and then: only the one whose name begins like LOAD is asked for.
 */
static inline int is_load(void)
{
	union {
		char text[TASK_COMM_LEN];
		u64 begin;
	} comm = {}, load = {QUOTED_VALUE(LOAD)};

	bpf_get_current_comm(&comm.text, sizeof(comm.text));
	return comm.begin == load.begin;
}

TRACEPOINT_PROBE(syscalls, sys_enter_getppid)
{
	struct call call = {};

	if (!is_load())
		return 0;
	call.ts = bpf_ktime_get_ns();
	call.pid = bpf_get_current_pid_tgid();
	bpf_get_current_comm(&call.comm, sizeof(call.comm));
	events.perf_submit(args, &call, sizeof(call));
	return 0;
}
