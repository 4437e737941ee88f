/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compact - makes memory compaction happen, bounded in time, in space and in number.
 *
 * Threads write 1 to /proc/sys/vm/compact_memory while another fills and drops files in memory.
 * The files are memfds, which are tmpfs files without a name: nothing can be left behind, however
 * this ends.
 */
#include "load.h"

#include <fcntl.h>
#include <getopt.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

static const char arguments[] = "[--times N] [--pause MS] SECONDS [COMPACTORS]\n"
				"Compacts memory over and over for at most SECONDS, from "
				"COMPACTORS threads (1 unless told)\n"
				"on a CPU each, while files of 16 MB come and go; prints how often "
				"compaction was asked for.\n"
				"  --times N   asks exactly N times in all, then ends\n"
				"  --pause MS  between two times, in each thread (20 unless told)";

enum { FILES = 6, FILE_MB = 16, BLOCK = 65536 };

static atomic_long left; /* how many more times */
static atomic_long done;
static atomic_bool over;
static uint64_t deadline;
static long pause_ms = 20;
static int request = -1; /* /proc/sys/vm/compact_memory */

static bool time_is_up(void)
{
	return load_signal || atomic_load(&over) || load_now_ns() >= deadline;
}

/* The kernel gives up with EINTR or EAGAIN when a signal is pending; that was a time as well. */
static void *compactor_run(void *cpu)
{
	load_pin((long)(intptr_t)cpu);
	while (!time_is_up() && atomic_fetch_sub(&left, 1) > 0) {
		if (pwrite(request, "1", 1, 0) < 0 && errno != EINTR && errno != EAGAIN)
			load_die("cannot ask for compaction");
		atomic_fetch_add(&done, 1);
		load_sleep_ns((uint64_t)pause_ms * 1000000ULL);
	}
	return NULL;
}

/*
 * Fills all files a block of each in turn, so that dropping every second one leaves holes all
 * over. Returns early when a file system or the machine has no room: that is load enough.
 */
static void files_fill(const int *files, const char *block)
{
	for (size_t at = 0; at < (size_t)FILE_MB << 20; at += BLOCK)
		for (int i = 0; i < FILES; i++)
			if (files[i] >= 0 && (time_is_up() || write(files[i], block, BLOCK) < 0))
				return;
}

static void *files_run(void *block)
{
	int files[FILES];

	memset(block, 1, BLOCK);
	for (int i = 0; i < FILES; i++)
		files[i] = -1;
	for (unsigned round = 0; !time_is_up(); round++) {
		for (unsigned i = round % 2; i < FILES; i += 2) {
			if (files[i] >= 0)
				close(files[i]);
			files[i] = memfd_create("kwhile-load", MFD_CLOEXEC);
		}
		files_fill(files, block);
		load_sleep_ns(10000000ULL);
	}
	for (int i = 0; i < FILES; i++)
		if (files[i] >= 0)
			close(files[i]);
	return NULL;
}

/* The CPUs we may run on, in turn. */
static long nth_cpu(long n)
{
	cpu_set_t set;
	long cpu = -1;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		load_die("cannot tell the CPUs");
	for (n %= CPU_COUNT(&set); n >= 0; n--)
		do
			cpu++;
		while (!CPU_ISSET((size_t)cpu, &set));
	return cpu;
}

static void thread_start(pthread_t *thread, void *(*run)(void *), void *arg)
{
	errno = pthread_create(thread, NULL, run, arg);
	if (errno)
		load_die("cannot start a thread");
}

static void load_run(long compactors)
{
	pthread_t *threads = calloc((size_t)compactors, sizeof(*threads));
	void *block = malloc(BLOCK);
	pthread_t files;

	if (!threads || !block)
		load_die("cannot start");
	thread_start(&files, files_run, block);
	for (long i = 0; i < compactors; i++)
		thread_start(&threads[i], compactor_run, (void *)(intptr_t)nth_cpu(i));
	for (long i = 0; i < compactors; i++)
		pthread_join(threads[i], NULL);
	atomic_store(&over, true);
	pthread_join(files, NULL);
	free(block);
	free(threads);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"times", required_argument, NULL, 't'},
						{"pause", required_argument, NULL, 'p'},
						{0}};
	long seconds, compactors = 1, times = 1000000000L;
	int letter;

	while ((letter = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (letter == 't')
			times = load_number(optarg, "--times", 0, times);
		else if (letter == 'p')
			pause_ms = load_number(optarg, "--pause", 0, 3600000);
		else
			load_usage(arguments);
	}
	if (argc - optind < 1 || argc - optind > 2)
		load_usage(arguments);
	seconds = load_number(argv[optind], "SECONDS", 0, 86400);
	if (argc - optind == 2)
		compactors = load_number(argv[optind + 1], "COMPACTORS", 1, 64);
	load_catch_signals();
	request = open("/proc/sys/vm/compact_memory", O_WRONLY | O_CLOEXEC);
	if (request < 0)
		load_die("/proc/sys/vm/compact_memory");
	atomic_store(&left, times);
	deadline = load_now_ns() + (uint64_t)seconds * 1000000000ULL;
	load_run(compactors);
	close(request);
	printf("%ld\n", atomic_load(&done));
	return load_status();
}
