/* SPDX-License-Identifier: Apache-2.0 */
#include "program/generate.h"

#include <string.h>

#include "program/usdt_args.h"

void generate_constant(struct buf *b, unsigned id)
{
	/*
	 * volatile: each use keeps its own load. The loader fills it in before the verifier runs,
	 * so a branch that the value rules out costs nothing.
	 */
	buf_addf(b,
		 "static inline s64 kw_const_%u(void) { s64 v; "
		 "asm volatile(\"%%0 = 0x%llx ll\" : \"=r\"(v)); return v; }\n",
		 id, CONST_TAG | id);
}

void generate_value(struct buf *b, const char *table, size_t len)
{
	int n = (int)len;

	/* The verifier knows that an address is not NULL, and drops the look-up. */
	buf_addf(b,
		 "; static inline __typeof__(&((struct %.*s_table_t *)0)->leaf) "
		 "kw_value_%.*s(void) { __typeof__(&((struct %.*s_table_t *)0)->leaf) leaf; "
		 "asm volatile(\"%%0 = 0x%llx ll\" : \"=r\"(leaf)); "
		 "if (!leaf) { int slot = 0; leaf = %.*s.lookup(&slot); } return leaf; }",
		 n, table, n, table, n, table, VALUE_TAG << 32 | value_hash(table, len), n, table);
}

void generate_losses(struct buf *b)
{
	buf_addf(b, "BPF_ARRAY(" TABLE_LOST ", u64, %d);\n", LOST_SLOTS);
	buf_adds(b, "static inline void kw_lose(int slot) { "
		    "u64 *n = " TABLE_LOST ".lookup(&slot); if (n) lock_xadd(n, 1); }\n");
}

/* A load that the loader fills in, into @to. */
static void add_field(struct buf *b, unsigned n, enum usdt_field field, const char *to)
{
	buf_addf(b, "asm volatile(\"%%0 = 0x%llx ll\" : \"=r\"(%s)); ",
		 CONST_TAG | const_usdt(n, (unsigned)field), to);
}

/*
 * A register of the probed program, into @to: the loader changes the offset of the second
 * instruction. The verifier wants it constant and the pointer as it was given
 * (check_ptr_off_reg(), kernel/bpf/verifier.c).
 */
static void add_register(struct buf *b, unsigned n, enum usdt_field field, const char *to)
{
	buf_addf(b,
		 "asm volatile(\"%%0 = 0x%llx ll\\n\\t%%0 = *(u64 *)(%%1 + 0)\" "
		 ": \"=&r\"(%s) : \"r\"(ctx)); ",
		 CONST_TAG | const_usdt(n, (unsigned)field), to);
}

/* Branches that the filled-in numbers rule out are gone before the program runs. */
static void generate_usdt_arg(struct buf *b, unsigned n)
{
	buf_addf(b,
		 "static inline int kw_usdt_%u(void *ctx, void *dest, u64 len) { "
		 "u64 mode, v = 0, k, r; ",
		 n);
	add_field(b, n, USDT_MODE, "mode");
	buf_addf(b, "if (mode & %d) { ", USDT_HAS_BASE);
	add_register(b, n, USDT_BASE, "v");
	buf_addf(b, "} if (mode & %d) { ", USDT_HAS_INDEX);
	add_register(b, n, USDT_INDEX, "r");
	add_field(b, n, USDT_SCALE, "k");
	buf_adds(b, "v += r << k; } ");
	add_field(b, n, USDT_NUMBER, "k");
	buf_addf(b, "v += k; if (mode & %d) { u64 at = v; v = 0; ", USDT_IN_MEMORY);
	add_field(b, n, USDT_SIZE, "k");
	buf_addf(b,
		 "if (bpf_probe_read_user(&v, k, (void *)at)) { v = 0; mode = 0; } } "
		 "if (mode & %d) { ",
		 USDT_IS_NARROW);
	add_field(b, n, USDT_LEFT, "k");
	add_field(b, n, USDT_RIGHT, "r");
	buf_addf(b,
		 "v <<= k; if (mode & %d) v = (u64)((s64)v >> r); else v >>= r; } "
		 "if (len == 8) *(u64 *)dest = v; else if (len == 4) *(u32 *)dest = (u32)v; "
		 "else if (len == 2) *(u16 *)dest = (u16)v; else if (len == 1) *(u8 *)dest = "
		 "(u8)v; else return -1; return mode & %d ? 0 : -1; }\n",
		 USDT_IS_SIGNED, USDT_HAS_VALUE);
}

