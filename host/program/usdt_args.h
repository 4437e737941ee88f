/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usdt_args.h - where the arguments of a USDT probe are: "-4@%edi 8@-24(%rbp) 4@$5".
 *
 * SIZE@OPERAND for each, blanks in between: SIZE in bytes, negative for a signed number, with an f
 * for a floating-point one; OPERAND as the assembler writes it. Read are
 *
 *   x86-64   $N   %reg   [SYMBOL][+-][N](%reg[,%index[,1|2|4|8]])   SYMBOL(%rip)   (without a size,
 *            a register's own)
 *   aarch64  N   xN wN sp   [reg]   [reg, N]   [reg, reg]
 *
 * No code depends on them: the instructions that a handler reads its arguments with are the same
 * for all, and the loader fills in numbers (generate_usdt() of generate.h). So one compiled text
 * serves any file, and a place with other operands is another loaded copy of the handler.
 */
#ifndef KW_PROGRAM_USDT_ARGS_H
#define KW_PROGRAM_USDT_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "symbol/elf_usdt.h"

/* <sys/sdt.h> knows no probe with more. */
#define USDT_MAX_ARGS 12

enum usdt_machine {
	USDT_X86_64,
	USDT_AARCH64,
#if defined(__aarch64__)
	USDT_OWN_MACHINE = USDT_AARCH64,
#else
	USDT_OWN_MACHINE = USDT_X86_64,
#endif
};

/* A register that an operand does not have. */
#define USDT_NO_REGISTER (-1)

/**
 * struct usdt_arg - one argument
 * @text:	as written, @len bytes of the text that was read
 * @readable:	false: its operand is none of those above, or a register that no probe is given
 *		(%xmm0)
 * @is_signed, @size: the number's type; 1, 2, 4 or 8 bytes
 * @base, @index: registers, as bytes into struct pt_regs
 * @scale:	@index counts 1 << @scale times
 * @number:	the constant, or what is added to the registers
 * @memory:	what was added up is an address
 * @shift:	bits of the register below the number: 8 for %ah
 * @symbol:	in @text, to be added by usdt_args_locate(); NULL: none
 */
struct usdt_arg {
	const char *text;
	size_t len;
	bool readable;
	bool is_signed;
	bool memory;
	unsigned size;
	unsigned scale;
	unsigned shift;
	int base;
	int index;
	int64_t number;
	const char *symbol;
	size_t symbol_len;
};

struct usdt_args {
	struct usdt_arg list[USDT_MAX_ARGS];
	unsigned n;
};

/**
 * usdt_args_read - read the operands of one place
 * @text:	must stay as long as @args
 *
 * What cannot be read is there all the same, so that those behind it keep their numbers. Beyond
 * USDT_MAX_ARGS nothing is read.
 */
void usdt_args_read(const char *text, enum usdt_machine machine, struct usdt_args *args);

/**
 * usdt_args_locate - put addresses in place of symbols
 * @place:	virtual address of the probe
 * @find:	virtual address of a symbol; not 0: there is none
 *
 * An operand relative to the instruction pointer becomes a distance from the probe, which is where
 * that pointer stands: so it holds wherever the file is loaded.
 */
void usdt_args_locate(struct usdt_args *args, uint64_t place,
		      int (*find)(void *ctx, const char *name, size_t len, uint64_t *address),
		      void *ctx);

/**
 * usdt_args_of - both for one place of a file
 * @place:	stays as long as @args
 */
void usdt_args_of(const struct elf_file *file, const struct elf_usdt *place,
		  struct usdt_args *args);

/**
 * usdt_args_equal - are all of them in the same places?
 */
bool usdt_args_equal(const struct usdt_args *a, const struct usdt_args *b);

/* What the loader fills into the code that reads an argument. */
enum usdt_field {
	USDT_MODE,   /* of enum usdt_mode */
	USDT_BASE,   /* goes into the instruction that follows it: the register's place */
	USDT_INDEX,  /* likewise */
	USDT_SCALE,  /* bits that the index is shifted by */
	USDT_NUMBER, /* is added */
	USDT_SIZE,   /* bytes to read from memory */
	USDT_LEFT,   /* bits to shift left, and then */
	USDT_RIGHT,  /* right */
	USDT_NFIELDS,
};

enum usdt_mode {
	USDT_HAS_VALUE = 1,
	USDT_HAS_BASE = 2,
	USDT_HAS_INDEX = 4,
	USDT_IN_MEMORY = 8,
	USDT_IS_NARROW = 16,
	USDT_IS_SIGNED = 32,
};

/**
 * usdt_arg_field - that number; @arg NULL: there is no such argument
 */
int64_t usdt_arg_field(const struct usdt_arg *arg, enum usdt_field field);

#endif
