/* SPDX-License-Identifier: Apache-2.0 */
/* Any file can be read as kallsyms, filter and blacklist; all that is read is found again. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "program/symbols.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct symbols *s)
{
	struct symbol_match all, one;
	const char *names[4];

	if (symbols_glob(s, "*", &all))
		abort();
	for (size_t i = 0; i < all.n; i++) {
		const char *name = all.list[i].name;

		if (all.list[i].blacklisted || !symbols_has(s, name))
			abort();
		if (i && strcmp(all.list[i - 1].name, name) > 0)
			abort();
		if (symbols_resolve(s, name, &one) || one.n == 0)
			abort();
		symbol_match_free(&one);
	}
	if (symbols_similar(s, all.n ? all.list[0].name : "x", names, 4) > 4)
		abort();
	if (symbols_glob(s, "*[a-m]*e?*", &one) || one.n > all.n)
		abort();
	symbol_match_free(&one);
	symbol_match_free(&all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct symbols *s;
	char path[64];
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	/* The descriptor's own offset does not matter: the path opens the file again. */
	if (symbols_read(&s, path, path, path, NULL))
		abort();
	check(s);
	symbols_free(s);
	if (symbols_read(&s, path, NULL, NULL, NULL))
		abort();
	check(s);
	symbols_free(s);
	close(fd);
	return 0;
}