void generate_usdt(struct buf *b)
{
	for (unsigned n = 1; n <= USDT_MAX_ARGS; n++)
		generate_usdt_arg(b, n);
	/* Twice, so that the number may be a macro itself. */
	buf_adds(b, "#define kw_usdt_read(n, ctx, dest, len) kw_usdt_##n(ctx, dest, len)\n"
		    "#define kw_usdt_read_(n, ctx, dest, len) kw_usdt_read(n, ctx, dest, len)\n"
		    "#define bpf_usdt_readarg(n, ctx, dest) "
		    "kw_usdt_read_(n, ctx, dest, sizeof(*(dest)))\n"
		    "#define bpf_usdt_readarg_p(n, ctx, dest, len) ({ u64 kw_at = 0; "
		    "int kw_rc = kw_usdt_read_(n, ctx, &kw_at, sizeof(kw_at)); "
		    "kw_rc ? kw_rc : bpf_probe_read_user(dest, len, (void *)kw_at); })\n");
}

void generate_halves(struct buf *b)
{
	buf_adds(b, "BPF_ARRAY(" TABLE_HALF ", u64, 1)");
	generate_value(b, TABLE_HALF, strlen(TABLE_HALF));
	buf_addf(b, "\nBPF_ARRAY(" TABLE_REFUSED ", u64, %d);\n", REFUSED_SLOTS);
	buf_adds(b, "static inline u32 kw_read_half(void) { "
		    "u64 *half = kw_value(" TABLE_HALF "); return half && *half; }\n");
	buf_adds(b, "static inline void kw_refuse(int slot) { "
		    "u64 *n = " TABLE_REFUSED ".lookup(&slot); if (n) lock_xadd(n, 1); }\n");
	/* The half is read at the first use and kept: one program run writes one half only. */
	buf_adds(b,
		 "#define KW_RUN u32 kw_half\n"
		 "#define KW_HERE (kw_half = kw_half > 1 ? kw_read_half() : kw_half)\n"
		 "#define kw_leaf(table, key) kw_leaf_##table(KW_HERE, key)\n"
		 "#define kw_add(table, key, n) ({ "
		 "__typeof__(&((struct table##__0_table_t *)0)->leaf) kw_p = kw_leaf(table, key); "
		 "if (kw_p) lock_xadd(kw_p, n); })\n"
		 "#define kw_max(table, key, n) ({ "
		 "__typeof__(&((struct table##__0_table_t *)0)->leaf) kw_p = kw_leaf(table, key); "
		 "if (kw_p && *kw_p < (n)) *kw_p = (n); })\n");
}

void generate_accessor(struct buf *b, const struct halved *h, bool array)
{
	const char *t = h->name;

	buf_addf(b,
		 "; static inline __typeof__(&((struct %s__0_table_t *)0)->leaf) "
		 "kw_leaf_%s(u32 half, __typeof__(&((struct %s__0_table_t *)0)->key) key) { "
		 "__typeof__(&((struct %s__0_table_t *)0)->leaf) leaf; ",
		 t, t, t, t);
	/*
	 * Two different assembler comments: without them the compiler makes one look-up of either
	 * table, and the kernel calls a table's own function, or puts it in line, only where the
	 * table is one (record_func_map() in kernel/bpf/verifier.c).
	 */
	if (array)
		buf_addf(b,
			 "if (half) { leaf = %s__1.lookup(key); asm volatile(\"# 1\"); } "
			 "else { leaf = %s__0.lookup(key); asm volatile(\"# 0\"); } ",
			 t, t);
	else
		buf_addf(b,
			 "__typeof__(((struct %s__0_table_t *)0)->leaf) zero; "
			 "__builtin_memset(&zero, 0, sizeof(zero)); "
			 "if (half) { leaf = %s__1.lookup_or_try_init(key, &zero); "
			 "asm volatile(\"# 1\"); } else { "
			 "leaf = %s__0.lookup_or_try_init(key, &zero); asm volatile(\"# 0\"); } ",
			 t, t, t);
	buf_addf(b, "if (!leaf) kw_refuse(%u); return leaf; }", h->refused);
}
