/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A key and a leaf of each sort of field, counted for each getppid call of the program whose name
 * begins like LOAD, as a text for BCC from Python does it: no header lines but where it attaches.
 */
/// attach tracepoint:syscalls:sys_enter_getppid=on_call
#include <linux/mmzone.h>
#include <linux/sched.h>

#define QUOTED(word) #word
#define QUOTED_VALUE(word) QUOTED(word)

enum color { RED, GREEN = 5, BLUE = -1 };
typedef char name_t[8];

struct inner {
	u8 a;
	u32 b;
};

struct all {
	struct inner in;
	struct inner two[2];
	u16 matrix[2][3];
	name_t name;
	char words[2][4];
	unsigned char mac[6];
	enum color color;
	enum zone_type zone;
	union {
		u32 whole;
		u8 parts[4];
	} either;
	struct {
		s16 p;
		s16 q;
	};
	u32 low : 3;
	u32 high : 13;
	void *pointer;
	unsigned __int128 wide;
	bool yes;
	double half;
	struct {
		u8 one;
		u32 two;
	} __attribute__((packed)) tight;
};

struct totals {
	enum color color;
	u64 count;
	u32 sums[2];
};

BPF_HASH(types, struct all, struct totals);
BPF_HASH(colors, enum color);
BPF_PERF_OUTPUT(sent);

int on_call(void *args)
{
	union {
		char text[TASK_COMM_LEN];
		u64 begin;
	} load = {QUOTED_VALUE(LOAD)}, name;
	struct totals zero = {}, *totals;
	struct all all;
	enum color color = BLUE;
	u64 half = 0x3fe0000000000000ULL;

	bpf_get_current_comm(&name, sizeof(name));
	if (name.begin != load.begin)
		return 0;
	/* Padding is part of a key. */
	__builtin_memset(&all, 0, sizeof(all));
	all.in.a = 7;
	all.in.b = 65537;
	all.two[1].b = 9;
	all.matrix[0][2] = 3;
	all.matrix[1][0] = 4;
	all.name[0] = 'h';
	all.name[1] = 'i';
	all.words[1][0] = 'w';
	all.mac[0] = 0x52;
	all.mac[5] = 0xef;
	all.color = GREEN;
	all.zone = ZONE_NORMAL;
	all.either.whole = 258;
	all.p = -2;
	all.q = 3;
	all.low = 5;
	all.high = 8191;
	all.pointer = (void *)4096;
	all.wide = (unsigned __int128)1 << 100;
	all.yes = true;
	__builtin_memcpy(&all.half, &half, sizeof(half));
	all.tight.one = 1;
	all.tight.two = 0x01020304;
	totals = types.lookup_or_try_init(&all, &zero);
	if (totals) {
		totals->color = GREEN;
		lock_xadd(&totals->count, 1);
		lock_xadd(&totals->sums[1], 2);
	}
	colors.atomic_increment(color);
	sent.perf_submit(args, &all, sizeof(all));
	return 0;
}
