/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/say.h"
#include "base/similar.h"
#include "cli_source.h"
#include "cli_value.h"
#include "cli_words.h"
#include "program/fill.h"
#include "sample/session.h"

/* Options of every program. Letters and words of a program's own come from its header. */
enum {
	OPT_HEADERS = 256,
	OPT_ANY_HEADERS,
	OPT_NO_CACHE,
	OPT_ARG,
	OPT_STRICT,
	OPT_TABLES,
	OPT_STATS,
	OPT_PID,
	OPT_AUDIT,
	OPT_VERBOSE_LONG,
	OPT_HEADER_WORD = 512,
	OPT_PROGRAM = 1024
};

static const struct option common[] = {
	{"interval", required_argument, NULL, 'i'},
	{"samples", required_argument, NULL, 'n'},
	{"duration", required_argument, NULL, 'd'},
	{"command", required_argument, NULL, 'c'},
	{"output", required_argument, NULL, 'o'},
	{"define", required_argument, NULL, 'D'},
	{"verbose", no_argument, NULL, 'v'},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{"kernel-headers", required_argument, NULL, OPT_HEADERS},
	{"allow-other-headers", no_argument, NULL, OPT_ANY_HEADERS},
	{"no-cache", no_argument, NULL, OPT_NO_CACHE},
	{"arg", required_argument, NULL, OPT_ARG},
	{"strict", optional_argument, NULL, OPT_STRICT},
	{"tables", required_argument, NULL, OPT_TABLES},
	{"stats", no_argument, NULL, OPT_STATS},
	{"pid", required_argument, NULL, OPT_PID},
	{"audit", no_argument, NULL, OPT_AUDIT},
};
#define NCOMMON (sizeof(common) / sizeof(common[0]))
#define COMMON_LETTERS "i:n:d:c:o:D:vhVp:"

static const char *const header_words[] = {"attach", "standin", "fresh", "size", "label", "account",
					   "repair", "tail",	"inner", "as",	 "show"};
#define NWORDS (sizeof(header_words) / sizeof(header_words[0]))

/* The tables that getopt_long(3) wants: common options, header words, the program's own. */
struct table {
	struct option *longs;
	size_t n;
	struct buf letters;
};

static int table_make(struct table *t, const struct header *header, bool ordered)
{
	size_t own = header ? header->options.n : 0;

	t->longs = calloc(NCOMMON + NWORDS + own + 1, sizeof(*t->longs));
	if (!t->longs)
		return -ENOMEM;
	buf_adds(&t->letters, ordered ? "+:" COMMON_LETTERS : ":" COMMON_LETTERS);
	for (size_t i = 0; i < NCOMMON; i++)
		if (!header || !option_find(&header->options, common[i].name))
			t->longs[t->n++] = common[i];
	for (size_t i = 0; i < NWORDS; i++)
		if (!header || !option_find(&header->options, header_words[i]))
			t->longs[t->n++] = (struct option){header_words[i], required_argument, NULL,
							   OPT_HEADER_WORD + (int)i};
	for (size_t i = 0; i < own; i++) {
		const struct program_option *o = &header->options.list[i];

		t->longs[t->n++] =
			(struct option){o->name, required_argument, NULL, OPT_PROGRAM + (int)i};
		if (o->letter && !strchr(COMMON_LETTERS, o->letter))
			buf_addf(&t->letters, "%c:", o->letter);
	}
	return buf_error(&t->letters);
}

static void table_free(struct table *t)
{
	free(t->longs);
	buf_free(&t->letters);
}

static int add_define(struct cli *cli, const char *text, struct error *err)
{
	char **more = realloc(cli->cflags, (cli->ncflags + 2) * sizeof(*more));

	if (!more)
		return error_nomem(err);
	cli->cflags = more;
	more[cli->ncflags + 1] = NULL;
	if (asprintf(&more[cli->ncflags], "-D%s", text) < 0) {
		more[cli->ncflags] = NULL;
		return error_nomem(err);
	}
	cli->ncflags++;
	return 0;
}

