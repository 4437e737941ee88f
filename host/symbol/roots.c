/* SPDX-License-Identifier: Apache-2.0 */
#include "symbol/roots.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
	dev_t device;
	ino_t directory;
	ino_t mounts; /* the mount namespace */
};

struct root {
	struct root *next;
	struct roots *owner;
	struct place place;
	size_t holders;
	int fd;
	char inside[PATH_MAX]; /* where in its mount namespace it is, @len bytes; "" for its root */
	size_t len;
};

static bool place_of(pid_t pid, struct place *place)
{
	struct stat root, mounts;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/root", (int)pid);
	if (stat(path, &root) < 0)
		return false;
	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", (int)pid);
	if (stat(path, &mounts) < 0)
		return false;
	*place = (struct place){root.st_dev, root.st_ino, mounts.st_ino};
	return true;
}

static bool same(const struct place *a, const struct place *b)
{
	return a->device == b->device && a->directory == b->directory && a->mounts == b->mounts;
}

static int root_new(struct roots *roots, pid_t pid, const struct place *place, struct root **out)
{
	struct root *root = calloc(1, sizeof(*root));
	char path[64];

	if (!root)
		return -ENOMEM;
	snprintf(path, sizeof(path), "/proc/%d/root", (int)pid);
	root->fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root->fd < 0) {
		int code = -errno;

		free(root);
		return code;
	}
	ssize_t len = readlink(path, root->inside, sizeof(root->inside) - 1);

	/* "/" is no part of a path that is to be left out. */
	root->len = len > 1 ? (size_t)len : 0;
	root->inside[root->len] = '\0';
	root->place = *place;
	root->holders = 1;
	root->owner = roots;
	root->next = roots->first;
	roots->first = root;
	*out = root;
	return 0;
}

int root_of(struct roots *roots, pid_t pid, struct root **out)
{
	struct place place, own;

	if (!place_of(pid, &place) || !place_of(getpid(), &own))
		return -ESRCH;
	if (same(&place, &own)) {
		*out = NULL;
		return 0;
	}
	for (struct root *root = roots->first; root; root = root->next)
		if (same(&root->place, &place)) {
			*out = root_hold(root);
			return 0;
		}
	return root_new(roots, pid, &place, out);
}

struct root *root_hold(struct root *root)
{
	if (root)
		root->holders++;
	return root;
}

void root_file(const struct root *root, const char *path, char *file, size_t size)
{
	if (strncmp(path, root->inside, root->len) == 0 && path[root->len] == '/')
		path += root->len;
	snprintf(file, size, "/proc/self/fd/%d%s", root->fd, path);
}

void root_drop(struct root *root)
{
	if (!root || --root->holders)
		return;
	for (struct root **at = &root->owner->first; *at; at = &(*at)->next)
		if (*at == root) {
			*at = root->next;
			break;
		}
	close(root->fd);
	free(root);
}
