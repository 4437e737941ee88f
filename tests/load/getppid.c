/* SPDX-License-Identifier: Apache-2.0 */
/*
 * getppid - threads that make an exactly known number of getppid system calls.
 */
#include "threads.h"

#include <sys/syscall.h>
#include <unistd.h>

static const char arguments[] =
	"THREADS CALLS [RESTS]\n"
	"Each of THREADS threads makes CALLS getppid system calls; prints how many that were.\n"
	"RESTS: sleep 10 ms so many times on the way, that a fast machine takes its time too.";

static pthread_barrier_t start;
static long calls_to_rest;

/* By syscall(2): the C library might answer from memory, and must not. */
static void *worker_run(void *arg)
{
	struct load_worker *w = arg;

	pthread_barrier_wait(&start);
	for (w->done = 0; w->done < w->calls && !load_signal; w->done++) {
		syscall(SYS_getppid);
		if (calls_to_rest && w->done % calls_to_rest == 0)
			usleep(10000);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	struct load_worker *workers;
	long threads, calls, rests;

	if (argc != 3 && argc != 4)
		load_usage(arguments);
	threads = load_number(argv[1], "THREADS", 1, 1024);
	calls = load_number(argv[2], "CALLS", 0, 1000000000L);
	rests = argc == 4 ? load_number(argv[3], "RESTS", 1, 1000000L) : 0;
	calls_to_rest = rests ? calls / rests : 0;
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
