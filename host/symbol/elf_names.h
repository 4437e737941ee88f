/* SPDX-License-Identifier: Apache-2.0 */
/*
 * elf_names.h - the functions of an ELF file by address: what a stack's addresses are called.
 */
#ifndef KW_SYMBOL_ELF_NAMES_H
#define KW_SYMBOL_ELF_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct elf_names; /* opaque; holds nothing of the file open */

/**
 * elf_names_read - Return: 0, or a negative errno
 * @path:	to be opened
 * @inode:	that the file must have, so that no other one that took its place is read; 0: any
 */
int elf_names_read(const char *path, uint64_t inode, struct elf_names **out);

/**
 * elf_names_find - the function that has a byte of the file, or NULL
 * @offset:	byte of the file
 *
 * The name is as the file has it. A function whose size is not known ends where the next begins.
 */
const char *elf_names_find(const struct elf_names *names, uint64_t offset);

void elf_names_free(struct elf_names *names);

#endif
