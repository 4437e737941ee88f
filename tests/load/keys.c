/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys - threads that make a known number of dup(2) calls with numbers that are no descriptors:
 * keys for a table, of which a given number is live at any time while they come and go.
 */
#include "load.h"

#include <pthread.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char arguments[] =
	"[--unpaced] THREADS CALLS LIVE SECONDS FILE\n"
	"Each of THREADS threads makes CALLS calls of dup(2) in SECONDS, with LIVE numbers from "
	"2^30\n"
	"on in use at any time; all are others after about a second. Prints how many calls that\n"
	"were, and leaves a line \"NUMBER CALLS\" for each number in FILE.\n"
	"  --unpaced   as fast as can be";

#define KEY_FIRST (1L << 30) /* above any limit of open files */
#define KEYS_MAX (1L << 24)
#define STRIDE 7919 /* a prime: neighbours in time are not neighbours in number */
#define ROUND 512   /* calls between two looks at the clock */

struct worker {
	pthread_t thread;
	long done;
	uint32_t *tally;
};

static long calls, live, seconds, stay, keys;
static bool unpaced;
static uint64_t begin;
static pthread_barrier_t start;

/* The window of live numbers moves on by one each @stay calls. */
static long key_of(long n)
{
	return (n / stay + n * STRIDE % live) % keys;
}

static void keep_pace(long done)
{
	uint64_t due = begin + (uint64_t)((double)done / (double)calls * (double)seconds * 1e9);
	uint64_t now = load_now_ns();

	if (!unpaced && due > now)
		load_sleep_ns(due - now);
}

static void *worker_run(void *arg)
{
	struct worker *w = arg;

	pthread_barrier_wait(&start);
	for (; w->done < calls && !load_signal; w->done++) {
		long key = key_of(w->done);

		if (w->done % ROUND == 0)
			keep_pace(w->done);
		syscall(SYS_dup, KEY_FIRST + key);
		w->tally[key]++;
	}
	return NULL;
}

static long tally_write(const char *path, const struct worker *workers, long threads)
{
	FILE *file = fopen(path, "we");
	long total = 0;

	if (!file)
		load_die(path);
	for (long key = 0; key < keys; key++) {
		long n = 0;

		for (long i = 0; i < threads; i++)
			n += workers[i].tally[key];
		if (n)
			fprintf(file, "%ld %ld\n", KEY_FIRST + key, n);
		total += n;
	}
	if (fclose(file) != 0)
		load_die(path);
	return total;
}

int main(int argc, char **argv)
{
	struct worker *workers;
	long threads;

	unpaced = argc > 1 && strcmp(argv[1], "--unpaced") == 0;
	argv += unpaced;
	if (argc - unpaced != 6)
		load_usage(arguments);
	threads = load_number(argv[1], "THREADS", 1, 64);
	calls = load_number(argv[2], "CALLS", 1, 1000000000L);
	live = load_number(argv[3], "LIVE", 1, KEYS_MAX / 2);
	seconds = load_number(argv[4], "SECONDS", 1, 1000000L);
	stay = calls / seconds / live;
	stay = stay ? stay : 1;
	keys = calls / stay + live < KEYS_MAX ? calls / stay + live : KEYS_MAX;
	load_catch_signals();
	workers = calloc((size_t)threads, sizeof(*workers));
	errno = workers ? pthread_barrier_init(&start, NULL, (unsigned)threads) : ENOMEM;
	if (errno)
		load_die("cannot start");
	begin = load_now_ns();
	for (long i = 0; i < threads; i++) {
		workers[i].tally = calloc((size_t)keys, sizeof(*workers[i].tally));
		errno = workers[i].tally
				? pthread_create(&workers[i].thread, NULL, worker_run, &workers[i])
				: ENOMEM;
		if (errno)
			load_die("cannot start a thread");
	}
	for (long i = 0; i < threads; i++)
		pthread_join(workers[i].thread, NULL);
	printf("%ld\n", tally_write(argv[5], workers, threads));
	for (long i = 0; i < threads; i++)
		free(workers[i].tally);
	free(workers);
	return load_status();
}
