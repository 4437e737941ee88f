/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sleeper - a task on one CPU that sleeps again and again.
 */
#include "load.h"
#include "real.h"

/* A real call, to be probed. */
REAL void load_slept(long ms);

void load_slept(long ms)
{
	load_sleep_ns((uint64_t)ms * 1000000ULL);
}

int main(int argc, char **argv)
{
	long ms, times, done = 0;

	if (argc != 4)
		load_usage("MS TIMES CPU\nSleeps MS milliseconds TIMES times on CPU; prints how "
			   "often it did.");
	ms = load_number(argv[1], "MS", 0, 3600000);
	times = load_number(argv[2], "TIMES", 0, 1000000000L);
	load_pin(load_number(argv[3], "CPU", 0, CPU_SETSIZE - 1));
	load_catch_signals();
	for (; done < times && !load_signal; done++)
		load_slept(ms);
	printf("%ld\n", done);
	return load_status();
}
