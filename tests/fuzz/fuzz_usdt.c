/* SPDX-License-Identifier: Apache-2.0 */
/* The operands of a USDT probe's arguments, of any machine; and a file with such notes. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "program/usdt_args.h"
#include "symbol/elf_file.h"
#include "symbol/elf_usdt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int find(void *ctx, const char *name, size_t len, uint64_t *address)
{
	(void)ctx;
	*address = len ? (uint64_t)name[0] << 40 : 0;
	return !len;
}

/* What is read is inside the text, and nothing of it asks for more than a register or 8 bytes. */
static void check(const char *text, const struct usdt_args *args)
{
	const char *end = text + strlen(text);

	for (unsigned i = 0; i < args->n; i++) {
		const struct usdt_arg *arg = &args->list[i];
		int64_t size = usdt_arg_field(arg, USDT_SIZE);

		if (arg->text < text || arg->text + arg->len > end || !arg->len)
			abort();
		if (usdt_arg_field(arg, USDT_BASE) < 0 || usdt_arg_field(arg, USDT_BASE) > 264 ||
		    usdt_arg_field(arg, USDT_INDEX) < 0 || usdt_arg_field(arg, USDT_INDEX) > 264)
			abort();
		if (arg->readable && size != 1 && size != 2 && size != 4 && size != 8)
			abort();
		if (usdt_arg_field(arg, USDT_LEFT) < 0 || usdt_arg_field(arg, USDT_LEFT) > 63 ||
		    usdt_arg_field(arg, USDT_RIGHT) < 0 || usdt_arg_field(arg, USDT_RIGHT) > 63 ||
		    usdt_arg_field(arg, USDT_SCALE) > 3)
			abort();
	}
	if (!usdt_args_equal(args, args))
		abort();
}

static void read_text(const char *text)
{
	struct usdt_args args;

	for (int machine = USDT_X86_64; machine <= USDT_AARCH64; machine++) {
		usdt_args_read(text, (enum usdt_machine)machine, &args);
		check(text, &args);
		usdt_args_locate(&args, 0x1000, find, NULL);
		check(text, &args);
	}
}

static int each(void *ctx, const struct elf_usdt *place)
{
	(void)ctx;
	read_text(place->args);
	if (!elf_usdt_matches(place, "*:*"))
		abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct elf_file *file;
	char path[64];
	int fd = memfd_create("elf", MFD_CLOEXEC);

	if (!text || fd < 0 || write(fd, data, size) != (ssize_t)size)
		exit(2);
	read_text(text);
	free(text);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (elf_file_open(path, "the input", &file, NULL) == 0) {
		elf_usdt_each(file, each, NULL);
		elf_file_close(file);
	}
	close(fd);
	return 0;
}
