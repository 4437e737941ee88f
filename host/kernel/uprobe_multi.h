/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uprobe_multi.h - one link for many places of one file (6.6). Private to the kernel floor.
 *
 * Taking a uprobe away costs a grace period (0.1 s on 6.18), whether it holds one place or a
 * thousand. libbpf has the call since 1.3, which is newer than what Debian 12 has.
 */
#ifndef KW_KERNEL_UPROBE_MULTI_H
#define KW_KERNEL_UPROBE_MULTI_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* enum bpf_attach_type of include/uapi/linux/bpf.h; also what the program is loaded for. */
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
 * uprobe_multi_works - has this kernel such links, and do they keep to one process? Before 6.10
 * (and its stable kin) they kept to one thread of it
 */
bool uprobe_multi_works(void);

#endif
