/* SPDX-License-Identifier: Apache-2.0 */
/// collateral - count kernel events while a function runs
/// option while function compact_zone(compaction)  gate, and the word its lines use
/// option events,e functions kmalloc_order_trace,__kmalloc,__do_kmalloc_node,kmem_cache_alloc,kmem_cache_alloc_trace,malloc,kfree,kmem_cache_reap,kmem_cache_free,kmem_cache_destroy,kmem_cache_shrink  what to count: names and globs, comma separated, or @FILE
/// option scope choice:system|thread system  events of every thread while any is inside, or only of those inside
/// option cpu cpu any  count only events on this CPU; the gate is never filtered
/// attach kretprobe:$while=gate_leave
/// attach kprobe:$while=gate_enter
/// standin compact_zone tracepoint:compaction:mm_compaction_end=trace_leave
/// standin compact_zone tracepoint:compaction:mm_compaction_begin=trace_enter
/// attach tracepoint:sched:sched_process_exit=gate_exit
/// attach ?tracepoint:compaction:mm_compaction_suitable=note_order
/// attach ?tracepoint:compaction:mm_compaction_finished=note_order
/// attach ?kprobe:$events=count_event
/// size counted $events
/// size own $events
/// label order_ns 2147483647 unknown quiet
/// word function while
/// account repairs repaired
/// account not_let_in refused
/// repair inside while gate_open
/// show delay hist usecs
/// show order_ns sum "total_accum_usec = %value" /1000
/// show order_ns count "total_accum_usec[order = %key] = %value" /1000
/// show inside age "in progress = %count, longest %longest usec" /1000
/// show counted count "%events while %while = %value"
/// show own count "%events by kwhile itself while %while = %value" nonzero

#include <uapi/linux/ptrace.h>

/* Only its size matters: tracefs' formats of compaction:* have a field of this type. */
enum zone_type { ZONE_OF_ANY_KIND };

#define MAX_DEPTH 8		    /* frames of the gate on one thread; deeper ones are not timed */
#define STACK_SPAN (1UL << 14)	    /* stacks of the kernel are aligned to their size, 16 KiB */
#define ORDER_UNKNOWN 2147483647
#define CHAIN_LENGTH 48 /* callers that are looked through for a frame */

/* What the return address takes on the stack: the return probe sees it popped. */
#if defined(__x86_64__)
#define RETURN_POPS 8
#else
#define RETURN_POPS 0
#endif

struct frame {
	u64 since;
	u64 sp;
	u64 caller;
	s64 order;
};

/* A thread inside the gate: since when, and its frames, the outermost first. */
struct thread {
	u64 since;
	u64 depth;
	struct frame frames[MAX_DEPTH];
};

BPF_HASH(inside, u64, struct thread, 4096);
BPF_ARRAY(gate_open, u64, 1); /* threads inside now */

BPF_HISTOGRAM(delay);
BPF_HASH(order_ns, s32, u64, 64);
BPF_PERCPU_ARRAY(counted, u64, 1);
BPF_PERCPU_ARRAY(own, u64, 1);
BPF_ARRAY(repairs, u64, 1);    /* frames whose return was not seen */
BPF_ARRAY(not_let_in, u64, 1); /* threads for which `inside` had no room */

/* The idle threads all have id 0: they are told apart by their CPU. */
static inline u64 thread_key(void)
{
	u32 tid = bpf_get_current_pid_tgid();

	return tid ? tid : 1ULL << 32 | bpf_get_smp_processor_id();
}

static inline void gate_count(s64 by)
{
	u64 *open = kw_value(gate_open);

	if (open)
		lock_xadd(open, by);
}

/* Whoever deletes a thread's state closes the gate for it; nobody closes it twice. */
static inline void gate_close(u64 *key)
{
	if (inside.delete(key) == 0)
		gate_count(-1);
}

static inline int same_stack(u64 a, u64 b)
{
	return ((a ^ b) & ~(STACK_SPAN - 1)) == 0;
}

struct chain {
	u64 ip[CHAIN_LENGTH];
};

BPF_PERCPU_ARRAY(chain_room, struct chain, 1);

/*
 * Is the frame's caller among the callers of the function that has just been entered? The first two of
 * the chain are that function and its own caller.
 */
static inline int still_called(void *ctx, u64 caller)
{
	int zero = 0;
	struct chain *chain = chain_room.lookup(&zero);

	if (!chain || bpf_get_stack(ctx, chain, sizeof(*chain), 0) < 0)
		return 1;
	for (int i = 2; i < CHAIN_LENGTH; i++)
		if (chain->ip[i] == caller)
			return 1;
	return 0;
}

/*
 * How many of a thread's frames are still there when the gate is entered at @sp. One that has returned
 * without our seeing it must not keep the gate open. On the same stack a frame that is not deeper than
 * @sp is gone. One that is deeper may be gone as well, for kernels with randomize_kstack_offset move
 * the stack at each system call: then the chain of callers tells. It costs some microseconds, and is
 * walked only when a thread that seems to be inside enters again. What is above a frame that is gone
 * is gone too.
 */
