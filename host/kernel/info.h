/* SPDX-License-Identifier: Apache-2.0 */
/*
 * info.h - what the running kernel tells of its links and programs. Private to the kernel floor.
 */
#ifndef KW_KERNEL_INFO_H
#define KW_KERNEL_INFO_H

#include "kernel/kernel.h"

int info_link_counts(struct kernel *k, const struct link *link, struct link_counts *counts);
int info_prog_counts(struct kernel *k, int prog, struct prog_counts *counts);

#endif
