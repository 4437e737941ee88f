/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/trace.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/say.h"
#include "kernel/facts.h"
#include "kernel/trace_impl.h"
#include "kernel/trace_names.h"
#include "program/expand.h"

/* TABLE, TABLE__0 or TABLE__1. */
static bool table_is_named(const char *table, const char *name)
{
	size_t len = strlen(name);

	return strncmp(table, name, len) == 0 &&
	       (!table[len] || strcmp(table + len, "__0") == 0 || strcmp(table + len, "__1") == 0);
}

/* Most entries, by the last size line for this table; 0: the text's own. */
static uint32_t table_size(const struct trace *t, const char *table)
{
	const struct header *header = t->plan->header;
	uint32_t size = 0;

	for (size_t i = 0; i < header->nsizes; i++) {
		const struct size_line *line = &header->sizes[i];

		if (!table_is_named(table, line->table))
			continue;
		if (line->size[0] == '$') {
			const struct plan_list *list = plan_list_find(t->plan, line->size + 1);

			size = list && list->n ? (uint32_t)list->n : 1;
		} else {
			size = (uint32_t)strtoul(line->size, NULL, 10);
		}
	}
	return size;
}

int trace_new(struct kernel *kernel, const struct object *object, const struct plan *plan,
	      struct trace **out, struct error *err)
{
	struct trace *t = calloc(1, sizeof(*t));

	if (!t)
		return error_nomem(err);
	t->kernel = kernel;
	t->object = object;
	t->plan = plan;
	t->maps = calloc(object->ntables + 1, sizeof(*t->maps));
	t->tables = calloc(object->ntables + 1, sizeof(*t->tables));
	t->programs = calloc(plan->nprobes + 1, sizeof(*t->programs));
	t->attachments = calloc(plan->nprobes + 1, sizeof(*t->attachments));
	if (!t->maps || !t->tables || !t->programs || !t->attachments) {
		free(t->maps);
		free(t->tables);
		free(t->programs);
		free(t->attachments);
		free(t);
		return error_nomem(err);
	}
	for (uint32_t i = 0; i < object->ntables; i++) {
		uint32_t size = table_size(t, object->tables[i].name);

		t->maps[i] = -1;
		t->tables[i] = object->tables[i];
		if (size)
			t->tables[i].max_entries = size;
	}
	*out = t;
	return 0;
}

/* A counter that the host lowers must be mapped: that is the only atomic way from outside (5.5). */
static uint32_t table_flags(const struct trace *t, const struct object_table *table)
{
	const struct header *header = t->plan->header;

	for (size_t i = 0; i < header->nrepairs; i++)
		if (strcmp(header->repairs[i].counter, table->name) == 0 && fact(FACT_MMAP_ARRAY))
			return table->flags | BPF_F_MMAPABLE;
	return table->flags;
}

/* Length of the name by which the text knows a table that has two halves, or of its own. */
static int known_name(const struct object *object, const char *name)
{
	size_t len = strlen(name);
	char other[128];

	if (len < 4 || len >= sizeof(other) || strncmp(name + len - 3, "__", 2) != 0)
		return (int)len;
	snprintf(other, sizeof(other), "%s", name);
	other[len - 1] ^= 1; /* '0' and '1' */
	return (int)(object_table_find(object, other) >= 0 ? len - 3 : len);
}

static int create_failed(const struct object *object, const struct map_spec *spec, int code,
			 struct error *err)
{
	const char *what_to_do = "";

	if (code == -EPERM)
		what_to_do = "; memory may be locked (ulimit -l)";
	else if (code == -E2BIG || code == -ENOMEM || !spec->max_entries)
		what_to_do = "; another --size 'TABLE N' may do";
	return error_failed(err, code,
			    "cannot create the table %.*s of %u entries of %u + %u bytes: %s%s",
			    known_name(object, spec->name), spec->name, spec->max_entries,
			    spec->key_size, spec->leaf_size,
			    code == -E2BIG ? "that is too large" : strerror(-code), what_to_do);
}

static int create_tables(struct trace *t, struct error *err)
{
	for (uint32_t i = 0; i < t->object->ntables; i++) {
		const struct object_table *table = &t->tables[i];
		struct map_spec spec = {
			.name = table->name,
			.type = table->type,
			.key_size = table->key_size,
			.leaf_size = table->leaf_size,
			.max_entries = table->max_entries,
			.flags = table_flags(t, table),
			.inner = -1,
		};

		if (table->inner >= 0)
			spec.inner = t->maps[table->inner];
		int fd = t->kernel->ops->map_create(t->kernel, &spec);

		if (fd < 0)
			return create_failed(t->object, &spec, fd, err);
		t->maps[i] = fd;
	}
	return 0;
}

static bool is_load64(const struct bpf_insn *insn)
{
	return insn->code == (BPF_LD | BPF_DW | BPF_IMM);
}

static uint64_t load64_value(const struct bpf_insn *insn)
{
	return (uint32_t)insn[0].imm | (uint64_t)(uint32_t)insn[1].imm << 32;
}

