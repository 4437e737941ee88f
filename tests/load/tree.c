/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree - a known tree of calls: tree_leaf() is called by three chains, in the ratio 1 : 2 : 3.
 * Built with frame pointers, and every call returns to its caller.
 */
#include "load.h"
#include "real.h"

#include <unistd.h>

static const char arguments[] = "CALLS\nCALLS times: main > tree_a > tree_leaf once,\n"
				"main > tree_b > tree_mid > tree_leaf twice, and\n"
				"main > tree_c > tree_c > tree_c > tree_leaf three times.";

REAL long tree_leaf(long n);
REAL long tree_a(long n);
REAL long tree_mid(long n);
REAL long tree_b(long n);
REAL long tree_c(long n, int depth);

/* Also a system call, for stacks of the kernel and of user space together. */
long tree_leaf(long n)
{
	return n + (getppid() > 0);
}

long tree_a(long n)
{
	return tree_leaf(n) + 1;
}

long tree_mid(long n)
{
	return tree_leaf(n) + 1;
}

long tree_b(long n)
{
	return tree_mid(n) + 1;
}

long tree_c(long n, int depth)
{
	return (depth > 1 ? tree_c(n, depth - 1) : tree_leaf(n)) + 1;
}

int main(int argc, char **argv)
{
	long calls, sum = 0;

	if (argc != 2)
		load_usage(arguments);
	calls = load_number(argv[1], "CALLS", 0, 1000000000L);
	for (long i = 0; i < calls; i++) {
		sum += tree_a(i);
		for (int k = 0; k < 2; k++)
			sum += tree_b(i);
		for (int k = 0; k < 3; k++)
			sum += tree_c(i, 3);
	}
	printf("%ld\n", calls * 6);
	return sum == -1;
}
