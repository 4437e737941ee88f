/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cache_key.h - the hash of all that a compiled object depends on.
 */
#ifndef KW_OBJECT_CACHE_KEY_H
#define KW_OBJECT_CACHE_KEY_H

#include "base/error.h"

#define CACHE_KEY_SIZE 33 /* 128 bits in hexadecimal, and a NUL */

/**
 * struct cache_inputs - what the caller knows
 * @text:	expanded text
 * @beside:	directory that the text is in, or NULL
 * @cflags:	NULL-terminated, or NULL
 * @headers:	the header tree the user named, or NULL: the kernel's own place
 * @any_headers: headers of another kernel were allowed: what came of that is not for runs that
 *forbid it
 * @tracefs:	where tracefs is mounted, or NULL; the formats of the tracepoints that the text
 *names are read there
 */
struct cache_inputs {
	const char *text;
	const char *beside;
	const char *const *cflags;
	const char *headers;
	int any_headers;
	const char *tracefs;
};

/**
 * cache_key - hash the inputs, and with them: the kernel's release, version and build id, the
 * header tree's identity, the files that the text includes from its own directory, tracepoint
 * formats, the library's build and the environment it reads, and the object format
 *
 * Return: 0, -ENOMEM, or -EOPNOTSUPP where what the text includes cannot be known without compiling
 * it: it cannot be kept.
 */
int cache_key(const struct cache_inputs *inputs, char key[CACHE_KEY_SIZE]);

#endif
