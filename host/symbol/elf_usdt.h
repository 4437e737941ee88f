/* SPDX-License-Identifier: Apache-2.0 */
/*
 * elf_usdt.h - the probes that a program's author put into it: the notes that <sys/sdt.h> leaves
 * in .note.stapsdt ("USDT", user-level statically defined tracing).
 */
#ifndef KW_SYMBOL_ELF_USDT_H
#define KW_SYMBOL_ELF_USDT_H

#include <stdbool.h>
#include <stdint.h>

#include "symbol/elf_file.h"

/**
 * struct elf_usdt - one place of a probe; a probe may have several
 * @args:	where its arguments are, one behind the other: "-4@%edi 8@-24(%rbp)"; "" for none
 * @address:	virtual, of the instruction (a nop) that is probed
 * @semaphore:	virtual, of a 16-bit number that must not be 0 for the program to come there;
 *		0: there is none
 */
struct elf_usdt {
	const char *provider;
	const char *name;
	const char *args;
	uint64_t address;
	uint64_t semaphore;
};

/**
 * elf_usdt_each - every place of every probe, in the order of the file
 * @each:	what is not 0 ends the walk
 *
 * Addresses are those of the file as it is now, also where prelink(8) has moved it. Strings are
 * valid as long as the file is open.
 * Return: what @each returned last, or -EINVAL where a note is damaged.
 */
int elf_usdt_each(const struct elf_file *file, int (*each)(void *ctx, const struct elf_usdt *place),
		  void *ctx);

/**
 * elf_usdt_matches - is it meant by "PROVIDER:NAME", or by "NAME" whatever its provider? Both may
 * be patterns (fnmatch(3))
 */
bool elf_usdt_matches(const struct elf_usdt *place, const char *wanted);

#endif
