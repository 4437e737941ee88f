/* SPDX-License-Identifier: Apache-2.0 */
#include "run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/say.h"
#include "kernel/audit.h"
#include "kernel/facts.h"
#include "kernel/trace.h"
#include "phases.h"
#include "prepare.h"
#include "program/assigned.h"
#include "program/bare.h"
#include "program/ctext.h"
#include "program/expand.h"
#include "program/plan.h"
#include "sample/session.h"
#include "stats.h"

/* Below this, a flip and its wait would take a good part of the interval. */
#define SHORTEST_FLIP_NS 100000000u

/* One run: what each floor has made, in the order in which it was made. */
struct run {
	struct cli *cli;
	const volatile bool *stop;
	struct kernel *kernel;
	struct plan plan;
	struct expansion expansion;
	struct object object;
	struct trace *trace;
	struct audit *audit; /* NULL without --audit */
	struct snapshot *snapshot;
	struct session session;
	uint64_t attached_ns;
	bool missed;		   /* some account of some sample was above 0 */
	bool unknown;		   /* … or unknown */
	bool skips_unknown;	   /* events_skipped was, of which an audit may know */
	struct error audit_failed; /* why there is no report */
};

static int check_cpus(const struct header *header, struct error *err)
{
	for (size_t i = 0; i < header->options.n; i++) {
		const struct program_option *o = &header->options.list[i];

		if (o->type == OPTION_CPU && o->number >= 0 && facts_check_cpu(o->number, err) < 0)
			return -EINVAL;
	}
	return 0;
}

static bool needs_kprobes(const struct header *header)
{
	for (size_t i = 0; i < header->nattaches; i++) {
		const struct attach_line *a = &header->attaches[i];
		enum probe_kind kind;
		const char *rest;

		if (!a->optional && !a->tentative && !a->standin_for &&
		    probe_parse_kind(a->point, &kind, &rest, NULL) == 0 &&
		    (kind == PROBE_KPROBE || kind == PROBE_KRETPROBE))
			return true;
	}
	return false;
}

static int check_pids(const struct header *header, struct error *err)
{
	for (size_t i = 0; i < header->options.n; i++) {
		const struct program_option *o = &header->options.list[i];

		if (o->type == OPTION_PID && o->number >= 0 && kill((pid_t)o->number, 0) < 0 &&
		    errno == ESRCH)
			return error_usage(err, "--%s %s: there is no such process", o->name,
					   o->value);
	}
	return 0;
}

/* Attach lines of the text; those of the command line come on top of what handlers' names say. */
static bool has_own_attaches(const struct header *header)
{
	for (size_t i = 0; i < header->nattaches; i++)
		if (header->attaches[i].origin.line)
			return true;
	return false;
}

/* What a text of BCC's without header lines says by its names. */
int run_complete(struct cli *cli, struct error *err)
{
	struct header *header = &cli->header;
	int rc = 0;

	if (!has_own_attaches(header))
		rc = bare_attaches(header, cli->text, cli->file, err);
	if (rc == 0 && !header->nshows)
		rc = bare_shows(header, cli->text, cli->file, err);
	if (rc == 0 && header->nattaches)
		rc = bare_prints(header, cli->text, cli->file, err);
	for (size_t i = 0; rc == 0 && i < header->nshows; i++)
		header->shows[i].as_is = assigned_is(cli->text, header->shows[i].table);
	return rc;
}

/* --pid is for probes of user space; a text's own option of that name may mean more. */
static int check_followed(struct run *r, struct error *err)
{
	const struct header *header = &r->cli->header;
	bool user = false;

	for (size_t i = 0; i < header->nattaches; i++) {
		enum probe_kind kind;
		const char *rest, *point = header->attaches[i].point;

		user |= point[0] == '$' ||
			(probe_parse_kind(point, &kind, &rest, NULL) == 0 && probe_is_user(kind));
	}
	if (!header->pid || option_find(&header->options, "pid"))
		return 0;
	if (!user)
		return error_usage(err,
				   "-p %ld: this text has no probe of user space, and no option "
				   "of its own for a process",
				   header->pid);
	if (session_follow(&r->session, (pid_t)header->pid) < 0)
		return error_usage(err, "-p %ld: there is no such process", header->pid);
	return 0;
}

