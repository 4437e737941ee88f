/* SPDX-License-Identifier: Apache-2.0 */
/*
 * package.h - all that a run needs, in one file: `kwhile build` writes it, `kwhile FILE.kwo` runs
 * it.
 *
 * The object is for one build of one kernel; with it come the text, whose header lines say what to
 * attach and show, and the options given when it was built.
 */
#ifndef KW_OBJECT_PACKAGE_H
#define KW_OBJECT_PACKAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "object/kernel_id.h"
#include "object/object.h"

#define PACKAGE_MAX_BYTES (OBJECT_MAX_BYTES + (16u << 20))

/**
 * struct package - all of it owned
 * @kernel:	the build that it is for
 * @file:	name of the text, for messages
 * @text:	as it was read
 * @options:	given when it was built, one a string, @noptions
 * @code:	hash of the expanded text: options that change it need another object
 */
struct package {
	struct kernel_id kernel;
	char *file;
	char *text;
	char **options;
	size_t noptions;
	uint64_t code[2];
	struct object object;
};

/**
 * package_code - hash of an expanded text
 */
void package_code(const char *expanded, uint64_t code[2]);

/**
 * package_write - magic, version, checksum, fields
 *
 * The same package gives the same bytes. Return: 0 or a negative errno.
 */
int package_write(const struct package *package, int fd);

/**
 * package_read - the reverse, from any bytes: may be damaged or hostile
 * @package:	zeroed by the caller, filled; free with package_free() also after a failure
 * @err:	what is wrong with it
 *
 * Return: 0, -EINVAL, -ENOMEM.
 */
int package_read(const void *bytes, size_t len, struct package *package, struct error *err);

/**
 * package_check - is it for this kernel?
 * @file:	name of the package
 * @err:	names both kernels: by release, or where that is the same, by build
 *
 * Return: 0 or -EXDEV.
 */
int package_check(const struct package *package, const struct kernel_id *running, const char *file,
		  struct error *err);

void package_free(struct package *package);

#endif
