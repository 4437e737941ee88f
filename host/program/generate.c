/* SPDX-License-Identifier: Apache-2.0 */
#include "program/generate.h"

#include <string.h>

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

uint32_t value_hash(const char *table, size_t len)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)table[i]) * 16777619u;
	return hash;
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
