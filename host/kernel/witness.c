/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/witness.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/say.h"
#include "kernel/attach.h"
#include "kernel/facts.h"
#include "kernel/witness_text.h"

#define LIST_MAX (64u << 20) /* bytes of a list in tracefs */

/**
 * struct witness - one event with several sites
 * @perf_fd:	keeps it armed, or -1
 * @profile:	kprobe_profile, open so that reading it again allocates nothing in the kernel, or -1
 * @text, @counts: of it, kept likewise
 * @order:	for each site that was asked for, its place among those that tracefs took; -1: not
 * taken
 * @n, @taken:	how many of both
 */
struct witness {
	int perf_fd;
	int profile;
	struct buf text;
	int64_t *counts;
	long *order;
	size_t n;
	size_t taken;
};

static int read_list(const char *name, struct buf *text)
{
	struct buf path = {0};

	buf_addf(&path, "%s/%s", facts_tracefs(), name);
	int rc = buf_error(&path);

	if (rc == 0)
		rc = buf_read_file(text, path.data, LIST_MAX);
	buf_free(&path);
	return rc;
}

/* One line to kprobe_events, which is freed. */
static int write_line(struct buf *line)
{
	struct buf path = {0};

	buf_addf(&path, "%s/kprobe_events", facts_tracefs());
	int rc = buf_error(&path) ? buf_error(&path) : buf_error(line);
	int fd = rc == 0 ? open(path.data, O_WRONLY | O_APPEND | O_CLOEXEC) : -1;

	if (rc == 0 && (fd < 0 || write(fd, line->data, line->len) < 0))
		rc = -errno;
	if (fd >= 0)
		close(fd);
	buf_free(&path);
	buf_free(line);
	return rc;
}

static int remove_event(long pid)
{
	struct buf line = {0};

	witness_remove(&line, pid);
	return write_line(&line);
}

/*
 * What a process left that was killed. One that lives is left alone; one that only seems gone,
 * being in another PID namespace, holds its event, and the kernel answers EBUSY.
 */
static void sweep(void)
{
	struct buf list = {0};
	const char *line;
	long before = 0;

	if (read_list("kprobe_events", &list) < 0)
		return;
	for (line = buf_string(&list); *line; line += *line == '\n') {
		long pid = witness_owner(line);

		/* A number that is ours was somebody's before. */
		if (pid && pid != before &&
		    (pid == getpid() || (kill((pid_t)pid, 0) < 0 && errno == ESRCH)) &&
		    remove_event(pid) == 0)
			say_detail("removed the audit's probes of process %ld, which is gone", pid);
		before = pid;
		line += strcspn(line, "\n");
	}
	buf_free(&list);
}

static long event_id(void)
{
	struct buf name = {0}, text = {0};

	buf_addf(&name, "events/kwhile_audit/kwhile_%d/id", getpid());
	long id = buf_error(&name);

	if (id == 0)
		id = read_list(name.data, &text);
	if (id == 0)
		id = strtol(buf_string(&text), NULL, 10);
	buf_free(&name);
	buf_free(&text);
	return id == 0 ? -EINVAL : id;
}

/* A perf event that is never enabled: perf_trace_init() arms the kprobes all the same. */
static int arm(struct witness *w)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.sample_period = 1,
		.disabled = 1,
	};
	long id = event_id();

	if (id < 0)
		return (int)id;
	attr.config = (uint64_t)id;
	w->perf_fd = attach_perf_open(&attr);
	return w->perf_fd < 0 ? w->perf_fd : 0;
}

static void take_sites(struct witness *w, const struct probe *sites)
{
	for (size_t i = 0; i < w->n; i++) {
		struct buf line = {0};

		witness_define(&line, getpid(), &sites[i]);
		int rc = write_line(&line);

		w->order[i] = rc == 0 ? (long)w->taken++ : -1;
		if (rc < 0)
			say("--audit: no independent count of %s: %s", sites[i].name,
			    strerror(-rc));
	}
}

static int open_profile(struct witness *w)
{
	struct buf path = {0};

	buf_addf(&path, "%s/kprobe_profile", facts_tracefs());
	w->counts = calloc(w->taken + 1, sizeof(*w->counts));
	int rc = w->counts ? buf_error(&path) : -ENOMEM;

	if (rc == 0)
		w->profile = open(path.data, O_RDONLY | O_CLOEXEC);
	if (rc == 0 && w->profile < 0)
		rc = -errno;
	buf_free(&path);
	return rc;
}

int witness_new(struct kernel *k, const struct probe *sites, size_t n, struct witness **out,
		struct error *err)
{
	if (!fact(FACT_TRACEFS))
		return error_failed(err, -ENOENT,
				    "--audit counts by kprobes of tracefs, which is not there: %s",
				    fact_help(FACT_TRACEFS));
	struct witness *w = calloc(1, sizeof(*w));
	int rc = 0;

	if (!w)
		return error_nomem(err);
	w->perf_fd = -1;
	w->profile = -1;
	w->n = n;
	w->order = calloc(n + 1, sizeof(*w->order));
	if (!w->order) {
		free(w);
		return error_nomem(err);
	}
	sweep();
	take_sites(w, sites);
	if (w->taken)
		rc = arm(w);
	if (rc == 0)
		rc = open_profile(w);
	if (rc < 0) {
		witness_free(k, w);
		return error_failed(err, rc, "--audit: cannot count by kprobes of tracefs: %s",
				    strerror(-rc));
	}
	*out = w;
	return 0;
}

int witness_read(struct kernel *k, struct witness *w, int64_t *events)
{
	int rc = lseek(w->profile, 0, SEEK_SET) < 0 ? -errno : 0;

	(void)k;
	buf_reset(&w->text);
	if (rc == 0)
		rc = buf_read_fd(&w->text, w->profile, LIST_MAX);
	/* Fewer or more: somebody else has changed the event. */
	if (rc == 0 &&
	    witness_count(buf_string(&w->text), getpid(), w->counts, w->taken) != w->taken)
		rc = -ESTALE;
	for (size_t i = 0; rc == 0 && i < w->n; i++)
		events[i] = w->order[i] < 0 ? COUNT_UNKNOWN : w->counts[w->order[i]];
	return rc;
}

void witness_free(struct kernel *k, struct witness *w)
{
	(void)k;
	if (!w)
		return;
	if (w->perf_fd >= 0)
		close(w->perf_fd);
	if (w->profile >= 0)
		close(w->profile);
	if (w->taken) {
		int rc = remove_event(getpid());

		if (rc < 0)
			say("--audit: its kprobes stay in tracefs, disarmed: %s", strerror(-rc));
	}
	buf_free(&w->text);
	free(w->counts);
	free(w->order);
	free(w);
}
