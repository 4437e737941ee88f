/* SPDX-License-Identifier: Apache-2.0 */
#include "prepare.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/say.h"
#include "cli_source.h"
#include "kernel/facts.h"
#include "object/cache_key.h"
#include "object/compile.h"
#include "object/headers.h"
#include "phases.h"
#include "program/plan_note.h"

/* A compile that takes longer is announced on a terminal. */
#define PROGRESS_MS 300

static void load_names(void *ctx, char **text)
{
	struct symbols_source *lists = ctx;

	cache_open(&lists->cache);
	names_load(&lists->cache, lists->files, &lists->names, text);
}

static void keep_names(void *ctx, const char *text)
{
	struct symbols_source *lists = ctx;

	names_keep(&lists->cache, &lists->names, text);
}

int prepare_symbols(const struct cli *cli, struct symbols_source *lists, struct symbols **symbols,
		    struct error *err)
{
	const struct symbols_memo memo = {load_names, keep_names, lists};
	const char *tracefs = facts_tracefs();

	*lists = (struct symbols_source){
		.files = {"/proc/kallsyms", "/sys/kernel/debug/kprobes/blacklist"},
		.cache = {.dir = -1},
	};
	if (tracefs) {
		snprintf(lists->filter, sizeof(lists->filter), "%s/available_filter_functions",
			 tracefs);
		lists->files[2] = lists->filter;
	}
	const struct symbols_files files = {
		.kallsyms = lists->files[0],
		.blacklist = lists->files[1],
		.filter = lists->files[2],
		.tracefs = tracefs,
	};

	return symbols_open(symbols, &files, cli->no_cache ? NULL : &memo, err);
}

void prepare_symbols_free(struct symbols_source *lists, struct symbols *symbols)
{
	symbols_free(symbols);
	cache_close(&lists->cache);
}

/* A function, or one that the program has a stand-in for where it was inlined. */
static bool is_known(const struct cli *cli, struct symbols *symbols)
{
	const struct header *header = &cli->header;
	struct symbol_match match;
	int rc = symbols_resolve(symbols, cli->word, &match);

	if (rc == 0)
		symbol_match_free(&match);
	for (size_t i = 0; rc == -ENOENT && i < header->nattaches; i++)
		if (header->attaches[i].standin_for &&
		    strcmp(header->attaches[i].standin_for, cli->word) == 0)
			return true;
	return rc != -ENOENT;
}

int prepare_word(const struct cli *cli, struct error *err)
{
	struct symbols *symbols = NULL;
	struct symbols_source lists;
	int rc = cli->is_function ? prepare_symbols(cli, &lists, &symbols, err) : 0;

	if (rc < 0 || !cli->is_function)
		return rc;
	if (!is_known(cli, symbols)) {
		char like[256];

		similar_text(symbols, cli->word, like, sizeof(like));
		rc = cli->verb == VERB_HELP
			     ? error_usage(err,
					   "no program and no function %s; `kwhile list` shows the "
					   "programs, `kwhile help` all options",
					   cli->word)
			     : error_usage(err, "no function %s in this kernel%s", cli->word, like);
		cli_unknown_word(cli, err);
	}
	symbols_keep(symbols);
	prepare_symbols_free(&lists, symbols);
	return rc;
}

int prepare_help(const struct cli *cli, struct error *err)
{
	int rc = prepare_word(cli, err);

	if (rc == 0 || err->status == EXIT_USAGE)
		return rc;
	error_clear(err);
	return 0;
}

/* A package says of which kernel it is; nothing else of it makes sense on another one. */
static int check_kernel(const struct cli *cli, struct error *err)
{
	struct kernel_id running;

	if (!cli->package)
		return 0;
	kernel_id_running(&running);
	return package_check(cli->package, &running, cli->word, err);
}

