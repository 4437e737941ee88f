/* SPDX-License-Identifier: Apache-2.0 */
#include "program/probe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/similar.h"
#include "program/perf_events.h"
#include "program/word.h"

/* What follows the kind. */
enum probe_shape {
	SHAPE_FUNCTION,	       /* FN */
	SHAPE_FUNCTION_OFFSET, /* FN[+OFFSET] */
	SHAPE_NAME,	       /* NAME */
	SHAPE_GROUP_NAME,      /* CATEGORY:NAME */
	SHAPE_BINARY,	       /* PATH:SYMBOL */
	SHAPE_BINARY_OFFSET,   /* PATH:SYMBOL[+OFFSET] */
	SHAPE_USDT,	       /* PATH:[PROVIDER:]NAME */
	SHAPE_TIMER,	       /* UNIT:N */
	SHAPE_EVENT,	       /* EVENT[:PERIOD] */
};

static const struct {
	const char *name;
	const char *others[3]; /* as bpftrace and BCC call it too */
	enum probe_shape shape;
	const char *form;
} kinds[PROBE_NKINDS] = {
	[PROBE_KPROBE] = {"kprobe", {"k"}, SHAPE_FUNCTION_OFFSET, "kprobe:FN or kprobe:FN+OFFSET"},
	[PROBE_KRETPROBE] = {"kretprobe", {"kr"}, SHAPE_FUNCTION, "kretprobe:FN"},
	[PROBE_TRACEPOINT] = {"tracepoint", {"t"}, SHAPE_GROUP_NAME, "tracepoint:CATEGORY:NAME"},
	[PROBE_RAW_TRACEPOINT] = {"rawtracepoint",
				  {"raw_tracepoint", "rt"},
				  SHAPE_NAME,
				  "rawtracepoint:NAME"},
	[PROBE_UPROBE] = {"uprobe",
			  {"u"},
			  SHAPE_BINARY_OFFSET,
			  "uprobe:PATH:SYMBOL or uprobe:PATH:SYMBOL+OFFSET"},
	[PROBE_URETPROBE] = {"uretprobe", {"ur"}, SHAPE_BINARY, "uretprobe:PATH:SYMBOL"},
	[PROBE_USDT] = {"usdt", {"U"}, SHAPE_USDT, "usdt:PATH:PROVIDER:NAME or usdt:PATH:NAME"},
	[PROBE_FENTRY] = {"fentry", {"kfunc", "f"}, SHAPE_FUNCTION, "fentry:FN"},
	[PROBE_FEXIT] = {"fexit", {"kretfunc", "fr"}, SHAPE_FUNCTION, "fexit:FN"},
	[PROBE_PROFILE] = {"profile", {"p"}, SHAPE_TIMER, "profile:hz:N (or s, ms, us)"},
	[PROBE_INTERVAL] = {"interval", {"i"}, SHAPE_TIMER, "interval:s:N (or hz, ms, us)"},
	[PROBE_HARDWARE] = {"hardware",
			    {"h"},
			    SHAPE_EVENT,
			    "hardware:EVENT or hardware:EVENT:PERIOD"},
	[PROBE_SOFTWARE] = {"software",
			    {"s"},
			    SHAPE_EVENT,
			    "software:EVENT or software:EVENT:PERIOD"},
	[PROBE_CACHE] = {"cache", {0}, SHAPE_EVENT, "cache:EVENT or cache:EVENT:PERIOD"},
	[PROBE_LSM] = {"lsm", {0}, SHAPE_NAME, "lsm:HOOK"},
};

const char *probe_kind_name(enum probe_kind kind)
{
	return (unsigned)kind < PROBE_NKINDS ? kinds[kind].name : "unknown";
}

bool probe_is_function(enum probe_kind kind)
{
	return (unsigned)kind < PROBE_NKINDS &&
	       (kinds[kind].shape == SHAPE_FUNCTION || kinds[kind].shape == SHAPE_FUNCTION_OFFSET);
}

bool probe_is_event(enum probe_kind kind)
{
	return (unsigned)kind < PROBE_NKINDS && kinds[kind].shape == SHAPE_EVENT;
}

bool probe_is_pattern(const struct probe *probe)
{
	return !probe_is_user(probe->kind) &&
	       (strpbrk(probe->name, "*?[") || (probe->group && strpbrk(probe->group, "*?[")));
}