static int add_arg(struct cli *cli, char *value, struct error *err)
{
	char **more = realloc(cli->args, (cli->nargs + 1) * sizeof(*more));

	if (!more)
		return error_nomem(err);
	cli->args = more;
	more[cli->nargs++] = value;
	return 0;
}

static int set_command(struct cli *cli, char *text, struct error *err)
{
	if (!text[strspn(text, " \t\n")])
		return error_usage(err, "-c '%s': give a command to run and follow", text);
	cli->shell[0] = (char *)"/bin/sh";
	cli->shell[1] = (char *)"-c";
	cli->shell[2] = text;
	cli->command = cli->shell;
	return 0;
}

static int set_strict(struct cli *cli, const char *arg, struct error *err)
{
	if (arg && strcmp(arg, "all") != 0)
		return error_usage(err, "--strict='%s': write --strict, or --strict=all", arg);
	cli->strict = arg ? STRICT_ALL : STRICT_KNOWN;
	return 0;
}

static int set_tables(struct cli *cli, const char *arg, struct error *err)
{
	cli->drain = strcmp(arg, "drain") == 0;
	if (!cli->drain && strcmp(arg, "keep") != 0)
		return error_usage(err, "--tables '%s': write keep or drain", arg);
	return 0;
}

static int common_option(struct cli *cli, int opt, char *arg, struct error *err)
{
	switch (opt) {
	case 'p':
	case OPT_PID:
		return cli_pid("-p", arg, &cli->header.pid, err);
	case 'i':
		return cli_seconds("-i", arg, SESSION_MIN_INTERVAL_NS, &cli->interval_ns, err);
	case 'd':
		return cli_seconds("-d", arg, SESSION_MIN_INTERVAL_NS, &cli->duration_ns, err);
	case 'n':
		return cli_count("-n", arg, &cli->samples, err);
	case 'c':
		return set_command(cli, arg, err);
	case 'o':
		if (cli->verb == VERB_BUILD)
			return cli->built = arg, 0;
		return cli_output(arg, &cli->format, &cli->out, err);
	case 'D':
		return add_define(cli, arg, err);
	case 'v':
		say_verbosity++;
		return 0;
	case 'h':
		cli->verb = VERB_HELP;
		return 0;
	case 'V':
		cli->verb = VERB_VERSION;
		return 0;
	case OPT_HEADERS:
		cli->headers = arg;
		return 0;
	case OPT_ANY_HEADERS:
		cli->any_headers = true;
		return 0;
	case OPT_NO_CACHE:
		cli->no_cache = true;
		return 0;
	case OPT_ARG:
		return add_arg(cli, arg, err);
	case OPT_STRICT:
		return set_strict(cli, arg, err);
	case OPT_TABLES:
		return set_tables(cli, arg, err);
	case OPT_STATS:
		cli->stats = true;
		return 0;
	case OPT_AUDIT:
		cli->audit = true;
		return 0;
	default:
		return -ENOENT;
	}
}

static int program_option(struct cli *cli, int opt, const char *arg, struct error *err)
{
	struct option_set *set = &cli->header.options;

	int word = opt - OPT_HEADER_WORD;

	if (opt >= OPT_PROGRAM)
		return option_bind(&set->list[opt - OPT_PROGRAM], arg, err);
	if (word >= 0 && word < (int)NWORDS)
		return header_add(&cli->header, header_words[word], arg,
				  (struct origin){.file = "command line"}, err);
	for (size_t i = 0; i < set->n; i++)
		if (set->list[i].letter == opt)
			return option_bind(&set->list[i], arg, err);
	return error_usage(err, "there is no option -%c", opt);
}

/* The long option that one with a typing error is like, or NULL. */
static const char *option_meant(const struct table *t, const char *typed)
{
	for (size_t i = 0; i < t->n && strncmp(typed, "--", 2) == 0; i++)
		if (similar_enough(typed + 2, t->longs[i].name))
			return t->longs[i].name;
	return NULL;
}

