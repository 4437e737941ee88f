/* SPDX-License-Identifier: Apache-2.0 */
/// own_calls - getppid calls by thread, of the threads with one name
/// option who int -  their name, of 8 bytes, as a number
/// attach tracepoint:syscalls:sys_enter_getppid=on_call
/// show calls count "thread %key = %value"
/// show calls sum "all = %value"
BPF_HASH(calls, u64, u64, 10240);

int on_call(void *ctx)
{
	u64 thread = (u32)bpf_get_current_pid_tgid();
	u64 name[2] = {};

	bpf_get_current_comm(name, sizeof(name));
	if (name[0] == $who)
		kw_add(calls, &thread, 1);
	return 0;
}
