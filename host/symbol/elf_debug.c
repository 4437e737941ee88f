/* SPDX-License-Identifier: Apache-2.0 */
#include "symbol/elf_debug.h"

#include <elf.h>
#include <fcntl.h>
#include <gelf.h>
#include <limits.h>
#include <lzma.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/regular.h"

#define DEBUG_ROOT "/usr/lib/debug"

/* What .gnu_debugdata may unpack to: symbols of one file, and no decompression bomb. */
#define UNPACKED_MAX (256u << 20)

struct elf_debug {
	int fd;
	Elf *elf;
	char *image; /* of what was unpacked; else NULL */
	size_t image_size;
};

size_t elf_build_id(Elf *elf, unsigned char id[BUILD_ID_MAX])
{
	Elf_Scn *section = NULL;

	while ((section = elf_nextscn(elf, section)) != NULL) {
		GElf_Shdr header;
		Elf_Data *data;

		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_NOTE)
			continue;
		data = elf_getdata(section, NULL);
		for (size_t at = 0; data;) {
			GElf_Nhdr note;
			size_t name, desc, next = gelf_getnote(data, at, &note, &name, &desc);

			if (!next)
				break;
			at = next;
			if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == sizeof("GNU") &&
			    note.n_descsz && note.n_descsz <= BUILD_ID_MAX &&
			    memcmp((char *)data->d_buf + name, "GNU", sizeof("GNU")) == 0) {
				memcpy(id, (char *)data->d_buf + desc, note.n_descsz);
				return note.n_descsz;
			}
		}
	}
	return 0;
}

Elf_Scn *elf_section_named(Elf *elf, const char *name)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	size_t strings;

	if (elf_getshdrstrndx(elf, &strings) < 0)
		return NULL;
	while ((section = elf_nextscn(elf, section)) != NULL) {
		if (!gelf_getshdr(section, &header) || header.sh_type == SHT_NOBITS)
			continue;
		const char *found = elf_strptr(elf, strings, header.sh_name);

		if (found && strcmp(found, name) == 0)
			return section;
	}
	return NULL;
}

static Elf_Data *section_data(Elf *elf, const char *name)
{
	Elf_Scn *section = elf_section_named(elf, name);

	return section ? elf_getdata(section, NULL) : NULL;
}

static bool has_symbols(Elf *elf)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(elf, section)) != NULL)
		if (gelf_getshdr(section, &header) && header.sh_type == SHT_SYMTAB)
			return true;
	return false;
}

/* The checksum that a .gnu_debuglink holds: of the whole file. */
static bool sum_is(int fd, uint32_t wanted)
{
	unsigned char block[65536];
	uLong sum = crc32(0, NULL, 0);
	off_t at = 0;
	ssize_t n;

	while ((n = pread(fd, block, sizeof(block), at)) > 0) {
		sum = crc32(sum, block, (uInt)n);
		at += n;
	}
	return n == 0 && sum == wanted;
}

static bool same_id(Elf *a, Elf *b, bool *known)
{
	unsigned char left[BUILD_ID_MAX], right[BUILD_ID_MAX];
	size_t nleft = elf_build_id(a, left), nright = elf_build_id(b, right);

	*known = nleft && nright;
	return *known && nleft == nright && memcmp(left, right, nleft) == 0;
}

/* @sum: of a .gnu_debuglink, or NULL */
static bool try_file(struct elf_debug *d, Elf *elf, const char *path, const uint32_t *sum)
{
	bool known;

	d->fd = regular_open(path, true, NULL);
	if (d->fd < 0)
		return false;
	d->elf = elf_begin(d->fd, ELF_C_READ, NULL);
	if (d->elf && elf_kind(d->elf) == ELF_K_ELF && gelf_getclass(d->elf) == ELFCLASS64 &&
	    has_symbols(d->elf)) {
		bool same = same_id(elf, d->elf, &known);

		if (known ? same : sum && sum_is(d->fd, *sum))
			return true;
	}
	if (d->elf)
		elf_end(d->elf);
	close(d->fd);
	d->elf = NULL;
	d->fd = -1;
	return false;
}