/* A page among other text is none. */
static int check_place(const struct cli *cli, struct error *err)
{
	const char *name = cli->format->name;

	if (!cli->format->is_page || cli->out != stdout)
		return 0;
	if (isatty(STDOUT_FILENO))
		return error_usage(err,
				   "-o %s writes a file to be opened, and this is a terminal: "
				   "write -o %s=FILE",
				   name, name);
	if (cli->command)
		say("what the command prints goes to where the %s goes: -o %s=FILE keeps them "
		    "apart",
		    name, name);
	return 0;
}

static int check_format(const struct cli *cli, struct error *err)
{
	for (size_t i = 0; i < cli->header.nshows; i++)
		if (cli->header.shows[i].kind == VIEW_STACKS)
			return 0;
	if (!cli->format->needs_stacks)
		return 0;
	return error_usage(err,
			   "-o %s shows stacks, and this text shows none: it has no line "
			   "`/// show TABLE stacks`",
			   cli->format->name);
}

static int no_handler(const struct cli *cli, struct error *err)
{
	const char *open = ctext_unclosed(cli->text);

	if (open)
		return error_usage(err, "%s:%u: nothing closes this %.*s, so there is no handler",
				   cli->file, ctext_line(cli->text, open), *open == '/' ? 2 : 1,
				   open);
	return error_usage(err, "%s has no handler: no function in it could be attached to a probe",
			   cli->file);
}

/* A text that nothing of is attached. */
static int check_handlers(const struct cli *cli, struct error *err)
{
	struct buf idle = {0};
	int rc = 0;

	if (cli->header.nattaches)
		return 0;
	if (bare_idle(&cli->header, cli->text, &idle))
		rc = error_usage(
			err,
			"%s: nothing to attach: no handler is named as BCC attaches by itself "
			"(kprobe__FN), and there is no `/// attach PROBE=HANDLER` line; give "
			"--attach PROBE=HANDLER for %.300s",
			cli->file, buf_string(&idle));
	else
		rc = no_handler(cli, err);
	buf_free(&idle);
	return rc;
}

/* Said once all else is well: what was given by mistake is told by its own message. */
static void say_idle(const struct cli *cli)
{
	struct buf idle = {0};
	unsigned n = bare_idle(&cli->header, cli->text, &idle);

	if (n)
		say("%s: nothing attaches %.300s, so %s never run%s; --attach PROBE=HANDLER does",
		    cli->file, buf_string(&idle), n > 1 ? "they" : "it", n > 1 ? "" : "s");
	buf_free(&idle);
}

/* Everything that can be known to be wrong before any work is done. */
static int check(struct run *r, struct error *err)
{
	const struct header *header = &r->cli->header;
	int rc = run_complete(r->cli, err);

	if (rc == 0)
		rc = header_check(header, err);
	if (rc == 0)
		rc = header_check_given(header, err);
	if (rc == 0)
		rc = check_cpus(header, err);
	if (rc == 0)
		rc = check_pids(header, err);
	if (rc == 0)
		rc = check_followed(r, err);
	if (rc == 0)
		rc = check_format(r->cli, err);
	if (rc == 0)
		rc = check_place(r->cli, err);
	if (rc == 0)
		rc = check_handlers(r->cli, err);
	if (rc == 0)
		rc = kernel_real(&r->kernel, err);
	return rc;
}

