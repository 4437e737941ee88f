/* SPDX-License-Identifier: Apache-2.0 */
/// every_table - each getppid call of load_getppid, in each kind of table that there is
/// attach kprobe:sys_getppid=on_call
/// tail jumps 1 run_one
/// inner rooms 1
/// inner houses 7 plain
/// as records ip ksym
/// show plain count "plain[%key] = %value"
/// show exact count "exact[%key] = %value"
/// show cpus count "cpus[%key] = %value"
/// show recent count "recent[%key] = %value"
/// show recent_cpus count "recent_cpus[%key] = %value"
/// show slots count "slots[%key] = %value"
/// show cpu_slots count "cpu_slots[%key] = %value"
/// show trie count "trie[%bits] = %value"
/// show powers hist
/// show sections hist
/// show queued lines "queued %value"
/// show stacked lines "stacked %value"
/// show rooms count "rooms[%outer][%{key}] = %value"
/// show houses count "houses[%outer][%{key}] = %value"
/// show records lines "record %number %ip"
/// show rings lines "ring %number"
/// show callers stacks
#include <linux/sched.h>

struct prefix {
	u32 bits;
	u32 address;
};

struct section {
	u32 which;
	u64 slot;
};

struct record {
	u64 number;
	u64 ip;
};

struct caller {
	int kernel_stack_id;
};

BPF_ARRAY(calls, u64, 1);
BPF_HASH(plain, u32, u64, 128);
BPF_HASH(exact, u32, u64, 128);
BPF_PERCPU_HASH(cpus, u32, u64, 128);
BPF_TABLE("lru_hash", u32, u64, recent, 128);
BPF_TABLE("lru_percpu_hash", u32, u64, recent_cpus, 128);
BPF_ARRAY(slots, u64, 8);
BPF_PERCPU_ARRAY(cpu_slots, u64, 8);
BPF_LPM_TRIE(trie, struct prefix, u64, 16);
BPF_HISTOGRAM(powers);
BPF_HISTOGRAM(sections, struct section);
BPF_QUEUE(queued, u64, 4096);
BPF_STACK(stacked, u64, 4096);
BPF_ARRAY_OF_MAPS(rooms, "plain", 4);
BPF_HASH_OF_MAPS(houses, u32, "plain", 8);
BPF_PROG_ARRAY(jumps, 4);
BPF_STACK_TRACE(stacks, 128);
BPF_HASH(callers, struct caller);
BPF_PERF_OUTPUT(records);
BPF_RINGBUF_OUTPUT(rings, 64);

static inline int is_load(void)
{
	union {
		char text[TASK_COMM_LEN];
		u64 begin;
	} load = {"load_getppid"}, name;

	bpf_get_current_comm(&name, sizeof(name));
	return name.begin == load.begin;
}

static inline void add(u64 *n)
{
	if (n)
		lock_xadd(n, 1);
}

static inline void add_in(void *inner, u32 key)
{
	u64 zero = 0;

	if (!inner)
		return;
	bpf_map_update_elem(inner, &key, &zero, BPF_NOEXIST);
	add(bpf_map_lookup_elem(inner, &key));
}

int on_call(struct pt_regs *ctx)
{
	struct prefix prefix = {.bits = 24, .address = 0x0000a8c0};
	struct section section = {.which = 3, .slot = 5};
	struct caller caller = {};
	struct record record = {};
	u32 key = 2, house = 7;
	int none = 0, one = 1;
	u64 zero = 0, *n = calls.lookup(&none);

	if (!n || !is_load())
		return 0;
	record.number = *n;
	record.ip = PT_REGS_IP(ctx);
	lock_xadd(n, 1);
	kw_add(exact, &key, 1);
	plain.atomic_increment(key);
	add(cpus.lookup_or_try_init(&key, &zero));
	add(recent.lookup_or_try_init(&key, &zero));
	add(recent_cpus.lookup_or_try_init(&key, &zero));
	add(trie.lookup_or_try_init(&prefix, &zero));
	slots.atomic_increment(3);
	cpu_slots.atomic_increment(4);
	powers.atomic_increment(bpf_log2l(1000));
	sections.atomic_increment(section);
	queued.push(&record.number, 0);
	stacked.push(&record.number, 0);
	add_in(rooms.lookup(&one), 11);
	add_in(houses.lookup(&house), 12);
	caller.kernel_stack_id = stacks.get_stackid(ctx, 0);
	callers.atomic_increment(caller);
	records.perf_submit(ctx, &record, sizeof(record));
	rings.ringbuf_output(&record, sizeof(record), 0);
	jumps.call(ctx, 1);
	slots.atomic_increment(0);
	return 0;
}

int run_one(struct pt_regs *ctx)
{
	slots.atomic_increment(1);
	return 0;
}
