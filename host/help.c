/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <stdio.h>
#include <string.h>

#include "kernel/facts.h"
#include "object/headers.h"
#include "program/shipped.h"

static const char usage[] =
	"kwhile counts what the kernel does while one of its functions runs, and runs any other\n"
	"BCC-style probe text.\n"
	"\n"
	"  kwhile FUNCTION [OPTIONS]      count the default events while FUNCTION() runs\n"
	"  kwhile PROGRAM [OPTIONS]       run a shipped program (kwhile list)\n"
	"  kwhile FILE.c [OPTIONS]        run a probe text of your own (- is standard input)\n"
	"  kwhile list                    the shipped programs\n"
	"  kwhile list 'KIND:PATTERN'     the probe points that match, such as "
	"'tracepoint:sched:*'\n"
	"                                 or 'kprobe:vfs_*'; with -v the fields of tracepoints\n"
	"  kwhile list usdt:FILE          what is in a program or library: uprobe and usdt, also\n"
	"                                 'uprobe:FILE:PATTERN', and 'usdt -p PID'\n"
	"  kwhile help PROGRAM            its own options\n"
	"  kwhile doctor                  what this kernel has, and what to do about what it "
	"lacks\n"
	"  kwhile build PROGRAM [OPTIONS] -o FILE.kwo   compile now, for machines without a "
	"compiler\n"
	"  kwhile FILE.kwo [OPTIONS]      run it: same kernel, other numbers if you like\n"
	"  kwhile cache list|clear|verify compiled objects, kept for the next start\n"
	"\n"
	"It runs until Ctrl-C, unless -n, -d or a command ends it.\n"
	"\n"
	"Options of every program:\n"
	"  -i, --interval SECONDS         time between samples (default 1)\n"
	"  -n, --samples N                end after N samples, and with it the command\n"
	"  -d, --duration SECONDS         end after this time, and with it the command\n"
	"  -c, --command 'COMMAND'        run a shell command, end when it ends, exit as it does\n"
	"  -- COMMAND ARGS                the same without a shell\n"
	"  -o, --output FORMAT[=FILE]     %s (default text)\n"
	"  -p, --pid PID                  user-space probes (uprobe, uretprobe): of this process "
	"only,\n"
	"                                 with its own files; the run ends with it\n"
	"  -D, --define NAME=VALUE        set a macro in the text\n"
	"  --arg VALUE                    fill the next %%d or %%s place of the text\n"
	"  --kernel-headers DIR           headers of this kernel: a build tree, or BUILD:SOURCE\n"
	"  --allow-other-headers          use them even if they are another kernel's\n"
	"  --strict[=all]                 exit with 3 if anything was missed (all: or is unknown)\n"
	"  --tables keep|drain            how tables written with BCC's own calls are read: "
	"subtract\n"
	"                                 the reading before (keep, the default), or take out\n"
	"  --stats                        run count and time of each probe's program, at the end\n"
	"  --audit                        compare with the kernel's own counts of the probed "
	"functions:\n"
	"                                 what was skipped, at the end\n"
	"  --no-cache                     compile, and keep nothing for the next start\n"
	"  --attach, --show, --as, --tail, --inner, --fresh, --size, --label, --account,\n"
	"  --repair, --standin LINE\n"
	"                                 a header line, as a text has it behind ///\n"
	"  -v, --verbose                  say more, and show compiler warnings and verifier logs "
	"whole\n"
	"  -h, --help   -V, --version\n";

#define INDENT 33 /* column of an option's help */
#define WIDTH 100

/* A new line that begins with @word. Return: the column behind it. */
static size_t begin_line(const char *word)
{
	return (size_t)printf("\n%*s%s", INDENT, "", word) - 1;
}

/* A list in lines that a terminal holds, broken behind commas. */
static void print_list(const char *list)
{
	size_t column = begin_line("default ");

	while (*list) {
		size_t len = strcspn(list, ",");

		len += list[len] == ',';
		if (column + len > WIDTH)
			column = begin_line("");
		column += (size_t)printf("%.*s", (int)len, list);
		list += len;
	}
}

static void print_default(const struct program_option *o)
{
	if (strcmp(o->fallback, "-") == 0)
		printf(" (must be given)");
	else if (o->type == OPTION_CHOICE)
		printf("\n%*s%s (default %s)", INDENT, "", o->choices, o->fallback);
	else if (strlen(o->fallback) > 40)
		print_list(o->fallback);
	else if (*o->fallback)
		printf(" (default %s)", o->fallback);
}

