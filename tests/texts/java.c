/* SPDX-License-Identifier: Apache-2.0 */
/// java - what hotspot's probes tell: threads, methods that are compiled, methods that are called
/// option jvm string - libjvm.so
/// attach usdt:$jvm:hotspot:thread__start=on_thread
/// attach usdt:$jvm:hotspot:method__compile__begin=on_compile
/// attach usdt:$jvm:hotspot:method__entry=on_entry
/// attach usdt:$jvm:hotspot:method__return=on_return
/// show threads count "thread %name %id"
/// show compiled count "compiled %{class}::%name = %value"
/// show entered count "entered %{class}::%name = %value"
/// show returned count "returned %{class}::%name = %value"
struct thread {
	char name[64];
	u64 id;
};
struct method {
	char class[128];
	char name[64];
};
BPF_HASH(threads, struct thread, u64);
BPF_HASH(compiled, struct method, u64);
BPF_HASH(entered, struct method, u64);
BPF_HASH(returned, struct method, u64);

/* Java's strings have no end but a length: two arguments. */
#define READ(to, n, len)                                                                           \
	{                                                                                          \
		u64 at = 0;                                                                        \
		u32 size = 0;                                                                      \
		bpf_usdt_readarg(n, ctx, &at);                                                     \
		bpf_usdt_readarg(len, ctx, &size);                                                 \
		bpf_probe_read_user(to, size < sizeof(to) ? size : sizeof(to) - 1, (void *)at);                \
	}

int on_thread(struct pt_regs *ctx)
{
	struct thread thread = {};

	READ(thread.name, 1, 2);
	bpf_usdt_readarg(3, ctx, &thread.id);
	kw_add(threads, &thread, 1);
	return 0;
}

int on_compile(struct pt_regs *ctx)
{
	struct method method = {};

	READ(method.class, 3, 4);
	READ(method.name, 5, 6);
	kw_add(compiled, &method, 1);
	return 0;
}

int on_entry(struct pt_regs *ctx)
{
	struct method method = {};

	READ(method.class, 2, 3);
	READ(method.name, 4, 5);
	kw_add(entered, &method, 1);
	return 0;
}

int on_return(struct pt_regs *ctx)
{
	struct method method = {};

	READ(method.class, 2, 3);
	READ(method.name, 4, 5);
	kw_add(returned, &method, 1);
	return 0;
}
