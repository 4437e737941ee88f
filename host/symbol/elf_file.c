/* SPDX-License-Identifier: Apache-2.0 */
#include "symbol/elf_file.h"

#include <errno.h>
#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/regular.h"
#include "symbol/elf_debug.h"
#include "symbol/elf_segments.h"

#if defined(__x86_64__)
#define OWN_MACHINE EM_X86_64
#elif defined(__aarch64__)
#define OWN_MACHINE EM_AARCH64
#else
#define OWN_MACHINE EM_NONE
#endif

/* A table of symbols with what belongs to it. */
struct symbol_table {
	Elf_Scn *section; /* NULL: there is none */
	Elf *elf;
	size_t strings;	   /* section of the names */
	Elf_Scn *versions; /* of each symbol; NULL: none have one */
};

struct elf_file {
	char *shown;
	int fd; /* -1: it is in memory */
	const char *image;
	size_t image_size;
	Elf *elf;
	struct elf_debug *debug; /* NULL: none needed, or none found */
	struct symbol_table full, dynamic;
	const char **version_names; /* by number */
	size_t nversions;
	struct elf_segments segments;
};

static int damaged(const struct elf_file *f, struct error *err)
{
	int code = elf_errno();

	return error_failed(err, -EINVAL, "%.200s is a damaged ELF file%s%s", f->shown,
			    code ? ": " : "", code ? elf_errmsg(code) : "");
}

/*
 * Section headers stand at the end: a file whose end is missing would pass for a stripped one, or
 * for one without probes. More than 65,279 are counted in the first one.
 * @end: set to where the last one would end
 */
static bool is_cut(const struct elf_file *f, const GElf_Ehdr *header, uint64_t *end)
{
	struct stat st;
	const uint64_t bytes = sizeof(Elf64_Shdr) * (header->e_shnum ? header->e_shnum : 1u);

	if (f->fd < 0 || fstat(f->fd, &st) < 0 || !header->e_shoff)
		return false;
	*end = header->e_shoff <= UINT64_MAX - bytes ? header->e_shoff + bytes : UINT64_MAX;
	return *end > (uint64_t)st.st_size;
}

static int check_kind(const struct elf_file *f, struct error *err)
{
	GElf_Ehdr header;
	uint64_t end;

	if (elf_kind(f->elf) != ELF_K_ELF)
		return error_usage(err, "%.200s is not an ELF file: no program and no library",
				   f->shown);
	if (!gelf_getehdr(f->elf, &header))
		return damaged(f, err);
	if (header.e_ident[EI_CLASS] != ELFCLASS64)
		return error_usage(err,
				   "%.200s is a 32-bit file: only probes of 64-bit programs and "
				   "libraries are there",
				   f->shown);
	if (header.e_machine != OWN_MACHINE)
		return error_usage(err, "%.200s is a file for another machine (ELF machine %u)",
				   f->shown, header.e_machine);
	if (header.e_type != ET_EXEC && header.e_type != ET_DYN)
		return error_usage(
			err, "%.200s is an ELF file, but neither a program nor a shared library",
			f->shown);
	if (is_cut(f, &header, &end))
		return error_usage(err,
				   "%.200s is cut short: its section headers would reach to byte "
				   "%llu, beyond its end",
				   f->shown, (unsigned long long)end);
	return 0;
}

static void table_set(struct symbol_table *table, Elf *elf, Elf_Scn *section,
		      const GElf_Shdr *header)
{
	if (table->section || header->sh_entsize != sizeof(Elf64_Sym) ||
	    header->sh_size < sizeof(Elf64_Sym))
		return;
	table->section = section;
	table->elf = elf;
	table->strings = header->sh_link;
}

/* The names of the versions that the file defines. */
static int read_versions(struct elf_file *f, Elf_Scn *section, const GElf_Shdr *header)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t at = 0;

	/* One 16-bit number a version, of which one bit is a flag. */
	for (size_t i = 0; data && i < 0x8000; i++) {
		GElf_Verdef def;
		GElf_Verdaux aux;

		if (at > INT32_MAX || !gelf_getverdef(data, (int)at, &def) ||
		    at + def.vd_aux > INT32_MAX ||
		    !gelf_getverdaux(data, (int)(at + def.vd_aux), &aux))
			break;
		size_t number = def.vd_ndx & 0x7fffu;

		if (number >= f->nversions) {
			const char **more =
				reallocarray(f->version_names, number + 1, sizeof(*more));

			if (!more)
				return -ENOMEM;
			memset(more + f->nversions, 0, (number + 1 - f->nversions) * sizeof(*more));
			f->version_names = more;
			f->nversions = number + 1;
		}
		/* The base definition is the file's own name. */
		if (!(def.vd_flags & VER_FLG_BASE))
			f->version_names[number] =
				elf_strptr(f->elf, header->sh_link, aux.vda_name);
		if (!def.vd_next)
			break;
		at += def.vd_next;
	}
	return 0;
}

