/* SPDX-License-Identifier: Apache-2.0 */
/* getppid calls by process, from a raw tracepoint, as BCC's users write it. */
BPF_HASH(calls, u32);

RAW_TRACEPOINT_PROBE(sys_enter)
{
	u32 process = bpf_get_current_pid_tgid() >> 32;

	if (ctx->args[1] == 110) /* __NR_getppid of x86-64 */
		calls.atomic_increment(process);
	return 0;
}
