/* SPDX-License-Identifier: Apache-2.0 */
#include "list_verb.h"

#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/say.h"
#include "kernel/btf.h"
#include "kernel/facts.h"
#include "list_user.h"
#include "prepare.h"
#include "program/perf_events.h"
#include "program/symbols.h"
#include "program/tracepoint_format.h"

#define FORMAT_LIMIT (1u << 20)

/* What is asked for, and how much of it was found. */
struct search {
	enum probe_kind kind;
	const char *pattern; /* what follows the kind and its colon */
	struct symbols *symbols;
	struct kernel_btf *btf; /* or NULL */
	size_t found;
	struct error *err;
};

static void print_fields(const struct tracepoint *t)
{
	struct tracepoint_field field;
	struct buf text = {0};
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%.3000s/events/%.400s/%.400s/format", facts_tracefs(),
		 t->category, t->name);
	if (buf_read_file(&text, path, FORMAT_LIMIT) < 0)
		say("cannot read %s", path);
	for (const char *at = buf_string(&text); tracepoint_field_next(&at, &field);)
		if (!field.common)
			printf("    %.*s %.*s;\n", (int)field.type_len, field.type,
			       (int)field.name_len, field.name);
	buf_free(&text);
}

/* CATEGORY:NAME, or CATEGORY alone for all of it. */
static int list_tracepoints(struct search *s)
{
	const char *colon = strchr(s->pattern, ':');
	const struct tracepoints *all;
	const struct tracepoint *t;
	size_t at = 0;
	int rc = symbols_tracepoints(s->symbols, &all, s->err);
	char *category = strndup(s->pattern, colon ? (size_t)(colon - s->pattern) : SIZE_MAX - 1);

	if (rc == 0 && !category)
		rc = error_nomem(s->err);
	while (rc == 0 && (t = tracepoints_next(all, category, colon ? colon + 1 : "*", &at))) {
		printf("%s:%s:%s\n", probe_kind_name(s->kind), t->category, t->name);
		if (say_verbosity > 0)
			print_fields(t);
		s->found++;
	}
	if (rc == 0 && !s->found) {
		struct buf hint = {0};

		tracepoints_similar(all, category, colon ? colon + 1 : "", &hint);
		rc = error_set(s->err, EXIT_USAGE, -ENOENT,
			       "no tracepoint of this kernel matches '%.200s'%s", s->pattern,
			       buf_string(&hint));
		buf_free(&hint);
	}
	free(category);
	return rc;
}

/* Of a function, what BTF says of it; false where such a probe needs BTF and it has nothing. */
static bool describe(const struct search *s, const char *function, const char *name,
		     struct buf *text)
{
	struct buf *wanted = say_verbosity > 0 ? text : NULL;
	bool needed = s->kind == PROBE_FENTRY || s->kind == PROBE_FEXIT || s->kind == PROBE_LSM;

	if (!s->btf || (!needed && !wanted))
		return true;
	if (s->kind == PROBE_RAW_TRACEPOINT)
		return kernel_btf_raw_tracepoint(s->btf, name, wanted) || true;
	return kernel_btf_function(s->btf, function, wanted, s->kind == PROBE_FEXIT) || !needed;
}

/* Functions whose names begin with @prefix, which is not printed. */
static int list_functions(struct search *s, const char *prefix)
{
	struct symbol_match match;
	char *pattern, *last = NULL;

	if (asprintf(&pattern, "%s%s", prefix, s->pattern) < 0)
		return error_nomem(s->err);
	int rc = symbols_glob(s->symbols, pattern, &match);

	free(pattern);
	if (rc < 0)
		return symbols_failed(s->symbols, rc, s->err);
	for (size_t i = 0; i < match.n; i++) {
		char *name = match.list[i].name;
		struct buf text = {0};

		/* Functions that share a name are one point. */
		if (last && strcmp(last, name) == 0)
			continue;
		last = name;
		if (describe(s, name, name + strlen(prefix), &text)) {
			printf("%s:%s\n%s", probe_kind_name(s->kind), name + strlen(prefix),
			       buf_string(&text));
			s->found++;
		}
		buf_free(&text);
	}
	symbol_match_free(&match);
	return 0;
}

/* What a handler is given is shown where it is asked for and known. */
static int list_with_arguments(struct search *s, const char *prefix)
{
	if (say_verbosity > 0 && fact(FACT_BTF))
		kernel_btf_open(&s->btf, NULL);
	return list_functions(s, prefix);
}

