/* SPDX-License-Identifier: Apache-2.0 */
/*
 * elf_names.h - the functions of an ELF file by address: what a stack's addresses are called.
 *
 * Of each function 16 bytes are kept. Names stay in the file, which is kept open, unless they are
 * few: then they are kept, and the file is not.
 */
#ifndef KW_SYMBOL_ELF_NAMES_H
#define KW_SYMBOL_ELF_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct elf_names; /* opaque */

/* Longer names are cut. */
#define ELF_NAME_MAX 8191

/**
 * elf_names_read - Return: 0, or a negative errno
 * @path:	to be opened
 * @inode:	that the file must have, so that no other one that took its place is read; 0: any
 */
int elf_names_read(const char *path, uint64_t inode, struct elf_names **out);

/**
 * elf_names_image - the same of a file that is in memory; nothing of @image is kept
 */
int elf_names_image(const char *image, size_t size, struct elf_names **out);

/**
 * elf_names_find - the function that has a byte of the file
 * @offset:	byte of the file
 * @name:	filled with its name as the file has it, without a version
 *
 * A function whose size is not known ends where the next begins. Return: is there one?
 */
bool elf_names_find(const struct elf_names *names, uint64_t offset, char name[ELF_NAME_MAX + 1]);

/**
 * elf_names_bytes - how much memory it takes
 */
size_t elf_names_bytes(const struct elf_names *names);

void elf_names_free(struct elf_names *names);

#endif
