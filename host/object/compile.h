/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compile.h - run the compiler process.
 *
 * libbcc maps LLVM: 65 MB before main() and 138 MB after one compile. It lives in a process of its
 * own, kwhile-compile, which reads C text on standard input and writes an object to descriptor 3,
 * with no more rights than that takes (sandbox.h).
 */
#ifndef KW_OBJECT_COMPILE_H
#define KW_OBJECT_COMPILE_H

#include <stdbool.h>

#include "base/error.h"
#include "object/object.h"

/**
 * struct compile_options
 * @file:	the text's name, to stand for the compiler's /virtual/main.c in its messages
 * @source:	the text as the user wrote it, whose lines its messages show; may be NULL
 * @beside:	directory that the text is in, absolute, where it may include files from; or NULL
 * @headers:	directory with the kernel's headers for BCC_KERNEL_SOURCE, or NULL: libbcc's own
 * choice
 * @tracefs:	where tracefs is mounted, or NULL
 * @cflags:	NULL-terminated further arguments for clang, or NULL
 * @seconds:	most time it may take; 0: 300 s
 * @waiting:	called now and then with the time spent so far; may be NULL
 * @stop:	looked at while waiting: once it is true, the compiler is ended; may be NULL
 */
struct compile_options {
	const char *file;
	const char *source;
	const char *beside;
	const char *headers;
	const char *tracefs;
	const char *const *cflags;
	unsigned seconds;
	const volatile bool *stop;
	void (*waiting)(unsigned ms);
};

/**
 * compile - C text to object
 * @text:	expanded text
 * @object:	zeroed by the caller, filled
 * @err:	one line that says why not; its detail holds the compiler's messages with the user's
 *		file and line
 *
 * Warnings of a successful compile are shown with -v only.
 * Return: 0, -EINVAL (the text does not compile), -ENOENT (no compiler program, or libbcc absent),
 * -ETIMEDOUT, -EIO (it crashed), -ENOMEM, -EINTR (a signal asks to end).
 */
int compile(const char *text, const struct compile_options *options, struct object *object,
	    struct error *err);

#endif
