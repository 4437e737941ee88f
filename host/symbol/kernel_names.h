/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_names.h - functions of the kernel and its modules by address, from /proc/kallsyms.
 *
 * Read when the first address needs a name, which takes 40 ms and more, and again only when other
 * modules are loaded than then, or at other addresses.
 */
#ifndef KW_SYMBOL_KERNEL_NAMES_H
#define KW_SYMBOL_KERNEL_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct list_names;

/**
 * struct kernel_names - all but the paths is private; zeroes but for these is a new one
 * @kallsyms, @modules: what to read; borrowed
 */
struct kernel_names {
	const char *kallsyms;
	const char *modules;
	struct list_names *list;
	struct buf loaded; /* name and address of each module when the list was read */
	bool read;
	bool checked; /* whether modules have changed, since the last tick */
};

/**
 * kernel_names_tick - from now on modules may have changed
 */
void kernel_names_tick(struct kernel_names *names);

/**
 * kernel_names_find - Return: the function's name, valid until the next tick, or NULL
 */
const char *kernel_names_find(struct kernel_names *names, uint64_t address);

void kernel_names_free(struct kernel_names *names);

#endif
