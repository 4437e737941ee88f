/* SPDX-License-Identifier: Apache-2.0 */
/*
 * semaphore.h - raise the semaphore of a USDT probe where the kernel does not (before 4.20): by
 * hand, in the memory of one process. Whoever is killed leaves it raised.
 */
#ifndef KW_KERNEL_SEMAPHORE_H
#define KW_KERNEL_SEMAPHORE_H

#include <stdint.h>
#include <sys/types.h>

struct semaphore; /* opaque */

/**
 * semaphore_raise - add 1 to it
 * @path:	the file that has it, as it can be opened here
 * @offset:	its byte of that file
 * @out:	to be given to semaphore_lower()
 *
 * Return: 0, -ENOENT where the process has not mapped the file, or another negative errno.
 */
int semaphore_raise(pid_t pid, const char *path, uint64_t offset, struct semaphore **out);

/**
 * semaphore_lower - take that 1 away, if the process and the mapping are still there; frees it
 */
void semaphore_lower(struct semaphore *semaphore);

#endif
