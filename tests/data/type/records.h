/* SPDX-License-Identifier: Apache-2.0 */
/*
 * records.h - records whose descriptions by libbcc 0.26.0 are in descriptions.txt.
 *
 * Recorded with bpf_table_key_desc() and bpf_table_leaf_desc() from tables over these records,
 * with the headers of Debian's 6.1 kernel; the unit test compiles the same records and compares.
 */
#ifndef RECORDS_H
#define RECORDS_H

enum color { RED, GREEN };
enum sign { MINUS = -1, PLUS = 1 };

struct inner {
	u8 a;
	u32 b;
};

struct nested {
	u16 x;
	struct inner in;
	u64 y;
	struct inner two[2];
};

struct anon {
	u32 tag;
	union {
		u64 whole;
		struct {
			u32 low;
			u32 high;
		};
		u8 raw[8];
	};
	struct {
		s16 p;
		s16 q;
	};
};

struct bits {
	u32 a : 3;
	u32 b : 7;
	u64 c : 33;
	s32 d : 5;
	u8 e;
	u16 : 0;
	u16 f : 4;
	u8 g : 3;
	bool h : 1;
};

struct holes {
	u32 a : 5;
	u32 : 9;
	s64 b : 50;
	u16 c : 9;
	s16 d : 9;
	u8 : 0;
	s8 e : 1;
	u64 f;
	u32 g : 32;
	s32 h : 31;
};

struct chars {
	char comm[16];
	char c;
	unsigned char mac[6];
	signed char sc;
};

struct ints {
	int v[3];
	u64 w[2];
	short s;
};

struct enums {
	enum color c;
	enum sign n;
	enum color a[2];
	bool yes;
};

struct pointers {
	void *p;
	struct inner *i;
	char *name;
	int (*fn)(int);
};

struct wide {
	u32 a;
	unsigned __int128 u;
	__int128 s;
};

struct packed {
	u8 a;
	u32 b;
	u16 c;
} __attribute__((packed));

struct packed_bits {
	u8 a;
	u32 b : 9;
	u32 c : 23;
	u16 d;
} __attribute__((packed));

struct flexible {
	u32 n;
	u32 m;
	char data[];
};

struct flexible_tail {
	u64 a;
	u32 n;
	char data[];
};

struct flexible_bits {
	u32 a : 4;
	u32 b : 28;
	u64 data[];
};

struct flexible_packed {
	u8 a;
	u32 b;
	char data[];
} __attribute__((packed));

struct zero {
	u32 n;
	u32 data[0];
};

struct matrix {
	u32 a;
	u32 m[2][3];
	u32 b;
};

typedef char name_t[16];

struct typed {
	u32 a;
	name_t name;
};

union either {
	u32 number;
	char text[6];
	struct inner in;
};

struct with_union {
	u8 kind;
	union either e;
	u64 after;
};

struct aligned {
	u8 a;
	u64 b __attribute__((aligned(16)));
};

struct empty {
};

struct with_empty {
	u32 a;
	struct empty e;
};

struct bits_around {
	u32 a : 4;
	struct inner in;
	struct packed p;
	u8 z;
	u16 last : 2;
};

struct longs {
	long l;
	unsigned long ul;
	long long ll;
	unsigned long long ull;
	short s;
	unsigned short us;
	float f;
	double d;
};

struct slot {
	u32 pid;
	u64 slot;
};

struct totals {
	u64 count;
	u64 total;
	u64 max;
};

struct named {
	u32 a;
	union {
		u32 x;
		u16 y;
	} u;
	struct {
		u8 r, g, b;
	} rgb;
};

#endif