static bool try_build_id(struct elf_debug *d, Elf *elf)
{
	unsigned char id[BUILD_ID_MAX];
	char path[sizeof(DEBUG_ROOT) + BUILD_ID_MAX * 2 + 32];
	size_t n = elf_build_id(elf, id);
	int len = snprintf(path, sizeof(path), DEBUG_ROOT "/.build-id/%02x/", n ? id[0] : 0);

	if (n < 2)
		return false;
	for (size_t i = 1; i < n; i++)
		len += snprintf(path + len, sizeof(path) - (size_t)len, "%02x", id[i]);
	snprintf(path + len, sizeof(path) - (size_t)len, ".debug");
	return try_file(d, elf, path, NULL);
}

static bool try_link(struct elf_debug *d, Elf *elf, const char *path)
{
	static const char *const forms[] = {"%s/%s", "%s/.debug/%s", DEBUG_ROOT "%s/%s"};
	Elf_Data *data = section_data(elf, ".gnu_debuglink");
	char real[PATH_MAX], file[PATH_MAX + 512];
	uint32_t sum;

	if (!data || !data->d_buf || data->d_size < 8)
		return false;
	const char *name = data->d_buf;
	size_t len = strnlen(name, data->d_size), at = (len + 4) & ~(size_t)3;

	if (!len || len > 255 || memchr(name, '/', len) || at + sizeof(sum) > data->d_size)
		return false;
	memcpy(&sum, name + at, sizeof(sum));
	char *slash = realpath(path, real) ? strrchr(real, '/') : NULL;

	if (!slash)
		return false;
	*slash = '\0';
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(file, sizeof(file), forms[i], real, name);
#pragma GCC diagnostic pop
		if (try_file(d, elf, file, &sum))
			return true;
	}
	return false;
}

static bool unpack(const Elf_Data *packed, char **image, size_t *size)
{
	lzma_ret rc = LZMA_BUF_ERROR;

	for (size_t room = packed->d_size * 8; rc == LZMA_BUF_ERROR; room *= 2) {
		uint64_t memory = UNPACKED_MAX;
		size_t from = 0, to = 0;

		if (room > UNPACKED_MAX)
			break;
		free(*image);
		*image = malloc(room);
		if (!*image)
			break;
		rc = lzma_stream_buffer_decode(&memory, 0, NULL, packed->d_buf, &from,
					       packed->d_size, (uint8_t *)*image, &to, room);
		*size = to;
	}
	return rc == LZMA_OK;
}

static bool try_packed(struct elf_debug *d, Elf *elf)
{
	Elf_Data *packed = section_data(elf, ".gnu_debugdata");

	if (!packed || !packed->d_buf || !packed->d_size)
		return false;
	if (unpack(packed, &d->image, &d->image_size)) {
		d->elf = elf_memory(d->image, d->image_size);
		if (d->elf && elf_kind(d->elf) == ELF_K_ELF &&
		    gelf_getclass(d->elf) == ELFCLASS64 && has_symbols(d->elf))
			return true;
		if (d->elf)
			elf_end(d->elf);
	}
	free(d->image);
	d->image = NULL;
	d->elf = NULL;
	return false;
}

struct elf_debug *elf_debug_find(Elf *elf, const char *path)
{
	struct elf_debug *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->fd = -1;
	if (try_build_id(d, elf) || try_link(d, elf, path) || try_packed(d, elf))
		return d;
	free(d);
	return NULL;
}

Elf *elf_debug_elf(const struct elf_debug *debug)
{
	return debug->elf;
}

void elf_debug_bytes(const struct elf_debug *debug, int *fd, const char **image, size_t *size)
{
	*fd = debug->fd;
	*image = debug->image;
	*size = debug->image_size;
}

void elf_debug_free(struct elf_debug *debug)
{
	if (!debug)
		return;
	elf_end(debug->elf);
	if (debug->fd >= 0)
		close(debug->fd);
	free(debug->image);
	free(debug);
}
