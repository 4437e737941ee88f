/* SPDX-License-Identifier: Apache-2.0 */
/// usdt_types - what the arguments of tests/load_usdt's probes are, by BCC's helpers
/// option at string - the program
/// attach usdt:$at:kwload:types=on_types
/// attach usdt:$at:index=on_three
/// attach usdt:$at:kwload:global=on_global
/// attach usdt:$at:part=on_part
/// attach usdt:$at:float=on_float
/// attach usdt:$at:nowhere=on_nowhere
/// show seen count "%probe %number = %is"
/// show texts count "types %number is '%text'"
struct seen_key {
	char probe[8];
	u32 number;
	s64 is;
};
struct text_key {
	u32 number;
	char text[32];
};
BPF_HASH(seen, struct seen_key, u64);
BPF_HASH(texts, struct text_key, u64);

/* A number that is a macro, and a call in a function that is none of the handlers. */
#define LAST 10

#define SEEN(name, n, type)                                                                        \
	{                                                                                          \
		struct seen_key key = {.probe = name, .number = n};                                \
		type value = 0;                                                                    \
		if (bpf_usdt_readarg(n, ctx, &value))                                              \
			key.number += 100;                                                         \
		key.is = (s64)value;                                                               \
		seen_add(&key);                                                                    \
	}

static inline void seen_add(struct seen_key *key)
{
	seen.atomic_increment(*key);
}

static inline void see_last(struct pt_regs *ctx)
{
	SEEN("types", LAST, s64);
}

int on_types(struct pt_regs *ctx)
{
	struct text_key key = {.number = 9};

	SEEN("types", 1, s8);
	SEEN("types", 2, u8);
	SEEN("types", 3, s16);
	SEEN("types", 4, u16);
	SEEN("types", 5, s32);
	SEEN("types", 6, u32);
	SEEN("types", 7, s64);
	SEEN("types", 8, u64);
	see_last(ctx);
	bpf_usdt_readarg_p(9, ctx, &key.text, sizeof(key.text));
	texts.atomic_increment(key);
	return 0;
}

int on_three(struct pt_regs *ctx)
{
	SEEN("three", 1, u64);
	SEEN("three", 2, s32);
	SEEN("three", 3, u16);
	return 0;
}

int on_global(struct pt_regs *ctx)
{
	SEEN("global", 1, s64);
	SEEN("global", 2, u64);
	SEEN("global", 3, s64);
	SEEN("global", 4, u8);
	return 0;
}

int on_part(struct pt_regs *ctx)
{
	SEEN("part", 1, u64);
	SEEN("part", 2, s64);
	SEEN("part", 3, u64);
	SEEN("part", 4, u64);
	return 0;
}

int on_float(struct pt_regs *ctx)
{
	SEEN("float", 1, s64);
	SEEN("float", 2, s64);
	return 0;
}

int on_nowhere(struct pt_regs *ctx)
{
	SEEN("nowhere", 1, s64);
	SEEN("nowhere", 2, s64);
	return 0;
}
