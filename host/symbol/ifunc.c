/* SPDX-License-Identifier: Apache-2.0 */
#include "symbol/ifunc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/regular.h"
#include "symbol/maps.h"

#define PAGE_MASK 4095ull

/* What is looked for, and the process that is looked at. */
struct look {
	const char *name;
	size_t len;
	const char *version; /* NULL: the default one */
	uint64_t inode;
	pid_t pid;
	struct maps maps; /* of the process looked at */
	int memory;
	uint64_t offset; /* found */
};

/* One module of the process: its ELF and what its relocations are about. */
struct module {
	Elf *elf;
	uint64_t base;
	Elf_Data *symbols, *versions, *needs;
	size_t strings, need_strings;
};

static bool read_module(struct module *m)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(m->elf, section)) != NULL) {
		if (!gelf_getshdr(section, &header))
			continue;
		if (header.sh_type == SHT_DYNSYM) {
			m->symbols = elf_getdata(section, NULL);
			m->strings = header.sh_link;
		} else if (header.sh_type == SHT_GNU_versym) {
			m->versions = elf_getdata(section, NULL);
		} else if (header.sh_type == SHT_GNU_verneed) {
			m->needs = elf_getdata(section, NULL);
			m->need_strings = header.sh_link;
		}
	}
	return m->symbols != NULL;
}

/* The name of a version that the module asks other files for, or NULL. */
static const char *needed_version(const struct module *m, unsigned number)
{
	GElf_Verneed need;
	GElf_Vernaux aux;

	for (size_t at = 0; m->needs && at < INT32_MAX; at += need.vn_next) {
		if (!gelf_getverneed(m->needs, (int)at, &need))
			return NULL;
		for (size_t k = at + need.vn_aux, n = 0; n < need.vn_cnt && k < INT32_MAX;
		     k += aux.vna_next, n++) {
			if (!gelf_getvernaux(m->needs, (int)k, &aux))
				return NULL;
			if ((aux.vna_other & 0x7fffu) == number)
				return elf_strptr(m->elf, m->need_strings, aux.vna_name);
			if (!aux.vna_next)
				break;
		}
		if (!need.vn_next)
			break;
	}
	return NULL;
}

static bool symbol_is_meant(const struct look *l, const struct module *m, size_t index)
{
	GElf_Versym version;
	GElf_Sym symbol;

	if (index > INT32_MAX || !gelf_getsym(m->symbols, (int)index, &symbol) ||
	    symbol.st_shndx != SHN_UNDEF)
		return false;
	const char *name = elf_strptr(m->elf, m->strings, symbol.st_name);

	if (!name || strncmp(name, l->name, l->len) != 0 || name[l->len])
		return false;
	if (!l->version || !m->versions || !gelf_getversym(m->versions, (int)index, &version))
		return true;
	const char *needed = needed_version(m, version & 0x7fffu);

	return !needed || strcmp(needed, l->version) == 0;
}

/* Is what the slot holds code of the file? Before its first call a slot leads into its own module.
 */
static bool slot_leads(struct look *l, uint64_t slot)
{
	uint64_t address;

	if (pread(l->memory, &address, sizeof(address), (off_t)slot) != sizeof(address))
		return false;
	const struct mapping *m = maps_find(&l->maps, address);

	if (!m || m->inode != l->inode)
		return false;
	l->offset = address - m->start + m->offset;
	return true;
}

static bool look_at_relocations(struct look *l, const struct module *m)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(m->elf, section)) != NULL) {
		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_RELA ||
		    !header.sh_entsize)
			continue;
		Elf_Data *data = elf_getdata(section, NULL);
		size_t n = data ? data->d_size / sizeof(Elf64_Rela) : 0;

		for (size_t i = 0; i < n && i < INT32_MAX; i++) {
			GElf_Rela rela;

			if (!gelf_getrela(data, (int)i, &rela) || !GELF_R_SYM(rela.r_info))
				continue;
			if (symbol_is_meant(l, m, GELF_R_SYM(rela.r_info)) &&
			    slot_leads(l, m->base + rela.r_offset))
				return true;
		}
	}
	return false;
}

