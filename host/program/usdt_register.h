/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usdt_register.h - the registers that an operand can name, and where a probe finds them.
 */
#ifndef KW_PROGRAM_USDT_REGISTER_H
#define KW_PROGRAM_USDT_REGISTER_H

#include <stdbool.h>
#include <stddef.h>

#include "program/usdt_args.h"

/**
 * struct usdt_register
 * @place:	bytes into struct pt_regs (arch/x86/include/asm/ptrace.h,
 *		arch/arm64/include/uapi/asm/ptrace.h)
 * @size:	bytes of the name's part: 4 for %eax
 * @shift:	bits of the register below that part: 8 for %ah
 */
struct usdt_register {
	int place;
	unsigned size;
	unsigned shift;
};

/**
 * usdt_register_find - Return: is it the name of one that a probe is given?
 * @name:	@len bytes, without %
 */
bool usdt_register_find(enum usdt_machine machine, const char *name, size_t len,
			struct usdt_register *found);

/**
 * usdt_register_ip - place of the instruction pointer
 */
int usdt_register_ip(enum usdt_machine machine);

#endif
