/* SPDX-License-Identifier: Apache-2.0 */
/// user_calls - calls and returns of a function of user space, by process
/// option at string - the program or library, and the function: FILE:FUNCTION
/// attach uprobe:$at=on_call
/// attach uretprobe:$at=on_return
/// show calls count "called by %key = %value"
/// show calls sum "calls = %value"
/// show returns sum "returns = %value"
BPF_HASH(calls, u64, u64, 10240);
BPF_HASH(returns, u64, u64, 10240);

int on_call(void *ctx)
{
	u64 process = bpf_get_current_pid_tgid() >> 32;

	kw_add(calls, &process, 1);
	return 0;
}

int on_return(void *ctx)
{
	u64 process = bpf_get_current_pid_tgid() >> 32;

	kw_add(returns, &process, 1);
	return 0;
}
