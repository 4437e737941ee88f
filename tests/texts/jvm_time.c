/* SPDX-License-Identifier: Apache-2.0 */
/// jvm_time - how long methods of Java took that call no others
/// option jvm string - libjvm.so
/// attach usdt:$jvm:hotspot:method__return=on_return
/// attach usdt:$jvm:hotspot:method__entry=on_entry
/// show time hist nsecs
/// show passed sum "passed = %value"
BPF_HASH(began, u32, u64);
BPF_HISTOGRAM(time, u64);
BPF_ARRAY(passed, u64, 1);

int on_entry(struct pt_regs *ctx)
{
	u32 thread = bpf_get_current_pid_tgid();
	u64 now = bpf_ktime_get_ns();

	began.update(&thread, &now);
	return 0;
}

int on_return(struct pt_regs *ctx)
{
	u32 thread = bpf_get_current_pid_tgid(), all = 0;
	u64 *start = began.lookup(&thread);

	if (!start)
		return 0;
	u64 slot = bpf_log2l(bpf_ktime_get_ns() - *start);

	began.delete(&thread);
	kw_add(time, &slot, 1);
	kw_add(passed, &all, 1);
	return 0;
}
