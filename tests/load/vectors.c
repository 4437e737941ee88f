/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vectors - a process that has the kernel allocate memory an exactly known number of times:
 * writev(2) of more than 8 pieces copies their list into memory that it takes for each call by its
 * size, kmalloc_array() in iovec_from_user() (lib/iov_iter.c).
 */
#include "load.h"

#include <fcntl.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PIECES 16

static void child_run(long calls)
{
	static char byte;
	struct iovec pieces[PIECES];
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	for (int i = 0; i < PIECES; i++)
		pieces[i] = (struct iovec){&byte, 1};
	for (long i = 0; null >= 0 && i < calls && !load_signal; i++)
		if (writev(null, pieces, PIECES) != PIECES)
			_exit(1);
	_exit(null < 0);
}

int main(int argc, char **argv)
{
	int status;

	if (argc != 2)
		load_usage("CALLS\nA child process makes CALLS allocations of 256 bytes; prints "
			   "its number.");
	long calls = load_number(argv[1], "CALLS", 0, 1000000000L);

	load_catch_signals();
	pid_t child = fork();

	if (child < 0)
		load_die("cannot fork");
	if (child == 0)
		child_run(calls);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	printf("%d\n", (int)child);
	return load_signal || status ? 1 : load_status();
}