static int check_kprobes(const struct run *r, struct error *err)
{
	const struct header *header = &r->cli->header;

	if (!needs_kprobes(header) || fact(FACT_KPROBES))
		return 0;
	/* A typing error is a typing error on every kernel. */
	int rc = prepare_word(r->cli, err);

	if (rc < 0)
		return rc;
	return error_failed(err, -EOPNOTSUPP,
			    "this kernel (%s) has no kprobes (CONFIG_KPROBES is off), and %s needs "
			    "them: programs that attach to tracepoints work here",
			    facts_release(), header->name ? header->name : r->cli->file);
}

/* What of the accounts --strict minds. */
static void judge(struct run *r, const struct sample *sample)
{
	const struct account *a = &sample->account;
	const int64_t counts[] = {a->returns_missed, a->refused,     a->lost,
				  a->repaired,	     a->stacks_lost, a->stacks_cut};

	r->missed |= a->events_skipped > 0;
	r->skips_unknown |= a->events_skipped == COUNT_UNKNOWN;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		r->missed |= counts[i] > 0;
		r->unknown |= counts[i] == COUNT_UNKNOWN;
	}
}

/* What of the audit --strict minds. A call without a return so far may yet return. */
static void judge_audit(struct run *r, const struct audit_report *report)
{
	bool unsure = false;

	for (size_t i = 0; i < report->n; i++) {
		const struct audit_line *line = &report->lines[i];

		r->missed |= !line->is_return && line->skipped > 0;
		unsure |= line->unsure > 0;
	}
	/* All there was is counted, so nothing is unknown of skipped events. */
	if (audit_is_whole(r->audit) && !unsure)
		r->skips_unknown = false;
}

static int audit(struct run *r, const struct sample *sample, struct audit_report *report,
		 struct sample *audited, struct error *err)
{
	int rc = audit_end(r->audit, report, err);

	if (rc < 0)
		return rc;
	judge_audit(r, report);
	*audited = *sample;
	audited->audit = report;
	return 0;
}

static int begun(void *ctx, struct error *err)
{
	struct run *r = ctx;
	int rc = r->audit ? audit_begin(r->audit, err) : 0;

	/* Who reads this may begin: all that comes now is in a sample. */
	if (rc == 0)
		say_detail("%u probe%s attached", trace_attached(r->trace),
			   trace_attached(r->trace) == 1 ? "" : "s");
	return rc;
}

static int emit(void *ctx, const struct sample *sample)
{
	struct audit_report report;
	struct sample audited;
	struct run *r = ctx;

	judge(r, sample);
	if (r->audit && sample->last && audit(r, sample, &report, &audited, &r->audit_failed) == 0)
		sample = &audited;
	if ((r->unknown || (r->skips_unknown && !(r->audit && audit_is_whole(r->audit)))) &&
	    r->cli->strict != STRICT_ALL)
		say_once("%s: whether any event or return was missed is not known in full",
			 facts_release());
	int rc = r->cli->format->sample(r->cli->out, &r->plan, sample);

	if (rc == 0)
		rc = output_flush(r->cli->out);
	phase_ended("first sample");
	phases_say();
	return rc;
}

static int emit_records(void *ctx, const struct view *view)
{
	const struct run *r = ctx;
	const struct output_format *format = r->cli->format;

	return format->records ? format->records(r->cli->out, view) : 0;
}

/* As the text calls it: the object may have two of it. */
static bool has_table(void *object, const char *table)
{
	char half[256];

	snprintf(half, sizeof(half), "%.250s__0", table);
	return object_table_find(object, table) >= 0 || object_table_find(object, half) >= 0;
}

