/* SPDX-License-Identifier: Apache-2.0 */
/*
 * USDT probes: each place of each probe that is meant, with where its arguments are there.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/similar.h"
#include "program/plan_making.h"
#include "program/plan_text.h"
#include "symbol/binary.h"
#include "symbol/elf_file.h"
#include "symbol/elf_lookup.h"
#include "symbol/elf_usdt.h"

/* One point that is being looked up. */
struct work {
	struct making *m;
	const struct attach_line *line;
	const struct probe *probe; /* as written, with the process */
	const char *path;	   /* of the file that is being read */
	const char *shown;
	const struct elf_file *elf;
	size_t first;  /* of the plan's probes that are of this point */
	size_t all;    /* places that the files have, whatever their name */
	size_t beyond; /* those that match when there are too many already: they are only counted */
	char *provider; /* of the probe that was found */
	struct error *err;
};

static struct plan_usdt *arguments(const struct work *w, const struct elf_usdt *place)
{
	struct plan_usdt *usdt = calloc(1, sizeof(*usdt));

	if (!usdt)
		return NULL;
	usdt->text = strdup(place->args);
	if (!usdt->text) {
		free(usdt);
		return NULL;
	}
	struct elf_usdt own = *place;

	own.args = usdt->text;
	usdt_args_of(w->elf, &own, &usdt->args);
	return usdt;
}

/* Two notes can tell of one place. */
static bool is_there(const struct work *w, uint64_t offset)
{
	const struct plan *plan = w->m->plan;

	for (size_t i = w->first; i < plan->nprobes; i++)
		if (plan->probes[i].probe.address == offset &&
		    strcmp(plan->probes[i].probe.group, w->path) == 0)
			return true;
	return false;
}

static int add_probe(struct work *w, const struct elf_usdt *place, uint64_t offset,
		     uint64_t semaphore)
{
	struct plan_usdt *usdt = arguments(w, place);
	struct probe probe = *w->probe;

	probe.address = offset;
	probe.semaphore = semaphore;
	probe.group = strdup(w->path);
	if (asprintf(&probe.name, "%s:%s", place->provider, place->name) < 0)
		probe.name = NULL;
	int rc = usdt && probe.group && probe.name ? 0 : error_nomem(w->err);

	if (rc < 0)
		probe_free(&probe);
	else
		rc = plan_add(w->m, w->line, &probe, NULL, -1);
	if (rc == 0) {
		w->m->plan->probes[w->m->plan->nprobes - 1].usdt = usdt;
	} else if (usdt) {
		free(usdt->text);
		free(usdt);
	}
	return rc;
}

/* A name alone must mean one probe. */
static int check_provider(struct work *w, const struct elf_usdt *place)
{
	if (strchr(w->probe->name, ':') || elf_is_pattern(w->probe->name))
		return 0;
	if (!w->provider) {
		w->provider = strdup(place->provider);
		return w->provider ? 0 : error_nomem(w->err);
	}
	if (strcmp(w->provider, place->provider) == 0)
		return 0;
	return error_usage(w->err,
			   "%.200s has a probe %.100s of %.100s and one of %.100s: write "
			   "usdt:%.100s:%.100s:%.100s",
			   w->shown, place->name, w->provider, place->provider, w->probe->group,
			   w->provider, place->name);
}

static int each_place(void *ctx, const struct elf_usdt *place)
{
	struct work *w = ctx;
	uint64_t offset, semaphore = 0;

	w->all++;
	if (!elf_usdt_matches(place, w->probe->name))
		return 0;
	int rc = check_provider(w, place);

	if (rc < 0)
		return rc;
	if (w->m->plan->nprobes - w->first > PLAN_MAX_ITEMS) {
		w->beyond++;
		return 0;
	}
	/* The linker can have thrown the code away, and left the note. */
	if (elf_file_offset(w->elf, place->address, &offset) < 0 || is_there(w, offset))
		return 0;
	if (place->semaphore && elf_file_offset_of_data(w->elf, place->semaphore, &semaphore) < 0)
		return error_failed(w->err, -EINVAL,
				    "the semaphore of %.100s:%.100s is not in %.200s: it cannot "
				    "be raised",
				    place->provider, place->name, w->shown);
	return add_probe(w, place, offset, semaphore);
}

static int read_file(struct work *w, const struct elf_file *elf, const char *path,
		     const char *shown)
{
	w->elf = elf;
	w->path = path;
	w->shown = shown;
	int rc = elf_usdt_each(elf, each_place, w);

	return rc == -EINVAL && !w->err->text[0]
		       ? error_failed(w->err, rc, "the USDT notes of %.200s are damaged", shown)
		       : rc;
}

static int named_file(struct work *w)
{
	struct user_file *file = &w->m->file;
	int rc = user_file_open(file, w->probe, w->err);

	if (rc == 0)
		rc = read_file(w, file->elf, file->path, file->shown);
	if (rc == 0 && file->unmapped && w->m->plan->nprobes > w->first)
		note_addf(&w->m->notes.unmapped, "%s", file->shown);
	return rc;
}

/* What else a process has mapped, fonts and the like, is no ELF file. */
static int mapped_file(void *ctx, const struct binary *binary)
{
	struct work *w = ctx;
	struct elf_file *elf;

	if (elf_file_open(binary->path, binary->shown, &elf, NULL) < 0)
		return 0;
	int rc = read_file(w, elf, binary->path, binary->shown);

	elf_file_close(elf);
	return rc;
}

