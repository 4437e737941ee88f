/* SPDX-License-Identifier: Apache-2.0 */
/// java_time - how long a method of Java takes, from its entry to its return
/// option CLASS string -  with slashes: java/lang/String
/// option METHOD string -  its name: hashCode
/// option jvm string jvm  libjvm.so, or by --pid the name alone
/// attach usdt:$jvm:hotspot:method__return=on_return
/// attach usdt:$jvm:hotspot:method__entry=on_entry
/// account untimed refused
/// show time hist nsecs
/// show total sum "total = %value ns"
/// show calls sum "calls = %value"
/*
 * Java must run with -XX:+DTraceMethodProbes (docs/jvm.md). Methods that share a name count together,
 * and calls that are under way when the run begins are left out.
 */
#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)

/* A thread's nth call of the method inside others of it. */
struct call {
	u64 thread;
	u64 depth;
};

BPF_HASH(depths, u64, u64, 10240);
BPF_HASH(began, struct call, u64, 65536);
BPF_HISTOGRAM(time, u64);
BPF_HASH(total, u32, u64);
BPF_HASH(calls, u32, u64);
BPF_HASH(untimed, u32, u64);

/* Is it that text? Java's strings have a length, which is the argument behind them, and no end. */
#define IS_TEXT(n, len, wanted)                                                                    \
	({                                                                                         \
		const char want[] = TEXT(wanted);                                                  \
		char text[sizeof(want)] = {};                                                      \
		u32 size = 0;                                                                      \
		bpf_usdt_readarg(len, ctx, &size);                                                 \
		u32 differ = size ^ (sizeof(want) - 1);                                            \
		if (!differ) {                                                                     \
			bpf_usdt_readarg_p(n, ctx, text, sizeof(want) - 1);                        \
			_Pragma("unroll") for (int i = 0; i < sizeof(want); i++) differ |=         \
				text[i] ^ want[i];                                                 \
		}                                                                                  \
		!differ;                                                                           \
	})

static inline int is_wanted(struct pt_regs *ctx)
{
	return IS_TEXT(4, 5, $METHOD) && IS_TEXT(2, 3, $CLASS);
}

int on_entry(struct pt_regs *ctx)
{
	struct call call = {bpf_get_current_pid_tgid(), 0};
	u64 now, none = 0;
	u32 all = 0;

	if (!is_wanted(ctx))
		return 0;
	u64 *depth = depths.lookup_or_try_init(&call.thread, &none);

	/* Full: of threads, or of calls under way and those that a thread's end has left. */
	if (!depth) {
		kw_add(untimed, &all, 1);
		return 0;
	}
	call.depth = (*depth)++;
	now = bpf_ktime_get_ns();
	if (began.update(&call, &now) < 0)
		kw_add(untimed, &all, 1);
	return 0;
}

int on_return(struct pt_regs *ctx)
{
	struct call call = {bpf_get_current_pid_tgid(), 0};
	u64 now = bpf_ktime_get_ns();
	u32 all = 0;

	if (!is_wanted(ctx))
		return 0;
	u64 *depth = depths.lookup(&call.thread);

	if (!depth || !*depth)
		return 0;
	call.depth = --*depth;
	u64 *start = began.lookup(&call);

	if (!start)
		return 0;
	u64 ns = now - *start, slot = bpf_log2l(ns);

	began.delete(&call);
	kw_add(time, &slot, 1);
	kw_add(total, &all, ns);
	kw_add(calls, &all, 1);
	return 0;
}
