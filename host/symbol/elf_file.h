/* SPDX-License-Identifier: Apache-2.0 */
/*
 * elf_file.h - the functions of one ELF file, by libelf.
 *
 * Only 64-bit files of this machine are read. Sections are read with pread(2), not mapped: a file
 * that shrinks meanwhile is an error and no SIGBUS.
 */
#ifndef KW_SYMBOL_ELF_FILE_H
#define KW_SYMBOL_ELF_FILE_H

#include <elf.h>
#include <libelf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct elf_file; /* opaque */

/**
 * struct elf_function - one function as a symbol table has it
 * @name:	not NUL-terminated where a version was cut off: @len bytes
 * @version:	"GLIBC_2.14", or NULL
 * @hidden:	not the default version: name@version, not name@@version
 * @address:	virtual address in the file
 * @size:	bytes; 0 where the table does not say
 * @ifunc:	what is at @address chooses the function that is called in its place
 * @local:	not seen by other files
 */
struct elf_function {
	const char *name;
	size_t len;
	const char *version;
	bool hidden;
	uint64_t address;
	uint64_t size;
	bool ifunc;
	bool local;
};

/**
 * elf_file_open - open and check a file
 * @path:	to be opened; @shown: its name for messages
 * @out:	free with elf_file_close()
 * @err:	no such file, not an ELF file, 32-bit, for another machine, damaged
 *
 * A file without a symbol table gets that of its debug file (elf_debug.h), if there is one.
 */
int elf_file_open(const char *path, const char *shown, struct elf_file **out, struct error *err);

/**
 * elf_file_image - the same of a file that is in memory, such as the vdso
 * @image:	must stay as long as the file is open
 */
int elf_file_image(const char *image, size_t size, const char *shown, struct elf_file **out,
		   struct error *err);

/**
 * elf_file_each - every function that its symbol tables define
 * @each:	called with each; a function of several names, or in both tables, comes more than
 *		once; what is not 0 ends the walk
 *
 * Strings are valid as long as the file is open. Return: what @each returned last, or a negative
 * errno: -EINVAL where a table is damaged.
 */
int elf_file_each(const struct elf_file *file,
		  int (*each)(void *ctx, const struct elf_function *function), void *ctx);

/**
 * elf_symbol_is_function - does it define a function (indirect ones are among them)?
 */
bool elf_symbol_is_function(const Elf64_Sym *symbol);

/**
 * elf_file_extent - bytes of a function: its size, or what is left of its section where it has none
 *
 * Return: 0 where neither is known.
 */
uint64_t elf_file_extent(const struct elf_file *file, const Elf64_Sym *symbol);

/**
 * struct elf_table - one of its tables of symbols, as it is in the file
 * @fd:		the file with the table, borrowed; -1: it was unpacked, and is at @image
 * @image:	@image_size bytes, borrowed; NULL where it is in a file
 * @symbols, @nbytes: where in it the table begins, and its size
 * @strings, @nstrings: the same of its names
 */
struct elf_table {
	int fd;
	const char *image;
	size_t image_size;
	uint64_t symbols, nbytes;
	uint64_t strings, nstrings;
};

/**
 * elf_file_table - what elf_file_each() walks, for who reads it in pieces: nothing of it is in
 * memory
 * @full:	the full table rather than the one for dynamic linking
 *
 * Return: is there one? Places and sizes are what the file says, and may be wrong.
 */
bool elf_file_table(const struct elf_file *file, bool full, struct elf_table *table);

/**
 * elf_file_offset - where in the file is the code of a virtual address?
 *
 * Return: 0, or -ERANGE where no executable segment has it.
 */
int elf_file_offset(const struct elf_file *file, uint64_t address, uint64_t *offset);

/**
 * elf_file_offset_of_data - the same for what is no code: -ERANGE where no segment has it, or where
 * it is not in the file (.bss)
 */
int elf_file_offset_of_data(const struct elf_file *file, uint64_t address, uint64_t *offset);

/**
 * elf_file_address - the reverse, for any segment: -ERANGE where none has that byte of the file
 */
int elf_file_address(const struct elf_file *file, uint64_t offset, uint64_t *address);

/**
 * elf_file_symbol - virtual address of what a name stands for, be it code or data
 * @name:	@len bytes, without a version
 *
 * Return: 0, or -ENOENT.
 */
int elf_file_symbol(const struct elf_file *file, const char *name, size_t len, uint64_t *address);

/**
 * elf_file_elf - the file as libelf has it, for readers of other sections; stays with @file
 */
Elf *elf_file_elf(const struct elf_file *file);

/**
 * elf_file_stripped - has it only dynamic symbols, and no debug file either?
 */
bool elf_file_stripped(const struct elf_file *file);

/**
 * elf_file_shown - the name for messages that elf_file_open() was given
 */
const char *elf_file_shown(const struct elf_file *file);

void elf_file_close(struct elf_file *file);

#endif
