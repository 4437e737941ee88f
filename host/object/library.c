/* SPDX-License-Identifier: Apache-2.0 */
#include "object/library.h"

#include <limits.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LIBRARY "libbcc.so.0"

static char found[PATH_MAX];

static int look_beside(struct dl_phdr_info *info, size_t size, void *data)
{
	const char *name = info->dlpi_name;
	const char *slash = name ? strrchr(name, '/') : NULL;

	(void)size;
	(void)data;
	if (!slash || strncmp(slash + 1, "libbcc_bpf", 10) != 0)
		return 0;
	snprintf(found, sizeof(found), "%.*s/" LIBRARY, (int)(slash - name), name);
	return 1;
}

const char *library_path(void)
{
	static const char *const places[] = {"/usr/lib", "/usr/lib64", "/usr/local/lib"};

	if (found[0])
		return found;
	if (dl_iterate_phdr(look_beside, NULL) && access(found, R_OK) == 0)
		return found;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(found, sizeof(found), "%s/" LIBRARY, places[i]);
		if (access(found, R_OK) == 0)
			return found;
	}
	found[0] = '\0';
	return found;
}
