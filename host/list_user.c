/* SPDX-License-Identifier: Apache-2.0 */
#include "list_user.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "program/usdt_args.h"
#include "symbol/binary.h"
#include "symbol/demangle.h"
#include "symbol/elf_file.h"
#include "symbol/elf_lookup.h"
#include "symbol/elf_usdt.h"

/* What is asked for, and what was found. */
struct search {
	enum probe_kind kind;
	const char *file; /* as written */
	const char *name; /* or pattern */
	pid_t pid;
	bool verbose;
	struct elf_usdt *places; /* of the file that is being read */
	size_t nplaces;
	size_t all; /* places of any name */
	size_t found;
	struct error *err;
};

static int compare_places(const void *a, const void *b)
{
	const struct elf_usdt *x = a, *y = b;
	int order = strcmp(x->provider, y->provider);

	if (order == 0)
		order = strcmp(x->name, y->name);
	if (order == 0)
		order = (x->address > y->address) - (x->address < y->address);
	return order;
}

static int keep_place(void *ctx, const struct elf_usdt *place)
{
	struct search *s = ctx;

	s->all++;
	if (!elf_usdt_matches(place, s->name))
		return 0;
	struct elf_usdt *more = reallocarray(s->places, s->nplaces + 1, sizeof(*more));

	if (!more)
		return error_nomem(s->err);
	s->places = more;
	s->places[s->nplaces++] = *place;
	return 0;
}

/* What an author named a thing is not to steer a terminal. */
static void put_line(struct buf *line)
{
	struct buf safe = {0};

	utf8_add_line(&safe, buf_string(line), line->len);
	puts(buf_string(&safe));
	buf_free(&safe);
	buf_free(line);
}

/* One line for each place: "    0x4287f3, semaphore 0xa8426e: arg1 s32 112(%rsp)" */
static void print_place(const struct elf_file *elf, const struct elf_usdt *place)
{
	struct usdt_args args;
	struct buf line = {0};

	usdt_args_of(elf, place, &args);
	buf_addf(&line, "    0x%llx", (unsigned long long)place->address);
	if (place->semaphore)
		buf_addf(&line, ", semaphore 0x%llx", (unsigned long long)place->semaphore);
	for (unsigned i = 0; i < args.n; i++) {
		const struct usdt_arg *arg = &args.list[i];
		const char *at = memchr(arg->text, '@', arg->len);
		const char *operand = at ? at + 1 : arg->text;

		buf_addf(&line, "%s arg%u %c%u %.*s%s", i ? "," : ":", i + 1,
			 arg->is_signed ? 's' : 'u', 8 * arg->size,
			 (int)(arg->text + arg->len - operand), operand,
			 arg->readable ? "" : " (cannot be read)");
	}
	put_line(&line);
}

static int list_places(struct search *s, const struct elf_file *elf, const char *file)
{
	int rc = elf_usdt_each(elf, keep_place, s);

	if (rc == -EINVAL)
		rc = error_failed(s->err, rc, "the USDT notes of %.200s are damaged",
				  elf_file_shown(elf));
	if (rc == 0 && s->nplaces)
		qsort(s->places, s->nplaces, sizeof(*s->places), compare_places);
	for (size_t i = 0; rc == 0 && i < s->nplaces; i++) {
		const struct elf_usdt *place = &s->places[i];

		if (i == 0 || strcmp(place->provider, place[-1].provider) != 0 ||
		    strcmp(place->name, place[-1].name) != 0) {
			struct buf line = {0};

			buf_addf(&line, "usdt:%s:%s:%s", file, place->provider, place->name);
			put_line(&line);
			s->found++;
		}
		if (s->verbose)
			print_place(elf, place);
	}
	free(s->places);
	s->places = NULL;
	s->nplaces = 0;
	return rc;
}

static void print_function(const struct search *s, const struct elf_found *function)
{
	char *readable = s->verbose ? demangle(function->name, strlen(function->name)) : NULL;

	struct buf line = {0};

	buf_addf(&line, "%s:%s:%s", probe_kind_name(s->kind), s->file, function->name);
	put_line(&line);
	if (s->verbose) {
		buf_addf(&line, "    0x%llx", (unsigned long long)function->address);
		if (function->size)
			buf_addf(&line, ", %llu bytes", (unsigned long long)function->size);
		buf_addf(&line, "%s%s%s", function->ifunc ? ", indirect (ifunc)" : "",
			 readable ? ", " : "", readable ? readable : "");
		put_line(&line);
	}
	free(readable);
}

