/* SPDX-License-Identifier: Apache-2.0 */
/*
 * threads.h - threads that each make an exactly known number of calls.
 */
#ifndef KW_TESTS_THREADS_H
#define KW_TESTS_THREADS_H

#include "load.h"

#include <pthread.h>

/* @calls: to make, set by the program; @done: made so far, set by the thread */
struct load_worker {
	pthread_t thread;
	long calls;
	long done;
};

static inline struct load_worker *load_workers(long threads)
{
	struct load_worker *workers = calloc((size_t)threads, sizeof(*workers));

	if (!workers)
		load_die("cannot start");
	return workers;
}

/* Each worker by a thread that runs @run with it. Prints what all did, and frees them. */
static inline void load_run_workers(struct load_worker *workers, long threads, void *(*run)(void *))
{
	long total = 0;

	for (long i = 0; i < threads; i++) {
		errno = pthread_create(&workers[i].thread, NULL, run, &workers[i]);
		if (errno)
			load_die("cannot start a thread");
	}
	for (long i = 0; i < threads; i++) {
		pthread_join(workers[i].thread, NULL);
		total += workers[i].done;
	}
	free(workers);
	printf("%ld\n", total);
}

#endif
