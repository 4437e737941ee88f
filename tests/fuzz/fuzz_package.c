/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes can be a package; with a checksum that is made right, its fields are read too. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "object/package.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try(const uint8_t *bytes, size_t size)
{
	struct package package = {0};
	struct error err = {0};

	if (package_read(bytes, size, &package, &err) == 0) {
		struct kernel_id running;

		/* What can be read can be written. */
		int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

		if (fd < 0 || package_write(&package, fd))
			abort();
		close(fd);
		kernel_id_running(&running);
		package_check(&package, &running, "x.kwo", &err);
	} else if (!err.text[0]) {
		abort();
	}
	error_clear(&err);
	package_free(&package);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char id[65];

	build_id_find(data, size, id, sizeof(id));
	if (strlen(id) >= sizeof(id))
		abort();
	try(data, size);
	if (size < 24)
		return 0;
	uint8_t *right = malloc(size);

	if (!right)
		return 0;
	memcpy(right, data, size);
	uint64_t sum = XXH3_64bits(right + 24, size - 24);

	for (unsigned i = 0; i < 8; i++)
		right[16 + i] = (uint8_t)(sum >> (8 * i));
	try(right, size);
	free(right);
	return 0;
}