static int read_sections(struct elf_file *f)
{
	Elf_Scn *section = NULL;
	int rc = 0;

	while (rc == 0 && (section = elf_nextscn(f->elf, section)) != NULL) {
		GElf_Shdr header;

		if (!gelf_getshdr(section, &header))
			continue;
		if (header.sh_type == SHT_SYMTAB)
			table_set(&f->full, f->elf, section, &header);
		else if (header.sh_type == SHT_DYNSYM)
			table_set(&f->dynamic, f->elf, section, &header);
		else if (header.sh_type == SHT_GNU_versym)
			f->dynamic.versions = section;
		else if (header.sh_type == SHT_GNU_verdef)
			rc = read_versions(f, section, &header);
	}
	return rc;
}

/* The full table of another file that was split off this one. */
static void read_debug(struct elf_file *f, const char *path)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	f->debug = elf_debug_find(f->elf, path);
	if (!f->debug)
		return;
	Elf *elf = elf_debug_elf(f->debug);

	while ((section = elf_nextscn(elf, section)) != NULL)
		if (gelf_getshdr(section, &header) && header.sh_type == SHT_SYMTAB)
			table_set(&f->full, elf, section, &header);
}

static int open_failed(const char *shown, int code, struct error *err)
{
	if (code == -ENOENT || code == -ENOTDIR)
		return error_set(err, EXIT_USAGE, -ENOENT, "there is no file %.200s", shown);
	return error_failed(err, code, "cannot read %.200s: %s", shown, strerror(-code));
}

static int open_file(struct elf_file *f, const char *path, struct error *err)
{
	f->fd = regular_open(path, true, NULL);
	if (f->fd == -EINVAL)
		return error_usage(err, "%.200s is not a file: name a program or a library",
				   f->shown);
	if (f->fd < 0)
		return open_failed(f->shown, f->fd, err);
	elf_version(EV_CURRENT);
	f->elf = elf_begin(f->fd, ELF_C_READ, NULL);
	return 0;
}

/* @path: NULL for an image */
static int open_any(struct elf_file *f, const char *path, struct error *err)
{
	int rc = path ? open_file(f, path, err) : 0;

	if (rc == 0 && !f->elf)
		rc = damaged(f, err);
	if (rc == 0)
		rc = check_kind(f, err);
	if (rc == 0 && (elf_segments_read(f->elf, &f->segments) < 0 || read_sections(f) < 0))
		rc = error_nomem(err);
	if (rc == 0 && path && !f->full.section)
		read_debug(f, path);
	return rc;
}

static struct elf_file *file_new(const char *shown)
{
	struct elf_file *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->fd = -1;
	f->shown = strdup(shown);
	if (f->shown)
		return f;
	free(f);
	return NULL;
}

int elf_file_open(const char *path, const char *shown, struct elf_file **out, struct error *err)
{
	struct elf_file *f = file_new(shown);

	if (!f)
		return error_nomem(err);
	int rc = open_any(f, path, err);

	if (rc < 0)
		elf_file_close(f);
	else
		*out = f;
	return rc;
}

int elf_file_image(const char *image, size_t size, const char *shown, struct elf_file **out,
		   struct error *err)
{
	struct elf_file *f = file_new(shown);

	if (!f)
		return error_nomem(err);
	f->image = image;
	f->image_size = size;
	elf_version(EV_CURRENT);
	/* It is only read (libelf writes where elf_update() is called). */
	f->elf = elf_memory((char *)(uintptr_t)image, size);
	int rc = open_any(f, NULL, err);

	if (rc < 0)
		elf_file_close(f);
	else
		*out = f;
	return rc;
}

/* What stands behind the first @ of a name. */
static void split_version(struct elf_function *function)
{
	const char *at = memchr(function->name, '@', function->len);

	if (!at || at == function->name)
		return;
	function->len = (size_t)(at - function->name);
	function->hidden = at[1] != '@';
	function->version = at + (function->hidden ? 1 : 2);
}

static void add_version(const struct elf_file *f, Elf_Data *versions, size_t i,
			struct elf_function *function)
{
	GElf_Versym word;

	if (!versions || i > INT32_MAX || !gelf_getversym(versions, (int)i, &word))
		return;
	size_t number = word & 0x7fffu;

	if (number > VER_NDX_GLOBAL && number < f->nversions && f->version_names[number]) {
		function->version = f->version_names[number];
		function->hidden = word & 0x8000u;
	}
}

bool elf_symbol_is_function(const Elf64_Sym *symbol)
{
	unsigned type = ELF64_ST_TYPE(symbol->st_info);

	return (type == STT_FUNC || type == STT_GNU_IFUNC) && symbol->st_shndx != SHN_UNDEF &&
	       symbol->st_value;
}

/* @n: set to how many symbols there are; reads the table when it is asked for first */
static Elf_Data *table_data(const struct symbol_table *table, size_t *n)
{
	Elf_Data *data = table->section ? elf_getdata(table->section, NULL) : NULL;

	*n = data && data->d_buf ? data->d_size / sizeof(Elf64_Sym) : 0;
	return data;
}