/* What getopt_long(3) could not make sense of. */
static int bad_option(const struct table *t, char *const *argv, int opt, struct error *err)
{
	const char *typed = argv[optind - 1];
	const char *meant = option_meant(t, typed);

	if (opt == ':')
		return error_usage(err, "%s wants a value", typed);
	for (size_t i = 0; i < t->n; i++) {
		const char *name = t->longs[i].name;
		int len = (int)strlen(name);

		if (strncmp(typed, "--", 2) == 0 && strncmp(typed + 2, name, (size_t)len) == 0 &&
		    typed[2 + len] == '=')
			return error_usage(err, "--%s takes no value: write --%s", name, name);
	}
	if (optopt && optopt < 256)
		return error_usage(err, "there is no option -%c; `kwhile help` shows them", optopt);
	return error_usage(err, "there is no option %s; %s%s%s", typed,
			   meant ? "did you mean --" : "`kwhile help` shows them",
			   meant ? meant : "", meant ? "?" : "");
}

/* First pass: find the first word, without minding options that only its program has. */
static void find_word(int argc, char **argv, struct cli *cli, int *at)
{
	struct table t = {0};

	optind = 0;
	opterr = 0;
	if (table_make(&t, NULL, true) == 0)
		while (getopt_long(argc, argv, t.letters.data, t.longs, NULL) != -1)
			;
	table_free(&t);
	*at = optind < argc ? optind : 0;
	if (*at)
		cli->word = argv[*at];
}

/* A word that stands for nothing may be the value of an option that was mistyped ahead of it. */
static void blame_option(int argc, char **argv, struct error *err)
{
	struct table t = {0};
	int opt = 0;

	optind = 0;
	if (table_make(&t, NULL, true) == 0)
		while (opt != '?' && opt != -1)
			opt = getopt_long(argc, argv, t.letters.data, t.longs, NULL);
	if (opt == '?' && option_meant(&t, argv[optind - 1]))
		bad_option(&t, argv, opt, err);
	table_free(&t);
}

/* -p is a program's own where it has declared it. */
static bool is_own_letter(const struct cli *cli, int opt)
{
	for (size_t i = 0; opt == 'p' && i < cli->header.options.n; i++)
		if (cli->header.options.list[i].letter == opt)
			return true;
	return false;
}

/* For a package: an option as it was given, by its long name. */
static int remember(struct cli *cli, const struct table *t, int opt, struct error *err)
{
	static const int not_kept[] = {
		'o', 'D', 'v', 'p', OPT_PID, OPT_HEADERS, OPT_ANY_HEADERS, OPT_NO_CACHE, OPT_ARG};
	const char *name = NULL;
	char *text;

	for (size_t i = 0; i < sizeof(not_kept) / sizeof(not_kept[0]); i++)
		if (opt == not_kept[i] && !is_own_letter(cli, opt))
			return 0;
	for (size_t i = 0; i < t->n; i++)
		if (t->longs[i].val == opt)
			name = t->longs[i].name;
	for (size_t i = 0; !name && i < cli->header.options.n; i++)
		if (cli->header.options.list[i].letter == opt)
			name = cli->header.options.list[i].name;
	if (asprintf(&text, "--%s%s%s", name ? name : "", optarg ? "=" : "", optarg ? optarg : "") <
	    0)
		return error_nomem(err);
	return cli_give(cli, text, err);
}

/* A text's own option pid is for its uprobes too. */
static void use_own_pid(struct header *header)
{
	const struct program_option *own = option_find(&header->options, "pid");

	if (own && own->type == OPTION_PID && own->number > 0)
		header->pid = own->number;
}

static int parse_options(int argc, char **argv, struct cli *cli, struct error *err)
{
	struct table t = {0};
	int opt, rc = table_make(&t, &cli->header, false);

	if (rc < 0)
		rc = error_nomem(err);
	optind = 0;
	while (rc == 0 && (opt = getopt_long(argc, argv, t.letters.data, t.longs, NULL)) != -1) {
		if (opt == '?' || opt == ':') {
			rc = bad_option(&t, argv, opt, err);
			break;
		}
		rc = is_own_letter(cli, opt) ? -ENOENT : common_option(cli, opt, optarg, err);
		if (rc == -ENOENT)
			rc = program_option(cli, opt, optarg, err);
		if (rc == 0 && cli->verb == VERB_BUILD)
			rc = remember(cli, &t, opt, err);
	}
	if (rc == 0)
		rc = cli_bind_words(cli, argv + optind, err);
	table_free(&t);
	return rc;
}

