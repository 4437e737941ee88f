/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fill.h - texts that were written for Python's % operator: their %d and %s places.
 */
#ifndef KW_PROGRAM_FILL_H
#define KW_PROGRAM_FILL_H

#include <stddef.h>

#include "base/error.h"

/**
 * fill_places - put @args into the %d, %i, %u, %x and %s places of a text, in order; %% becomes %
 * @file:	name of the text, for messages
 * @out:	the new text, to be freed by the caller
 *
 * A value for a number's place must be a number, and is written as Python would. Header lines (///)
 * are left alone. Return: 0, -EINVAL (another number of places than of values: both are named),
 * -ENOMEM.
 */
int fill_places(const char *text, const char *file, char *const *args, size_t nargs, char **out,
		struct error *err);

#endif