uint64_t elf_file_extent(const struct elf_file *file, const Elf64_Sym *symbol)
{
	Elf_Scn *section = symbol->st_size || symbol->st_shndx >= SHN_LORESERVE
				   ? NULL
				   : elf_getscn(file->elf, symbol->st_shndx);
	GElf_Shdr header;

	if (!section || !gelf_getshdr(section, &header) || symbol->st_value < header.sh_addr ||
	    symbol->st_value - header.sh_addr >= header.sh_size)
		return symbol->st_size;
	return header.sh_size - (symbol->st_value - header.sh_addr);
}

static int each_of(const struct elf_file *f, const struct symbol_table *table,
		   int (*each)(void *ctx, const struct elf_function *function), void *ctx)
{
	size_t n;
	Elf_Data *data = table_data(table, &n);
	Elf_Data *versions = table->versions ? elf_getdata(table->versions, NULL) : NULL;
	int rc = 0;

	for (size_t i = 1; i < n && rc == 0; i++) {
		GElf_Sym symbol;

		if (i > INT32_MAX || !gelf_getsym(data, (int)i, &symbol))
			return -EINVAL;
		if (!elf_symbol_is_function(&symbol))
			continue;
		const char *name = elf_strptr(table->elf, table->strings, symbol.st_name);

		if (!name || !*name)
			continue;
		struct elf_function function = {
			.name = name,
			.len = strlen(name),
			.address = symbol.st_value,
			.size = symbol.st_size,
			.ifunc = GELF_ST_TYPE(symbol.st_info) == STT_GNU_IFUNC,
			.local = GELF_ST_BIND(symbol.st_info) == STB_LOCAL,
		};

		if (table == &f->dynamic)
			add_version(f, versions, i, &function);
		else
			split_version(&function);
		rc = each(ctx, &function);
	}
	return rc;
}

int elf_file_each(const struct elf_file *file,
		  int (*each)(void *ctx, const struct elf_function *function), void *ctx)
{
	int rc = each_of(file, &file->dynamic, each, ctx);

	return rc ? rc : each_of(file, &file->full, each, ctx);
}

/* Bytes of the file that hold a section, or none. */
static bool section_place(Elf_Scn *section, uint64_t *at, uint64_t *size)
{
	GElf_Shdr header;

	if (!section || !gelf_getshdr(section, &header) || header.sh_type == SHT_NOBITS ||
	    (header.sh_flags & SHF_COMPRESSED))
		return false;
	*at = header.sh_offset;
	*size = header.sh_size;
	return true;
}

bool elf_file_table(const struct elf_file *file, bool full, struct elf_table *table)
{
	const struct symbol_table *from = full ? &file->full : &file->dynamic;

	if (!from->section || !section_place(from->section, &table->symbols, &table->nbytes) ||
	    !section_place(elf_getscn(from->elf, from->strings), &table->strings, &table->nstrings))
		return false;
	table->fd = file->fd;
	table->image = file->image;
	table->image_size = file->image_size;
	if (from->elf != file->elf)
		elf_debug_bytes(file->debug, &table->fd, &table->image, &table->image_size);
	return true;
}

int elf_file_offset(const struct elf_file *file, uint64_t address, uint64_t *offset)
{
	return elf_segments_offset(&file->segments, address, true, offset);
}

int elf_file_offset_of_data(const struct elf_file *file, uint64_t address, uint64_t *offset)
{
	return elf_segments_offset(&file->segments, address, false, offset);
}

int elf_file_address(const struct elf_file *file, uint64_t offset, uint64_t *address)
{
	return elf_segments_address(&file->segments, offset, address);
}

static int symbol_in(const struct symbol_table *table, const char *name, size_t len,
		     uint64_t *address)
{
	size_t n;
	Elf_Data *data = table_data(table, &n);

	for (size_t i = 1; i < n && i <= INT32_MAX; i++) {
		GElf_Sym symbol;

		if (!gelf_getsym(data, (int)i, &symbol))
			break;
		if (symbol.st_shndx == SHN_UNDEF || !symbol.st_value ||
		    GELF_ST_TYPE(symbol.st_info) == STT_TLS)
			continue;
		const char *found = elf_strptr(table->elf, table->strings, symbol.st_name);

		if (found && strncmp(found, name, len) == 0 && !found[len]) {
			*address = symbol.st_value;
			return 0;
		}
	}
	return -ENOENT;
}

int elf_file_symbol(const struct elf_file *file, const char *name, size_t len, uint64_t *address)
{
	int rc = symbol_in(&file->full, name, len, address);

	return rc < 0 ? symbol_in(&file->dynamic, name, len, address) : 0;
}

Elf *elf_file_elf(const struct elf_file *file)
{
	return file->elf;
}

bool elf_file_stripped(const struct elf_file *file)
{
	return !file->full.section;
}

const char *elf_file_shown(const struct elf_file *file)
{
	return file->shown;
}

void elf_file_close(struct elf_file *file)
{
	if (!file)
		return;
	elf_debug_free(file->debug);
	if (file->elf)
		elf_end(file->elf);
	if (file->fd >= 0)
		close(file->fd);
	elf_segments_free(&file->segments);
	free(file->version_names);
	free(file->shown);
	free(file);
}
