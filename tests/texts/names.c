/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What numbers stand for: each getppid call of the program whose name begins like LOAD counts one
 * peer, ADDRESS, a slot of a histogram under it, and sends a record.
 */
/// attach tracepoint:syscalls:sys_enter_getppid=on_call
/// as peers saddr ipv4
/// as peers daddr ipv6
/// as peers mac mac
/// as peers in.port port
/// as peers in.dev dev
/// as peers function ksym
/// as functions key ksym
/// as powers function ksym
/// as sent saddr ipv4
/// as sent function ksym
#include <linux/sched.h>

#define QUOTED(word) #word
#define QUOTED_VALUE(word) QUOTED(word)

struct peer {
	u32 saddr;
	u8 daddr[16];
	u8 mac[6];
	struct {
		u16 port;
		u32 dev;
	} in;
	u64 function;
};

struct slot {
	u64 function;
	u64 slot;
};

BPF_HASH(peers, struct peer);
BPF_HASH(functions, u64);
BPF_HISTOGRAM(powers, struct slot);
BPF_PERF_OUTPUT(sent);

static inline int is_load(void)
{
	union {
		char text[TASK_COMM_LEN];
		u64 begin;
	} load = {QUOTED_VALUE(LOAD)}, name;

	bpf_get_current_comm(&name, sizeof(name));
	return name.begin == load.begin;
}

int on_call(struct tracepoint__syscalls__sys_enter_getppid *args)
{
	struct peer peer = {.saddr = 0x0200a8c0, .function = ADDRESS};
	struct slot slot = {.function = ADDRESS, .slot = 3};

	if (!is_load())
		return 0;
	peer.daddr[0] = 0x20;
	peer.daddr[1] = 0x01;
	peer.daddr[15] = 0x35;
	peer.mac[0] = 0x52;
	peer.mac[5] = 0xef;
	peer.in.port = bpf_htons(443);
	peer.in.dev = 259 << 20 | 7;
	peers.atomic_increment(peer);
	functions.atomic_increment(peer.function);
	powers.atomic_increment(slot);
	sent.perf_submit(args, &peer, sizeof(peer));
	return 0;
}
