/* SPDX-License-Identifier: Apache-2.0 */
#include "program/plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "program/plan_address.h"
#include "program/plan_making.h"
#include "program/plan_text.h"

static int plan_line(struct making *m, const struct attach_line *line);

static bool refused_by_kprobes(enum probe_kind kind)
{
	return kind == PROBE_KPROBE || kind == PROBE_KRETPROBE;
}

/* One probe like @form for each function of a match. */
static int add_match(struct making *m, const struct attach_line *line, const struct probe *form,
		     const struct symbol_match *match, const struct plan_list *list, long item)
{
	const char *by_name = "";

	for (size_t i = 0; i < match->n; i++) {
		const struct symbol *symbol = &match->list[i];
		struct probe probe = *form;
		bool hidden = symbol->ambiguous && !symbol->address;

		if (hidden && strcmp(by_name, symbol->name) == 0)
			continue;
		if (hidden) {
			by_name = symbol->name;
			note_addf(&m->notes.hidden, "%s", symbol->name);
		}
		probe.group = NULL;
		probe.name = strdup(symbol->name);
		probe.address = symbol->ambiguous ? symbol->address : 0;
		probe.place = symbol->address;
		if (!probe.name)
			return error_nomem(m->err);
		int rc = plan_add(m, line, &probe, list, item);

		if (rc)
			return rc;
	}
	return 0;
}

/* All functions that a written pattern matches. */
static int plan_pattern(struct making *m, const struct attach_line *line, const struct probe *probe)
{
	struct symbol_match match;
	char place[PLACE_ROOM];
	size_t first = m->plan->nprobes;
	int rc = symbols_glob(m->symbols, probe->name, &match);

	if (rc)
		return symbols_failed(m->symbols, rc, m->err);
	place_of_line(line, place, sizeof(place));
	if (match.n == 0 && line->optional)
		note_addf(&m->notes.unattached, "%s", probe->name);
	else if (match.n == 0)
		rc = error_set(m->err, EXIT_USAGE, -ENOENT,
			       "%sno function of this kernel matches '%.100s'", place, probe->name);
	else if (match.n > PLAN_MAX_ITEMS)
		rc = error_set(m->err, EXIT_USAGE, -E2BIG,
			       "%s%zu functions match '%.100s', and %d is the limit: narrow it",
			       place, match.n, probe->name, PLAN_MAX_ITEMS);
	else
		rc = add_match(m, line, probe, &match, NULL, -1);
	symbol_match_free(&match);
	if (rc == 0)
		plan_of_pattern(m, first);
	return rc;
}

/* The function is not there, or kprobes refuses it. */
static int without_function(struct making *m, const struct attach_line *line,
			    const struct probe *probe, bool refused)
{
	char like[256], place[PLACE_ROOM] = "";

	if (line->tentative)
		return 0;
	if (line->optional) {
		note_addf(refused ? &m->notes.blacklisted : &m->notes.unattached, "%s",
			  probe->name);
		return 0;
	}
	/* What the user gave needs no place: it was just typed. */
	if (!strchr(line->point, '$'))
		place_of_line(line, place, sizeof(place));
	if (refused)
		return error_failed(m->err, -EINVAL,
				    "%skprobes refuses %s: it is on the kernel's blacklist", place,
				    probe->name);
	similar_text(m->symbols, probe->name, like, sizeof(like));
	return error_set(m->err, EXIT_USAGE, -ENOENT, "%sno function %s in this kernel%s", place,
			 probe->name, like);
}

/* What was found is not what was written: tell so. */
static void note_match(struct making *m, const struct probe *probe,
		       const struct symbol_match *match)
{
	if (match->part)
		note_addf(&m->notes.parts, "%s", probe->name);
	if (match_has(match, probe->name))
		return;
	if (probe->offset)
		note_addf(&m->notes.offsets, "%s+%llu in %s", probe->name,
			  (unsigned long long)probe->offset, match->list[0].name);
	else
		note_addf(&m->notes.probed_as, "%s is probed as %s", probe->name,
			  match->list[0].name);
}