bool probe_is_user(enum probe_kind kind)
{
	return kind == PROBE_UPROBE || kind == PROBE_URETPROBE || kind == PROBE_USDT;
}

static int unknown_kind(const char *text, size_t len, struct error *err)
{
	const char *meant = NULL;
	struct buf all = {0};
	char word[32];

	snprintf(word, sizeof(word), "%.*s", (int)(len < 31 ? len : 31), text);
	for (int i = 0; i < PROBE_NKINDS; i++) {
		if (similar_enough(word, kinds[i].name) && !meant)
			meant = kinds[i].name;
		buf_addf(&all, "%s%s", i ? ", " : "", kinds[i].name);
	}
	if (meant)
		error_usage(err, "'%s' is not a kind of probe; did you mean %s?", word, meant);
	else
		error_usage(err, "'%s' is not a kind of probe; there are %s", word,
			    buf_string(&all));
	buf_free(&all);
	return -EINVAL;
}

static bool is_called(int kind, const char *word, size_t len)
{
	const char *name = kinds[kind].name;

	for (size_t i = 0; name; name = i < 3 ? kinds[kind].others[i++] : NULL)
		if (strlen(name) == len && memcmp(name, word, len) == 0)
			return true;
	return false;
}

int probe_parse_kind(const char *text, enum probe_kind *kind, const char **rest, struct error *err)
{
	size_t len = strcspn(text, ":");

	for (int i = 0; i < PROBE_NKINDS; i++) {
		if (!is_called(i, text, len))
			continue;
		if (text[len] == '\0')
			return error_usage(err, "'%s' is not a whole probe point: write %s",
					   kinds[i].name, kinds[i].form);
		*kind = (enum probe_kind)i;
		*rest = text + len + 1;
		return 0;
	}
	return unknown_kind(text, len, err);
}

static int refuse(enum probe_kind kind, const char *rest, const char *what, struct error *err)
{
	return error_usage(err, "'%s:%.200s': %s; write %s", kinds[kind].name, rest, what,
			   kinds[kind].form);
}

/* Names of tracepoints and hooks, or patterns for them. */
static bool is_point_name(const char *name)
{
	const char *p = name;

	while (char_is_name(*p) || (*p && strchr("-*?[]!", *p)))
		p++;
	return p != name && *p == '\0';
}

/* Names of USDT probes may hold anything that is seen, and no colon. */
static bool is_usdt_name(const char *name)
{
	const char *p = name;

	while ((unsigned char)*p > ' ' && *p != 0x7f && *p != ':' && *p != '+')
		p++;
	return p != name && *p == '\0';
}

/* Cut "+OFFSET" off the name. */
static int cut_offset(struct probe *probe)
{
	char *plus = strrchr(probe->name, '+');

	if (!plus)
		return 0;
	int rc = number_u64(plus + 1, &probe->offset);

	if (rc)
		return rc;
	*plus = '\0';
	return 0;
}

/* Cut the last part behind a colon off @group and make it the name. */
static int cut_name(struct probe *probe, const char *rest, int colons)
{
	size_t at = strlen(rest);

	while (colons-- > 0) {
		while (at && rest[at - 1] != ':')
			at--;
		if (at < 2)
			return -EINVAL;
		at--;
	}
	probe->group = strndup(rest, at);
	probe->name = strdup(rest + at + 1);
	return probe->group && probe->name ? 0 : -ENOMEM;
}

/* Of functions that share their name, one is meant by its address. */
static bool is_address(const struct probe *probe)
{
	size_t digits = strlen(probe->name) > 2 ? strlen(probe->name) - 2 : 0;

	return (probe->kind == PROBE_KPROBE || probe->kind == PROBE_KRETPROBE) && digits &&
	       strncmp(probe->name, "0x", 2) == 0 &&
	       strspn(probe->name + 2, "0123456789abcdefABCDEF") == digits;
}

static int parse_function(struct probe *probe, const char *rest, bool offset, struct error *err)
{
	bool glob;

	probe->name = strdup(rest);
	if (!probe->name)
		return error_nomem(err);
	if (offset && cut_offset(probe))
		return refuse(probe->kind, rest, "the offset is not a number", err);
	if (is_address(probe))
		return 0;
	if (!word_is_symbol(probe->name, &glob))
		return refuse(probe->kind, rest, "this is not a function name", err);
	if (glob && probe->offset)
		return refuse(probe->kind, rest, "an offset needs one function, not a pattern",
			      err);
	return 0;
}

