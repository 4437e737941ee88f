/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trace_attach.c - probes on and off. Several of one handler, file and process that stand one
 * behind the other in the plan, as a pattern's do, go into one link where the kernel has such.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/say.h"
#include "kernel/trace_impl.h"

/* Fewer are attached one by one: what is refused of them is then said of each. */
#define FEWEST_AT_ONCE 4

/* Taking so many away may last. */
#define MANY_TO_TAKE 10

/* A register as it lies in the struct pt_regs that a handler is given (x86, arch/x86/include). */
#define REGISTER_IP 128

/*
 * Must a handler be at a kprobe of its own? What ftrace calls has another ip (that of a kprobe is
 * one byte further) and another stack; and only a kprobe can replace its function. Any read of
 * eight bytes at ip's offset counts, of whatever it is.
 */
static bool wants_kprobe(const struct object_function *function)
{
	for (uint32_t i = 0; i < function->ninsns; i++) {
		const struct bpf_insn *insn = &function->insns[i];

		if (insn->code == (BPF_LDX | BPF_MEM | BPF_DW) && insn->off == REGISTER_IP &&
		    insn->src_reg != BPF_REG_10)
			return true;
		if (insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg &&
		    (insn->imm == BPF_FUNC_get_stackid || insn->imm == BPF_FUNC_get_stack ||
		     insn->imm == BPF_FUNC_override_return))
			return true;
	}
	return false;
}

/* May one link hold both? They share a program then. */
static bool alike(const struct trace *t, const struct plan_probe *a, const struct plan_probe *b)
{
	const struct object_function *function = object_function_find(t->object, a->handler);

	return function && a->probe.kind == b->probe.kind && a->probe.pid == b->probe.pid &&
	       a->item == b->item && strcmp(a->handler, b->handler) == 0 &&
	       trace_same_target(a->probe.group, b->probe.group) &&
	       trace_same_arguments(function, a->usdt, b->usdt);
}

/* Is the place of @probes[n] that of one before? To ftrace it is one place, however often it is
 * named; of kprobes each runs the handler. */
static bool comes_again(const struct plan_probe *probes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (probes[n].probe.place && probes[i].probe.place == probes[n].probe.place)
			return true;
	return false;
}

/* How many from @first on go into one link. */
static size_t run_of(const struct trace *t, size_t first)
{
	const struct plan_probe *probes = &t->plan->probes[first];
	size_t n = 1;

	while (first + n < t->plan->nprobes && alike(t, probes, &probes[n]) &&
	       !comes_again(probes, n))
		n++;
	return n;
}

static bool can_be_many(const struct trace *t, const struct plan_probe *probe)
{
	const enum probe_kind kind = probe->probe.kind;
	const struct object_function *function = object_function_find(t->object, probe->handler);

	return function && !(kind == PROBE_KPROBE && wants_kprobe(function)) &&
	       t->kernel->ops->can_many(t->kernel, kind);
}

void trace_mark_many(struct trace *t)
{
	/* A program array takes programs of one sort only, and these are another one. */
	if (t->separate || t->plan->header->ntails)
		return;
	for (size_t i = 0, n; i < t->plan->nprobes; i += n) {
		n = run_of(t, i);
		if (n >= FEWEST_AT_ONCE && can_be_many(t, &t->plan->probes[i]))
			memset(t->many + i, true, n);
	}
}

static void attached(struct trace *t, const struct plan_probe *probe, struct link *link)
{
	t->attachments[t->nattachments++] =
		(struct attachment){.link = link, .probe = probe, .on = true};
}

static int attach_one(struct trace *t, const struct plan_probe *probe, struct error *err)
{
	const struct program *p = trace_program(t, probe);
	struct link *link;

	/* Not loaded, and that was said. */
	if (!p)
		return 0;
	int rc = t->kernel->ops->attach(t->kernel, &probe->probe, p->fd, &link, err);

	if (rc == 0) {
		attached(t, probe, link);
	} else if (trace_can_go_on(probe, rc)) {
		trace_go_on_without(err);
		rc = 0;
	}
	return rc;
}

static int attach_at_once(struct trace *t, const struct plan_probe *first, size_t n,
			  struct error *err)
{
	const struct program *p = trace_program(t, first);
	const struct probe **probes = calloc(n, sizeof(*probes));
	struct link *link;

	if (!probes)
		return error_nomem(err);
	for (size_t i = 0; i < n; i++)
		probes[i] = &first[i].probe;
	int rc = t->kernel->ops->attach_many(t->kernel, probes, n, p->fd, &link, err);

	free(probes);
	for (size_t i = 0; i < n && rc == 0; i++)
		attached(t, &first[i], i ? NULL : link);
	return rc;
}

/* What one link does not take is tried one by one, by a program loaded for that. */
static int attach_many(struct trace *t, const struct plan_probe *first, size_t n,
		       const volatile bool *stop, struct error *err)
{
	if (attach_at_once(t, first, n, err) == 0)
		return 0;
	say_detail("%s; one by one", err->text);
	error_clear(err);
	memset(t->many + (first - t->plan->probes), false, n);
	int rc = trace_add_program(t, first, err);

	for (size_t i = 0; i < n && rc == 0; i++)
		rc = stop && *stop ? error_failed(err, -EINTR, "interrupted while attaching")
				   : attach_one(t, &first[i], err);
	return rc;
}

int trace_attach(struct trace *t, const volatile bool *stop, struct error *err)
{
	int rc = 0;

	trace_say_empty(t);
	for (size_t i = 0, n = 1; rc == 0 && i < t->plan->nprobes; i += n) {
		const struct plan_probe *probe = &t->plan->probes[i];

		n = t->many[i] ? run_of(t, i) : 1;
		if (stop && *stop)
			rc = error_failed(err, -EINTR, "interrupted while attaching");
		else if (t->many[i])
			rc = attach_many(t, probe, n, stop, err);
		else
			rc = attach_one(t, probe, err);
	}
	if (rc == 0 && t->nattachments == 0)
		rc = error_failed(err, -ENOENT,
				  "nothing to attach: no probe of this text exists here");
	if (rc < 0)
		trace_detach(t);
	return rc;
}

/* The kernel may need 0.1 s for each: nobody is to think that it hangs. */
static void announce(const struct trace *t)
{
	size_t n = 0;
	char text[64];

	for (size_t i = 0; i < t->nattachments; i++)
		n += t->attachments[i].link != NULL;
	snprintf(text, sizeof(text), "taking %zu probes away", n);
	if (n >= MANY_TO_TAKE)
		say_progress(text);
}

void trace_detach(struct trace *t)
{
	announce(t);
	/* What was attached stays on record: the last sample still tells which items were. */
	for (size_t i = t->nattachments; i-- > 0;) {
		struct attachment *a = &t->attachments[i];

		if (a->link)
			t->kernel->ops->detach(t->kernel, a->link);
		a->link = NULL;
		a->on = false;
	}
	say_progress(NULL);
}

unsigned trace_attached(const struct trace *t)
{
	unsigned n = 0;

	for (size_t i = 0; i < t->nattachments; i++)
		n += t->attachments[i].on;
	return n;
}

bool trace_item_attached(const struct trace *t, const struct plan_list *list, long item)
{
	for (size_t i = 0; i < t->nattachments; i++)
		if (t->attachments[i].probe->list == list && t->attachments[i].probe->item == item)
			return true;
	return false;
}
