/* SPDX-License-Identifier: Apache-2.0 */
/*
 * multi.h - one link for many places: entries of functions of the kernel (5.18), or places of one
 * file (6.6). Private to the kernel floor.
 *
 * Taking a probe away costs a grace period (a uprobe on 6.18 0.1 s), whether it holds one place or
 * a thousand. libbpf has both calls since 1.3, which is newer than what Debian 12 has.
 *
 * For functions of the kernel ftrace calls the program, by an fprobe (kernel/trace/fprobe.c); what
 * that has skipped is counted as for a kprobe.
 */
#ifndef KW_KERNEL_MULTI_H
#define KW_KERNEL_MULTI_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* enum bpf_attach_type of include/uapi/linux/bpf.h; also what the program is loaded for. */
#define KPROBE_MULTI_ATTACH 42
#define UPROBE_MULTI_ATTACH 48

/**
 * struct uprobe_multi - as bpf(2) BPF_LINK_CREATE takes it
 * @path:	of the file, seen from here
 * @offsets:	@n bytes of the file
 * @semaphores:	as many, 0 where there is none; or NULL
 * @n:		at most 1,048,576 (MAX_UPROBE_MULTI_CNT, kernel/trace/bpf_trace.c)
 * @returns:	at their returns
 * @pid:	the only process that it is for; 0: any
 */
struct uprobe_multi {
	const char *path;
	const uint64_t *offsets;
	const uint64_t *semaphores;
	uint32_t n;
	bool returns;
	pid_t pid;
};

/**
 * uprobe_multi_link - Return: descriptor of the link, or a negative errno: then none of the places
 * is probed
 * @prog:	loaded for UPROBE_MULTI_ATTACH
 */
int uprobe_multi_link(int prog, const struct uprobe_multi *multi);

/**
 * kprobe_multi_link - the same for functions of the kernel
 * @prog:	loaded for KPROBE_MULTI_ATTACH
 * @addresses:	of @n functions, as /proc/kallsyms has them
 * @n:		at most 1,048,576 (MAX_KPROBE_MULTI_CNT, kernel/trace/bpf_trace.c)
 */
int kprobe_multi_link(int prog, const uint64_t *addresses, uint32_t n);

/**
 * uprobe_multi_works - has this kernel such links, and do they keep to one process? Before 6.10
 * (and its stable kin) they kept to one thread of it
 */
bool uprobe_multi_works(void);

/**
 * kprobe_multi_works - has this kernel such links, and is the program given whole registers there?
 *
 * Since 6.14 a program is given the registers of the arguments and little else. On 7.3 that made no
 * difference to what was counted and skipped; but a text may ask for others, so it is not used.
 */
bool kprobe_multi_works(void);

#endif
