/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan_address.h - functions that share their name: all of them are probed, which is said, and one
 * can be chosen by its address, as /proc/kallsyms has it: kprobe:0xffffffff81101000.
 */
#ifndef KW_PROGRAM_PLAN_ADDRESS_H
#define KW_PROGRAM_PLAN_ADDRESS_H

#include "program/plan_making.h"

/**
 * address_is_given - is the name of a function's probe an address?
 */
bool address_is_given(const struct probe *probe);

/**
 * address_resolve - the function that begins there
 * @match:	one symbol, whose address counts; free with symbol_match_free()
 *
 * Return: 0, or -ENOENT with a line where none begins there, -EINVAL where it is no address.
 */
int address_resolve(struct making *m, const struct attach_line *line, const struct probe *probe,
		    struct symbol_match *match);

/**
 * address_note - say where the functions are that share a name, and what to type for one of them
 */
void address_note(struct making *m, const struct symbol_match *match);

#endif