/* The id of the constant that this load waits for, or -1. */
static long constant_id(const struct bpf_insn *insn)
{
	if (!is_load64(insn) || insn->src_reg)
		return -1;
	uint64_t value = load64_value(insn);

	return (value & CONST_TAG_MASK) == CONST_TAG ? (long)(value & ~CONST_TAG_MASK) : -1;
}

static bool reads_item(const struct object_function *function)
{
	for (uint32_t i = 0; i + 1 < function->ninsns; i++) {
		if (constant_id(&function->insns[i]) == CONST_ITEM)
			return true;
		i += is_load64(&function->insns[i]);
	}
	return false;
}

/* Where it is not known, a number that nobody has. */
static int64_t self_value(const struct trace *t)
{
	long self = t->kernel->ops->self(t->kernel);

	if (self > 0)
		return self;
	say_once("kwhile is in a pid namespace, and this kernel (%s) does not tell its number "
		 "outside: its own calls are counted as everybody's",
		 facts_release());
	return -1;
}

static int constant_value(const struct trace *t, long id, long item, int64_t *value)
{
	const struct option_set *options = &t->plan->header->options;

	if (id == CONST_ITEM) {
		*value = item;
	} else if (id == CONST_SELF) {
		*value = self_value(t);
	} else if (id >= CONST_OPTION && (size_t)(id - CONST_OPTION) < options->n) {
		*value = options->list[id - CONST_OPTION].number;
	} else {
		return -EINVAL;
	}
	return 0;
}

/* Index of the table whose only leaf's address this load waits for, or -1. */
static long value_table(const struct trace *t, const struct bpf_insn *insn)
{
	if (insn->src_reg || load64_value(insn) >> 32 != VALUE_TAG)
		return -1;
	for (uint32_t i = 0; i < t->object->ntables; i++)
		if (value_hash(t->tables[i].name, strlen(t->tables[i].name)) == (uint32_t)insn->imm)
			return i;
	return -1;
}

/* The address itself, or 0: then the program looks the leaf up. Only arrays of one have it. */
static void fill_in_value(const struct trace *t, uint32_t table, struct bpf_insn *insn)
{
	const struct object_table *spec = &t->tables[table];

	insn[0].imm = 0;
	insn[1].imm = 0;
	if (spec->type == BPF_MAP_TYPE_ARRAY && spec->max_entries == 1 && fact(FACT_MAP_VALUE)) {
		insn[0].src_reg = BPF_PSEUDO_MAP_VALUE;
		insn[0].imm = t->maps[table];
	}
}

/* Descriptors and constants go into a copy of the instructions. */
static int fill_in(const struct trace *t, const struct program *p, struct bpf_insn *insns,
		   struct error *err)
{
	for (uint32_t i = 0; i + 1 < p->function->ninsns; i++) {
		struct bpf_insn *insn = &insns[i];
		int64_t value;

		if (!is_load64(insn))
			continue;
		long id = constant_id(insn), table = value_table(t, insn);

		if (table >= 0) {
			fill_in_value(t, (uint32_t)table, insn);
		} else if (insn->src_reg == BPF_PSEUDO_MAP_FD ||
			   insn->src_reg == BPF_PSEUDO_MAP_VALUE) {
			insn->imm = t->maps[insn->imm];
		} else if (id >= 0) {
			if (constant_value(t, id, p->item, &value) < 0)
				return error_failed(
					err, -EINVAL,
					"%s waits for a constant %ld that nothing gives",
					p->function->name, id);
			insn[0].imm = (int32_t)(uint32_t)value;
			insn[1].imm = (int32_t)(uint32_t)((uint64_t)value >> 32);
		}
		i++;
	}
	return 0;
}

static int load_program(struct trace *t, struct program *p, struct error *err)
{
	size_t n = p->function->ninsns;
	struct bpf_insn *insns = calloc(n ? n : 1, sizeof(*insns));

	if (!insns)
		return error_nomem(err);
	memcpy(insns, p->function->insns, n * sizeof(*insns));
	int rc = fill_in(t, p, insns, err);

	if (rc == 0) {
		const struct prog_spec spec = {
			.name = p->function->name,
			.kind = p->kind,
			.insns = insns,
			.ninsns = p->function->ninsns,
			.license = t->object->license,
			.kern_version = t->object->kern_version,
			.target = p->target,
		};

		rc = t->kernel->ops->prog_load(t->kernel, &spec, err);
		if (rc >= 0) {
			p->fd = rc;
			rc = 0;
		}
	}
	free(insns);
	return rc;
}

/* Programs of one type serve several kinds. */
static enum probe_kind program_kind(enum probe_kind kind)
{
	switch (kind) {
	case PROBE_KRETPROBE:
	case PROBE_UPROBE:
	case PROBE_URETPROBE:
	case PROBE_USDT:
		return PROBE_KPROBE;
	case PROBE_INTERVAL:
	case PROBE_HARDWARE:
	case PROBE_SOFTWARE:
	case PROBE_CACHE:
		return PROBE_PROFILE;
	default:
		return kind;
	}
}

static const char *program_target(const struct probe *probe)
{
	switch (probe->kind) {
	case PROBE_FENTRY:
	case PROBE_FEXIT:
	case PROBE_LSM:
		return probe->name;
	default:
		return NULL;
	}
}