static int mapped_files(struct work *w)
{
	if (!w->probe->pid)
		return error_usage(w->err,
				   "usdt:*:%.200s is for all that a process has mapped: give -p "
				   "PID, or name a file",
				   w->probe->name);
	return binary_each_mapped(w->probe->pid, mapped_file, w, w->err);
}

/* What there is to be said behind "no such library". */
static int hint_provider(struct work *w, int code)
{
	const char *provider = w->probe->group, *name = w->probe->name;

	if (w->probe->pid)
		return error_set(w->err, w->err->status, code,
				 "%s; and nothing that process %d has mapped has a USDT probe "
				 "%.100s:%.100s (`kwhile list usdt -p %d` lists those there are)",
				 w->err->text, (int)w->probe->pid, provider, name,
				 (int)w->probe->pid);
	return error_set(w->err, w->err->status, code,
			 "%s; if %.100s is a provider, write usdt:FILE:%.100s:%.100s, or give -p "
			 "PID",
			 w->err->text, provider, provider, name);
}

/*
 * usdt:python:gc__start, where nothing that is called python has such a probe: a provider's, of
 * what the process has mapped.
 * @code: what came of looking for a file
 */
static int of_provider(struct work *w, int code)
{
	const struct probe *written = w->probe;
	const size_t all = w->all;
	struct probe meant = *written;
	int rc = 0;

	if (strchr(written->group, '/') || strchr(written->name, ':'))
		return code;
	if (asprintf(&meant.name, "%s:%s", written->group, written->name) < 0)
		return error_nomem(w->err);
	w->probe = &meant;
	if (meant.pid)
		rc = binary_each_mapped(meant.pid, mapped_file, w, w->err);
	w->probe = written;
	w->all = all;
	free(meant.name);
	if (rc < 0)
		return rc;
	if (w->m->plan->nprobes == w->first)
		return code < 0 ? hint_provider(w, code) : code;
	error_clear(w->err);
	return 0;
}

/* The nearest name. */
struct guess {
	const char *name;
	struct buf best;
	unsigned distance;
};

static int near(void *ctx, const struct elf_usdt *place)
{
	struct guess *g = ctx;
	unsigned distance = similar_distance(g->name, place->name);

	if (similar_enough(g->name, place->name) && (!g->best.len || distance < g->distance)) {
		buf_reset(&g->best);
		buf_addf(&g->best, "%s:%s", place->provider, place->name);
		g->distance = distance;
	}
	return 0;
}

static int not_found(struct work *w)
{
	const char *colon = strchr(w->probe->name, ':'), *file = w->probe->group;
	struct guess guess = {.name = colon ? colon + 1 : w->probe->name};
	int rc;

	if (strcmp(file, "*") == 0)
		return error_set(w->err, EXIT_USAGE, -ENOENT,
				 "nothing that process %d has mapped has a USDT probe %.200s; "
				 "`kwhile list usdt -p %d` lists those there are",
				 (int)w->probe->pid, w->probe->name, (int)w->probe->pid);
	if (!w->all)
		return error_set(w->err, EXIT_USAGE, -ENOENT,
				 "%.200s has no USDT probes: it was built without <sys/sdt.h>",
				 w->m->file.shown);
	elf_usdt_each(w->m->file.elf, near, &guess);
	if (guess.best.len)
		rc = error_set(w->err, EXIT_USAGE, -ENOENT,
			       "%.200s has no USDT probe %.200s; did you mean %.200s?",
			       w->m->file.shown, w->probe->name, buf_string(&guess.best));
	else
		rc = error_set(w->err, EXIT_USAGE, -ENOENT,
			       "%.200s has no USDT probe %.200s; `kwhile list usdt:%.200s` lists "
			       "those it has",
			       w->m->file.shown, w->probe->name, file);
	buf_free(&guess.best);
	return rc;
}

int plan_usdt(struct making *m, const struct attach_line *line, const struct probe *probe)
{
	struct error why = {0};
	char place[PLACE_ROOM] = "";
	struct probe form = *probe;
	struct work w = {.m = m, .line = line, .probe = &form, .err = &why};

	form.pid = (pid_t)m->header->pid;
	w.first = m->plan->nprobes;
	bool any = strcmp(form.group, "*") == 0;
	int rc = any ? mapped_files(&w) : named_file(&w);

	if (!any && rc != -ENOMEM && m->plan->nprobes == w.first)
		rc = of_provider(&w, rc);
	size_t n = m->plan->nprobes - w.first;

	if (rc == 0 && n == 0)
		rc = not_found(&w);
	else if (rc == 0 && n > PLAN_MAX_ITEMS)
		rc = error_set(&why, EXIT_USAGE, -E2BIG,
			       "%zu places of USDT probes match '%.200s', and %d is the limit: "
			       "narrow it",
			       n + w.beyond, form.name, PLAN_MAX_ITEMS);
	if (rc == 0 && elf_is_pattern(form.name))
		plan_of_pattern(m, w.first);
	if (rc == -ENOENT && line->optional) {
		note_addf(&m->notes.no_usdt, "%s:%s", form.group, form.name);
		rc = 0;
	}
	if (rc < 0) {
		/* What the user gave needs no place: it was just typed. */
		if (line->origin.line && !strchr(line->point, '$'))
			place_of_line(line, place, sizeof(place));
		error_set(m->err, why.status, rc, "%s%s", place, why.text);
	}
	free(w.provider);
	return rc;
}
