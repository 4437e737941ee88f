/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session.h - the run: ticks, signals, the command that is followed.
 */
#ifndef KW_SAMPLE_SESSION_H
#define KW_SAMPLE_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "sample/sample.h"
#include "sample/snapshot.h"

/**
 * struct session_options
 * @interval_ns: between ticks, at least 1 ms
 * @samples:	how many; 0: until something else ends the run
 * @duration_ns: how long in all; 0: until something else ends the run
 * @command:	NULL-terminated arguments of a command to run and follow, or NULL
 */
struct session_options {
	uint64_t interval_ns;
	unsigned long samples;
	uint64_t duration_ns;
	char *const *command;
};

/**
 * session_signals - from now on SIGINT, SIGTERM and SIGHUP ask to stop instead of ending the
 * process; SIGPIPE is ignored. Called before anything is attached.
 * @stop:	set to a flag that becomes true
 */
int session_signals(const volatile bool **stop);

/**
 * session_command_start - start the command, stopped before its exec until session_run() lets it
 * go, so that its first event is seen
 *
 * @err:	not found or not executable: as the shell would say it (exit status 127 or 126)
 */
int session_command_start(char *const *command, struct error *err);

/**
 * session_run - take samples until an end: @samples taken, @duration over, the command ended, or a
 * signal. Ticks are absolute deadlines; the last sample covers what was left.
 * @emit:	called with each sample; -EPIPE from it ends the run
 * @detach:	called once, after the last tick and before the last reading: takes the probes away
 * @status:	set to the command's exit status (128 + signal when one ended it), or 0
 */
int session_run(struct snapshot *snapshot, const struct session_options *options,
		int (*emit)(void *ctx, const struct sample *sample), void (*detach)(void *ctx),
		void *ctx, int *status, struct error *err);

#endif
