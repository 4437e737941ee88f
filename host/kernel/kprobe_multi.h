/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kprobe_multi.h - one link for the entries of many functions of the kernel (5.18). Private to the
 * kernel floor.
 *
 * Each kprobe by itself costs a grace period when it is taken away. ftrace calls the program of
 * such a link, by an fprobe (kernel/trace/fprobe.c); what that has skipped is counted as for a
 * kprobe.
 */
#ifndef KW_KERNEL_KPROBE_MULTI_H
#define KW_KERNEL_KPROBE_MULTI_H

#include <stdbool.h>
#include <stdint.h>

/* enum bpf_attach_type of include/uapi/linux/bpf.h; also what the program is loaded for. */
#define KPROBE_MULTI_ATTACH 42

/**
 * kprobe_multi_link - Return: descriptor of the link, or a negative errno: then none of the
 * functions is probed
 * @prog:	loaded for KPROBE_MULTI_ATTACH
 * @addresses:	of @n functions, as /proc/kallsyms has them
 * @n:		at most 1,048,576 (MAX_KPROBE_MULTI_CNT, kernel/trace/bpf_trace.c)
 */
int kprobe_multi_link(int prog, const uint64_t *addresses, uint32_t n);

/**
 * kprobe_multi_works - has this kernel such links, and is the program given whole registers there?
 *
 * Since 6.14 fprobes come from the function graph tracer, which keeps the arguments and little
 * else: not tried yet, and so not used.
 */
bool kprobe_multi_works(void);

#endif
