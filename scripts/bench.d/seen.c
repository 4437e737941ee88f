/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seen - runs a tracer N times, and prints the median of the milliseconds from its start until the
 * first event that it counts. It needs to know nothing of how the tracer attaches:
 *
 *   seen N MS COMMAND [ARGUMENT]...
 *
 * COMMAND counts all calls of getpriority(99, 0), which only this program makes, until SIGINT, and
 * then prints a text whose last number is the count. The calls are made every 50 to 100
 * microseconds from the moment of its start and for MS milliseconds, and the time of each is kept;
 * if the last 700 of 1,000 were counted, the first one counted is the 301st.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "figures.h"

#define MOST_CALLS 200000
#define NOBODYS_WHICH 99 /* neither process nor group nor user: EINVAL, after the tracepoint */

static double times[MOST_CALLS];

static size_t make_calls(double begin, double ms)
{
	const struct timespec nap = {.tv_nsec = 50000};
	size_t n = 0;

	while (n < MOST_CALLS && now_ms() - begin < ms) {
		times[n++] = now_ms() - begin;
		getpriority(NOBODYS_WHICH, 0);
		nanosleep(&nap, NULL);
	}
	return n;
}

/* The last number in what it prints, or -1. */
static long read_count(int fd)
{
	FILE *out = fdopen(fd, "r");
	char line[4096];
	long count = -1;

	while (out && fgets(line, sizeof(line), out)) {
		for (char *p = line; (p = strpbrk(p, "0123456789"));)
			count = strtol(p, &p, 10);
	}
	if (out)
		fclose(out);
	return count;
}

/* Return: milliseconds, or -1. */
static double run(char **argv, double ms)
{
	const struct sched_param as_before = {.sched_priority = 1};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int ends[2], status;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	double begin = now_ms();
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setschedpolicy(&attributes, SCHED_RR);
	posix_spawnattr_setschedparam(&attributes, &as_before);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSCHEDULER);
	int failed = posix_spawnp(&pid, argv[0], &actions, &attributes, argv, environ);

	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	if (failed) {
		close(ends[0]);
		return -1;
	}
	size_t calls = make_calls(begin, ms);

	kill(pid, SIGINT);
	long count = read_count(ends[0]);

	if (waitpid(pid, &status, 0) < 0)
		return -1;
	if (count < 1 || (size_t)count > calls) {
		fprintf(stderr, "seen: %s counted %ld of %zu calls\n", argv[0], count, calls);
		return -1;
	}
	return times[calls - (size_t)count];
}

int main(int argc, char **argv)
{
	size_t n = argc > 3 ? strtoul(argv[1], NULL, 10) : 0;
	double ms = n ? strtod(argv[2], NULL) : 0;
	double *list = n && n < 1000 ? calloc(n, sizeof(*list)) : NULL;

	if (!list || !(ms > 0)) {
		fprintf(stderr, "usage: seen N MS COMMAND [ARGUMENT]...\n");
		return 2;
	}
	/* Calls in time, whatever else there is; the tracer comes next. */
	sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){.sched_priority = 2});
	prctl(PR_SET_TIMERSLACK, 1);
	for (size_t i = 0; i < n; i++) {
		/* One that was not yet there after that time gets more of it. */
		for (double more = 1; (list[i] = run(argv + 3, ms * more)) < 0; more *= 2)
			if (more > 4)
				return 1;
	}
	printf("%.1f\n", median(list, n));
	free(list);
	return 0;
}