size_t probe_path_length(const char *rest)
{
	size_t end = strcspn(rest, "(\""), slash = 0;

	for (size_t i = 0; i < end; i++) {
		bool is_operator = i >= 8 && memcmp(rest + i - 8, "operator", 8) == 0;

		if (rest[i] == '/' && !is_operator)
			slash = i;
	}
	return slash + strcspn(rest + slash, ":");
}

/* What a C++ name is made of: anything that is seen, and blanks in between. */
static bool is_symbol(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < len; i++)
		if ((unsigned char)name[i] < ' ' || name[i] == 0x7f)
			return false;
	return len && name[0] != ' ' && name[len - 1] != ' ' && name[0] != ':';
}

/* Does a symbol end in "+OFFSET"? operator+ does not. */
static bool has_symbol_offset(const char *name)
{
	const char *plus = strrchr(name, '+');

	return plus && char_is_name(plus[1]) && !strchr(plus, ')');
}

static bool is_quoted(const char *name)
{
	size_t len = strlen(name);

	return len > 1 && name[0] == '"' && name[len - 1] == '"';
}

static int parse_binary(struct probe *probe, const char *rest, bool offset, struct error *err)
{
	size_t at = probe_path_length(rest);

	if (!at || !rest[at])
		return refuse(probe->kind, rest, "path or symbol is missing", err);
	const char *name = rest + at + 1;
	bool quoted = is_quoted(name);

	probe->group = strndup(rest, at);
	probe->name = quoted ? strndup(name + 1, strlen(name) - 2) : strdup(name);
	if (!probe->group || !probe->name)
		return error_nomem(err);
	if (!quoted && has_symbol_offset(probe->name) && cut_offset(probe))
		return refuse(probe->kind, rest, "the offset is not a number", err);
	if (!offset && probe->offset)
		return refuse(probe->kind, rest, "a return has no offset", err);
	if (!is_symbol(probe->name))
		return refuse(probe->kind, rest, "this is not a symbol", err);
	if (probe->offset && strpbrk(probe->name, "*?["))
		return refuse(probe->kind, rest, "an offset needs one function, not a pattern",
			      err);
	return 0;
}

static int parse_usdt(struct probe *probe, const char *rest, struct error *err)
{
	size_t at = probe_path_length(rest);
	const char *name = rest[at] ? rest + at + 1 : "";
	const char *colon = strchr(name, ':');

	if (!at || !*name)
		return refuse(probe->kind, rest, "path or name is missing", err);
	probe->group = strndup(rest, at);
	probe->name = strdup(name);
	char *provider = colon ? strndup(name, (size_t)(colon - name)) : NULL;

	if (!probe->group || !probe->name || (colon && !provider)) {
		free(provider);
		return error_nomem(err);
	}
	bool good = is_usdt_name(colon ? colon + 1 : name) && (!provider || is_usdt_name(provider));

	free(provider);
	return good ? 0 : refuse(probe->kind, rest, "provider or name is missing", err);
}

static int parse_group_name(struct probe *probe, const char *rest, struct error *err)
{
	int rc = cut_name(probe, rest, 1);

	if (rc == -ENOMEM)
		return error_nomem(err);
	if (rc || !is_point_name(probe->group) || !is_point_name(probe->name))
		return refuse(probe->kind, rest, "category or name is missing", err);
	return 0;
}

static int parse_number(struct probe *probe, const char *rest, const char *number,
			struct error *err)
{
	if (number_u64(number, &probe->number) || probe->number == 0)
		return refuse(probe->kind, rest, "the last part must be a number above 0", err);
	return 0;
}

static int parse_timer(struct probe *probe, const char *rest, struct error *err)
{
	/* A period is at most 31 years: its nanoseconds fit into what perf takes. */
	static const struct {
		const char *name;
		uint64_t most;
	} units[] = {{"hz", 1000000000u},
		     {"s", 1000000000u},
		     {"ms", 1000000000000u},
		     {"us", 1000000000000000u}};
	int rc = cut_name(probe, rest, 1);

	if (rc == -ENOMEM)
		return error_nomem(err);
	if (rc)
		return refuse(probe->kind, rest, "unit or number is missing", err);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(probe->group, units[i].name) != 0)
			continue;
		rc = parse_number(probe, rest, probe->name, err);
		if (rc == 0 && probe->number > units[i].most)
			rc = refuse(probe->kind, rest, "the number is too large", err);
		return rc;
	}
	return refuse(probe->kind, rest, "there is no such unit", err);
}

