/* SPDX-License-Identifier: Apache-2.0 */
/*
 * paced - threads that make an exactly known number of getppid system calls at a steady rate.
 */
#include "threads.h"

#include <sys/syscall.h>
#include <unistd.h>

#define TICK_NS 1000000ULL

static const char arguments[] = "THREADS RATE CALLS\n"
				"Each of THREADS threads makes CALLS getppid system calls, RATE a "
				"second; prints how many that were.";

static uint64_t began;
static long rate; /* calls a second, of each thread */

/* Each millisecond, what is due by then: a rate that is kept over time, not gap by gap. */
static void *worker_run(void *arg)
{
	struct load_worker *w = arg;

	while (w->done < w->calls && !load_signal) {
		uint64_t gone = load_now_ns() - began;
		long due = (long)((unsigned __int128)gone * (unsigned long)rate / 1000000000ULL);

		if (due > w->calls)
			due = w->calls;
		for (; w->done < due && !load_signal; w->done++)
			syscall(SYS_getppid);
		load_sleep_ns(TICK_NS);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	struct load_worker *workers;
	long threads, calls;

	if (argc != 4)
		load_usage(arguments);
	threads = load_number(argv[1], "THREADS", 1, 1024);
	rate = load_number(argv[2], "RATE", 1, 100000000L);
	calls = load_number(argv[3], "CALLS", 0, 1000000000L);
	load_catch_signals();
	workers = load_workers(threads);
	began = load_now_ns();
	for (long i = 0; i < threads; i++)
		workers[i].calls = calls;
	load_run_workers(workers, threads, worker_run);
	return load_status();
}