/* A kprobe, kretprobe, fentry or fexit of one function or a pattern. */
static int plan_function(struct making *m, const struct attach_line *line,
			 const struct probe *probe)
{
	struct symbol_match match;

	if (probe_is_pattern(probe))
		return plan_pattern(m, line, probe);
	const bool by_address = address_is_given(probe);
	int rc = by_address ? address_resolve(m, line, probe, &match)
			    : symbols_resolve(m->symbols, probe->name, &match);

	if (rc && by_address)
		return rc;
	if (rc == -ENOENT)
		return without_function(m, line, probe, false);
	if (rc)
		return symbols_failed(m->symbols, rc, m->err);
	if (refused_by_kprobes(probe->kind))
		match_drop_blacklisted(&match);
	if (match.n == 0) {
		rc = without_function(m, line, probe, true);
	} else {
		if (!by_address) {
			note_match(m, probe, &match);
			address_note(m, &match);
		}
		rc = add_match(m, line, probe, &match, NULL, -1);
	}
	symbol_match_free(&match);
	return rc;
}

/* How the attach lines use a list. */
static struct list_wish wish_of(const struct making *m, const struct program_option *option)
{
	struct list_wish wish = {0};

	for (size_t i = 0; i < m->header->nattaches; i++) {
		const struct attach_line *line = &m->header->attaches[i];
		enum probe_kind kind;
		const char *rest;

		if (!point_mentions(line->point, option->name) ||
		    probe_parse_kind(line->point, &kind, &rest, NULL))
			continue;
		wish.needed |= !line->optional;
		wish.kprobes |= refused_by_kprobes(kind);
	}
	return wish;
}

/* The functions of a list option, found when the first line asks for them. */
static int list_of(struct making *m, const struct program_option *option,
		   struct list_functions **out)
{
	for (size_t i = 0; i < m->plan->nlists; i++) {
		if (m->plan->lists[i].option == option) {
			*out = &m->lists[i];
			return 0;
		}
	}
	/* There is room for each list option of the header: probes point into this array. */
	size_t i = m->plan->nlists++;

	m->plan->lists[i].option = option;
	*out = &m->lists[i];
	return list_resolve(m->symbols, &m->plan->lists[i], wish_of(m, option), *out, &m->notes,
			    m->err);
}

/* KIND:$LIST: a probe for each function of each item. */
static int plan_list_line(struct making *m, const struct attach_line *line,
			  const struct program_option *option)
{
	struct list_functions *functions;
	struct probe form = {0};
	char place[PLACE_ROOM];
	const char *rest;
	int rc = probe_parse_kind(line->point, &form.kind, &rest, NULL);

	place_of_line(line, place, sizeof(place));
	if (rc || !probe_is_function(form.kind) || rest[0] != '$' ||
	    strcmp(rest + 1, option->name) != 0)
		return error_usage(m->err,
				   "%s'%.100s': a list stands for whole functions: write "
				   "kprobe:$%s, kretprobe:$%s, fentry:$%s or fexit:$%s",
				   place, line->point, option->name, option->name, option->name,
				   option->name);
	rc = list_of(m, option, &functions);
	for (size_t i = 0; rc == 0 && i < functions->list->n; i++)
		rc = add_match(m, line, &form, &functions->matches[i], functions->list, (long)i);
	return rc;
}

/* Is the function gone, or only there in parts, and is there a stand-in for it? */
static bool standin_wanted(const struct making *m, const char *function)
{
	struct symbol_match match;

	for (size_t i = 0; i < m->header->nattaches; i++) {
		const char *name = m->header->attaches[i].standin_for;

		if (!name || strcmp(name, function) != 0)
			continue;
		bool gone = symbols_resolve(m->symbols, function, &match) == -ENOENT || match.part;

		symbol_match_free(&match);
		return gone;
	}
	return false;
}

/* Put the stand-in lines of a function into the plan, once. */
static int use_standin(struct making *m, const char *function)
{
	struct buf points = {0};
	bool first = true;
	int rc = 0;

	for (size_t i = 0; i < m->header->nattaches && rc == 0; i++) {
		const struct attach_line *line = &m->header->attaches[i];

		if (!line->standin_for || strcmp(line->standin_for, function) != 0 || m->used[i])
			continue;
		m->used[i] = true;
		buf_addf(&points, "%s%s", first ? "" : " and ", line->point);
		first = false;
		rc = plan_line(m, line);
	}
	if (rc == 0 && !first)
		note_addf(&m->notes.standins,
			  "%s is not a function of this kernel (inlined): using %s instead",
			  function, buf_string(&points));
	buf_free(&points);
	return rc;
}

