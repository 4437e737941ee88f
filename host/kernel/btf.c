/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/btf.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/facts.h"

struct function {
	const char *name;
	uint32_t proto;
};

struct kernel_btf {
	struct btf *btf;
	struct function *functions; /* sorted by name: libbpf looks through all types each time */
	size_t n;
	struct btf_dump *dump;
	struct buf *text; /* where the dump goes just now */
};

static void add_text(void *ctx, const char *fmt, va_list args)
{
	struct kernel_btf *b = ctx;

	if (b->text)
		buf_vaddf(b->text, fmt, args);
}

static int quiet(enum libbpf_print_level level, const char *fmt, va_list args)
{
	(void)level;
	(void)fmt;
	(void)args;
	return 0;
}

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct function *)a)->name, ((const struct function *)b)->name);
}

static int index_functions(struct kernel_btf *b)
{
	uint32_t types = btf__type_cnt(b->btf);

	b->functions = calloc(types, sizeof(*b->functions));
	if (!b->functions)
		return -ENOMEM;
	for (uint32_t id = 1; id < types; id++) {
		const struct btf_type *type = btf__type_by_id(b->btf, id);
		const char *name = btf__name_by_offset(b->btf, type->name_off);

		if (btf_is_func(type) && name)
			b->functions[b->n++] = (struct function){name, type->type};
	}
	qsort(b->functions, b->n, sizeof(*b->functions), compare);
	return 0;
}

int kernel_btf_open(struct kernel_btf **out, struct error *err)
{
	struct kernel_btf *b = calloc(1, sizeof(*b));

	*out = b;
	if (!b)
		return error_nomem(err);
	libbpf_set_print(quiet);
	b->btf = btf__load_vmlinux_btf();
	int rc = b->btf ? 0 : -errno;

	if (rc == 0) {
		b->dump = btf_dump__new(b->btf, add_text, b, NULL);
		rc = b->dump ? 0 : -errno;
	}
	if (rc == 0)
		rc = index_functions(b);
	if (rc == 0)
		return 0;
	kernel_btf_close(b);
	*out = NULL;
	if (rc == -ENOMEM)
		return error_nomem(err);
	return error_failed(err, rc, "this kernel (%s) has no BTF (CONFIG_DEBUG_INFO_BTF is off)",
			    facts_release());
}

static void add_argument(struct kernel_btf *b, uint32_t type, const char *name, struct buf *text)
{
	LIBBPF_OPTS(btf_dump_emit_type_decl_opts, opts, .field_name = name);

	b->text = text;
	buf_adds(text, "    ");
	btf_dump__emit_type_decl(b->dump, type, &opts);
	buf_adds(text, ";\n");
	b->text = NULL;
}

/* The arguments of a prototype, without the first @skip. */
static void add_prototype(struct kernel_btf *b, const struct btf_type *proto, unsigned skip,
			  bool result, struct buf *text)
{
	const struct btf_param *params = btf_params(proto);

	for (unsigned i = skip; i < btf_vlen(proto); i++) {
		const char *name = btf__name_by_offset(b->btf, params[i].name_off);
		char numbered[16];

		/* Prototypes of tracepoints have no names of arguments. */
		snprintf(numbered, sizeof(numbered), "arg%u", i - skip);
		if (params[i].type)
			add_argument(b, params[i].type, name && *name ? name : numbered, text);
	}
	if (result && proto->type)
		add_argument(b, proto->type, "retval", text);
}

bool kernel_btf_function(struct kernel_btf *b, const char *name, struct buf *arguments, bool result)
{
	const struct function key = {.name = name};
	const struct function *found =
		bsearch(&key, b->functions, b->n, sizeof(*b->functions), compare);

	if (!found)
		return false;
	const struct btf_type *type = btf__type_by_id(b->btf, found->proto);

	if (arguments && type && btf_is_func_proto(type))
		add_prototype(b, type, 0, result, arguments);
	return true;
}

/* typedef void (*btf_trace_NAME)(void *data, ARGUMENTS) (include/trace/bpf_probe.h, 5.5) */
bool kernel_btf_raw_tracepoint(struct kernel_btf *b, const char *name, struct buf *arguments)
{
	char typedef_name[256];

	snprintf(typedef_name, sizeof(typedef_name), "btf_trace_%.200s", name);
	int id = btf__find_by_name_kind(b->btf, typedef_name, BTF_KIND_TYPEDEF);
	const struct btf_type *type = id > 0 ? btf__type_by_id(b->btf, (uint32_t)id) : NULL;

	if (type)
		type = btf__type_by_id(b->btf, type->type);
	if (!type || !btf_is_ptr(type))
		return false;
	type = btf__type_by_id(b->btf, type->type);
	if (!type || !btf_is_func_proto(type))
		return false;
	if (arguments)
		add_prototype(b, type, 1, false, arguments);
	return true;
}

void kernel_btf_close(struct kernel_btf *b)
{
	if (!b)
		return;
	btf_dump__free(b->dump);
	btf__free(b->btf);
	free(b->functions);
	free(b);
}
