/* SPDX-License-Identifier: Apache-2.0 */
/*
 * indirect - calls an indirect function (ifunc) of libload an exactly known number of times.
 */
#include "load.h"

#include <unistd.h>

long load_lib_indirect(long n);

int main(int argc, char **argv)
{
	char line[16];
	long calls, done = 0;

	if (argc != 2)
		load_usage("CALLS\nPrints its process, waits for a line, calls "
			   "load_lib_indirect() CALLS times, and says so.");
	calls = load_number(argv[1], "CALLS", 0, 1000000000L);
	printf("%d\n", (int)getpid());
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		return 1;
	for (; done < calls; done++)
		load_lib_indirect(done);
	printf("%ld\n", done);
	return 0;
}
