/* SPDX-License-Identifier: Apache-2.0 */
/*
 * elf_lookup.h - which functions of an ELF file a written name means.
 *
 *   malloc              the function of that name, in its default version where it has several
 *   memcpy@GLIBC_2.14   that version
 *   ns::parse           every function whose demangled name is that, whatever its parameters
 *   ns::parse(int)      the one with these parameters
 *   pthread_*           a pattern (fnmatch(3)); one with :: or ( is compared with demangled names
 */
#ifndef KW_SYMBOL_ELF_LOOKUP_H
#define KW_SYMBOL_ELF_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "symbol/elf_file.h"

/**
 * struct elf_found - one function
 * @name:	as the file has it, with @VERSION where it is not the default one; owned
 * @address:	virtual
 */
struct elf_found {
	char *name;
	uint64_t address;
	uint64_t size;
	bool ifunc;
};

/* Sorted by address, and no address twice. */
struct elf_match {
	struct elf_found *list;
	size_t n;
};

/**
 * elf_lookup - what a name stands for
 * @match:	filled; free with elf_match_free()
 *
 * Return: 0, -ENOENT when nothing fits, -EINVAL where the file's tables are damaged, -ENOMEM.
 */
int elf_lookup(const struct elf_file *file, const char *name, struct elf_match *match);

/**
 * elf_is_pattern - has the name wildcards?
 */
bool elf_is_pattern(const char *name);

/**
 * elf_similar - up to @max names that someone may have meant, best first
 * @names:	filled with copies, to be freed
 *
 * Return: how many.
 */
size_t elf_similar(const struct elf_file *file, const char *name, char **names, size_t max);

/**
 * elf_count - how many function symbols there are
 */
size_t elf_count(const struct elf_file *file);

void elf_match_free(struct elf_match *match);

#endif
