/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a uprobe's or uretprobe's words stand for: places in a file.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/similar.h"
#include "program/plan_making.h"
#include "program/plan_text.h"
#include "program/word.h"
#include "symbol/elf_file.h"
#include "symbol/elf_lookup.h"
#include "symbol/elf_return.h"
#include "symbol/ifunc.h"

/**
 * struct user_points - probe points with their place known
 * @list:	group is a path that can be opened now, name the function, address the byte of the
 *		file, pid the process; owned
 */
struct user_points {
	struct probe *list;
	size_t n;
};

/* One point that is being looked up. */
struct work {
	const struct probe *probe;
	const struct user_file *file;
	struct notes *notes;
	struct user_points *out;
	struct error *err;
};

/* What was meant, or what can be done about a file that tells too little. */
static int no_symbol(const struct work *w)
{
	const struct elf_file *elf = w->file->elf;
	char *names[3];
	size_t n = elf_similar(elf, w->probe->name, names, 3), all = elf_count(elf);
	struct buf like = {0};

	similar_say(&like, (const char *const *)names, n);
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	if (!all)
		return error_set(w->err, EXIT_USAGE, -ENOENT,
				 "%.200s has no symbols of functions: it is stripped (or damaged); "
				 "install its debug symbols, or write an address "
				 "(%s:%.100s:0xADDRESS)",
				 w->file->shown, probe_kind_name(w->probe->kind), w->probe->group);
	if (!n && elf_file_stripped(elf))
		buf_addf(&like,
			 "it is stripped, so only its %zu exported functions are known: install "
			 "its debug symbols, or write an address (%s:%.100s:0xADDRESS)",
			 all, probe_kind_name(w->probe->kind), w->probe->group);
	else if (!n)
		buf_addf(&like, "`nm %.100s` lists those it has", w->file->shown);
	int rc = error_set(w->err, EXIT_USAGE, -ENOENT, "%.200s has no function %s%.100s; %s",
			   w->file->shown, elf_is_pattern(w->probe->name) ? "that matches " : "",
			   w->probe->name, buf_string(&like));

	buf_free(&like);
	return rc;
}

/* @offset: in the file, of the function's first byte */
static int add_point(struct work *w, const char *name, uint64_t offset)
{
	struct user_points *out = w->out;
	struct probe *more = reallocarray(out->list, out->n + 1, sizeof(*more));

	if (!more)
		return error_nomem(w->err);
	out->list = more;
	for (size_t i = 0; i < out->n; i++)
		if (out->list[i].address == offset + w->probe->offset)
			return 0;
	struct probe *point = &more[out->n];

	*point = *w->probe;
	point->group = strdup(w->file->path);
	point->name = strdup(name);
	point->address = offset + w->probe->offset;
	out->n++;
	return point->group && point->name ? 0 : error_nomem(w->err);
}

/*
 * Is it to be left out, for the program would not live through it?
 * @name: NULL: not known
 *
 * Return: 0: it can be probed, 1: left out of a pattern, or a negative errno.
 */
static int check_return(struct work *w, const char *name)
{
	if (w->probe->kind != PROBE_URETPROBE)
		return 0;
	const char *why = elf_return_breaks(w->file->elf, name);

	if (!why)
		return 0;
	if (name && elf_is_pattern(w->probe->name)) {
		note_addf(&w->notes->breaking, "%s", name);
		return 1;
	}
	return error_set(w->err, EXIT_USAGE, -EINVAL,
			 "a return probe at %s of %.200s would end the program: %s; "
			 "uprobe:%.100s:%s sees its calls",
			 name ? name : w->probe->name, w->file->shown, why, w->probe->group,
			 name ? name : w->probe->name);
}

/* An address as nm(1) and objdump(1) print it. */
static int by_address(struct work *w, uint64_t address)
{
	unsigned long long at = address + w->probe->offset;
	uint64_t offset;

	if (elf_file_offset(w->file->elf, at, &offset) < 0)
		return error_usage(w->err,
				   "%.200s has no code at the address %#llx: give a virtual "
				   "address as `nm` and `objdump -d` print it",
				   w->file->shown, at);
	int rc = check_return(w, NULL);

	return rc < 0 ? rc : add_point(w, w->probe->name, offset - w->probe->offset);
}

static int refuse_ifunc(struct work *w, const struct elf_found *f, int code)
{
	if (elf_is_pattern(w->probe->name)) {
		note_addf(&w->notes->ifuncs, "%s", f->name);
		return 0;
	}
	return error_failed(
		w->err, code,
		"%s of %.200s is an indirect function (ifunc): at its symbol is only the code that "
		"chooses an implementation, and no process that calls it tells which one; name the "
		"implementation, or start the program first and give its --pid",
		f->name, w->file->shown);
}

