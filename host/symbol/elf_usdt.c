/* SPDX-License-Identifier: Apache-2.0 */
#include "symbol/elf_usdt.h"

#include <errno.h>
#include <fnmatch.h>
#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>

/* As <sys/sdt.h> writes them. */
#define NOTE_OWNER "stapsdt"
#define NOTE_TYPE 3
#define BASE_SECTION ".stapsdt.base"

/* What a note begins with. */
struct numbers {
	uint64_t address;
	uint64_t base; /* of BASE_SECTION when the file was linked */
	uint64_t semaphore;
};

/* A string that ends inside the note. */
static const char *string(const char **at, const char *end)
{
	const char *from = *at, *nul = from < end ? memchr(from, '\0', (size_t)(end - from)) : NULL;

	if (!nul)
		return NULL;
	*at = nul + 1;
	return from;
}

static int read_note(const char *desc, size_t size, uint64_t base, struct elf_usdt *place)
{
	const char *at = desc + sizeof(struct numbers), *end = desc + size;
	struct numbers n;

	if (size < sizeof(n))
		return -EINVAL;
	memcpy(&n, desc, sizeof(n));
	place->provider = string(&at, end);
	place->name = string(&at, end);
	place->args = string(&at, end);
	/* The last string may be missing altogether. */
	if (!place->args && place->name && at == end)
		place->args = "";
	if (!place->args || !*place->provider || !*place->name)
		return -EINVAL;
	/* No loader looks at notes, so prelink(8) left them as they were: all moved alike. */
	uint64_t moved = base && n.base ? base - n.base : 0;

	place->address = n.address + moved;
	place->semaphore = n.semaphore ? n.semaphore + moved : 0;
	return 0;
}

static int each_of(Elf_Data *data, uint64_t base,
		   int (*each)(void *ctx, const struct elf_usdt *place), void *ctx)
{
	size_t at = 0, next, name, desc;
	int rc = 0;
	GElf_Nhdr header;

	while (rc == 0 && (next = gelf_getnote(data, at, &header, &name, &desc)) > 0) {
		const char *bytes = data->d_buf;
		struct elf_usdt place;

		if (header.n_type == NOTE_TYPE && header.n_namesz == sizeof(NOTE_OWNER) &&
		    memcmp(bytes + name, NOTE_OWNER, sizeof(NOTE_OWNER)) == 0) {
			rc = read_note(bytes + desc, header.n_descsz, base, &place);
			if (rc == 0)
				rc = each(ctx, &place);
		}
		at = next;
	}
	return rc;
}

/* Where a section of that name is loaded; 0 where there is none. */
static uint64_t section_address(Elf *elf, const char *wanted)
{
	Elf_Scn *section = NULL;
	size_t names;

	if (elf_getshdrstrndx(elf, &names) < 0)
		return 0;
	while ((section = elf_nextscn(elf, section)) != NULL) {
		GElf_Shdr header;
		const char *name = gelf_getshdr(section, &header)
					   ? elf_strptr(elf, names, header.sh_name)
					   : NULL;

		if (name && strcmp(name, wanted) == 0)
			return header.sh_addr;
	}
	return 0;
}

int elf_usdt_each(const struct elf_file *file, int (*each)(void *ctx, const struct elf_usdt *place),
		  void *ctx)
{
	Elf *elf = elf_file_elf(file);
	uint64_t base = section_address(elf, BASE_SECTION);
	Elf_Scn *section = NULL;
	int rc = 0;

	while (rc == 0 && (section = elf_nextscn(elf, section)) != NULL) {
		GElf_Shdr header;
		Elf_Data *data = NULL;

		if (gelf_getshdr(section, &header) && header.sh_type == SHT_NOTE)
			data = elf_getdata(section, NULL);
		if (data && data->d_buf)
			rc = each_of(data, base, each, ctx);
	}
	return rc;
}

bool elf_usdt_matches(const struct elf_usdt *place, const char *wanted)
{
	const char *colon = strchr(wanted, ':');

	if (!colon)
		return fnmatch(wanted, place->name, FNM_NOESCAPE) == 0;
	char *provider = strndup(wanted, (size_t)(colon - wanted));
	bool matches = provider && fnmatch(provider, place->provider, FNM_NOESCAPE) == 0 &&
		       fnmatch(colon + 1, place->name, FNM_NOESCAPE) == 0;

	free(provider);
	return matches;
}
