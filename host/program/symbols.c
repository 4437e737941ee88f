/* SPDX-License-Identifier: Apache-2.0 */
/* Questions about functions: what was answered before, else the list, read for the first of them.
 */
#include "program/symbols.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "program/functions.h"
#include "program/symbols_memo.h"

struct symbols {
	struct symbols_files files;
	struct symbols_memo keeper;
	struct memo *memo;	   /* NULL before the first question, or without a keeper */
	struct functions *all;	   /* NULL until a question needs it */
	struct tracepoints points; /* empty until a question needs it */
	struct error unreadable;   /* why the list could not be read */
};

int symbols_open(struct symbols **out, const struct symbols_files *files,
		 const struct symbols_memo *memo, struct error *err)
{
	struct symbols *s = calloc(1, sizeof(*s));

	*out = s;
	if (!s)
		return error_nomem(err);
	s->files = *files;
	if (memo)
		s->keeper = *memo;
	return 0;
}

static int read_all(struct symbols *s)
{
	if (s->all)
		return 0;
	error_clear(&s->unreadable);
	return functions_read(&s->all, &s->files, &s->unreadable);
}

int symbols_read(struct symbols **out, const char *path, const char *filter, const char *blacklist,
		 struct error *err)
{
	const struct symbols_files files = {path, filter, blacklist, NULL};
	int rc = symbols_open(out, &files, NULL, err);

	if (rc == 0)
		rc = read_all(*out);
	if (rc < 0 && *out) {
		symbols_failed(*out, rc, err);
		symbols_free(*out);
		*out = NULL;
	}
	return rc;
}

bool symbols_were_read(const struct symbols *s)
{
	return s->all != NULL;
}

int symbols_failed(const struct symbols *s, int code, struct error *err)
{
	if (code == -ENOMEM || !s->unreadable.text[0])
		return error_nomem(err);
	return error_failed(err, code, "%s", s->unreadable.text);
}

/* What was answered before, fetched for the first question. */
static int ask_memo(struct symbols *s, enum memo_question question, const char *word,
		    struct symbol_match *match)
{
	memset(match, 0, sizeof(*match));
	if (!s->keeper.load)
		return -ENOENT;
	if (!s->memo) {
		char *text = NULL;

		s->keeper.load(s->keeper.ctx, &text);
		s->memo = memo_new(text);
	}
	return s->memo ? memo_ask(s->memo, question, word, match) : -ENOENT;
}

static void learn(struct symbols *s, enum memo_question question, const char *word,
		  const struct symbol_match *match)
{
	if (s->memo)
		memo_learn(s->memo, question, word, match);
}

int symbols_resolve(struct symbols *s, const char *name, struct symbol_match *match)
{
	int rc = ask_memo(s, MEMO_RESOLVE, name, match);

	if (rc == 0)
		return match->n ? 0 : (symbol_match_free(match), -ENOENT);
	if (rc == -ENOENT)
		rc = read_all(s);
	if (rc < 0)
		return rc;
	rc = functions_resolve(s->all, name, match);
	if (rc == 0 || rc == -ENOENT)
		learn(s, MEMO_RESOLVE, name, match);
	return rc;
}

int symbols_at(struct symbols *s, uint64_t address, struct symbol_match *match)
{
	int rc = read_all(s);

	return rc < 0 ? rc : functions_at(s->all, address, match);
}

int symbols_glob(struct symbols *s, const char *pattern, struct symbol_match *match)
{
	int rc = ask_memo(s, MEMO_GLOB, pattern, match);

	if (rc != -ENOENT)
		return rc;
	rc = read_all(s);
	if (rc == 0)
		rc = functions_glob(s->all, pattern, match);
	if (rc == 0)
		learn(s, MEMO_GLOB, pattern, match);
	return rc;
}

bool symbols_blacklisted(struct symbols *s, const char *name)
{
	return read_all(s) == 0 && functions_blacklisted(s->all, name);
}

size_t symbols_similar(struct symbols *s, const char *name, const char **names, size_t max)
{
	return read_all(s) == 0 ? functions_similar(s->all, name, names, max) : 0;
}

bool symbols_has(struct symbols *s, const char *name)
{
	return read_all(s) == 0 && functions_has(s->all, name);
}

bool symbols_has_tracepoint(struct symbols *s, const char *category, const char *name)
{
	char path[PATH_MAX];

	if (!s->files.tracefs)
		return true;
	snprintf(path, sizeof(path), "%.3000s/events/%.400s/%.400s%s", s->files.tracefs, category,
		 name, *name ? "/id" : "enable");
	return access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

int symbols_tracepoints(struct symbols *s, const struct tracepoints **all, struct error *err)
{
	int rc = 0;

	if (!s->files.tracefs)
		rc = error_failed(err, -ENOENT,
				  "tracefs is not mounted: mount -t tracefs tracefs "
				  "/sys/kernel/tracing");
	else if (!s->points.list)
		rc = tracepoints_read(s->files.tracefs, &s->points, err);
	*all = &s->points;
	return rc;
}

size_t symbols_count(struct symbols *s)
{
	return read_all(s) == 0 ? s->all->n : 0;
}

void symbols_keep(struct symbols *s)
{
	char *text = s->memo ? memo_text(s->memo) : NULL;

	if (text)
		s->keeper.keep(s->keeper.ctx, text);
	free(text);
}

void symbols_free(struct symbols *s)
{
	if (!s)
		return;
	functions_free(s->all);
	tracepoints_free(&s->points);
	memo_free(s->memo);
	error_clear(&s->unreadable);
	free(s);
}
