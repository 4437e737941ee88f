/* SPDX-License-Identifier: Apache-2.0 */
/*
 * too_new.h - kernel headers that are newer than libbcc.
 *
 * libbcc brings its own copy of linux/bpf.h, and passes clang the arguments that kernels of its
 * time were built with. Headers that need more do not compile, and what clang says of it helps
 * nobody who has not met it before.
 */
#ifndef KW_OBJECT_TOO_NEW_H
#define KW_OBJECT_TOO_NEW_H

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
