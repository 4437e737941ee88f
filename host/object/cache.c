/* SPDX-License-Identifier: Apache-2.0 */
#include "object/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/say.h"

#define SUFFIX ".kwo"

/* Owned by root or us, and writable by its owner only. Return: NULL, or what is wrong. */
static const char *distrust(const struct stat *st)
{
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return "it belongs to another user";
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return "others may write to it";
	return NULL;
}

static char *choose_path(void)
{
	const char *given = getenv("KWHILE_CACHE");
	const char *xdg = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");
	char *path = NULL;
	int n;

	if (given && *given)
		return strdup(given);
	if (geteuid() == 0)
		return strdup("/var/cache/kwhile");
	if (xdg && *xdg)
		n = asprintf(&path, "%s/kwhile", xdg);
	else
		n = asprintf(&path, "%s/.cache/kwhile", home ? home : "");
	return n < 0 ? NULL : path;
}

/* Like mkdir -p: each part that is missing. */
static int make_directories(const char *path)
{
	char *copy = strdup(path);

	if (!copy)
		return -ENOMEM;
	for (char *slash = copy + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(copy, 0755);
		*slash = '/';
	}
	int rc = mkdir(copy, 0700) == 0 || errno == EEXIST ? 0 : -errno;

	free(copy);
	return rc;
}

