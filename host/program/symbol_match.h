/* SPDX-License-Identifier: Apache-2.0 */
/*
 * symbol_match.h - the answer to what a name of the kernel's functions stands for.
 */
#ifndef KW_PROGRAM_SYMBOL_MATCH_H
#define KW_PROGRAM_SYMBOL_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct symbol - one function to probe
 * @name:	its name in the kernel
 * @address:	its address; 0 where the kernel hides addresses
 * @ambiguous:	other functions have the same name: it can only be meant by its address
 * @blacklisted: kprobes refuses it
 */
struct symbol {
	char *name;
	uint64_t address;
	bool ambiguous;
	bool blacklisted;
};

/**
 * struct symbol_match - functions that one name or glob stands for
 * @list:	sorted by name, then address; functions of the same name are all here; owned
 * @part:	some are .part clones: they see only part of the calls
 */
struct symbol_match {
	struct symbol *list;
	size_t n;
	bool part;
};

void symbol_match_free(struct symbol_match *match);

#endif
