/* SPDX-License-Identifier: Apache-2.0 */
/// bcc_calls - getppid calls, counted by BCC's own table calls
/// attach tracepoint:syscalls:sys_enter_getppid=on_call
/// show by_thread count "thread %key = %value"
/// show by_process count "process %key = %value"
/// show racy count "racy %key = %value"
/// option who int -  only of threads of this name, of 8 bytes, as a number
BPF_HASH(by_thread, u32, u64, 10240);
BPF_HASH(by_process, u32, u64, 10240);
BPF_HASH(racy, u32, u64, 10240);

int on_call(void *ctx)
{
	u64 id = bpf_get_current_pid_tgid();
	u64 name[2] = {};
	u32 thread = id, process = id >> 32;

	bpf_get_current_comm(name, sizeof(name));
	if (name[0] != $who)
		return 0;
	/* One writer an entry: even a call that is not atomic loses nothing. */
	by_thread.increment(thread);
	by_process.atomic_increment(process);
	racy.increment(process);
	return 0;
}
