/* SPDX-License-Identifier: Apache-2.0 */
/// calls - getppid calls by thread
/// attach tracepoint:syscalls:sys_enter_getppid=on_call
/// show calls count "thread %key = %value"
/// show calls sum "all = %value"
BPF_HASH(calls, u64, u64, 10240);

int on_call(void *ctx)
{
	u64 thread = (u32)bpf_get_current_pid_tgid();

	kw_add(calls, &thread, 1);
	return 0;
}
