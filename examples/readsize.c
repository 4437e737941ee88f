/* SPDX-License-Identifier: Apache-2.0 */
/// readsize - how much each read(2) gives
/// option pid,p pid any  only reads of this process
/// option min int 1  only reads that give at least this many bytes
/// attach tracepoint:syscalls:sys_exit_read=on_read
/// show sizes hist bytes
/// show commands top "%value bytes read by %comm"
/// show commands sum "%value bytes in all"

struct command {
	char comm[16];
};

BPF_HISTOGRAM(sizes);
BPF_HASH(commands, struct command, u64, 1024);

int on_read(struct tracepoint__syscalls__sys_exit_read *args)
{
	s64 bytes = args->ret;
	s64 process = bpf_get_current_pid_tgid() >> 32;

	if (bytes < $min || ($pid >= 0 && process != $pid))
		return 0;
	struct command key = {};
	int slot = bpf_log2l(bytes);

	bpf_get_current_comm(key.comm, sizeof(key.comm));
	kw_add(sizes, &slot, 1);
	kw_add(commands, &key, bytes);
	return 0;
}
