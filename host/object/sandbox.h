/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sandbox.h - what the compiler process may do.
 *
 * It reads headers and the user's files, and writes an object to a descriptor. Where we are root,
 * it does so as nobody without capabilities, in a view of its own in which tracefs holds copies of
 * the formats that the text names, and nothing else.
 *
 * Two things can stand in the way. Files that nobody may not read (a text's includes below /root, a
 * private header tree): then it keeps the one capability to read, CAP_DAC_READ_SEARCH. And a
 * machine that does not let us make a view (containers): then it keeps that capability as well
 * where the text names tracepoints. Both are said with -v.
 */
#ifndef KW_OBJECT_SANDBOX_H
#define KW_OBJECT_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "object/formats.h"

/**
 * struct sandbox - made by the parent, entered by the child
 * @formats:	the tracepoints, @nformats; @texts: their formats, NULL where there is none
 * @needed:	files that the compiler will read, @nneeded: examples of headers, and all includes
 */
struct sandbox {
	struct format_name *formats;
	char **texts;
	size_t nformats;
	char **needed;
	size_t nneeded;
};

/**
 * sandbox_prepare - read what the child will not be able to read
 * @text:	expanded text
 * @beside:	directory that the text is in, or NULL
 * @tracefs:	where tracefs is mounted, or NULL
 * @headers:	value of BCC_KERNEL_SOURCE, or NULL
 * @sandbox:	zeroed by the caller, filled; free with sandbox_free() also after a failure
 *
 * Return: 0 or -ENOMEM.
 */
int sandbox_prepare(const char *text, const char *beside, const char *tracefs, const char *headers,
		    struct sandbox *sandbox);

/**
 * sandbox_enter - in the child, ahead of its program: drop what it does not need
 * @seconds:	processor time it may use
 *
 * Never fails: what the machine does not let us drop stays, and is said with -v.
 */
void sandbox_enter(const struct sandbox *sandbox, unsigned seconds);

void sandbox_free(struct sandbox *sandbox);

#endif