static int by_ifunc(struct work *w, const struct elf_found *f)
{
	uint64_t offset;
	int rc = ifunc_resolve(w->file->path, f->name, w->probe->pid, &offset);

	if (rc == -ENOMEM)
		return error_nomem(w->err);
	return rc < 0 ? refuse_ifunc(w, f, rc) : add_point(w, f->name, offset);
}

static int by_function(struct work *w, const struct elf_found *f)
{
	uint64_t offset;
	int rc = check_return(w, f->name);

	if (rc)
		return rc < 0 ? rc : 0;
	if (w->probe->offset && f->size && w->probe->offset >= f->size)
		return error_usage(w->err,
				   "%.100s of %.200s has %llu bytes, and +%llu is beyond them",
				   f->name, w->file->shown, (unsigned long long)f->size,
				   (unsigned long long)w->probe->offset);
	if (f->ifunc)
		return by_ifunc(w, f);
	if (elf_file_offset(w->file->elf, f->address, &offset) < 0)
		return error_failed(w->err, -EINVAL, "%.100s of %.200s is outside its code",
				    f->name, w->file->shown);
	return add_point(w, f->name, offset);
}

static int by_name(struct work *w)
{
	struct elf_match match;
	int rc = elf_lookup(w->file->elf, w->probe->name, &match);

	if (rc == -ENOENT)
		return no_symbol(w);
	if (rc == -ENOMEM)
		return error_nomem(w->err);
	if (rc < 0)
		return error_failed(w->err, rc, "the symbol table of %.200s is damaged",
				    w->file->shown);
	if (match.n > PLAN_MAX_ITEMS)
		rc = error_set(
			w->err, EXIT_USAGE, -E2BIG,
			"%zu functions of %.200s match '%.100s', and %d is the limit: narrow it",
			match.n, w->file->shown, w->probe->name, PLAN_MAX_ITEMS);
	for (size_t i = 0; i < match.n && rc == 0; i++)
		rc = by_function(w, &match.list[i]);
	elf_match_free(&match);
	return rc;
}

/*
 * The function, the functions of a pattern, or the address that @probe names as written. Where the
 * line has a ?, what is not there is noted, and @out is empty. Each place is there once, whatever
 * names it has.
 */
static int user_resolve(struct user_file *file, const struct probe *probe, bool optional,
			struct notes *notes, struct user_points *out, struct error *err)
{
	struct work w = {.probe = probe, .file = file, .notes = notes, .out = out, .err = err};
	uint64_t address;
	int rc = user_file_open(file, probe, err);

	if (rc == 0) {
		bool number = strncmp(probe->name, "0x", 2) == 0 &&
			      number_u64(probe->name, &address) == 0;

		rc = number ? by_address(&w, address) : by_name(&w);
	}
	if (rc == 0 && out->n && probe->kind == PROBE_URETPROBE && elf_throws(file->elf))
		note_addf(&notes->throwing, "%s", file->shown);
	if (rc == 0 && out->n && file->unmapped)
		note_addf(&notes->unmapped, "%s", file->shown);
	if (rc == -ENOENT && optional) {
		note_addf(&notes->absent, "%s:%s", probe->group, probe->name);
		error_clear(err);
		rc = 0;
	}
	return rc;
}

static void user_points_free(struct user_points *points)
{
	for (size_t i = 0; i < points->n; i++)
		probe_free(&points->list[i]);
	free(points->list);
	memset(points, 0, sizeof(*points));
}

int plan_user(struct making *m, const struct attach_line *line, const struct probe *probe)
{
	struct user_points points = {0};
	struct error why = {0};
	char place[PLACE_ROOM] = "";
	struct probe form = *probe;

	form.pid = (pid_t)m->header->pid;
	int rc = user_resolve(&m->file, &form, line->optional, &m->notes, &points, &why);

	if (rc < 0) {
		/* What the user gave needs no place: it was just typed. */
		if (line->origin.line && !strchr(line->point, '$'))
			place_of_line(line, place, sizeof(place));
		error_set(m->err, why.status, rc, "%s%s", place, why.text);
	}
	for (size_t i = 0; i < points.n && rc == 0; i++) {
		struct probe copy;

		rc = probe_copy(&copy, &points.list[i]);
		rc = rc < 0 ? error_nomem(m->err) : plan_add(m, line, &copy, NULL, -1);
	}
	user_points_free(&points);
	return rc;
}