static int start(struct run *r, struct error *err)
{
	const struct snapshot_options options = {
		.flip = r->cli->interval_ns >= SHORTEST_FLIP_NS,
		.drain = r->cli->drain,
		.records = {.emit = emit_records, .ctx = r},
	};

	header_drop_shows(&r->cli->header, has_table, &r->object);
	int rc = trace_new(r->kernel, &r->object, &r->plan, &r->trace, err);

	if (rc == 0)
		trace_of_text(r->trace, r->cli->file, r->cli->text);
	if (rc == 0 && r->cli->audit)
		trace_separate(r->trace);
	if (rc == 0)
		rc = trace_load(r->trace, err);
	phase_ended("load");
	/* Show lines are checked against the tables before anything is attached. */
	if (rc == 0)
		rc = snapshot_new(r->trace, &r->plan, &r->expansion, &options, &r->snapshot, err);
	if (rc == 0 && r->cli->stats && r->kernel->ops->stats(r->kernel) < 0)
		say("this kernel has no statistics of programs (5.8): --stats shows nothing");
	phase_ended("tables");
	if (rc == 0)
		rc = trace_attach(r->trace, r->stop, err);
	if (rc == 0 && r->cli->audit)
		rc = audit_new(r->trace, &r->audit, err);
	phase_ended("attach");
	r->attached_ns = r->kernel->ops->now(r->kernel);
	if (rc == 0)
		say_idle(r->cli);
	return rc;
}

static int strict_verdict(const struct run *r, struct error *err)
{
	if (r->cli->strict != STRICT_OFF && r->missed)
		return error_set(err, EXIT_STRICT, -EIO,
				 "--strict: something was missed, see the accounts of the samples");
	if (r->cli->strict == STRICT_ALL && (r->unknown || r->skips_unknown))
		return error_set(err, EXIT_STRICT, -EIO,
				 "--strict=all: whether anything was missed is not known in full "
				 "(kernel %s); -o json has null for what is unknown",
				 facts_release());
	return 0;
}

static int sample(struct run *r, struct error *err)
{
	const struct output_format *format = r->cli->format;
	if (r->cli->out != stdout && ftruncate(fileno(r->cli->out), 0) < 0 && errno != EINVAL)
		return error_failed(err, -errno, "cannot empty the output file: %s",
				    strerror(errno));
	output_begin(r->cli->out);
	int rc = format->begin ? format->begin(r->cli->out, &r->plan) : 0;

	if (rc == 0)
		rc = session_run(&r->session, r->snapshot, err);
	if (rc == 0 && format->end)
		rc = format->end(r->cli->out);
	if (rc == 0 && r->audit_failed.text[0])
		rc = error_failed(err, -EIO, "%s", r->audit_failed.text);
	if (r->cli->stats)
		stats_say(r->trace, r->kernel->ops->now(r->kernel) - r->attached_ns);
	return rc < 0 ? rc : strict_verdict(r, err);
}

static void run_free(struct run *r)
{
	command_stop(&r->session.command);
	if (r->session.follow >= 0)
		close(r->session.follow);
	snapshot_free(r->snapshot);
	audit_free(r->audit);
	trace_free(r->trace);
	object_free(&r->object);
	expansion_free(&r->expansion);
	plan_free(&r->plan);
	kernel_free(r->kernel);
}

int run_program(struct cli *cli, int *status, struct error *err)
{
	struct run r = {
		.cli = cli,
		.session =
			{
				.interval_ns = cli->interval_ns,
				.samples = cli->samples,
				.duration_ns = cli->duration_ns,
				.follow = -1,
				.begun = begun,
				.emit = emit,
			},
	};
	r.session.ctx = &r;
	r.stop = session_signals();
	int rc = check(&r, err);

	if (rc == 0)
		rc = check_kprobes(&r, err);
	phase_ended("check");
	if (rc == 0)
		rc = prepare_plan(cli, &r.plan, err);
	if (rc == 0)
		rc = trace_check(r.kernel, &r.plan, err);
	if (rc == 0 && cli->command)
		rc = command_start(&r.session.command, cli->command, err);
	if (rc == 0)
		rc = prepare_object(cli, r.stop, &r.expansion, &r.object, err);
	if (rc == 0)
		rc = start(&r, err);
	if (rc == 0)
		rc = sample(&r, err);
	/* A command that we ended ourselves did not fail. */
	if (rc == 0 && r.session.command.ended && !r.session.command.stopped)
		*status = r.session.command.status;
	run_free(&r);
	return rc;
}
