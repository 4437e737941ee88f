/* SPDX-License-Identifier: Apache-2.0 */
#include "program/expand_print.h"

#include <string.h>

#include "program/ctext.h"
#include "program/expansion.h"

#define DESCRIPTION TABLE_EVENT "0_" PRINT_TABLE

static bool is_print(const char *p, size_t len)
{
	if (!ctext_is(p, len, "bpf_trace_printk") && !ctext_is(p, len, "bpf_trace_printk_"))
		return false;
	return *ctext_space(p + len) == '(';
}

bool print_is_call(const char *p, size_t len)
{
	return is_print(p, len) && ctext_close(ctext_space(p + len));
}

/* The first place that prints: in code or in a macro. */
static const char *find(const char *source, bool in_macro)
{
	const char *directive = source;

	for (const char *p = source; *p;) {
		const char *end = ctext_skip(source, p);
		size_t len = ctext_word(p);

		if (*p == '#' && p >= directive)
			directive = ctext_directive(source, p);
		if (end == p && len && is_print(p, len) && (!in_macro || p < directive))
			return p;
		p = end != p ? end : p + (len ? len : 1);
	}
	return NULL;
}

bool print_is_used(const char *source)
{
	return find(source, false) != NULL;
}

void print_generate(struct buf *b, const char *source, unsigned lost)
{
	bool all = find(source, true) != NULL;

	/*
	 * Most lines are short: a long one takes room for 1024 bytes (BPF_TRACE_PRINTK_SIZE,
	 * kernel/trace/bpf_trace.c). A handler is never moved to another CPU, but it may be
	 * interrupted by one that prints as well, so the depth goes up and down.
	 */
	buf_adds(b,
		 "#define KW_LINE { u32 pid; u32 tid; u32 cpu; char comm[16]; char line[SIZE]; }\n"
		 "#define SIZE 1024\nstruct kw_long_line KW_LINE;\n#undef SIZE\n"
		 "#define SIZE 128\nstruct kw_short_line KW_LINE;\n#undef SIZE\n"
		 "BPF_RINGBUF_OUTPUT(" PRINT_TABLE ", 1024);\n"
		 "BPF_PERCPU_ARRAY(kw_print_depth, u64, 1);\n"
		 "static inline void kw_printing(long n) { int slot = 0; "
		 "u64 *depth = kw_print_depth.lookup(&slot); if (depth) lock_xadd(depth, n); }\n"
		 "struct " DESCRIPTION "_t { int key; struct kw_long_line leaf; u32 max_entries; "
		 "int flags; }; static struct " DESCRIPTION
		 "_t __attribute__((section(\"maps/array\"))) " DESCRIPTION
		 " = { .flags = 1, .max_entries = 1 };\n");
	/* Without the empty assembler line the compiler would think that the mask does nothing. */
	buf_adds(b,
		 "#define KW_FINISH(l, n) ({ u64 who = bpf_get_current_pid_tgid(), last = n - 2; "
		 "l->pid = who >> 32; l->tid = who; l->cpu = bpf_get_smp_processor_id(); "
		 "bpf_get_current_comm(l->comm, sizeof(l->comm)); "
		 "asm volatile(\"\" : \"+r\"(last)); last &= sizeof(l->line) - 1; "
		 "if (l->line[last] == '\\n') l->line[last] = 0; })\n");
	buf_addf(b,
		 "int " PRINT_HANDLER "(struct bpf_raw_tracepoint_args *ctx) {\n"
		 "int slot = 0; u64 *depth = kw_print_depth.lookup(&slot);\n"
		 "if (!%d && (!depth || !*depth)) return 0;\n"
		 "struct kw_short_line *s = " PRINT_TABLE ".ringbuf_reserve(sizeof(*s));\n"
		 "if (!s) { kw_lose(%u); return 0; }\n"
		 "long n = bpf_probe_read_kernel_str(s->line, sizeof(s->line), (void "
		 "*)ctx->args[0]);\n"
		 "if (n < (long)sizeof(s->line)) { KW_FINISH(s, n); " PRINT_TABLE
		 ".ringbuf_submit(s, 0); return 0; }\n" PRINT_TABLE ".ringbuf_discard(s, 0);\n"
		 "struct kw_long_line *l = " PRINT_TABLE ".ringbuf_reserve(sizeof(*l));\n"
		 "if (!l) { kw_lose(%u); return 0; }\n"
		 "n = bpf_probe_read_kernel_str(l->line, sizeof(l->line), (void *)ctx->args[0]);\n"
		 "KW_FINISH(l, n); " PRINT_TABLE ".ringbuf_submit(l, 0); return 0; }\n",
		 all, lost, lost);
}
