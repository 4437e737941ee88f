/* SPDX-License-Identifier: Apache-2.0 */
/// calls_kprobe - getppid calls by thread, at the function of the call
/// attach kprobe:__x64_sys_getppid=on_call
/// show calls count "thread %key = %value"
BPF_HASH(calls, u64, u64, 10240);

int on_call(void *ctx)
{
	u64 thread = (u32)bpf_get_current_pid_tgid();

	kw_add(calls, &thread, 1);
	return 0;
}
