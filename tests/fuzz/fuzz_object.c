/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as an object. Behind a checksum a fuzzer would see nothing of the reader, so each input
 * is tried twice: as it is, and with a header made to fit. What is accepted must come back as the
 * same bytes when it is written.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/buf.h"
#include "object/object.h"

#define HEADER 32
#define MAGIC "kwhileO\n"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_bytes(const char *bytes, size_t len)
{
	struct object object = {0};
	struct error err = {0};

	if (object_read(bytes, len, &object, &err)) {
		if (!err.text[0])
			abort();
		error_clear(&err);
		return;
	}
	struct buf again = {0};
	int fd = memfd_create("object", MFD_CLOEXEC);

	if (fd < 0 || object_write(&object, fd) || lseek(fd, 0, SEEK_SET) ||
	    buf_read_fd(&again, fd, OBJECT_MAX_BYTES))
		abort();
	if (again.len != len || memcmp(again.data, bytes, len) != 0)
		abort();
	close(fd);
	buf_free(&again);
	object_free(&object);
}

static void add_number(struct buf *b, uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		buf_addc(b, (char)(v >> 8 * i));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf sealed = {0};

	try_bytes((const char *)data, size);
	if (size >= HEADER && memcmp(data, MAGIC, 8) == 0) {
		data += HEADER;
		size -= HEADER;
	}
	buf_adds(&sealed, MAGIC);
	add_number(&sealed, OBJECT_VERSION, 4);
	add_number(&sealed, 0, 4);
	add_number(&sealed, size, 8);
	add_number(&sealed, XXH3_64bits(data, size), 8);
	buf_add(&sealed, data, size);
	if (buf_error(&sealed))
		abort();
	try_bytes(sealed.data, sealed.len);
	buf_free(&sealed);
	return 0;
}
