/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load.h - what the load programs share: numbers, complaints, signals, one CPU.
 *
 * They end early at SIGINT, SIGTERM, SIGHUP and SIGPIPE, put back what they changed, still print
 * what they did, and exit with 128 + signal.
 */
#ifndef KW_TESTS_LOAD_H
#define KW_TESTS_LOAD_H

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static volatile sig_atomic_t load_signal;

static inline void load_caught(int sig)
{
	load_signal = sig;
}

/* Without SA_RESTART: a sleeping or writing call is to come back. */
static inline void load_catch_signals(void)
{
	static const int list[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
	struct sigaction action = {.sa_handler = load_caught};

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		sigaction(list[i], &action, NULL);
}

static inline int load_status(void)
{
	return load_signal ? 128 + (int)load_signal : 0;
}

static inline _Noreturn void load_die(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, strerror(errno));
	exit(1);
}

static inline _Noreturn void load_usage(const char *arguments)
{
	fprintf(stderr, "usage: %s %s\n", program_invocation_short_name, arguments);
	exit(2);
}

/* A number from min to max, or the end of the program. */
static inline long load_number(const char *text, const char *what, long min, long max)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (errno || end == text || *end || value < min || value > max) {
		fprintf(stderr, "%s: %s is a number from %ld to %ld, not '%s'\n",
			program_invocation_short_name, what, min, max, text);
		exit(2);
	}
	return value;
}

static inline void load_pin(long cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set) < 0)
		load_die("cannot run on that CPU");
}

static inline uint64_t load_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000ULL + (uint64_t)now.tv_nsec;
}

static inline void load_sleep_ns(uint64_t ns)
{
	struct timespec span = {(time_t)(ns / 1000000000ULL), (long)(ns % 1000000000ULL)};

	nanosleep(&span, NULL);
}

#endif
