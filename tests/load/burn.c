/* SPDX-License-Identifier: Apache-2.0 */
/*
 * burn - a busy loop on one CPU.
 */
#include "load.h"

int main(int argc, char **argv)
{
	uint64_t end;

	if (argc != 3)
		load_usage("SECONDS CPU\nKeeps CPU busy for SECONDS.");
	end = load_now_ns() + (uint64_t)load_number(argv[1], "SECONDS", 0, 86400) * 1000000000ULL;
	load_pin(load_number(argv[2], "CPU", 0, CPU_SETSIZE - 1));
	load_catch_signals();
	while (!load_signal && load_now_ns() < end)
		for (volatile int i = 0; i < 10000; i++)
			continue;
	return load_status();
}
