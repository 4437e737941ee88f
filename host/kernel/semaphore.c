/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/semaphore.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "symbol/maps.h"

struct semaphore {
	pid_t pid;
	uint64_t inode;
	uint64_t offset;
};

/* Where the process has it: of a page that is mapped twice, as code and as data, data comes last.
 */
static int find_address(const struct semaphore *s, uint64_t *address)
{
	struct maps maps;
	int rc = maps_read(s->pid, true, &maps);

	if (rc < 0)
		return rc;
	rc = -ENOENT;
	for (size_t i = 0; i < maps.n; i++) {
		const struct mapping *m = &maps.list[i];

		if (m->inode != s->inode || s->offset < m->offset ||
		    s->offset - m->offset >= m->end - m->start)
			continue;
		*address = m->start + (s->offset - m->offset);
		rc = 0;
	}
	maps_free(&maps);
	return rc;
}

/* Other tracers do the same, and nobody locks: a moment in which two do it at once is not seen. */
static int add(const struct semaphore *s, int delta)
{
	uint64_t address;
	uint16_t value;
	char path[64];
	int rc = find_address(s, &address);

	if (rc < 0)
		return rc;
	snprintf(path, sizeof(path), "/proc/%d/mem", (int)s->pid);
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (pread(fd, &value, sizeof(value), (off_t)address) != sizeof(value)) {
		rc = -EIO;
	} else if (delta > 0 || value) {
		value = (uint16_t)(value + delta);
		if (pwrite(fd, &value, sizeof(value), (off_t)address) != sizeof(value))
			rc = -EIO;
	}
	close(fd);
	return rc;
}

int semaphore_raise(pid_t pid, const char *path, uint64_t offset, struct semaphore **out)
{
	struct semaphore *s = calloc(1, sizeof(*s));
	struct stat st;
	int rc;

	if (!s)
		return -ENOMEM;
	rc = stat(path, &st) < 0 ? -errno : 0;
	if (rc == 0) {
		*s = (struct semaphore){.pid = pid, .inode = st.st_ino, .offset = offset};
		rc = add(s, 1);
	}
	if (rc < 0)
		free(s);
	else
		*out = s;
	return rc;
}

void semaphore_lower(struct semaphore *s)
{
	if (!s)
		return;
	add(s, -1);
	free(s);
}
