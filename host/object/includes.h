/* SPDX-License-Identifier: Apache-2.0 */
/*
 * includes.h - the files of the user's own that a text includes.
 *
 * The compiler searches the text's own directory, what CPATH and C_INCLUDE_PATH name, and the
 * working directory, and files that are included from there include others. What is not found there
 * is the kernel's, which the header tree stands for.
 */
#ifndef KW_OBJECT_INCLUDES_H
#define KW_OBJECT_INCLUDES_H

#include <stdbool.h>

#include "base/buf.h"

/**
 * includes_visit - call @visit for each #include of @text and of the files that it includes
 * @beside:	the directory that the text is in, or NULL: it came from no file
 * @visit:	@content is NULL where no such file can be read in those places
 *
 * One may be visited more than once. Return: whether these are all; not where one is named by a
 * macro, or where the text asks whether there is one (__has_include).
 */
bool includes_visit(const char *text, const char *beside,
		    void (*visit)(void *ctx, const char *path, const struct buf *content),
		    void *ctx);

#endif
