/* SPDX-License-Identifier: Apache-2.0 */
/*
 * elf_debug.h - the symbol table that was split off an ELF file.
 *
 * Looked for where gdb does: /usr/lib/debug/.build-id/XX/YYYY.debug by its build id, then by its
 * .gnu_debuglink beside the file, in .debug/ beside it, and under /usr/lib/debug; then in its own
 * .gnu_debugdata (xz). A file of another build id, or of another checksum where there is no build
 * id, is not taken.
 */
#ifndef KW_SYMBOL_ELF_DEBUG_H
#define KW_SYMBOL_ELF_DEBUG_H

#include <libelf.h>
#include <stddef.h>
#include <stdint.h>

struct elf_debug; /* opaque */

/**
 * elf_debug_find - Return: what was found, to be freed with elf_debug_free(), or NULL
 * @elf:	the file without a symbol table
 * @path:	where it was opened
 */
struct elf_debug *elf_debug_find(Elf *elf, const char *path);

/**
 * elf_debug_elf - its ELF, valid until elf_debug_free()
 */
Elf *elf_debug_elf(const struct elf_debug *debug);

/**
 * elf_debug_bytes - where its bytes are: of a file, or in memory where they were unpacked
 * @fd:		-1 where they are at @image
 */
void elf_debug_bytes(const struct elf_debug *debug, int *fd, const char **image, size_t *size);

void elf_debug_free(struct elf_debug *debug);

/**
 * elf_section_named - Return: the section of that name that has bytes in the file, or NULL
 */
Elf_Scn *elf_section_named(Elf *elf, const char *name);

#define BUILD_ID_MAX 64

/**
 * elf_build_id - Return: bytes of the file's build id put into @id, 0 where it has none
 */
size_t elf_build_id(Elf *elf, unsigned char id[BUILD_ID_MAX]);

#endif
