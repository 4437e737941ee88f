/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cost - what a getppid system call takes, with whatever is attached to it. Under the lab's
 * --icount, where the clock counts instructions, the least of many rounds is free of all else.
 */
#include "load.h"

#include <sys/syscall.h>
#include <unistd.h>

static const char arguments[] = "ROUNDS CALLS\n"
				"Makes CALLS getppid system calls ROUNDS times; prints the "
				"nanoseconds of the shortest round.";

int main(int argc, char **argv)
{
	uint64_t least = UINT64_MAX;
	long rounds, calls;

	if (argc != 3)
		load_usage(arguments);
	rounds = load_number(argv[1], "ROUNDS", 1, 1000000000L);
	calls = load_number(argv[2], "CALLS", 1, 1000000000L);
	load_catch_signals();
	for (long i = 0; i < rounds && !load_signal; i++) {
		uint64_t begin = load_now_ns();

		for (long n = 0; n < calls; n++)
			syscall(SYS_getppid);
		uint64_t took = load_now_ns() - begin;

		if (took < least)
			least = took;
	}
	printf("%llu\n", (unsigned long long)least);
	return load_status();
}
