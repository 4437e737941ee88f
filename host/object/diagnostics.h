/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diagnostics.h - the compiler's words as a user can read them: with the names and lines of his
 * text, and nothing of what was made of them.
 */
#ifndef KW_OBJECT_DIAGNOSTICS_H
#define KW_OBJECT_DIAGNOSTICS_H

#include <stdbool.h>

/**
 * diagnostics_clean
 * @said:	the compiler's output
 * @file:	the text's name, in place of libbcc's own for it
 * @source:	the text as the user wrote it, or NULL. Clang shows lines as they were compiled: one
 *		that is not the user's is replaced by his, and its column and mark are left out
 *		where they are not to be found there; one that seems to stand further down, because
 *		libbcc put lines of its own before it, has its own number again
 *
 * Notes that only point into BCC's own helpers are left out, and a message that comes twice in a
 * row comes once. Where there is an error, warnings about the kernel's headers are in its way.
 *
 * Return: to be freed by the caller; NULL: no memory.
 */
char *diagnostics_clean(const char *said, const char *file, const char *source);

/**
 * diagnostics_has_error - does the compiler say that the text is wrong?
 *
 * A compiler that crashes behind that has stumbled over what it complained of.
 */
bool diagnostics_has_error(const char *said);

#endif