struct program *trace_program(const struct trace *t, const struct plan_probe *probe)
{
	const struct object_function *function = object_function_find(t->object, probe->handler);
	const char *target = program_target(&probe->probe);
	bool by_item = function && reads_item(function);

	for (size_t i = 0; i < t->nprograms; i++) {
		struct program *p = &t->programs[i];

		if (p->function == function && p->kind == program_kind(probe->probe.kind) &&
		    (!by_item || p->item == probe->item) &&
		    (p->target == target || (p->target && target && !strcmp(p->target, target))))
			return p;
	}
	return NULL;
}

static int add_program(struct trace *t, const struct plan_probe *probe, struct error *err)
{
	const struct object_function *function = object_function_find(t->object, probe->handler);

	if (!function)
		return trace_no_handler(t, probe, err);
	if (trace_program(t, probe))
		return 0;
	struct program *p = &t->programs[t->nprograms];

	*p = (struct program){
		.function = function,
		.kind = program_kind(probe->probe.kind),
		.item = probe->item,
		.target = program_target(&probe->probe),
		.fd = -1,
	};
	int rc = load_program(t, p, err);

	if (rc == 0)
		t->nprograms++;
	return rc;
}

int trace_check(struct kernel *kernel, const struct plan *plan, struct error *err)
{
	for (size_t i = 0; i < plan->nprobes; i++) {
		const struct plan_probe *p = &plan->probes[i];
		int rc = p->optional ? 0 : kernel->ops->check(kernel, &p->probe, err);

		if (rc < 0)
			return rc;
	}
	return 0;
}

int trace_load(struct trace *t, struct error *err)
{
	int rc = trace_check_names(t, err);

	if (rc == 0)
		rc = create_tables(t, err);
	for (size_t i = 0; rc == 0 && i < t->plan->nprobes; i++)
		rc = add_program(t, &t->plan->probes[i], err);
	return rc;
}

static int attach_one(struct trace *t, const struct plan_probe *probe, struct error *err)
{
	const struct program *p = trace_program(t, probe);
	struct attachment *a = &t->attachments[t->nattachments];
	int rc = t->kernel->ops->attach(t->kernel, &probe->probe, p->fd, &a->link, err);

	if (rc == 0) {
		a->probe = probe;
		t->nattachments++;
		return 0;
	}
	/* Without descriptors or memory nothing that follows would attach either. */
	if (!probe->optional || rc == -EMFILE || rc == -ENFILE || rc == -ENOMEM)
		return rc;
	say_once("%s; going on without it", err->text);
	error_clear(err);
	return 0;
}

int trace_attach(struct trace *t, const volatile bool *stop, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < t->plan->nprobes; i++) {
		if (stop && *stop)
			rc = error_failed(err, -EINTR, "interrupted while attaching");
		else
			rc = attach_one(t, &t->plan->probes[i], err);
	}
	if (rc == 0 && t->nattachments == 0)
		rc = error_failed(err, -ENOENT,
				  "nothing to attach: no probe of this text exists here");
	if (rc < 0)
		trace_detach(t);
	return rc;
}

void trace_detach(struct trace *t)
{
	/* What was attached stays on record: the last sample still tells which items were. */
	for (size_t i = t->nattachments; i-- > 0;) {
		struct attachment *a = &t->attachments[i];

		if (a->link)
			t->kernel->ops->detach(t->kernel, a->link);
		a->link = NULL;
	}
}

int trace_table(const struct trace *t, const char *name, const struct object_table **spec)
{
	int index = object_table_find(t->object, name);

	if (index < 0 || t->maps[index] < 0)
		return -ENOENT;
	if (spec)
		*spec = &t->tables[index];
	return t->maps[index];
}

const char *trace_table_of(const struct trace *t, uint32_t type, size_t nth)
{
	for (uint32_t i = 0; i < t->object->ntables; i++)
		if (t->tables[i].type == type && nth-- == 0)
			return t->tables[i].name;
	return NULL;
}

unsigned trace_attached(const struct trace *t)
{
	unsigned n = 0;

	for (size_t i = 0; i < t->nattachments; i++)
		n += t->attachments[i].link != NULL;
	return n;
}

bool trace_item_attached(const struct trace *t, const struct plan_list *list, long item)
{
	for (size_t i = 0; i < t->nattachments; i++)
		if (t->attachments[i].probe->list == list && t->attachments[i].probe->item == item)
			return true;
	return false;
}

struct kernel *trace_kernel(const struct trace *t)
{
	return t->kernel;
}

void trace_free(struct trace *t)
{
	if (!t)
		return;
	trace_detach(t);
	for (size_t i = 0; i < t->nprograms; i++)
		t->kernel->ops->close(t->kernel, t->programs[i].fd);
	for (uint32_t i = 0; i < t->object->ntables; i++)
		if (t->maps[i] >= 0)
			t->kernel->ops->close(t->kernel, t->maps[i]);
	free(t->maps);
	free(t->tables);
	free(t->programs);
	free(t->attachments);
	free(t);
}