/* Take argument @at out of the list. */
static void drop_argument(int *argc, char **argv, int at)
{
	memmove(argv + at, argv + at + 1, (size_t)(*argc - at) * sizeof(*argv));
	(*argc)--;
}

/* What was given to `kwhile build` comes first, as if it stood ahead of the other options. */
static int parse_package(struct cli *cli, struct error *err)
{
	const struct package *package = cli->package;
	char **args = calloc(package->noptions + 2, sizeof(*args));

	if (!args)
		return error_nomem(err);
	args[0] = (char *)"kwhile";
	for (size_t i = 0; i < package->noptions; i++)
		args[i + 1] = package->options[i];
	int rc = parse_options((int)package->noptions + 1, args, cli, err);

	free(args);
	return rc;
}

static int fill_text(struct cli *cli, struct error *err)
{
	char *filled = NULL;
	int rc = cli->text ? fill_places(cli->text, cli->file, cli->args, cli->nargs, &filled, err)
			   : error_usage(err, "--arg fills places of a text, and there is none");

	if (rc == 0) {
		free(cli->text);
		cli->text = filled;
	}
	return rc;
}

/* What stands behind -- is the command, and is not looked at. */
static int take_command(int *argc, char **argv, struct cli *cli, struct error *err)
{
	for (int i = 1; i < *argc; i++) {
		if (strcmp(argv[i], "--") != 0)
			continue;
		if (i + 1 == *argc)
			return error_usage(err, "a command to run is missing behind --");
		cli->command = argv + i + 1;
		*argc = i;
	}
	return 0;
}

/* The verb and the word behind it, or the first word; with them, what is to run. */
static int take_word(int *argc, char **args, struct cli *cli, struct error *err)
{
	enum verb other;
	int at, rc;

	find_word(*argc, args, cli, &at);
	if (cli->word && cli_verb(cli->word, &cli->verb)) {
		drop_argument(argc, args, at);
		cli->word = NULL;
		find_word(*argc, args, cli, &at);
	}
	if (!cli->word)
		return 0;
	drop_argument(argc, args, at);
	/* What a verb is for is on the page of all. */
	if (cli->verb == VERB_HELP && cli_verb(cli->word, &other))
		cli->word = NULL;
	if (!cli->word ||
	    (cli->verb != VERB_RUN && cli->verb != VERB_HELP && cli->verb != VERB_BUILD))
		return 0;
	rc = cli_reserved(cli->word, err);
	if (rc == 0)
		rc = cli_source(cli, err);
	if (rc < 0)
		blame_option(*argc, args, err);
	return rc;
}

int cli_parse(int argc, char **argv, struct cli *cli, struct error *err)
{
	cli->interval_ns = 1000000000u;
	cli->format = output_find("text");
	cli->out = stdout;
	int rc = take_command(&argc, argv, cli, err);

	if (rc < 0)
		return rc;
	/* getopt_long(3) wants its own copy that ends with NULL. */
	char **args = calloc((size_t)argc + 1, sizeof(*args));
	char **command = cli->command;

	if (!args)
		return error_nomem(err);
	memcpy(args, argv, (size_t)argc * sizeof(*args));
	rc = take_word(&argc, args, cli, err);
	if (rc == 0 && cli->package)
		rc = parse_package(cli, err);
	if (rc == 0)
		rc = parse_options(argc, args, cli, err);
	if (rc == 0)
		use_own_pid(&cli->header);
	if (rc == 0 && cli->nargs)
		rc = fill_text(cli, err);
	if (rc == 0 && cli->word && cli->verb == VERB_DOCTOR)
		rc = error_usage(err, "'%s' is one word too many", cli->word);
	if (rc == 0 && command && cli->command != command)
		rc = error_usage(err, "give the command either with -c or behind --");
	free(args);
	return rc;
}
