/* SPDX-License-Identifier: Apache-2.0 */
#include "symbol/elf_return.h"

#include <fnmatch.h>
#include <gelf.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "symbol/elf_debug.h"

#define JUMPED_TO                                                                                  \
	"it is not called but jumped to, and what is in its return address's place is not one"
#define KEEPS "it keeps or follows its own return address"

static const struct {
	const char *pattern, *why;
} breaks[] = {
	{"_start", JUMPED_TO},
	{"_dl_start_user", JUMPED_TO},
	{"_dl_runtime_resolve*", JUMPED_TO},
	{"_dl_runtime_profile*", JUMPED_TO},
	{"__restore_rt", JUMPED_TO},
	{"__morestack", JUMPED_TO},
	{"setjmp", KEEPS},
	{"_setjmp", KEEPS},
	{"__setjmp", KEEPS},
	{"sigsetjmp", KEEPS},
	{"__sigsetjmp", KEEPS},
	{"getcontext", KEEPS},
	{"__getcontext", KEEPS},
	{"swapcontext", KEEPS},
	{"__swapcontext", KEEPS},
	{"__cxa_throw", KEEPS},
	{"__cxa_rethrow", KEEPS},
	{"_Unwind_RaiseException", KEEPS},
	{"_Unwind_Resume*", KEEPS},
	{"_Unwind_ForcedUnwind", KEEPS},
	{"_Unwind_Backtrace", KEEPS},
};

/* Go's table of functions (debug/gosym), in a program that is position independent and not. */
static bool is_go(const struct elf_file *file)
{
	Elf *elf = elf_file_elf(file);

	return elf_section_named(elf, ".gopclntab") ||
	       elf_section_named(elf, ".data.rel.ro.gopclntab") ||
	       elf_section_named(elf, ".go.buildinfo");
}

const char *elf_return_breaks(const struct elf_file *file, const char *name)
{
	char plain[128];

	/* Names of Go have their package ahead of a dot; what cgo brings in has none. */
	if ((!name || strchr(name, '.')) && is_go(file))
		return "it is Go's, which moves its stacks and checks them";
	snprintf(plain, sizeof(plain), "%.*s", name ? (int)strcspn(name, "@") : 0,
		 name ? name : "");
	for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++)
		if (fnmatch(breaks[i].pattern, plain, FNM_NOESCAPE) == 0)
			return breaks[i].why;
	return NULL;
}

static bool throws(const char *name)
{
	return strcmp(name, "__cxa_throw") == 0 || strcmp(name, "__cxa_begin_catch") == 0 ||
	       strcmp(name, "_Unwind_Resume") == 0 || strcmp(name, "_Unwind_RaiseException") == 0;
}

/* What it takes from libraries is only in the dynamic table. */
static bool imports_throwing(Elf *elf)
{
	Elf_Scn *section = elf_section_named(elf, ".dynsym");
	Elf_Data *data = section ? elf_getdata(section, NULL) : NULL;
	GElf_Shdr header;
	GElf_Sym symbol;

	if (!data || !gelf_getshdr(section, &header))
		return false;
	for (int i = 0; gelf_getsym(data, i, &symbol); i++) {
		const char *name = elf_strptr(elf, header.sh_link, symbol.st_name);

		if (name && throws(name))
			return true;
	}
	return false;
}

bool elf_throws(const struct elf_file *file)
{
	static const char linked_in[] = "_Unwind_RaiseException";
	uint64_t address;

	return imports_throwing(elf_file_elf(file)) ||
	       elf_file_symbol(file, linked_in, sizeof(linked_in) - 1, &address) == 0;
}
