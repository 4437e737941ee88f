/* SPDX-License-Identifier: Apache-2.0 */
/*
 * getppid - threads that make an exactly known number of getppid system calls.
 */
#include "threads.h"

#include <sys/syscall.h>
#include <unistd.h>

static const char arguments[] = "THREADS CALLS\n"
				"Each of THREADS threads makes CALLS getppid system calls;"
				" prints how many that were.";

static pthread_barrier_t start;

/* By syscall(2): the C library might answer from memory, and must not. */
static void *worker_run(void *arg)
{
	struct load_worker *w = arg;

	pthread_barrier_wait(&start);
	for (w->done = 0; w->done < w->calls && !load_signal; w->done++)
		syscall(SYS_getppid);
	return NULL;
}

int main(int argc, char **argv)
{
	struct load_worker *workers;
	long threads, calls;

	if (argc != 3)
		load_usage(arguments);
	threads = load_number(argv[1], "THREADS", 1, 1024);
	calls = load_number(argv[2], "CALLS", 0, 1000000000L);
	load_catch_signals();
	workers = load_workers(threads);
	errno = pthread_barrier_init(&start, NULL, (unsigned)threads);
	if (errno)
		load_die("cannot start");
	for (long i = 0; i < threads; i++)
		workers[i].calls = calls;
	load_run_workers(workers, threads, worker_run);
	return load_status();
}