static inline u64 frames_alive(void *ctx, struct thread *t, u64 sp)
{
	u64 top = (t->depth - 1) & (MAX_DEPTH - 1);
	u64 alive = t->depth;

#pragma unroll
	for (int i = 0; i < MAX_DEPTH; i++)
		if (i < alive && same_stack(t->frames[i].sp, sp) && t->frames[i].sp <= sp)
			alive = i;
	if (alive == t->depth && !still_called(ctx, t->frames[top].caller)) {
		/* With the innermost gone, only the outermost can still be there: ask for it once. */
		alive = top > 0 && still_called(ctx, t->frames[0].caller) ? top : 0;
	}
	return alive;
}

static inline void repaired(u64 frames)
{
	int zero = 0;
	u64 *n = frames ? repairs.lookup(&zero) : 0;

	if (n)
		lock_xadd(n, frames);
}

static inline void enter(void *ctx, u64 sp, u64 caller)
{
	u64 key = thread_key();
	struct thread *t = inside.lookup(&key);
	struct frame frame = {.since = bpf_ktime_get_ns(), .sp = sp, .caller = caller,
			      .order = ORDER_UNKNOWN};

	if (!t) {
		struct thread first = {.since = frame.since, .depth = 1};

		first.frames[0] = frame;
		if (inside.insert(&key, &first) == 0) {
			gate_count(1);
		} else {
			int zero = 0;
			u64 *n = not_let_in.lookup(&zero);

			if (n)
				lock_xadd(n, 1);
		}
		return;
	}
	u64 depth = frames_alive(ctx, t, sp);

	repaired(t->depth - depth);
	if (depth == 0)
		t->since = frame.since;
	if (depth < MAX_DEPTH) {
		t->frames[depth & (MAX_DEPTH - 1)] = frame;
		depth++;
	}
	t->depth = depth;
}

/* A call counts in the sample in which it returns, under the order that was seen on the way. */
static inline void measure(KW_RUN, struct frame *frame)
{
	u64 ns = bpf_ktime_get_ns() - frame->since;
	s32 order = frame->order;
	int slot = bpf_log2l(ns / 1000);

	kw_add(delay, &slot, 1);
	kw_add(order_ns, &order, ns);
}

static inline void leave(KW_RUN, u64 sp)
{
	u64 key = thread_key();
	struct thread *t = inside.lookup(&key);
	u64 depth = MAX_DEPTH;

	/* Entered before we were attached, or never let in: nothing is known of this call. */
	if (!t)
		return;
#pragma unroll
	for (int i = 0; i < MAX_DEPTH; i++)
		if (i < t->depth && t->frames[i].sp == sp)
			depth = i;
	if (depth >= t->depth)
		return;
	measure(KW_HERE, &t->frames[depth & (MAX_DEPTH - 1)]);
	repaired(t->depth - depth - 1);
	t->depth = depth;
	if (depth == 0)
		gate_close(&key);
}

int gate_enter(struct pt_regs *ctx)
{
	u64 sp = PT_REGS_SP(ctx);
	u64 caller = 0;

	/*
	 * Probes of one function run newest first: ours, attached after the return probe, still sees
	 * the true return address.
	 */
#if defined(__x86_64__)
	bpf_probe_read_kernel(&caller, sizeof(caller), (void *)sp);
#else
	caller = PT_REGS_RET(ctx);
#endif
	enter(ctx, sp, caller);
	return 0;
}

int gate_leave(struct pt_regs *ctx)
{
	leave(KW_HERE, PT_REGS_SP(ctx) - RETURN_POPS);
	return 0;
}

/* The pair of tracepoints has no stack pointer to tell frames apart, and compact_zone no recursion. */
int trace_enter(struct tracepoint__compaction__mm_compaction_begin *args)
{
	enter(args, 0, 0);
	return 0;
}

int trace_leave(struct tracepoint__compaction__mm_compaction_end *args)
{
	leave(KW_HERE, 0);
	return 0;
}

/* A thread that ends has left. */
int gate_exit(struct tracepoint__sched__sched_process_exit *args)
{
	u64 key = thread_key();
	struct thread *t = inside.lookup(&key);

	if (t) {
		repaired(t->depth);
		gate_close(&key);
	}
	return 0;
}

/* Serves mm_compaction_suitable and mm_compaction_finished: both are of one event class. */
int note_order(struct tracepoint__compaction__mm_compaction_suitable *args)
{
	u64 key = thread_key();
	struct thread *t = inside.lookup(&key);

	if (t)
		t->frames[(t->depth - 1) & (MAX_DEPTH - 1)].order = args->order;
	return 0;
}

int count_event(struct pt_regs *ctx)
{
	u64 *open = kw_value(gate_open);

	/* Most events come while no gate is open: nothing is done ahead of this. */
	if (!open || !*open)
		return 0;
	int item = $events;

	if ($cpu >= 0 && bpf_get_smp_processor_id() != $cpu)
		return 0;
	if ($scope) {
		u64 key = thread_key();

		if (!inside.lookup(&key))
			return 0;
	}
	if (bpf_get_current_pid_tgid() >> 32 == $self)
		kw_add(own, &item, 1);
	else
		kw_add(counted, &item, 1);
	return 0;
}
