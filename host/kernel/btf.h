/* SPDX-License-Identifier: Apache-2.0 */
/*
 * btf.h - which functions the kernel's BTF has, and what they are given.
 */
#ifndef KW_KERNEL_BTF_H
#define KW_KERNEL_BTF_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"

struct kernel_btf; /* opaque */

/**
 * kernel_btf_open - read /sys/kernel/btf/vmlinux
 *
 * Return: 0, or a negative errno and why there is none.
 */
int kernel_btf_open(struct kernel_btf **out, struct error *err);

/**
 * kernel_btf_function - is there such a function?
 * @arguments:	where not NULL, a line "    TYPE NAME;" is added for each of its arguments
 * @result:	… and one for what it returns, called retval
 */
bool kernel_btf_function(struct kernel_btf *btf, const char *name, struct buf *arguments,
			 bool result);

/**
 * kernel_btf_raw_tracepoint - the same for what a raw tracepoint's program finds in its args[]
 */
bool kernel_btf_raw_tracepoint(struct kernel_btf *btf, const char *name, struct buf *arguments);

void kernel_btf_close(struct kernel_btf *btf);

#endif
