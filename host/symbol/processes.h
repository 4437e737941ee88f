/* SPDX-License-Identifier: Apache-2.0 */
/*
 * processes.h - what the addresses of stacks are called: the kernel's, and those of processes,
 * also after their end.
 *
 * What a process has mapped is told by whoever hears of it (kernel/sideband.h), and read from
 * /proc/PID/maps by processes_read(), or when it is first asked for and nothing was told. Symbols
 * of a file are read when the first address in it needs a name, once for all processes.
 */
#ifndef KW_SYMBOL_PROCESSES_H
#define KW_SYMBOL_PROCESSES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "symbol/maps.h"

struct processes; /* opaque */

/**
 * processes_new - Return: NULL when memory ran out
 */
struct processes *processes_new(void);

/**
 * processes_read - what all running processes have mapped, so that those that end keep their names;
 * to be called when what happens to processes is heard already
 */
void processes_read(struct processes *all);

/**
 * processes_read_again - not all that happened was heard: what runs is read anew, and of what has
 * ended stays what was known last
 */
void processes_read_again(struct processes *all);

/**
 * processes_mapped, _forked, _execed, _ended - what has happened to a process; _ended: its first
 * thread has, and it goes on as long as it has others
 * @mapping:	copied; what it covers is no longer mapped otherwise
 */
void processes_mapped(struct processes *all, pid_t pid, const struct mapping *mapping);
void processes_forked(struct processes *all, pid_t parent, pid_t child);
void processes_execed(struct processes *all, pid_t pid);
void processes_ended(struct processes *all, pid_t pid);

/**
 * processes_unheard - nobody will tell what happens to processes: what one has mapped is read anew
 * when it is asked for first after a tick, and where an address is in none of it
 */
void processes_unheard(struct processes *all);

/**
 * processes_tick - forget processes that had ended before the last call already; where nothing is
 * told, those that were not asked for in the last two ticks
 *
 * Of processes that have ended, the last 16,384 are remembered.
 */
void processes_tick(struct processes *all);

/**
 * processes_stack - the addresses of a stack, of which some are asked for next
 *
 * Where a process was several programs, one after another, since the last tick but one, the names
 * are those of the one that had mapped most of them.
 */
void processes_stack(struct processes *all, pid_t pid, const uint64_t *addresses, size_t n);

/**
 * processes_name - what code at an address is called, added to @name
 * @pid:	0: the kernel
 *
 * "function" (demangled), or "file+0x1234" where the file has no symbol there, or "0x7f0012345678".
 * Return: is it more than an address?
 */
bool processes_name(struct processes *all, pid_t pid, uint64_t address, struct buf *name);

void processes_free(struct processes *all);

#endif
