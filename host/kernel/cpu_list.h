/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cpu_list.h - lists of CPUs as the kernel writes them, "0-3,5" (bitmap_print_list in
 * lib/bitmap.c).
 */
#ifndef KW_KERNEL_CPU_LIST_H
#define KW_KERNEL_CPU_LIST_H

#include <stdbool.h>

/**
 * cpu_list_has - is @cpu in it? What does not read as a list ends it.
 */
bool cpu_list_has(const char *list, unsigned cpu);

/**
 * cpu_list_count - how many CPUs are in it
 */
unsigned cpu_list_count(const char *list);

#endif