static const char *value_name(enum option_type type)
{
	static const char *const names[] = {
		[OPTION_INT] = "N",	     [OPTION_USEC] = "USEC",
		[OPTION_CHOICE] = "WORD",    [OPTION_FUNCTION] = "FUNCTION",
		[OPTION_FUNCTIONS] = "LIST", [OPTION_CPU] = "CPU",
		[OPTION_PID] = "PID",	     [OPTION_EXPR] = "EXPR",
		[OPTION_PROBE] = "PROBE",    [OPTION_STRING] = "TEXT",
	};

	return names[type];
}

/* How it is called, where words belong behind its name. */
static void print_words(const struct cli *cli)
{
	const struct option_set *set = &cli->header.options;
	bool any = false;

	for (size_t i = 0; i < set->n; i++) {
		const struct program_option *o = &set->list[i];

		if (!option_is_positional(o))
			continue;
		if (!any)
			printf("  kwhile %s", cli->word);
		any = true;
		printf(strcmp(o->fallback, "-") == 0 ? " %s" : " [%s]", o->name);
	}
	if (any)
		printf(" [OPTIONS]\n\n");
}

static void print_program(const struct cli *cli)
{
	const struct header *h = &cli->header;

	printf("%s - %s\n\n", h->name ? h->name : cli->file, h->title ? h->title : "a probe text");
	print_words(cli);
	if (h->options.n)
		printf("Options of this program:\n");
	for (size_t i = 0; i < h->options.n; i++) {
		const struct program_option *o = &h->options.list[i];
		char left[64];

		if (option_is_positional(o))
			snprintf(left, sizeof(left), "%s", o->name);
		else
			snprintf(left, sizeof(left), "%s%.1s%s--%s %s", o->letter ? "-" : "",
				 o->letter ? &o->letter : "", o->letter ? ", " : "", o->name,
				 value_name(o->type));
		printf("  %-30s %s", left, o->help ? o->help : "");
		print_default(o);
		printf("\n");
	}
	printf("\nIt attaches:\n");
	for (size_t i = 0; i < h->nattaches; i++)
		if (!h->attaches[i].standin_for)
			printf("  %s%s\n", h->attaches[i].point,
			       h->attaches[i].optional ? " (where there is one)" : "");
		else
			printf("  %s (only where %s was inlined away)\n", h->attaches[i].point,
			       h->attaches[i].standin_for);
	printf("\nOptions of every program: kwhile help\n");
}

int help_print(const struct cli *cli)
{
	if (cli->word)
		print_program(cli);
	else
		printf(usage, output_names());
	return 0;
}

int help_list(struct error *err)
{
	for (size_t i = 0; i < shipped_count; i++) {
		const struct shipped *s = &shipped_programs[i];
		struct header h = {0};
		int rc = header_parse(s->text, s->file, &h, err);

		if (rc == 0)
			printf("%-16s %s\n", s->name, h.title ? h.title : "");
		header_free(&h);
		if (rc < 0)
			return rc;
	}
	return 0;
}

int help_doctor(const struct cli *cli)
{
	struct error why = {0};
	struct headers headers = {0};
	const char *tracefs = facts_tracefs();

	printf("kernel        %s\n", facts_release());
	printf("CPUs          online %s, possible %u\n", facts_cpus_online(),
	       facts_cpus_possible());
	printf("tracefs       %s\n", tracefs ? tracefs : "not mounted");
	if (headers_find(cli->headers, facts_release(), cli->any_headers, &headers, &why) == 0)
		printf("headers       %s\n",
		       headers.path && !headers.merged ? headers.path : "found");
	else
		printf("headers       no: %s\n", why.text);
	headers_free(&headers);
	error_clear(&why);
	for (int f = 0; f < FACT_NFACTS; f++) {
		bool have = fact((enum fact)f);

		/* All are good to have but lockdown. */
		bool good = have != (f == FACT_LOCKDOWN);

		if (good)
			printf("%-13s %s\n", fact_name((enum fact)f), have ? "yes" : "no");
		else
			printf("%-13s %-4s %s\n", fact_name((enum fact)f), have ? "yes" : "no",
			       fact_help((enum fact)f));
	}
	return 0;
}

void help_version(void)
{
	printf("kwhile %s\n", KW_VERSION);
}