/* EVENT, EVENT: or EVENT:PERIOD */
static int parse_event(struct probe *probe, const char *rest, struct error *err)
{
	const char *kind = kinds[probe->kind].name;
	size_t len = strcspn(rest, ":");
	struct perf_event event;

	probe->name = strndup(rest, len);
	if (!probe->name)
		return error_nomem(err);
	if (!perf_event_find(probe->kind, probe->name, &event)) {
		const char *meant = perf_event_similar(probe->kind, probe->name);

		if (meant)
			return error_usage(err,
					   "'%s:%.200s': there is no such event; did you mean %s?",
					   kind, rest, meant);
		return error_usage(
			err, "'%s:%.200s': there is no such event; `kwhile list '%s:*'` shows them",
			kind, rest, kind);
	}
	return rest[len] && rest[len + 1] ? parse_number(probe, rest, rest + len + 1, err) : 0;
}

static int parse_rest(struct probe *probe, const char *rest, struct error *err)
{
	enum probe_shape shape = kinds[probe->kind].shape;

	switch (shape) {
	case SHAPE_FUNCTION:
	case SHAPE_FUNCTION_OFFSET:
		return parse_function(probe, rest, shape == SHAPE_FUNCTION_OFFSET, err);
	case SHAPE_NAME:
		if (!is_point_name(rest))
			return refuse(probe->kind, rest, "this is not a name", err);
		probe->name = strdup(rest);
		return probe->name ? 0 : error_nomem(err);
	case SHAPE_GROUP_NAME:
		return parse_group_name(probe, rest, err);
	case SHAPE_BINARY:
	case SHAPE_BINARY_OFFSET:
		return parse_binary(probe, rest, shape == SHAPE_BINARY_OFFSET, err);
	case SHAPE_USDT:
		return parse_usdt(probe, rest, err);
	case SHAPE_TIMER:
		return parse_timer(probe, rest, err);
	case SHAPE_EVENT:
		return parse_event(probe, rest, err);
	}
	return -EINVAL;
}

int probe_parse(const char *text, struct probe *probe, struct error *err)
{
	const char *rest = "";

	memset(probe, 0, sizeof(*probe));
	int rc = probe_parse_kind(text, &probe->kind, &rest, err);

	if (rc)
		return rc;
	rc = parse_rest(probe, rest, err);
	if (rc)
		probe_free(probe);
	return rc;
}

/* Would a symbol be read as something else if it had no quotes? One with an offset had none. */
static bool wants_quotes(const struct probe *probe, const char *unquoted)
{
	if ((probe->kind != PROBE_UPROBE && probe->kind != PROBE_URETPROBE) || probe->offset ||
	    !probe->name || !probe->group)
		return false;
	return is_quoted(probe->name) || has_symbol_offset(probe->name) ||
	       probe_path_length(strchr(unquoted, ':') + 1) != strlen(probe->group);
}

void probe_format(const struct probe *probe, char *buf, size_t size)
{
	const char *kind = probe_kind_name(probe->kind);
	const char *name = probe->name ? probe->name : "";
	int n;

	if (probe_is_event(probe->kind) && probe->number)
		n = snprintf(buf, size, "%s:%s:%llu", kind, name,
			     (unsigned long long)probe->number);
	else if (probe->group)
		n = snprintf(buf, size, "%s:%s:%s", kind, probe->group, name);
	else
		n = snprintf(buf, size, "%s:%s", kind, name);
	if (n >= 0 && (size_t)n < size && wants_quotes(probe, buf))
		snprintf(buf, size, "%s:%s:\"%s\"", kind, probe->group, name);
	if (probe->offset && n >= 0 && (size_t)n < size)
		snprintf(buf + n, size - (size_t)n, "+%llu", (unsigned long long)probe->offset);
}

int probe_copy(struct probe *to, const struct probe *from)
{
	*to = *from;
	to->group = from->group ? strdup(from->group) : NULL;
	to->name = from->name ? strdup(from->name) : NULL;
	if ((from->group && !to->group) || (from->name && !to->name)) {
		probe_free(to);
		return -ENOMEM;
	}
	return 0;
}

void probe_free(struct probe *probe)
{
	free(probe->group);
	free(probe->name);
	memset(probe, 0, sizeof(*probe));
}
