/* SPDX-License-Identifier: Apache-2.0 */
/*
 * calls - threads that call functions of user space an exactly known number of times.
 */
#include "real.h"
#include "threads.h"

#include <dlfcn.h>
#include <unistd.h>

static const char arguments[] =
	"THREADS CALLS [--wait] [--load LIBRARY] [--exec]\n"
	"THREADS threads call load_called() CALLS times in all, and every tenth time "
	"load_called_too(),\nor with --load load_lib_plain() and load_lib_indirect() of that "
	"library, loaded then; prints\nhow often it was. --wait: print the process first, and wait "
	"for a line. --exec: after that,\nstart again in its own place.";

static pthread_barrier_t start;
static long (*too)(long n);
static long (*indirect)(long n);

/* What is probed. */
REAL long load_called(long n);
REAL long load_called_too(long n);

long load_called(long n)
{
	return n + 1;
}

long load_called_too(long n)
{
	return n + 2;
}

static void *worker_run(void *arg)
{
	struct load_worker *w = arg;

	pthread_barrier_wait(&start);
	while (w->done < w->calls && !load_signal) {
		w->done = load_called(w->done);
		if (w->done % 10)
			continue;
		too(w->done);
		if (indirect)
			indirect(w->done);
	}
	return NULL;
}

static void wait_for_line(void)
{
	char line[16];

	printf("%d\n", (int)getpid());
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		exit(1);
}

static void load_library(const char *path)
{
	void *library = dlopen(path, RTLD_NOW);

	if (library) {
		*(void **)&too = dlsym(library, "load_lib_plain");
		*(void **)&indirect = dlsym(library, "load_lib_indirect");
	}
	if (!library || !too || !indirect) {
		fprintf(stderr, "calls: %s\n", dlerror());
		exit(1);
	}
}

static void read_options(int argc, char **argv)
{
	too = load_called_too;
	for (int i = 3; i < argc; i++) {
		if (strcmp(argv[i], "--wait") == 0) {
			wait_for_line();
		} else if (strcmp(argv[i], "--load") == 0 && i + 1 < argc) {
			load_library(argv[++i]);
		} else if (strcmp(argv[i], "--exec") == 0) {
			argv[3] = NULL;
			execv("/proc/self/exe", argv);
			load_die("cannot start again");
		} else {
			load_usage(arguments);
		}
	}
}

int main(int argc, char **argv)
{
	struct load_worker *workers;
	long threads, calls;

	if (argc < 3)
		load_usage(arguments);
	threads = load_number(argv[1], "THREADS", 1, 1024);
	calls = load_number(argv[2], "CALLS", 0, 1000000000L);
	load_catch_signals();
	read_options(argc, argv);
	workers = load_workers(threads);
	errno = pthread_barrier_init(&start, NULL, (unsigned)threads);
	if (errno)
		load_die("cannot start");
	for (long i = 0; i < threads; i++)
		workers[i].calls = calls / threads + (i < calls % threads);
	load_run_workers(workers, threads, worker_run);
	return load_status();
}
