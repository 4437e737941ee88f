/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/lines.h"

#include <bcc/bcc_common.h>
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The module's BTF, whose strings name the files; libbcc owns it. */
static const struct btf *module_btf;

/* What is being filled in while libbcc believes that it loads a program. */
static struct {
	const char *file;
	struct object_function *function;
	int rc;
} wanted;

/* libbcc loads the module's BTF when it has compiled it (src/cc/bcc_btf.cc, BTF::load). */
int btf__load_into_kernel(struct btf *btf)
{
	module_btf = btf;
	return 0;
}

const struct btf *lines_btf(void)
{
	return module_btf;
}

/* clang puts the directory that it works in ahead of names that are not absolute. */
static bool is_wanted(const char *file)
{
	size_t len = wanted.file ? strlen(wanted.file) : 0, at = file ? strlen(file) : 0;

	if (!len || at < len || strcmp(file + at - len, wanted.file) != 0)
		return false;
	return at == len || file[at - len - 1] == '/';
}

/* Records of this version of the kernel's interface or a longer one; the first ones suffice. */
static void take_lines(const void *info, unsigned n, unsigned size)
{
	struct object_function *function = wanted.function;

	function->lines = calloc(n ? n : 1, sizeof(*function->lines));
	if (!function->lines) {
		wanted.rc = -ENOMEM;
		return;
	}
	for (unsigned i = 0; i < n; i++) {
		struct bpf_line_info line;
		struct object_line *last =
			function->nlines ? &function->lines[function->nlines - 1] : NULL;

		memcpy(&line, (const char *)info + (size_t)i * size, sizeof(line));
		const char *file = btf__name_by_offset(module_btf, line.file_name_off);
		uint32_t number = is_wanted(file) ? BPF_LINE_INFO_LINE_NUM(line.line_col) : 0;

		/* Columns are those of the text as libbcc rewrote it: they would mislead. */
		if (last && last->line == number)
			continue;
		function->lines[function->nlines++] =
			(struct object_line){.insn = line.insn_off, .line = number};
	}
}

/* libbcc's bcc_func_load() ends here. What it gets is no program, but it does not ask. */
int bpf_prog_load(enum bpf_prog_type type, const char *name, const char *license,
		  const struct bpf_insn *insns, size_t ninsns,
		  const struct bpf_prog_load_opts *opts)
{
	(void)type;
	(void)name;
	(void)license;
	(void)insns;
	(void)ninsns;
	if (wanted.function && !wanted.function->lines && module_btf && opts && opts->line_info &&
	    opts->line_info_rec_size >= sizeof(struct bpf_line_info))
		take_lines(opts->line_info, opts->line_info_cnt, opts->line_info_rec_size);
	return 0;
}

int lines_collect(void *module, const char *file, struct object_function *function)
{
	wanted.file = file;
	wanted.function = function;
	wanted.rc = 0;
	bcc_func_load(module, BPF_PROG_TYPE_KPROBE, function->name, function->insns,
		      (int)(function->ninsns * sizeof(*function->insns)), "GPL", 0, 0, NULL, 0,
		      NULL, -1);
	wanted.function = NULL;
	return wanted.rc;
}
