/* SPDX-License-Identifier: Apache-2.0 */
/*
 * events - an exactly known number of perf's software events, under a name of its own.
 *
 * While the work is done the thread is called kw_load_on, before and after it is not. What it
 * prints is the kernel's own account of the thread (getrusage(2)): least and most, for the account
 * is read outside and inside of the renaming.
 */
#include "load.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static const char arguments[] =
	"faults|switches|cpu|getpgid N\n"
	"Touches N new pages, or sleeps N times, or burns N milliseconds of CPU time, or calls "
	"getpgid"
	" N times, as kw_load_on; prints the least and the most that the kernel says it was.";

enum work { FAULTS, SWITCHES, CPU, GETPGID };

static long calls;

/* Page faults, switches, calls, or microseconds of CPU time of this thread until now. */
static long account(enum work work)
{
	struct timespec used;
	struct rusage r;

	if (work == CPU) {
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
		return used.tv_sec * 1000000 + used.tv_nsec / 1000;
	}
	if (work == GETPGID)
		return calls;
	if (getrusage(RUSAGE_THREAD, &r) < 0)
		load_die("getrusage");
	return work == FAULTS ? r.ru_minflt + r.ru_majflt : r.ru_nvcsw + r.ru_nivcsw;
}

static void work_do(enum work work, long n, volatile char *pages, long page)
{
	long end = account(CPU) + n * 1000;

	if (work == CPU)
		while (account(CPU) < end && !load_signal)
			;
	else
		for (long i = 0; i < n && !load_signal; i++) {
			if (work == FAULTS)
				pages[i * page] = 1;
			else if (work == GETPGID)
				calls += getpgid(getpid()) > 0;
			else
				load_sleep_ns(50000);
		}
}

static enum work work_named(const char *name)
{
	static const char *const names[] = {"faults", "switches", "cpu", "getpgid"};

	for (int i = 0; i < 4; i++)
		if (strcmp(name, names[i]) == 0)
			return (enum work)i;
	load_usage(arguments);
}

int main(int argc, char **argv)
{
	long page = sysconf(_SC_PAGESIZE);
	char *pages;

	if (argc != 3)
		load_usage(arguments);
	enum work work = work_named(argv[1]);
	long n = load_number(argv[2], "N", 1, 100000);

	load_catch_signals();
	pages = mmap(NULL, (size_t)(n * page), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		     -1, 0);
	if (pages == MAP_FAILED)
		load_die("cannot map");
	/* Else one fault brings 512 pages. */
	madvise(pages, (size_t)(n * page), MADV_NOHUGEPAGE);
	/* Once ahead, so that no code of it has to be read in later. */
	work_do(SWITCHES, 1, pages, page);
	long outer = account(work);

	prctl(PR_SET_NAME, "kw_load_on");
	long inner = account(work);

	work_do(work, n, pages, page);
	long least = account(work) - inner;

	prctl(PR_SET_NAME, "kw_load_off");
	printf("%ld %ld\n", least, account(work) - outer);
	return load_status();
}
