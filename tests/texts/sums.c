/* SPDX-License-Identifier: Apache-2.0 */
/// sums - four tables that must agree: calls of dup(2) with what is no descriptor
/// attach tracepoint:syscalls:sys_exit_dup=on_leave
/// attach tracepoint:syscalls:sys_enter_dup=on_enter
/// show delay hist usecs
/// show order_ns count "order_ns[%key] = %value"
/// show returned count "returned = %value"
/// show total_ns count "total_ns = %value"
struct call {
	u64 since;
	u64 order;
};

BPF_HASH(inside, u64, struct call, 1024);
BPF_HISTOGRAM(delay);
BPF_HASH(order_ns, u64, u64, 64);
BPF_PERCPU_ARRAY(returned, u64, 1);
BPF_ARRAY(total_ns, u64, 1);

int on_enter(struct tracepoint__syscalls__sys_enter_dup *args)
{
	u64 thread = bpf_get_current_pid_tgid();
	struct call call = {.since = bpf_ktime_get_ns(), .order = args->fildes % 11};

	if (args->fildes >= 1 << 30)
		inside.update(&thread, &call);
	return 0;
}

int on_leave(void *ctx)
{
	u64 thread = bpf_get_current_pid_tgid();
	struct call *call = inside.lookup(&thread);
	int zero = 0;

	if (!call)
		return 0;
	u64 ns = bpf_ktime_get_ns() - call->since, order = call->order;
	int slot = bpf_log2l(ns / 1000);

	inside.delete(&thread);
	kw_add(delay, &slot, 1);
	kw_add(order_ns, &order, ns);
	kw_add(returned, &zero, 1);
	kw_add(total_ns, &zero, ns);
	return 0;
}
