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
 * @dir:	as the user gave it, or NULL: $BCC_KERNEL_SOURCE, or what this machine has. DIR may
 *		be a whole tree; a build tree, whose source tree is found by its own `source` link
 *or by the Makefile that includes it (Debian); a directory that holds `build` and `source`; or two
 *trees, BUILD:SOURCE.
 * @release:	uname -r of the kernel to be traced
 * @any:	headers of another kernel are allowed (--allow-other-headers)
 * @err:	no headers: what was looked for, and the package or option that mends it; headers of
 *		another kernel: both releases
 *
 * Also removes what earlier runs that were killed left in the directory for temporary files.
 * Return: 0, -ENOENT, -EXDEV (another kernel's), -EINVAL, -ENOMEM, or what making links said.
 */
int headers_find(const char *dir, const char *release, bool any, struct headers *out,
		 struct error *err);

/**
 * headers_find_below - headers_find() in a machine whose root directory is @root, for tests
 */
int headers_find_below(const char *root, const char *dir, const char *release, bool any,
		       struct headers *out, struct error *err);

void headers_free(struct headers *headers);

#endif
