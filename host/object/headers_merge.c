/* SPDX-License-Identifier: Apache-2.0 */
/*
 * headers_merge.c - one directory of links into two header trees.
 *
 *   include/NAME		-> SOURCE/include/NAME; BUILD's for what only it has, and for
 *				   "generated" and "config"
 *   arch/ARCH/include/NAME	-> likewise, for each ARCH that BUILD was configured for
 *
 * These are the places libbcc looks into, relative to the one directory it is given
 * (KBuildHelper::get_flags() in src/cc/frontends/clang/kbuild_helper.cc, 0.26).
 */
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "object/headers_tree.h"

#define PREFIX "kwhile-headers-"

static const char *temporary_dir(void)
{
	const char *dir = getenv("TMPDIR");

	return dir && dir[0] ? dir : "/tmp";
}

/* Process ids mean nothing in another pid namespace, but /tmp may be shared with one. */
static uint64_t pid_namespace(void)
{
	struct stat st;

	return stat("/proc/self/ns/pid", &st) == 0 ? (uint64_t)st.st_ino : 0;
}

/* Links @to/NAME to each entry of @from, except where there is one already. */
static int link_entries(const char *from, const char *to)
{
	DIR *dir = opendir(from);
	int rc = 0;

	if (!dir)
		return errno == ENOENT ? 0 : -errno;
	for (struct dirent *entry; !rc && (entry = readdir(dir));) {
		char *target = NULL, *name = NULL;

		if (entry->d_name[0] == '.')
			continue;
		if (asprintf(&target, "%s/%s", from, entry->d_name) < 0)
			target = NULL;
		if (asprintf(&name, "%s/%s", to, entry->d_name) < 0)
			name = NULL;
		if (!target || !name)
			rc = -ENOMEM;
		else if (symlink(target, name) && errno != EEXIST)
			rc = -errno;
		free(target);
		free(name);
	}
	closedir(dir);
	return rc;
}

/* A link to @tree/@sub/@name, where that exists. */
static int link_one(const char *tree, const char *sub, const char *name, const char *to)
{
	char *target = NULL, *link = NULL;
	int rc = -ENOMEM;

	if (asprintf(&target, "%s/%s/%s", tree, sub, name) < 0) {
		target = NULL;
		goto out;
	}
	if (asprintf(&link, "%s/%s", to, name) < 0) {
		link = NULL;
		goto out;
	}
	rc = 0;
	if (access(target, F_OK) == 0 && symlink(target, link))
		rc = -errno;
out:
	free(target);
	free(link);
	return rc;
}

/* The directory @sub of both trees as one of links, @merged/@sub. */
static int merge_sub(const struct header_tree *tree, const char *merged, const char *sub)
{
	char *source = NULL, *build = NULL, *to = NULL;
	int rc = -ENOMEM;

	if (asprintf(&source, "%s/%s", tree->source, sub) < 0)
		source = NULL;
	if (asprintf(&build, "%s/%s", tree->build, sub) < 0)
		build = NULL;
	if (asprintf(&to, "%s/%s", merged, sub) < 0)
		to = NULL;
	if (!source || !build || !to)
		goto out;
	rc = mkdir(to, 0755) ? -errno : 0;
	/* First come, first kept: a configured source tree may hold another configuration. */
	if (!rc)
		rc = link_one(tree->build, sub, "generated", to);
	if (!rc)
		rc = link_one(tree->build, sub, "config", to);
	if (!rc)
		rc = link_entries(source, to);
	if (!rc)
		rc = link_entries(build, to);
out:
	free(source);
	free(build);
	free(to);
	return rc;
}

static int merge_arch(const struct header_tree *tree, const char *merged, const char *arch)
{
	char sub[NAME_MAX + 32], path[PATH_MAX];
	struct stat st;

	snprintf(sub, sizeof(sub), "arch/%s/include", arch);
	if (snprintf(path, sizeof(path), "%s/%s", tree->build, sub) >= PATH_MAX)
		return -ENAMETOOLONG;
	if (stat(path, &st) || !S_ISDIR(st.st_mode))
		return 0;
	if (snprintf(path, sizeof(path), "%s/arch/%s", merged, arch) >= PATH_MAX)
		return -ENAMETOOLONG;
	if (mkdir(path, 0755))
		return -errno;
	return merge_sub(tree, merged, sub);
}

static int merge_archs(const struct header_tree *tree, const char *merged)
{
	char path[PATH_MAX];
	int rc = 0;

	if (snprintf(path, sizeof(path), "%s/arch", merged) >= PATH_MAX)
		return -ENAMETOOLONG;
	if (mkdir(path, 0755))
		return -errno;
	if (snprintf(path, sizeof(path), "%s/arch", tree->build) >= PATH_MAX)
		return -ENAMETOOLONG;
	DIR *dir = opendir(path);

	if (!dir)
		return -errno;
	for (struct dirent *entry; !rc && (entry = readdir(dir));) {
		if (entry->d_name[0] != '.')
			rc = merge_arch(tree, merged, entry->d_name);
	}
	closedir(dir);
	return rc;
}

int merge_new(const struct header_tree *tree, char **out, struct error *err)
{
	char *name = NULL, *merged = NULL;
	int rc;

	*out = NULL;
	if (asprintf(&name, "%s/" PREFIX "%ld-%" PRIu64 "-XXXXXX", temporary_dir(), (long)getpid(),
		     pid_namespace()) < 0)
		return error_nomem(err);
	if (!mkdtemp(name)) {
		rc = error_failed(err, -errno,
				  "cannot make a directory in %s: %s; set TMPDIR to a writable one",
				  temporary_dir(), strerror(errno));
		free(name);
		return rc;
	}
	/* The compiler may run as somebody else. There is nothing in it but names of headers. */
	rc = chmod(name, 0755) ? -errno : 0;
	if (!rc) {
		merged = realpath(name, NULL);
		rc = merged ? merge_sub(tree, merged, "include") : -errno;
	}
	if (!rc)
		rc = merge_archs(tree, merged);
	if (rc) {
		merge_remove(name);
		free(merged);
		merged = NULL;
		error_failed(err, rc, "cannot merge %s and %s in %s: %s", tree->build, tree->source,
			     name, strerror(-rc));
	}
	free(name);
	*out = merged;
	return rc;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	remove(path);
	return 0;
}

void merge_remove(const char *dir)
{
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* Is this the name of one whose process is gone? */
static bool is_stale(const char *name, uint64_t space)
{
	char *end;

	if (strncmp(name, PREFIX, strlen(PREFIX)) != 0)
		return false;
	errno = 0;
	long pid = strtol(name + strlen(PREFIX), &end, 10);

	if (errno || pid <= 0 || pid > INT32_MAX || *end != '-')
		return false;
	uint64_t other = strtoull(end + 1, &end, 10);

	if (*end != '-' || !space || other != space)
		return false;
	return kill((pid_t)pid, 0) < 0 && errno == ESRCH;
}

void merge_remove_stale(void)
{
	const char *where = temporary_dir();
	uint64_t space = pid_namespace();
	DIR *dir = opendir(where);

	if (!dir)
		return;
	for (struct dirent *entry; (entry = readdir(dir));) {
		struct stat st;
		char path[PATH_MAX];

		if (!is_stale(entry->d_name, space) ||
		    snprintf(path, sizeof(path), "%s/%s", where, entry->d_name) >= PATH_MAX)
			continue;
		if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid())
			merge_remove(path);
	}
	closedir(dir);
}
