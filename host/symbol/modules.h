/* SPDX-License-Identifier: Apache-2.0 */
/*
 * modules.h - the symbols of the files that processes have mapped, once for all processes, and of
 * what the kernel maps into each of them (the vdso).
 *
 * Those that were not asked for since the last tick are forgotten, the oldest first, where all of
 * them take more than 64 MB or are more than 512.
 */
#ifndef KW_SYMBOL_MODULES_H
#define KW_SYMBOL_MODULES_H

#include <stdbool.h>
#include <stdint.h>

#include "symbol/elf_names.h"
#include "symbol/maps.h"

struct modules; /* opaque */

/**
 * modules_new - Return: NULL when memory ran out
 */
struct modules *modules_new(void);

/**
 * modules_name - the function that has a byte of a mapped file
 * @file:	where the file is found that the process has mapped; else it is looked for where we
 *		see it
 * @kept:	where it can be read when its name is gone, as long as it is mapped
 * @offset:	byte of the file
 * @name:	filled with its name as the file has it
 *
 * The file's symbols are read when the first of its functions is asked for, and again where it has
 * changed since the last tick. Return: is there one?
 */
bool modules_name(struct modules *all, const char *file, const char *kept,
		  const struct mapping *mapping, uint64_t offset, char name[ELF_NAME_MAX + 1]);

/**
 * modules_tick - forget what is too much
 */
void modules_tick(struct modules *all);

void modules_free(struct modules *all);

#endif
