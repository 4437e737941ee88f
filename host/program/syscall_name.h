/* SPDX-License-Identifier: Apache-2.0 */
/*
 * syscall_name.h - what the function behind a system call is called on this architecture.
 */
#ifndef KW_PROGRAM_SYSCALL_NAME_H
#define KW_PROGRAM_SYSCALL_NAME_H

#include "program/functions_list.h"

/**
 * syscall_name - the name with this kernel's prefix for system calls in place of another one:
 * __x64_sys_openat for sys_openat or __arm64_sys_openat
 *
 * As BCC does it: the prefix is the first known one for which PREFIXbpf is a function.
 * Return: false when the name has no such prefix, or the kernel's already.
 */
bool syscall_name(const struct functions *s, const char *name, char *out, size_t size);

#endif
