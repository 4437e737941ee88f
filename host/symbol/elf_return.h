/* SPDX-License-Identifier: Apache-2.0 */
/*
 * elf_return.h - what a return probe would break.
 *
 * For a return probe the kernel puts the address of a trampoline where the function's return
 * address is on the stack (arch_uretprobe_hijack_return_addr(), arch/x86/kernel/uprobes.c). A
 * program that looks at its own stack finds that, and ends: seen of setjmp(), _start and C++
 * exceptions on 6.18.
 */
#ifndef KW_SYMBOL_ELF_RETURN_H
#define KW_SYMBOL_ELF_RETURN_H

#include <stdbool.h>

#include "symbol/elf_file.h"

/**
 * elf_return_breaks - would a return probe at this function end the program?
 * @name:	of a function, as the file has it; NULL: not known
 *
 * Return: why, as the end of a sentence; NULL: not known to.
 */
const char *elf_return_breaks(const struct elf_file *file, const char *name);

/**
 * elf_throws - does its code throw or catch exceptions (C++) or panics (Rust)? One that passes
 * through a function with a return probe ends the program: the unwinder does not find its caller
 */
bool elf_throws(const struct elf_file *file);

#endif
