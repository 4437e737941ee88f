/* SPDX-License-Identifier: Apache-2.0 */
/*
 * too_new.h - kernel headers that are newer than libbcc.
 *
 * libbcc brings its own copy of linux/bpf.h, and passes clang the arguments that kernels of its
 * time were built with. Headers that need more do not compile. What they lack is named by clang and
 * can be made up: inline functions of the kernel's own use it, which no probe calls.
 */
#ifndef KW_OBJECT_TOO_NEW_H
#define KW_OBJECT_TOO_NEW_H

#include <stdbool.h>

#include "base/buf.h"

/* Of 6.19 and later, which have struct members without a name of their own (`struct ns_tree;`). */
#define TOO_NEW_ARGUMENT "-fms-extensions"

/**
 * struct mending - what a text is given so that such headers compile; zeroed at first
 * @declarations: C text to stand ahead of it
 * @n:		names that it declares
 * @argument:	TOO_NEW_ARGUMENT is needed
 */
struct mending {
	struct buf declarations;
	unsigned n;
	bool argument;
};

/**
 * too_new_mend - add what is lacking by the compiler's words
 * @text:	no name that it has itself is made up
 *
 * Return: true where that is anything new, so that it is worth to compile again.
 */
bool too_new_mend(struct mending *m, const char *said, const char *text);

/**
 * too_new_text - @text behind the declarations, its lines numbered as they were; to be freed, NULL
 * when memory ran out
 */
char *too_new_text(const struct mending *m, const char *text);

/**
 * struct too_new - headers that an older libbcc cannot read
 * @since:	kernel whose headers are the first such ones
 * @mended:	version of libbcc that reads them
 */
struct too_new {
	const char *sign; /* in clang's words */
	const char *since;
	const char *mended;
};

/**
 * too_new_find - do the compiler's words say so? Return: what they say, or NULL
 */
const struct too_new *too_new_find(const char *said);

#endif
