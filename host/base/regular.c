/* SPDX-License-Identifier: Apache-2.0 */
#include "base/regular.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* What @place stands for is not opened yet: see what it is, and then open just that. */
static int open_place(int place, struct stat *st)
{
	char path[64];

	if (fstat(place, st) < 0)
		return -errno;
	if (!S_ISREG(st->st_mode))
		return -EINVAL;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", place);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	return fd < 0 ? -errno : fd;
}

int regular_open(const char *path, bool follow, struct stat *st)
{
	struct stat own;
	int place = open(path, O_PATH | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW));

	if (place < 0)
		return -errno;
	int fd = open_place(place, st ? st : &own);

	close(place);
	return fd;
}