/* The function of this line that a stand-in replaces, or NULL; @probe may be NULL. */
static const char *replaced_function(const struct making *m, const struct attach_line *line,
				     const struct probe *probe)
{
	if (line->standin_for)
		return NULL;
	if (probe && probe_is_function(probe->kind) && standin_wanted(m, probe->name))
		return probe->name;
	for (size_t i = 0; i < m->header->options.n; i++) {
		const struct program_option *option = &m->header->options.list[i];

		if (option->type == OPTION_FUNCTION && point_mentions(line->point, option->name) &&
		    standin_wanted(m, option->value))
			return option->value;
	}
	return NULL;
}

/* How the points of each kind are looked up. */
static plan_kind *const kinds[PROBE_NKINDS] = {
	[PROBE_KPROBE] = plan_function,
	[PROBE_KRETPROBE] = plan_function,
	[PROBE_TRACEPOINT] = plan_tracepoint,
	[PROBE_RAW_TRACEPOINT] = plan_raw_tracepoint,
	[PROBE_UPROBE] = plan_user,
	[PROBE_URETPROBE] = plan_user,
	[PROBE_USDT] = plan_usdt,
	[PROBE_FENTRY] = plan_function,
	[PROBE_FEXIT] = plan_function,
	[PROBE_PROFILE] = plan_as_written,
	[PROBE_INTERVAL] = plan_as_written,
	[PROBE_HARDWARE] = plan_as_written,
	[PROBE_SOFTWARE] = plan_as_written,
	[PROBE_CACHE] = plan_as_written,
	[PROBE_LSM] = plan_lsm,
};

static int plan_point(struct making *m, const struct attach_line *line, struct probe *probe)
{
	const char *replaced = replaced_function(m, line, probe);

	return replaced ? use_standin(m, replaced) : kinds[probe->kind](m, line, probe);
}

/* One attach or stand-in line. */
static int plan_line(struct making *m, const struct attach_line *line)
{
	const struct program_option *list;
	struct error why = {0};
	char place[PLACE_ROOM];
	struct probe probe;
	char *text;
	int rc = point_list(m->header, line, &list, m->err);

	if (rc)
		return rc;
	if (list)
		return plan_list_line(m, line, list);
	rc = point_expand(m->header, line, &text, m->err);
	if (rc)
		return rc;
	rc = probe_parse(text, &probe, &why);
	free(text);
	if (rc) {
		place_of_line(line, place, sizeof(place));
		return error_set(m->err, why.status, rc, "%s%s", place, why.text);
	}
	rc = plan_point(m, line, &probe);
	probe_free(&probe);
	return rc;
}

int plan_make(const struct header *header, struct symbols *symbols, struct plan *out,
	      struct error *err)
{
	struct making m = {.header = header, .symbols = symbols, .plan = out, .err = err};
	int rc = header_check(header, err);

	if (rc == 0)
		rc = header_check_given(header, err);
	if (rc)
		return rc;
	out->header = header;
	out->lists = calloc(header->options.n + 1, sizeof(*out->lists));
	m.lists = calloc(header->options.n + 1, sizeof(*m.lists));
	m.used = calloc(header->nattaches + 1, sizeof(*m.used));
	if (!out->lists || !m.lists || !m.used)
		rc = error_nomem(err);
	for (size_t i = 0; i < header->nattaches && rc == 0; i++) {
		if (!header->attaches[i].standin_for)
			rc = plan_line(&m, &header->attaches[i]);
	}
	if (rc == 0)
		notes_say(&m.notes);
	for (size_t i = 0; m.lists && i < out->nlists; i++)
		list_functions_free(&m.lists[i]);
	notes_free(&m.notes);
	user_file_free(&m.file);
	free(m.lists);
	free(m.used);
	return rc;
}

const struct plan_list *plan_list_find(const struct plan *plan, const char *option)
{
	for (size_t i = 0; i < plan->nlists; i++) {
		if (strcmp(plan->lists[i].option->name, option) == 0)
			return &plan->lists[i];
	}
	return NULL;
}

void plan_free(struct plan *plan)
{
	for (size_t i = 0; i < plan->nlists; i++)
		plan_list_free(&plan->lists[i]);
	for (size_t i = 0; i < plan->nprobes; i++) {
		struct plan_probe *probe = &plan->probes[i];

		probe_free(&probe->probe);
		free(probe->handler);
		if (probe->usdt)
			free(probe->usdt->text);
		free(probe->usdt);
	}
	free(plan->lists);
	free(plan->probes);
	memset(plan, 0, sizeof(*plan));
}
