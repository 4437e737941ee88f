/* SPDX-License-Identifier: Apache-2.0 */
/*
 * elf_segments.h - which bytes of an ELF file are loaded where.
 */
#ifndef KW_SYMBOL_ELF_SEGMENTS_H
#define KW_SYMBOL_ELF_SEGMENTS_H

#include <libelf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct elf_segment {
	uint64_t address; /* virtual */
	uint64_t size;	  /* bytes that the file has of it */
	uint64_t offset;  /* in the file */
	bool executable;
};

/* PT_LOAD, in the order of the file. */
struct elf_segments {
	struct elf_segment *list;
	size_t n;
};

/**
 * elf_segments_read - Return: 0 or -ENOMEM
 * @segments:	zeroed by the caller; free with elf_segments_free()
 */
int elf_segments_read(Elf *elf, struct elf_segments *segments);

/**
 * elf_segments_offset - the byte of the file that is loaded at an address
 * @code:	only from executable ones
 *
 * Return: 0, or -ERANGE where none has it.
 */
int elf_segments_offset(const struct elf_segments *segments, uint64_t address, bool code,
			uint64_t *offset);

/**
 * elf_segments_address - the reverse
 */
int elf_segments_address(const struct elf_segments *segments, uint64_t offset, uint64_t *address);

void elf_segments_free(struct elf_segments *segments);

#endif
