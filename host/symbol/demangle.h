/* SPDX-License-Identifier: Apache-2.0 */
/*
 * demangle.h - names of C++ and Rust as their authors wrote them.
 */
#ifndef KW_SYMBOL_DEMANGLE_H
#define KW_SYMBOL_DEMANGLE_H

#include <stddef.h>

/**
 * demangle - "_ZN3foo3barEi" to "foo::bar(int)"
 * @len:	bytes of @name
 *
 * Return: to be freed by the caller, or NULL: not a mangled name, or no memory.
 */
char *demangle(const char *name, size_t len);

/**
 * demangled_base - length of a demangled name without parameters and what follows them:
 * "foo::bar" of "foo::bar(int) const"
 */
size_t demangled_base(const char *name);

/**
 * demangled_start - bytes ahead of the name, of a template: what it returns ("int " of
 * "int foo::bar<int>(int)")
 */
size_t demangled_start(const char *name);

#endif
