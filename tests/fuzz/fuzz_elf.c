/* SPDX-License-Identifier: Apache-2.0 */
/* Any file can be read as ELF, /proc/PID/maps, kallsyms and perf-PID.map; every function found is
 * found by its name. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "symbol/elf_file.h"
#include "symbol/elf_lookup.h"
#include "symbol/elf_names.h"
#include "symbol/list_names.h"
#include "symbol/maps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_up(const struct elf_file *file)
{
	static const char *const words[] = {"*", "load::*", "load::parse", "load_lib_versioned",
					    "load_lib_versioned@LOAD_1"};
	char *names[3];

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct elf_match match;
		uint64_t offset, address;

		if (elf_lookup(file, words[i], &match) < 0)
			continue;
		for (size_t k = 0; k < match.n; k++) {
			if (k && match.list[k - 1].address >= match.list[k].address)
				abort();
			if (elf_file_offset(file, match.list[k].address, &offset) == 0 &&
			    elf_file_address(file, offset, &address) < 0)
				abort();
		}
		elf_match_free(&match);
	}
	for (size_t n = elf_similar(file, "load_lib_plane", names, 3); n-- > 0;)
		free(names[n]);
}

/* What names an address has one that is not empty, and the same once more. */
static void name_places(const char *path)
{
	static char name[ELF_NAME_MAX + 1], again[ELF_NAME_MAX + 1];
	struct elf_names *names;

	if (elf_names_read(path, 0, &names) < 0)
		return;
	for (uint64_t at = 0; at < 1 << 16; at += 8)
		if (elf_names_find(names, at, name) &&
		    (!*name || !elf_names_find(names, at, again) || strcmp(name, again) != 0))
			abort();
	if (elf_names_bytes(names) > 64 << 20)
		abort();
	elf_names_free(names);
}

/* One after the other they are put over each other: each is where it was put, and all are in order.
 */
static void put_maps(const struct maps *from)
{
	struct maps maps = {0}, copy;

	for (size_t i = 0; i < from->n && i < 64; i++) {
		const struct mapping *m = &from->list[i], *found;

		if (maps_put(&maps, m) < 0)
			exit(2);
		found = maps_find(&maps, m->start);
		if (!found || found->start != m->start || found->end != m->end ||
		    found->offset != m->offset || strcmp(found->path, m->path) != 0 ||
		    maps_find(&maps, m->end - 1) != found)
			abort();
		for (size_t k = 0; k < maps.n; k++)
			if (maps.list[k].start >= maps.list[k].end ||
			    (k && maps.list[k - 1].end > maps.list[k].start))
				abort();
	}
	if (maps_copy(&maps, &copy) < 0 || copy.n != maps.n)
		abort();
	maps_free(&copy);
	maps_free(&maps);
}

static void read_maps(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct maps maps;

	if (!text)
		exit(2);
	if (maps_parse(text, true, &maps) == 0) {
		for (size_t i = 0; i < maps.n; i++)
			if (maps.list[i].start >= maps.list[i].end || !maps.list[i].path)
				abort();
		put_maps(&maps);
		maps_free(&maps);
	}
	free(text);
}

/* Names are found at their own addresses, and everywhere else nothing breaks. */
static void read_list(const uint8_t *data, size_t size, enum list_form form)
{
	char *text = strndup((const char *)data, size);
	struct list_names *names;

	if (!text)
		exit(2);
	if (list_names_parse(text, form, &names) < 0)
		return;
	for (uint64_t at = 1; at; at <<= 1) {
		const char *name = list_names_find(names, at);

		if (name && !*name)
			abort();
	}
	list_names_free(names);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error err = {0};
	struct elf_file *file;
	char path[64];
	int fd = memfd_create("elf", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		exit(2);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (elf_file_open(path, "the input", &file, &err) == 0) {
		look_up(file);
		elf_file_close(file);
		name_places(path);
	} else if (!err.text[0]) {
		abort();
	}
	close(fd);
	read_maps(data, size);
	read_list(data, size, LIST_KALLSYMS);
	read_list(data, size, LIST_PERF_MAP);
	return 0;
}
