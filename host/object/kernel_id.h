/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_id.h - which build of which kernel this is.
 */
#ifndef KW_OBJECT_KERNEL_ID_H
#define KW_OBJECT_KERNEL_ID_H

#include <stddef.h>

/**
 * struct kernel_id
 * @version:	uname -v: the number and time of the build
 * @build_id:	in hexadecimal; "" where the kernel does not tell
 */
struct kernel_id {
	char release[65];
	char version[65];
	char machine[65];
	char build_id[65];
};

/**
 * kernel_id_running - of this machine
 */
void kernel_id_running(struct kernel_id *id);

/**
 * build_id_find - the build id among ELF notes, as /sys/kernel/notes has them
 * @hex:	set to it, or to ""; cut at @size
 */
void build_id_find(const void *notes, size_t len, char *hex, size_t size);

#endif
