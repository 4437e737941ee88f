/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trace_programs.c - handlers become loaded programs: what is known only now goes into a copy of
 * their instructions.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/say.h"
#include "kernel/facts.h"
#include "kernel/trace_impl.h"
#include "kernel/trace_names.h"
#include "kernel/trace_usdt.h"
#include "kernel/verifier.h"
#include "program/expansion.h"

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

/* What a handler is loaded anew for. */
struct reads {
	bool item;
	unsigned usdt; /* arguments of a USDT probe, bit 1 for the first */
};

static struct reads reads_of(const struct object_function *function)
{
	struct reads reads = {0};

	for (uint32_t i = 0; i + 1 < function->ninsns; i++) {
		long id = constant_id(&function->insns[i]);

		reads.item |= id == CONST_ITEM;
		if (trace_usdt_is(id))
			reads.usdt |= 1u << trace_usdt_argument(id);
		i += is_load64(&function->insns[i]);
	}
	return reads;
}

bool trace_reads_place(const struct object_function *function)
{
	struct reads reads = reads_of(function);

	return reads.item || reads.usdt;
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
		} else if (trace_usdt_is(id)) {
			trace_usdt_fill(p->usdt, id, insn, p->function->ninsns - i);
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

int trace_load_program(struct trace *t, struct program *p, struct error *err)
{
	size_t n = p->function->ninsns;
	struct bpf_insn *insns = calloc(n ? n : 1, sizeof(*insns));

	if (!insns)
		return error_nomem(err);
	memcpy(insns, p->function->insns, n * sizeof(*insns));
	int rc = fill_in(t, p, insns, err);

	if (rc == 0) {
		struct prog_spec spec = {
			.name = p->function->name,
			.kind = p->kind,
			.insns = insns,
			.ninsns = p->function->ninsns,
			.license = t->object->license,
			.kern_version = t->object->kern_version,
			.target = p->target,
			.many = p->many,
			.lines = p->function->lines,
			.nlines = p->function->nlines,
			.file = t->file,
			.text = t->text,
		};

		spec.lacks = verdict_lacks(p->function, &spec.lacks_line);
		rc = t->kernel->ops->prog_load(t->kernel, &spec, err);
		if (rc >= 0) {
			p->fd = rc;
			rc = 0;
			/* It reads what is at the address 0 or near it, and may not even notice. */
			if (spec.lacks)
				say_once("%s:%u: %s() %s", t->file ? t->file : "the text",
					 spec.lacks_line, spec.name, spec.lacks);
		}
	}
	free(insns);
	return rc;
}

/* Programs of one type serve several kinds, but not those that are attached at once. */
static enum probe_kind program_kind(enum probe_kind kind, bool many)
{
	switch (kind) {
	case PROBE_UPROBE:
	case PROBE_URETPROBE:
	case PROBE_USDT:
		return many ? PROBE_UPROBE : PROBE_KPROBE;
	case PROBE_KRETPROBE:
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

bool trace_same_arguments(const struct object_function *function, const struct plan_usdt *a,
			  const struct plan_usdt *b)
{
	return !reads_of(function).usdt || (a && b && usdt_args_equal(&a->args, &b->args));
}

bool trace_same_target(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* Does a function of the text mention this table? */
static bool mentions(const struct object_function *function, uint32_t table)
{
	for (uint32_t i = 0; i + 1 < function->ninsns; i++) {
		const struct bpf_insn *insn = &function->insns[i];

		if (insn->code != (BPF_LD | BPF_DW | BPF_IMM))
			continue;
		if (insn->src_reg == BPF_PSEUDO_MAP_FD && insn->imm == (int32_t)table)
			return true;
		i++;
	}
	return false;
}

bool trace_same_sort(const struct program *a, const struct program *b)
{
	return a->kind == b->kind && trace_same_target(a->target, b->target);
}

struct program *trace_caller_of(const struct trace *t, uint32_t table,
				const struct program *other_than)
{
	for (size_t i = 0; i < t->nprograms; i++) {
		struct program *p = &t->programs[i];

		if (mentions(p->function, table) && !(other_than && trace_same_sort(p, other_than)))
			return p;
	}
	return NULL;
}

/* A program array is of the sort of its first program (bpf_prog_map_compatible(), core.c). */
int trace_check_tails(const struct trace *t, const struct program *p, const char *place,
		      struct error *err)
{
	for (uint32_t i = 0; i < t->object->ntables; i++) {
		if (t->tables[i].type != BPF_MAP_TYPE_PROG_ARRAY || !mentions(p->function, i))
			continue;
		const struct program *other = trace_caller_of(t, i, p);

		if (other)
			return error_usage(
				err,
				"%s: %s(), for %s%s%s, and %s(), for %s%s%s, both use the program "
				"array %s: it holds programs of one sort only",
				place, p->function->name, probe_kind_name(p->kind),
				p->target ? ":" : "", p->target ? p->target : "",
				other->function->name, probe_kind_name(other->kind),
				other->target ? ":" : "", other->target ? other->target : "",
				t->tables[i].name);
	}
	return 0;
}

struct program *trace_program(const struct trace *t, const struct plan_probe *probe)
{
	const struct object_function *function = object_function_find(t->object, probe->handler);
	const char *target = program_target(&probe->probe);

	/* A tentative one, which the preprocessor took out. */
	if (!function)
		return NULL;
	struct reads reads = reads_of(function);

	for (size_t i = 0; i < t->nprograms; i++) {
		struct program *p = &t->programs[i];

		if (p->tail || p->many != trace_is_many(t, probe))
			continue;
		if (p->only ? p->only == probe
			    : p->function == function &&
				      p->kind == program_kind(probe->probe.kind, p->many) &&
				      (!reads.item || p->item == probe->item) &&
				      trace_same_arguments(function, p->usdt, probe->usdt) &&
				      trace_same_target(p->target, target))
			return p;
	}
	return NULL;
}

int trace_add_program(struct trace *t, const struct plan_probe *probe, struct error *err)
{
	const struct object_function *function = object_function_find(t->object, probe->handler);

	if (!function && probe->tentative)
		return 0;
	if (!function)
		return trace_no_handler(t, probe, err);
	if (trace_program(t, probe))
		return 0;
	int rc = trace_usdt_check(probe, reads_of(function).usdt, err);

	if (rc < 0)
		return rc;
	struct program *p = &t->programs[t->nprograms];

	*p = (struct program){
		.function = function,
		.kind = program_kind(probe->probe.kind, trace_is_many(t, probe)),
		.item = probe->item,
		.target = program_target(&probe->probe),
		.usdt = probe->usdt,
		.only = t->separate ? probe : NULL,
		.many = trace_is_many(t, probe),
		.fd = -1,
	};
	char place[ORIGIN_ROOM];

	origin_place(probe->origin, "attach", place, sizeof(place));
	rc = trace_check_tails(t, p, place, err);
	if (rc == 0)
		rc = trace_load_program(t, p, err);
	if (rc == 0)
		t->nprograms++;
	return rc;
}

bool trace_can_go_on(const struct plan_probe *probe, int rc)
{
	return (probe->optional || probe->of_pattern) && rc != -EMFILE && rc != -ENFILE &&
	       rc != -ENOMEM;
}

void trace_go_on_without(struct error *err)
{
	say_once("%s; going on without it", err->text);
	error_clear(err);
}

int trace_load_programs(struct trace *t, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < t->plan->nprobes; i++) {
		const struct plan_probe *probe = &t->plan->probes[i];

		rc = trace_add_program(t, probe, err);
		/* A program of its own, for a function that the kernel will not have it at. */
		if (rc < 0 && program_target(&probe->probe) && trace_can_go_on(probe, rc)) {
			trace_go_on_without(err);
			rc = 0;
		}
	}
	return rc;
}
