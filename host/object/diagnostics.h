/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diagnostics.h - the compiler's words as a user can read them: with the names and lines of his
 * text, and nothing of what was made of them.
 */
#ifndef KW_OBJECT_DIAGNOSTICS_H
#define KW_OBJECT_DIAGNOSTICS_H

/**
 * diagnostics_clean
 * @said:	the compiler's output
 * @file:	the text's name, in place of libbcc's own for it
 * @source:	the text as the user wrote it, or NULL. Clang shows lines as they were compiled: one
 *		that is not the user's is replaced by his, and its column and mark are left out
 *where they are not to be found there
 *
 * Return: to be freed by the caller; NULL: no memory.
 */
char *diagnostics_clean(const char *said, const char *file, const char *source);

#endif
