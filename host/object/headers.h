/* SPDX-License-Identifier: Apache-2.0 */
/*
 * headers.h - find the kernel's headers, as one directory that libbcc can use.
 */
#ifndef KW_OBJECT_HEADERS_H
#define KW_OBJECT_HEADERS_H

#include <stdbool.h>

#include "base/error.h"

/**
 * struct headers - where they are
 * @path:	value for BCC_KERNEL_SOURCE, or NULL: libbcc's own choice, /lib/modules/RELEASE, is
 * right
 * @merged:	@path is a directory of links that we made, to be removed by headers_free()
 * @release:	kernel release they are for
 */
struct headers {
	char *path;
	bool merged;
	char *release;
};

/**
 * headers_find - from the user's --kernel-headers, or where distributions put them
 * @dir:	DIR or BUILD:SOURCE as the user gave it, or NULL. DIR may be a build tree, whose
 *source tree is found by its own `source` link or by the Makefile that includes it (Debian), or a
 *		directory that holds `build` and `source`.
 * @release:	uname -r of the kernel to be traced
 * @any:	headers of another kernel are allowed (--allow-other-headers)
 * @err:	no headers: what was looked for, and the package or option that mends it; headers of
 *another kernel: both releases
 *
 * Return: 0, -ENOENT, -EXDEV (another kernel's), -EINVAL, -ENOMEM.
 */
int headers_find(const char *dir, const char *release, bool any, struct headers *out,
		 struct error *err);

void headers_free(struct headers *headers);

#endif
