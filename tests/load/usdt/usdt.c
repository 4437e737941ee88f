/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usdt - threads that pass USDT probes an exactly known number of times, with known arguments.
 * Most are <sys/sdt.h>'s; operands that no compiler would choose here are written by hand.
 */
#include "../real.h"
#include "../threads.h"

#include <sys/sdt.h>
#include <unistd.h>

#include "usdt.h"

static const char arguments[] =
	"THREADS CALLS [--wait] [--again]\n"
	"THREADS threads pass kwload:step CALLS times in all, kwload:many at three places, a third "
	"of\nthem at each, and kwload:guarded where it is wanted; then once the others, whose "
	"arguments are\nof all types. Prints how often it was, and what kwload:guarded's semaphore "
	"was before, meanwhile\nand after. --wait: print the process first, and wait for a line. "
	"--again: and wait for another\nbefore the end.";

static pthread_barrier_t start;
static long guarded;

/* In memory, and found by name: the notes below say so. */
long load_usdt_global = -4000000000123;
unsigned load_usdt_array[4] = {10, 20, 30, 4000000000u};

static void *worker_run(void *arg)
{
	struct load_worker *w = arg;
	volatile signed char three = 3;

	pthread_barrier_wait(&start);
	while (w->done < w->calls && !load_signal) {
		long n = w->done++;

		DTRACE_PROBE1(kwload, step, n);
		if (n % 3 == 0)
			DTRACE_PROBE2(kwload, many, 1, n);
		else if (n % 3 == 1)
			DTRACE_PROBE2(kwload, many, (short)(n % 3 + 1), &w->done);
		else
			DTRACE_PROBE2(kwload, many, three, 7ul);
		if (load_usdt_guarded(n))
			__atomic_fetch_add(&guarded, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

REAL static void pass_types(signed char a, unsigned char b, short c, unsigned short d, int e,
			    unsigned f, long g, unsigned long h)
{
	DTRACE_PROBE10(kwload, types, a, b, c, d, e, f, g, h, "a string of twenty-nine bytes", -5);
}

#if defined(__x86_64__)
/* A place with operands that are given as text; they are not among the assembler's own. */
#define BY_HAND(name, operands, ...)                                                               \
	__asm__ volatile("990: nop\n"                                                              \
			 ".pushsection .note.stapsdt,\"\",\"note\"\n"                              \
			 ".balign 4\n"                                                             \
			 ".4byte 992f-991f, 994f-993f, 3\n"                                        \
			 "991: .asciz \"stapsdt\"\n"                                               \
			 "992: .balign 4\n"                                                        \
			 "993: .8byte 990b, _.stapsdt.base, 0\n"                                   \
			 ".asciz \"kwload\"\n"                                                     \
			 ".asciz \"" name "\"\n"                                                   \
			 ".asciz \"" operands "\"\n"                                               \
			 "994: .balign 4\n"                                                        \
			 ".popsection\n" ::__VA_ARGS__)

static void pass_by_hand(void)
{
	BY_HAND("index", "4@4(%%rbx,%%rcx,4) -4@-4(%%rbx,%%rcx,4) 4@(%%rbx)", "b"(load_usdt_array),
		"c"(2l));
	BY_HAND("global",
		"-8@load_usdt_global(%%rip) 4@load_usdt_array+12(%%rip) -8@nosuch(%%rip) 8@$7", );
	BY_HAND("part", "1@%%ah -1@%%bh 2@%%ax %%ecx", "a"(0x123456l), "b"(0x8000l),
		"c"(0x1fffffffel));
	BY_HAND("float", "8@%%xmm0 -4@$-9", );
	BY_HAND("nowhere", "8@8(%%rbx) 4@$3", "b"(0l));
}
#else
static void pass_by_hand(void)
{
}
#endif

static void wait_for_line(void)
{
	char line[16];

	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		exit(1);
}

int main(int argc, char **argv)
{
	struct load_worker *workers;
	bool wait = argc > 3 && strcmp(argv[3], "--wait") == 0;
	bool again = argc > 4 && strcmp(argv[4], "--again") == 0;
	unsigned before = load_usdt_semaphore, meanwhile;

	if (argc < 3 || argc > 5 || (argc > 3 && !wait) || (argc > 4 && !again))
		load_usage(arguments);
	long threads = load_number(argv[1], "THREADS", 1, 1024);
	long calls = load_number(argv[2], "CALLS", 0, 1000000000L);

	load_catch_signals();
	if (wait) {
		printf("%d\n", (int)getpid());
		wait_for_line();
	}
	meanwhile = load_usdt_semaphore;
	workers = load_workers(threads);
	errno = pthread_barrier_init(&start, NULL, (unsigned)threads);
	if (errno)
		load_die("cannot start");
	for (long i = 0; i < threads; i++)
		workers[i].calls = calls / threads + (i < calls % threads);
	load_run_workers(workers, threads, worker_run);
	pass_types(-3, 253, -30003, 65533, -2000000003, 4000000003u, -9000000000000000003,
		   18000000000000000003ul);
	pass_by_hand();
	DTRACE_PROBE(kwload, end);
	DTRACE_PROBE(kwother, end);
	printf("guarded %ld\n", guarded);
	if (again)
		wait_for_line();
	printf("semaphore %u %u %u\n", before, meanwhile, (unsigned)load_usdt_semaphore);
	return load_status();
}
