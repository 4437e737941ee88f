/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many threads asleep in one kernel function at once: more than a return probe has instances for.
 * Prints how many calls of clock_nanosleep(2) were made.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static unsigned long times, ms;
static int park_ms, spin_seconds;
static pthread_barrier_t barrier;

/* In user space nearly all the time. */
static void spin(int seconds)
{
	time_t until = time(NULL) + seconds;

	while (time(NULL) < until)
		for (volatile unsigned i = 0; i < 10000000; i++)
			;
}

static void *thread(void *arg)
{
	const struct timespec nap = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};

	(void)arg;
	pthread_barrier_wait(&barrier);
	for (unsigned long i = 0; i < times; i++)
		while (clock_nanosleep(CLOCK_MONOTONIC, 0, &nap, NULL) == EINTR)
			;
	/* Asleep, but elsewhere in the kernel: never in the function again. */
	if (park_ms)
		poll(NULL, 0, park_ms);
	spin(spin_seconds);
	return NULL;
}

int main(int argc, char **argv)
{
	int at = 1;

	if (argc > 3 && strcmp(argv[1], "--park") == 0) {
		park_ms = atoi(argv[2]) * 1000;
		at = 3;
	} else if (argc > 3 && strcmp(argv[1], "--spin") == 0) {
		spin_seconds = atoi(argv[2]);
		at = 3;
	}
	if (argc - at != 3) {
		fprintf(stderr,
			"usage: load_sleepers [--park SECONDS|--spin SECONDS] THREADS TIMES MS\n"
			"Each thread sleeps TIMES times for MS; with --park it then waits in "
			"poll(2), with --spin it computes.\n");
		return 2;
	}
	unsigned long n = strtoul(argv[at], NULL, 10);

	times = strtoul(argv[at + 1], NULL, 10);
	ms = strtoul(argv[at + 2], NULL, 10);
	pthread_t *threads = calloc(n ? n : 1, sizeof(*threads));

	if (!n || n > 1000 || !threads || pthread_barrier_init(&barrier, NULL, (unsigned)n))
		return 1;
	for (unsigned long i = 0; i < n; i++)
		if (pthread_create(&threads[i], NULL, thread, NULL))
			return 1;
	for (unsigned long i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	printf("%lu\n", n * times);
	return 0;
}
