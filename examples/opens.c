/* SPDX-License-Identifier: Apache-2.0 */
/// opens - a line for each file that is opened
/// option pid,p pid any  only files that this process opens
/// attach tracepoint:syscalls:sys_enter_openat=on_open
/// show opens lines "%time %comm[%pid] %file"

struct open {
	u32 pid;
	char comm[16];
	char file[128];
};

BPF_PERF_OUTPUT(opens);

int on_open(struct tracepoint__syscalls__sys_enter_openat *args)
{
	struct open open = {};
	s64 process = bpf_get_current_pid_tgid() >> 32;

	if (process == $self || ($pid >= 0 && process != $pid))
		return 0;
	open.pid = process;
	bpf_get_current_comm(&open.comm, sizeof(open.comm));
	bpf_probe_read_user_str(&open.file, sizeof(open.file), args->filename);
	opens.perf_submit(args, &open, sizeof(open));
	return 0;
}