int prepare_plan(struct cli *cli, struct plan *plan, struct error *err)
{
	struct symbols *symbols = NULL;
	struct symbols_source lists;
	int rc = check_kernel(cli, err);

	if (rc == 0)
		rc = prepare_symbols(cli, &lists, &symbols, err);
	if (rc < 0)
		return rc;
	rc = plan_make(&cli->header, symbols, plan, err);
	if (symbols_were_read(symbols))
		say_detail("read the kernel's list of functions");
	if (rc == 0)
		symbols_keep(symbols);
	if (rc == -ENOENT && cli->is_function)
		cli_unknown_word(cli, err);
	phase_ended("resolve");
	prepare_symbols_free(&lists, symbols);
	return rc;
}

static void show_progress(unsigned ms)
{
	if (ms >= PROGRESS_MS)
		say_progress("compiling");
}

/* The directory that the text is in, absolute; NULL: it came from no file, or has no memory. */
static char *text_directory(const struct cli *cli)
{
	char *name = strchr(cli->word, '/') ? strdup(cli->word) : NULL;

	if (!name)
		return NULL;
	*(strrchr(name, '/') + 1) = '\0';
	char *directory = realpath(name, NULL);

	free(name);
	return directory;
}

/* The compiler, and its object kept for the next start. */
static int compile_and_keep(const struct cli *cli, const char *text, const char *beside,
			    const struct cache *cache, const char *key, const volatile bool *stop,
			    struct object *object, struct error *err)
{
	struct headers headers = {0};
	int rc = headers_find(cli->headers, facts_release(), cli->any_headers, &headers, err);

	if (rc < 0)
		return rc;
	const struct compile_options options = {
		.file = cli->file,
		.source = cli->text,
		.beside = beside,
		.headers = headers.path,
		.tracefs = facts_tracefs(),
		.cflags = (const char *const *)cli->cflags,
		.stop = stop,
		.waiting = show_progress,
	};

	phase_ended("headers");
	rc = compile(text, &options, object, err);
	say_progress(NULL);
	headers_free(&headers);
	phase_ended("compile");
	if (rc == 0)
		cache_store(cache, key, object);
	return rc;
}

/* The object that came with the text, if the options in force leave the code as it was built. */
static int take_object(struct package *package, const struct cli *cli, const char *expanded,
		       struct object *object, struct error *err)
{
	uint64_t code[2];

	package_code(expanded, code);
	if (cli->ncflags || memcmp(code, package->code, sizeof(code)) != 0)
		return error_usage(err,
				   "%s: these options change the code, and it is compiled already: "
				   "give them to `kwhile build`",
				   cli->word);
	*object = package->object;
	memset(&package->object, 0, sizeof(package->object));
	return 0;
}

int prepare_object(const struct cli *cli, const volatile bool *stop, struct expansion *expansion,
		   struct object *object, struct error *err)
{
	struct cache cache = {.dir = -1};
	char key[CACHE_KEY_SIZE];
	int rc = expand(cli->text, cli->file, &cli->header, expansion, err);

	phase_ended("expand");

	if (rc == 0 && cli->package)
		return take_object(cli->package, cli, expansion->text, object, err);
	if (rc < 0)
		return rc;
	char *beside = text_directory(cli);
	const struct cache_inputs inputs = {
		.text = expansion->text,
		.beside = beside,
		.cflags = (const char *const *)cli->cflags,
		.headers = cli->headers,
		.any_headers = cli->any_headers,
		.tracefs = facts_tracefs(),
	};

	rc = cache_key(&inputs, key);
	if (rc == -ENOMEM) {
		free(beside);
		return error_nomem(err);
	}
	if (rc < 0)
		say_detail("what %s includes is known to the compiler alone (a macro names it, or "
			   "__has_include asks for it): its object is not kept",
			   cli->file);
	else if (!cli->no_cache)
		cache_open(&cache);
	rc = cache_load(&cache, key, object);
	phase_ended("cache");
	say_detail("object %s", rc == 0 ? "from the cache" : "not in the cache: compiling");
	if (rc == -ENOMEM)
		rc = error_nomem(err);
	else if (rc < 0)
		rc = compile_and_keep(cli, expansion->text, beside, &cache, key, stop, object, err);
	free(beside);
	cache_close(&cache);
	return rc;
}
