/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/session.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "sample/pump.h"

static volatile bool stopping;

static void ask_to_stop(int sig)
{
	(void)sig;
	stopping = true;
}

/* Only there to interrupt the wait for a tick. */
static void child_ended(int sig)
{
	(void)sig;
}

const volatile bool *session_signals(void)
{
	static const int asks[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = ask_to_stop};
	sigset_t mask;

	/* Blocked outside the wait, so that none comes between a look at the flag and the wait. */
	sigemptyset(&mask);
	for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++) {
		struct sigaction before;

		/* nohup(1): to be left alone when the terminal goes. */
		if (asks[i] == SIGHUP && sigaction(SIGHUP, NULL, &before) == 0 &&
		    before.sa_handler == SIG_IGN)
			continue;
		sigaction(asks[i], &action, NULL);
	}
	action.sa_handler = child_ended;
	sigaction(SIGCHLD, &action, NULL);
	sigaddset(&mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	/* Writing says what is wrong. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	return &stopping;
}

static uint64_t monotonic_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

int session_follow(struct session *session, pid_t pid)
{
	session->follow = (int)syscall(SYS_pidfd_open, pid, 0);
	return session->follow < 0 && errno == ESRCH ? -ESRCH : 0;
}

/* The process that is followed: its pidfd is readable at its end. */
static bool has_ended(const struct session *session)
{
	struct pollfd process = {.fd = session->follow, .events = POLLIN};

	return session->follow >= 0 && poll(&process, 1, 0) == 1;
}

/* What ended a wait. */
enum wake { WAKE_TICK, WAKE_END };

/* Until @left ns are over, a signal comes, the process that is followed ends, or there is something
 * to read. */
static void wait_once(const struct session *session, struct snapshot *snapshot, uint64_t left,
		      const sigset_t *during)
{
	const struct timespec limit = {
		.tv_sec = (time_t)(left / 1000000000u),
		.tv_nsec = (long)(left % 1000000000u),
	};
	struct pollfd also[] = {
		{.fd = session->follow, .events = POLLIN},
		{.fd = snapshot_fd(snapshot), .events = POLLIN},
	};
	const nfds_t n = sizeof(also) / sizeof(also[0]);
	struct pump *pump = snapshot_pump(snapshot);

	if (pump)
		pump_wait(pump, also, n, left, during);
	else
		ppoll(also, n, &limit, during);
}

/* Records that come meanwhile are shown. Return: 0 or what showing them says. */
static int wait_until(struct session *session, struct snapshot *snapshot, uint64_t deadline,
		      enum wake *wake, struct error *err)
{
	struct pump *pump = snapshot_pump(snapshot);
	sigset_t blocked, during;

	sigprocmask(SIG_SETMASK, NULL, &during);
	sigdelset(&during, SIGCHLD);
	blocked = during;
	sigaddset(&blocked, SIGCHLD);
	sigaddset(&blocked, SIGINT);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGHUP);
	for (;;) {
		sigset_t before;

		sigprocmask(SIG_SETMASK, &blocked, &before);
		uint64_t now = monotonic_ns();
		bool end = stopping || command_ended(&session->command) || has_ended(session);

		if (!end && now < deadline)
			wait_once(session, snapshot, deadline - now, &during);
		sigprocmask(SIG_SETMASK, &before, NULL);
		snapshot_hear(snapshot);
		*wake = end ? WAKE_END : WAKE_TICK;
		int rc = pump ? pump_turn(pump, false, err) : 0;

		if (rc < 0 || end || now >= deadline)
			return rc;
	}
}

static int take_and_emit(struct session *session, struct snapshot *snapshot, struct sample *sample,
			 struct error *err)
{
	clock_gettime(CLOCK_REALTIME, &sample->wall);
	int rc = snapshot_take(snapshot, sample, err);

	if (rc == 0) {
		rc = session->emit(session->ctx, sample);
		if (rc < 0 && rc != -EPIPE)
			error_failed(err, rc, "cannot write the output: %s", strerror(-rc));
	}
	sample_free(sample);
	return rc;
}

int session_run(struct session *session, struct snapshot *snapshot, struct error *err)
{
	struct pump *pump = snapshot_pump(snapshot);
	int rc = snapshot_begin(snapshot, err);
	uint64_t start = monotonic_ns(), before = start;
	uint64_t end = session->duration_ns ? start + session->duration_ns : UINT64_MAX;
	uint64_t ticks = 1; /* the next deadline is start + ticks * interval */
	bool last = false;

	if (rc == 0 && session->begun)
		rc = session->begun(session->ctx, err);
	command_go(&session->command);
	for (unsigned long number = 1; rc == 0 && !last; number++) {
		uint64_t deadline = start + ticks * session->interval_ns;

		if (deadline > end)
			deadline = end;
		enum wake wake = WAKE_TICK;

		rc = wait_until(session, snapshot, deadline, &wake, err);
		if (rc < 0)
			break;
		last = wake == WAKE_END || deadline == end || number == session->samples;
		if (last && pump)
			rc = pump_turn(pump, true, err);
		if (rc < 0)
			break;
		uint64_t now = monotonic_ns();
		struct sample sample = {
			.number = number,
			.length_ns = now - before,
			.late = wake == WAKE_TICK && now - deadline > session->interval_ns / 2,
			.cut = wake == WAKE_END,
			.last = last,
		};

		before = now;
		rc = take_and_emit(session, snapshot, &sample, err);
		/* Deadlines that went by meanwhile are not made up for. */
		now = monotonic_ns();
		ticks++;
		if (now > start && (now - start) / session->interval_ns >= ticks)
			ticks = (now - start) / session->interval_ns + 1;
	}
	command_stop(&session->command);
	return rc;
}