void cache_open(struct cache *cache)
{
	struct stat st;
	const char *wrong;

	cache->dir = -1;
	cache->path = choose_path();
	if (!cache->path)
		return;
	int rc = make_directories(cache->path);

	cache->dir = open(cache->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (cache->dir < 0 || fstat(cache->dir, &st) < 0) {
		rc = rc < 0 ? rc : -errno;
		say_detail("no object cache in %s: %s", cache->path, strerror(-rc));
	} else if ((wrong = distrust(&st))) {
		say_detail("no object cache in %s: %s", cache->path, wrong);
	} else {
		return;
	}
	if (cache->dir >= 0)
		close(cache->dir);
	cache->dir = -1;
}

/* Open an entry that may be trusted. Return: descriptor or negative errno; *wrong says why. */
static int open_entry(const struct cache *cache, const char *name, const char **wrong)
{
	struct stat st;
	int fd = openat(cache->dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

	*wrong = NULL;
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		*wrong = "it is no regular file";
	else
		*wrong = distrust(&st);
	if (!*wrong)
		return fd;
	close(fd);
	return -EPERM;
}

/* The key has the kernel in it; a file that came here by another way may not. */
static int check_kernel(const struct object *object, struct error *err)
{
	struct utsname uts;

	if (uname(&uts) == 0 && object->release && strcmp(object->release, uts.release) == 0)
		return 0;
	return error_failed(err, -EINVAL, "it is for kernel %s",
			    object->release ? object->release : "?");
}

int cache_load(const struct cache *cache, const char *key, struct object *object)
{
	struct error err = {0};
	const char *wrong;
	char name[96];

	if (cache->dir < 0)
		return -ENOENT;
	snprintf(name, sizeof(name), "%s" SUFFIX, key);
	int fd = open_entry(cache, name, &wrong);

	if (fd < 0) {
		if (fd != -ENOENT)
			say_detail("cache entry %s is not used: %s", name,
				   wrong ? wrong : strerror(-fd));
		return -ENOENT;
	}
	int rc = object_read_fd(fd, object, &err);

	if (rc == 0 && check_kernel(object, &err) < 0) {
		object_free(object);
		rc = -EINVAL;
	}
	if (rc < 0) {
		say_detail("cache entry %s is not used: %s", name, err.text);
		error_clear(&err);
		rc = rc == -ENOMEM ? rc : -ENOENT;
	} else {
		/* What is used is not what goes first when room is needed. */
		futimens(fd, NULL);
	}
	close(fd);
	return rc;
}

static bool is_entry(const char *name)
{
	size_t len = strlen(name);

	return len > strlen(SUFFIX) && strcmp(name + len - strlen(SUFFIX), SUFFIX) == 0;
}

static DIR *open_listing(const struct cache *cache)
{
	int fd = openat(cache->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;

	if (!d && fd >= 0)
		close(fd);
	return d;
}

static int by_use(const void *a, const void *b)
{
	const struct cache_entry *x = a, *y = b;

	return (x->used < y->used) - (x->used > y->used);
}

static void verify_entry(const struct cache *cache, struct cache_entry *entry)
{
	struct object object = {0};
	struct error err = {0};
	const char *wrong;
	int fd = open_entry(cache, entry->name, &wrong);

	if (fd < 0) {
		entry->problem = strdup(wrong ? wrong : strerror(-fd));
		return;
	}
	if (object_read_fd(fd, &object, &err) < 0) {
		entry->problem = strdup(err.text);
	} else {
		entry->release = object.release;
		object.release = NULL;
	}
	object_free(&object);
	error_clear(&err);
	close(fd);
}

long cache_list(const struct cache *cache, int verify, struct cache_entry **list)
{
	struct dirent *de;
	long n = 0;
	DIR *d = cache->dir >= 0 ? open_listing(cache) : NULL;

	*list = NULL;
	if (!d)
		return 0;
	while ((de = readdir(d))) {
		struct stat st;

		if (!is_entry(de->d_name) ||
		    fstatat(cache->dir, de->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		struct cache_entry *more = realloc(*list, (size_t)(n + 1) * sizeof(*more));
		char *name = strdup(de->d_name);

		if (more)
			*list = more;
		if (!more || !name) {
			free(name);
			break;
		}
		more[n] = (struct cache_entry){
			.name = name,
			.bytes = (uint64_t)st.st_size,
			.used = st.st_mtime,
		};
		if (verify)
			verify_entry(cache, &more[n]);
		n++;
	}
	closedir(d);
	if (n)
		qsort(*list, (size_t)n, sizeof(**list), by_use);
	return n;
}

void cache_list_free(struct cache_entry *list, long n)
{
	for (long i = 0; i < n; i++) {
		free(list[i].name);
		free(list[i].release);
		free(list[i].problem);
	}
	free(list);
}

/* ".NAME.PID" of a process that was killed while it wrote. */
static bool is_left_draft(const char *name)
{
	const char *dot = strrchr(name, '.');
	char *end;

	if (name[0] != '.' || !dot || dot == name)
		return false;
	long pid = strtol(dot + 1, &end, 10);

	return pid > 0 && !*end && kill((pid_t)pid, 0) < 0 && errno == ESRCH;
}

static void remove_left_drafts(const struct cache *cache)
{
	DIR *d = cache->dir >= 0 ? open_listing(cache) : NULL;
	struct dirent *de;

	while (d && (de = readdir(d)))
		if (is_left_draft(de->d_name))
			unlinkat(cache->dir, de->d_name, 0);
	if (d)
		closedir(d);
}

/* Remove the least recently used until the rest fits. */
static void make_room(const struct cache *cache)
{
	remove_left_drafts(cache);
	struct cache_entry *list;
	long n = cache_list(cache, 0, &list);
	uint64_t bytes = 0;

	for (long i = 0; i < n; i++) {
		bytes += list[i].bytes;
		if (bytes > CACHE_MAX_BYTES)
			unlinkat(cache->dir, list[i].name, 0);
	}
	cache_list_free(list, n);
}

/* A draft of @name, open for writing. Return: descriptor or negative errno. */
static int draft_open(const struct cache *cache, const char *name, char *draft, size_t size)
{
	snprintf(draft, size, ".%s.%d", name, getpid());
	unlinkat(cache->dir, draft, 0);
	int fd = openat(cache->dir, draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			0600);

	return fd < 0 ? -errno : fd;
}

/* Put a draft in its place, or, where writing it failed with @rc, away. */
static int draft_end(const struct cache *cache, const char *draft, const char *name, int fd, int rc)
{
	if (fd >= 0 && close(fd) < 0 && rc == 0)
		rc = -errno;
	if (rc == 0 && renameat(cache->dir, draft, cache->dir, name) < 0)
		rc = -errno;
	if (rc < 0) {
		unlinkat(cache->dir, draft, 0);
		say_detail("%s is not kept in %s: %s", name, cache->path, strerror(-rc));
	}
	return rc;
}

void cache_store(const struct cache *cache, const char *key, const struct object *object)
{
	char name[96], draft[128];

	if (cache->dir < 0)
		return;
	snprintf(name, sizeof(name), "%s" SUFFIX, key);
	int fd = draft_open(cache, name, draft, sizeof(draft));
	int rc = fd < 0 ? fd : object_write(object, fd);

	if (draft_end(cache, draft, name, fd, rc) == 0)
		make_room(cache);
}

int cache_read(const struct cache *cache, const char *name, size_t limit, struct buf *text)
{
	const char *wrong;

	if (cache->dir < 0)
		return -ENOENT;
	int fd = open_entry(cache, name, &wrong);

	if (fd < 0) {
		if (fd != -ENOENT)
			say_detail("%s in the cache is not used: %s", name,
				   wrong ? wrong : strerror(-fd));
		return -ENOENT;
	}
	int rc = buf_read_fd(text, fd, limit);

	close(fd);
	return rc;
}

void cache_write(const struct cache *cache, const char *name, const void *bytes, size_t len)
{
	char draft[128];

	if (cache->dir < 0)
		return;
	int fd = draft_open(cache, name, draft, sizeof(draft));
	int rc = fd < 0 ? fd : bytes_write(fd, bytes, len);

	draft_end(cache, draft, name, fd, rc);
}

long cache_clear(const struct cache *cache)
{
	struct cache_entry *list;
	long n = cache_list(cache, 0, &list), removed = 0;

	for (long i = 0; i < n; i++)
		removed += unlinkat(cache->dir, list[i].name, 0) == 0;
	cache_list_free(list, n);
	if (cache->dir >= 0)
		unlinkat(cache->dir, CACHE_NAMES_FILE, 0);
	remove_left_drafts(cache);
	return removed;
}

void cache_close(struct cache *cache)
{
	if (cache->dir >= 0)
		close(cache->dir);
	cache->dir = -1;
	free(cache->path);
	cache->path = NULL;
}
