/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verifier.h - what the kernel's verifier says, as a person who wrote C wants to read it.
 *
 * Its log lists the instructions in the order in which it walked through them, and ends with the
 * reason and some statistics (kernel/bpf/verifier.c). The reason belongs to the last instruction,
 * or to the one that it names ("back-edge from insn 9 to 4").
 */
#ifndef KW_KERNEL_VERIFIER_H
#define KW_KERNEL_VERIFIER_H

#include <stdbool.h>
#include <stdint.h>

#include "object/object.h"

/**
 * struct verdict - what a log says
 * @reason:	the reason, one line without a newline; "" where the log has none
 * @insn:	the instruction that it is about, or -1
 * @line:	line of the text that this instruction came from, or the nearest one before it on
 *the verifier's way; 0: not known
 */
struct verdict {
	char reason[256];
	long insn;
	uint32_t line;
};

/**
 * verdict_read - take the reason from a log
 * @log:	as the kernel wrote it, also cut or without an end
 * @lines:	@nlines records of where instructions came from
 */
void verdict_read(const char *log, const struct object_line *lines, uint32_t nlines,
		  struct verdict *out);

/**
 * verdict_advice - what to do about a reason that many texts meet
 *
 * Return: the end of a message; NULL: none is known.
 */
const char *verdict_advice(const char *reason);

/**
 * verdict_lacks - what a function refers to and has not, because BCC's compiler left it without an
 * address
 * @function:	as it was compiled, its constants not filled in
 * @line:	set to the line of the text that refers to it; 0: not known
 *
 * The verifier has other words for it: "invalid mem access", "last insn is not an exit or jmp".
 * Return: a message whose beginning is the function's name; NULL: it has all.
 */
const char *verdict_lacks(const struct object_function *function, uint32_t *line);

/**
 * verdict_detail - the lines that are shown ahead of the one that says what failed
 * @log:	as above; NULL: the line of the text alone
 * @file, @text: the probe text, whose line is shown; @text may be NULL
 * @whole:	all of the log, not only its end
 *
 * Return: owned by the caller, or NULL without memory.
 */
char *verdict_detail(const struct verdict *verdict, const char *log, const char *file,
		     const char *text, bool whole);

#endif
