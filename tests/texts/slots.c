/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables whose slots are filled from outside, and those without keys, written for each getppid call
 * of the program whose name begins like LOAD, as a text for BCC from Python does it: no header
 * lines. The Nth call, from 0, goes to slot N % 4.
 */
#include <linux/sched.h>

#ifndef LOAD
#define LOAD load_get
#endif
#define QUOTED(word) #word
#define QUOTED_VALUE(word) QUOTED(word)

struct pair {
	u32 number;
	u16 slot;
};

BPF_ARRAY(calls, u64, 1);
BPF_ARRAY(ran, u64, 8);
BPF_QUEUE(queued, struct pair, 4096);
BPF_STACK(stacked, u64, 101);
BPF_HASH(first, u32, u64, 64);
BPF_HASH(second, u32, u64, 64);
BPF_ARRAY_OF_MAPS(rooms, "first", 4);
BPF_HASH_OF_MAPS(houses, u64, "first", 8);
BPF_PROG_ARRAY(jumps, 4);
BPF_PROG_ARRAY(further, 2);

static inline int is_load(void)
{
	union {
		char text[TASK_COMM_LEN];
		u64 begin;
	} load = {QUOTED_VALUE(LOAD)}, name;

	bpf_get_current_comm(&name, sizeof(name));
	return name.begin == load.begin;
}

static inline void count_in(void *inner, u32 key)
{
	u64 *n, zero = 0;

	if (!inner)
		return;
	bpf_map_update_elem(inner, &key, &zero, BPF_NOEXIST);
	n = bpf_map_lookup_elem(inner, &key);
	if (n)
		lock_xadd(n, 1);
}

TRACEPOINT_PROBE(syscalls, sys_enter_getppid)
{
	int none = 0;
	u64 *n = calls.lookup(&none);

	if (!n || !is_load())
		return 0;
	u64 number = *n;
	int slot = number % 4;
	u64 house = 1000000007ULL * 1000;
	struct pair pair = {.number = number, .slot = slot};

	lock_xadd(n, 1);
	queued.push(&pair, 0);
	stacked.push(&number, 0);
	count_in(rooms.lookup(&slot), slot + 10);
	count_in(houses.lookup(&house), 5);
	jumps.call(args, slot);
	/* Nothing was there. */
	ran.atomic_increment(7);
	return 0;
}

int run_one(void *ctx)
{
	ran.atomic_increment(1);
	return 0;
}

int run_three(void *ctx)
{
	ran.atomic_increment(3);
	further.call(ctx, 1);
	ran.atomic_increment(6);
	return 0;
}

int run_last(void *ctx)
{
	ran.atomic_increment(5);
	return 0;
}
