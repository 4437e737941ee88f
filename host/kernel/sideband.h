/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sideband.h - what processes map, fork, exec and end, as perf(1) hears of it: by records of a
 * dummy perf event on each CPU. Only opened where stacks of user space are shown.
 */
#ifndef KW_KERNEL_SIDEBAND_H
#define KW_KERNEL_SIDEBAND_H

#include <stdint.h>

#include "base/error.h"
#include "symbol/processes.h"

struct sideband; /* opaque */

/**
 * sideband_open - begin to hear of all processes
 *
 * Return: 0, or a negative errno: mappings are then only read when a process is first seen.
 */
int sideband_open(struct sideband **out);

/**
 * sideband_fd - descriptor that poll(2) says is readable when a buffer is a quarter full
 */
int sideband_fd(const struct sideband *sideband);

/**
 * sideband_drain - tell @all what was heard since
 *
 * Return: records that were lost because a buffer was full; where the kernel has not told yet how
 * many, at least 1.
 */
uint64_t sideband_drain(struct sideband *sideband, struct processes *all);

void sideband_free(struct sideband *sideband);

#endif
