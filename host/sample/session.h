/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session.h - the run: ticks, signals, the command that is followed.
 */
#ifndef KW_SAMPLE_SESSION_H
#define KW_SAMPLE_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "sample/command.h"
#include "sample/sample.h"
#include "sample/snapshot.h"

#define SESSION_MIN_INTERVAL_NS 1000000ull

/**
 * struct session - how long to run, and whom to tell
 * @interval_ns: between ticks, at least SESSION_MIN_INTERVAL_NS
 * @samples:	how many; 0: until something else ends the run
 * @duration_ns: how long in all; 0: until something else ends the run
 * @command:	to be followed, started; its pid is 0 where there is none
 * @follow:	a pidfd (5.3) of a process with which the run ends too, or -1
 * @begun:	called when the first interval has begun, before the command goes; may be NULL
 * @emit:	called with each sample; -EPIPE from it ends the run
 * @ctx:	given to it
 */
struct session {
	uint64_t interval_ns;
	unsigned long samples;
	uint64_t duration_ns;
	struct command command;
	int follow;
	int (*begun)(void *ctx, struct error *err);
	int (*emit)(void *ctx, const struct sample *sample);
	void *ctx;
};

/**
 * session_signals - from now on SIGINT, SIGTERM and SIGHUP ask to stop instead of ending the
 * process (SIGHUP only where it is not ignored); SIGPIPE and SIGXFSZ are ignored. To be called
 * before anything is attached.
 *
 * Return: a flag that becomes true when one of them came.
 */
const volatile bool *session_signals(void);

/**
 * session_follow - end with this process too; kernels that have no pidfds go on without it
 *
 * Return: 0, or -ESRCH where it has ended already.
 */
int session_follow(struct session *session, pid_t pid);

/**
 * session_run - take samples until an end: @samples taken, @duration_ns over, the command or the
 * process followed has ended, or a signal
 *
 * Ticks are absolute deadlines; one that is missed is not made up for, its sample says its true
 * length. The last sample covers what was left since the tick before it. A command that still runs
 * at the end is ended. Return: 0, -EPIPE when the reader of the output has gone, or another
 * negative errno.
 */
int session_run(struct session *session, struct snapshot *snapshot, struct error *err);

#endif