/* Only what BTF has can be attached to. */
static int list_of_btf(struct search *s, const char *prefix)
{
	int rc = kernel_btf_open(&s->btf, s->err);

	return rc < 0 ? rc : list_functions(s, prefix);
}

static int list_kernel_functions(struct search *s)
{
	return list_with_arguments(s, "");
}

static int list_trampolines(struct search *s)
{
	return list_of_btf(s, "");
}

/* One function for each tracepoint calls what is attached to it (5.10). */
static int list_raw_tracepoints(struct search *s)
{
	return list_with_arguments(s, "__traceiter_");
}

/* One empty function for each hook is there for BPF (kernel/bpf/bpf_lsm.c, 5.7). */
static int list_lsm_hooks(struct search *s)
{
	return list_of_btf(s, "bpf_lsm_");
}

static int list_events(struct search *s)
{
	struct perf_event event;
	const char *name;

	for (size_t i = 0; (name = perf_event_name(s->kind, i)); i++) {
		if (fnmatch(s->pattern, name, FNM_NOESCAPE) != 0)
			continue;
		printf("%s:%s\n", probe_kind_name(s->kind), name);
		if (say_verbosity > 0 && perf_event_find(s->kind, name, &event))
			printf("    every %llu events, where no period is given\n",
			       (unsigned long long)event.period);
		s->found++;
	}
	return 0;
}

static int list_clocks(struct search *s)
{
	static const char *const units[] = {"hz:N", "s:N", "ms:N", "us:N"};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (fnmatch(s->pattern, units[i], FNM_NOESCAPE) != 0)
			continue;
		printf("%s:%s\n", probe_kind_name(s->kind), units[i]);
		s->found++;
	}
	return 0;
}

static int (*const lists[PROBE_NKINDS])(struct search *s) = {
	[PROBE_KPROBE] = list_kernel_functions,
	[PROBE_KRETPROBE] = list_kernel_functions,
	[PROBE_TRACEPOINT] = list_tracepoints,
	[PROBE_RAW_TRACEPOINT] = list_raw_tracepoints,
	[PROBE_FENTRY] = list_trampolines,
	[PROBE_FEXIT] = list_trampolines,
	[PROBE_PROFILE] = list_clocks,
	[PROBE_INTERVAL] = list_clocks,
	[PROBE_HARDWARE] = list_events,
	[PROBE_SOFTWARE] = list_events,
	[PROBE_CACHE] = list_events,
	[PROBE_LSM] = list_lsm_hooks,
};

static int list_kind(const struct cli *cli, struct search *s)
{
	struct symbols_source source;
	int rc = prepare_symbols(cli, &source, &s->symbols, s->err);

	if (rc == 0)
		rc = lists[s->kind](s);
	if (rc == 0 && !s->found)
		rc = error_set(s->err, EXIT_USAGE, -ENOENT, "no %s of this kernel matches '%.200s'",
			       probe_kind_name(s->kind), s->pattern);
	kernel_btf_close(s->btf);
	prepare_symbols_free(&source, s->symbols);
	return rc;
}

/* The kind alone is enough where a process says the rest: "usdt -p 123". */
static int parse_word(const struct cli *cli, struct search *s, char **text)
{
	const char *colon = strchr(cli->word, ':');

	if (!colon && !cli->header.pid)
		return error_usage(
			s->err,
			"kwhile list '%.100s': write KIND:PATTERN, such as 'tracepoint:sched:*', "
			"'kprobe:vfs_*' or 'usdt:FILE', or nothing for the programs",
			cli->word);
	if (asprintf(text, "%s%s", cli->word, colon ? "" : ":") < 0) {
		*text = NULL;
		return error_nomem(s->err);
	}
	return probe_parse_kind(*text, &s->kind, &s->pattern, s->err);
}

int list_verb(const struct cli *cli, struct error *err)
{
	struct search s = {.err = err};
	char *text = NULL;
	int rc = parse_word(cli, &s, &text);

	if (rc == 0 && probe_is_user(s.kind))
		rc = list_user(s.kind, s.pattern, (pid_t)cli->header.pid, say_verbosity > 0, err);
	else if (rc == 0 && cli->header.pid)
		rc = error_usage(err,
				 "-p is for uprobe, uretprobe and usdt: %s is not in a process",
				 probe_kind_name(s.kind));
	else if (rc == 0)
		rc = list_kind(cli, &s);
	free(text);
	return rc;
}
