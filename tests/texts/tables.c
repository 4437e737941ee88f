/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each kind of table, written for each getppid call of the program whose name begins like LOAD, as
 * a text for BCC from Python does it: no header lines.
 */
#include <linux/sched.h>

#ifndef LOAD
#define LOAD load_get
#endif
#define QUOTED(word) #word
#define QUOTED_VALUE(word) QUOTED(word)

struct name {
	char comm[TASK_COMM_LEN];
};

struct prefix {
	u32 bits;
	u32 address;
};

struct section {
	struct name name;
	u64 slot;
};

BPF_TABLE("lru_hash", u32, u64, lru, 128);
BPF_TABLE("lru_percpu_hash", u32, u64, lru_percpu, 128);
BPF_PERCPU_HASH(percpu, u32, u64, 128);
BPF_PERCPU_ARRAY(slots, u64, 4);
BPF_LPM_TRIE(trie, struct prefix, u64, 16);
BPF_HISTOGRAM(powers);
BPF_HISTOGRAM(linear, int, 8);
BPF_HISTOGRAM(sections, struct section);

static inline int is_load(struct name *name)
{
	union {
		char text[TASK_COMM_LEN];
		u64 begin;
	} load = {QUOTED_VALUE(LOAD)};

	bpf_get_current_comm(&name->comm, sizeof(name->comm));
	return *(u64 *)name->comm == load.begin;
}

TRACEPOINT_PROBE(syscalls, sys_enter_getppid)
{
	struct section section = {.slot = 5};
	struct prefix prefix = {.bits = 24, .address = 0x0000a8c0};
	u32 one = 1;
	u64 zero = 0;

	if (!is_load(&section.name))
		return 0;
	/* increment() inserts into plain hashes only (BCC 0.26). */
	u64 *n = lru.lookup_or_try_init(&one, &zero);

	if (n)
		lock_xadd(n, 1);
	n = lru_percpu.lookup_or_try_init(&one, &zero);
	if (n)
		lock_xadd(n, 1);
	n = percpu.lookup_or_try_init(&one, &zero);
	if (n)
		lock_xadd(n, 1);
	n = trie.lookup_or_try_init(&prefix, &zero);
	if (n)
		lock_xadd(n, 1);
	slots.atomic_increment(2);
	powers.atomic_increment(bpf_log2l(1000));
	linear.atomic_increment(3);
	/* Of two threads that insert at once, increment() loses one. */
	n = sections.lookup_or_try_init(&section, &zero);
	if (n)
		lock_xadd(n, 1);
	return 0;
}