/* Where the module's address 0 is in the process, by one of its mappings. */
static bool module_base(struct module *m, const struct mapping *mapping)
{
	size_t n = 0;

	elf_getphdrnum(m->elf, &n);
	for (size_t i = 0; i < n && i < INT32_MAX; i++) {
		GElf_Phdr segment;

		/* A file can claim more headers than it has, by millions. */
		if (!gelf_getphdr(m->elf, (int)i, &segment))
			return false;
		if (segment.p_type != PT_LOAD ||
		    (segment.p_offset & ~PAGE_MASK) != mapping->offset || !(segment.p_flags & PF_X))
			continue;
		m->base = mapping->start - (segment.p_vaddr & ~PAGE_MASK);
		return true;
	}
	return false;
}

static bool look_at_module(struct look *l, const struct mapping *mapping)
{
	struct module m = {0};
	char path[128];
	bool found = false;

	snprintf(path, sizeof(path), "/proc/%d/map_files/%llx-%llx", (int)l->pid,
		 (unsigned long long)mapping->start, (unsigned long long)mapping->end);
	int fd = regular_open(path, true, NULL);

	if (fd < 0)
		return false;
	m.elf = elf_begin(fd, ELF_C_READ, NULL);
	if (m.elf && elf_kind(m.elf) == ELF_K_ELF && gelf_getclass(m.elf) == ELFCLASS64)
		found = module_base(&m, mapping) && read_module(&m) && look_at_relocations(l, &m);
	if (m.elf)
		elf_end(m.elf);
	close(fd);
	return found;
}

/* The same file in another process, whatever it calls it. */
static bool is_target(const struct look *l, const struct mapping *m, const char *base)
{
	const char *slash = strrchr(m->path, '/');

	return slash && m->inode == l->inode && strcmp(slash + 1, base) == 0;
}

static int look_at_process(struct look *l, const char *base)
{
	char path[64];
	bool mapped = false, found = false;
	int rc = maps_read(l->pid, false, &l->maps);

	if (rc < 0)
		return rc == -ENOMEM ? rc : -ENOENT;
	for (size_t i = 0; i < l->maps.n; i++)
		mapped |= is_target(l, &l->maps.list[i], base);
	snprintf(path, sizeof(path), "/proc/%d/mem", (int)l->pid);
	l->memory = mapped ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	for (size_t i = 0; i < l->maps.n && l->memory >= 0 && !found; i++)
		found = l->maps.list[i].path[0] == '/' && look_at_module(l, &l->maps.list[i]);
	if (l->memory >= 0)
		close(l->memory);
	maps_free(&l->maps);
	return found ? 0 : -ENOENT;
}

static int look_everywhere(struct look *l, const char *base)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int rc = -ENOENT;

	if (!proc)
		return -ENOENT;
	while (rc == -ENOENT && (entry = readdir(proc)) != NULL) {
		l->pid = (pid_t)strtol(entry->d_name, NULL, 10);
		if (l->pid > 0 && l->pid != getpid())
			rc = look_at_process(l, base);
	}
	closedir(proc);
	return rc;
}

int ifunc_resolve(const char *path, const char *name, pid_t pid, uint64_t *offset)
{
	const char *at = strchr(name, '@');
	struct look l = {
		.name = name,
		.len = strcspn(name, "@"),
		.version = at ? at + strspn(at, "@") : NULL,
		.pid = pid,
	};
	char real[4096];
	uint64_t device;

	if (maps_inode(path, &device, &l.inode) < 0)
		return -ENOENT;
	const char *file = realpath(path, real) ? real : path;
	const char *slash = strrchr(file, '/');
	const char *base = slash ? slash + 1 : file;

	elf_version(EV_CURRENT);
	int rc = pid ? look_at_process(&l, base) : look_everywhere(&l, base);

	*offset = l.offset;
	return rc;
}