static int list_functions(struct search *s, const struct elf_file *elf)
{
	struct elf_match match;
	int rc = elf_lookup(elf, s->name, &match);

	if (rc == -ENOENT)
		return 0;
	if (rc == -ENOMEM)
		return error_nomem(s->err);
	if (rc < 0)
		return error_failed(s->err, rc, "the symbol table of %.200s is damaged",
				    elf_file_shown(elf));
	for (size_t i = 0; i < match.n; i++)
		print_function(s, &match.list[i]);
	s->found += match.n;
	elf_match_free(&match);
	return 0;
}

/* What is no ELF file is left out: a process maps other files too. */
static int list_mapped(void *ctx, const struct binary *binary)
{
	struct search *s = ctx;
	struct elf_file *elf;

	if (elf_file_open(binary->path, binary->shown, &elf, NULL) < 0)
		return 0;
	int rc = list_places(s, elf, binary->shown);

	elf_file_close(elf);
	return rc;
}

static int list_file(struct search *s)
{
	struct elf_file *elf = NULL;
	struct binary binary;
	int rc = binary_find(s->file, s->pid, &binary, s->err);

	if (rc < 0)
		return rc;
	rc = elf_file_open(binary.path, binary.shown, &elf, s->err);
	if (rc == 0)
		rc = s->kind == PROBE_USDT ? list_places(s, elf, s->file) : list_functions(s, elf);
	if (rc == 0 && !s->found && s->kind != PROBE_USDT)
		rc = error_set(s->err, EXIT_USAGE, -ENOENT,
			       "%.200s has no function that matches '%.200s'%s", binary.shown,
			       s->name,
			       elf_file_stripped(elf) ? "; it is stripped: only its exported "
							"functions are known"
						      : "");
	elf_file_close(elf);
	binary_free(&binary);
	return rc;
}

/* usdt:python:gc__*, where nothing is called python, or has such probes: the provider's. */
static int list_provider(struct search *s, int code)
{
	const char *written = s->name;
	const size_t all = s->all;
	char *name;

	if (strchr(s->file, '/') || strchr(written, ':'))
		return code;
	if (asprintf(&name, "%s:%s", s->file, written) < 0)
		return error_nomem(s->err);
	s->name = name;
	int rc = binary_each_mapped(s->pid, list_mapped, s, s->err);

	s->name = written;
	s->all = all;
	free(name);
	if (rc == 0 && s->found)
		error_clear(s->err);
	else if (rc == 0)
		rc = code;
	return rc;
}

static int nothing_found(const struct search *s, bool mapped)
{
	if (mapped)
		return error_set(s->err, EXIT_USAGE, -ENOENT,
				 "nothing that process %d has mapped has a USDT probe%s%.200s",
				 (int)s->pid, s->all ? " that matches " : "",
				 s->all ? s->name : "");
	if (s->all)
		return error_set(
			s->err, EXIT_USAGE, -ENOENT,
			"%.200s has no USDT probe that matches '%.200s'; it has %zu places "
			"of others",
			s->file, s->name, s->all);
	return error_set(s->err, EXIT_USAGE, -ENOENT,
			 "%.200s has no USDT probes: it was built without <sys/sdt.h>", s->file);
}

int list_user(enum probe_kind kind, const char *pattern, pid_t pid, bool verbose, struct error *err)
{
	struct search s = {.kind = kind, .pid = pid, .verbose = verbose, .err = err};
	size_t len = probe_path_length(pattern);
	bool mapped = len == 0 || (len == 1 && pattern[0] == '*');

	s.name = pattern[len] && pattern[len + 1] ? pattern + len + 1 : "*";
	if (mapped && kind != PROBE_USDT)
		return error_usage(err, "write %s:FILE:PATTERN: functions are listed of one file",
				   probe_kind_name(kind));
	if (mapped && !pid)
		return error_usage(err,
				   "write usdt:FILE, or give -p PID for all that a process has "
				   "mapped");
	char *file = strndup(pattern, len);

	if (!file)
		return error_nomem(err);
	s.file = file;
	int rc = mapped ? binary_each_mapped(pid, list_mapped, &s, err) : list_file(&s);

	if (!mapped && kind == PROBE_USDT && pid && rc != -ENOMEM && !s.found)
		rc = list_provider(&s, rc);
	if (rc == 0 && !s.found)
		rc = nothing_found(&s, mapped);
	free(file);
	return rc;
}
