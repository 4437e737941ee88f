/* SPDX-License-Identifier: Apache-2.0 */
#include "symbol/binary.h"

#include <bcc/bcc_proc.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buf.h"
#include "symbol/maps.h"

/* "c" of "c", "libc", "libc.so.6" and "libc-2.31.so" */
static void bare_name(const char *text, char *bare, size_t size)
{
	const char *so = strstr(text, ".so");
	const char *from = strncmp(text, "lib", 3) == 0 && text[3] ? text + 3 : text;

	snprintf(bare, size, "%.*s", so > from ? (int)(so - from) : (int)strlen(from), from);
}

/* Without a version: "c", "libc", "libc.so". */
static bool names_any_version(const char *text, const char *bare)
{
	if (strcmp(text, bare) == 0)
		return true;
	size_t len = strlen(bare);

	return strncmp(text, "lib", 3) == 0 && strncmp(text + 3, bare, len) == 0 &&
	       (text[3 + len] == '\0' || strcmp(text + 3 + len, ".so") == 0);
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Is the file of that path what the text means: "c" for /usr/lib/libc.so.6? */
static bool is_meant(const char *path, const char *text)
{
	const char *base = last_part(path);
	static const char memory[] = "memfd:";
	char bare[NAME_MAX + 1];

	/* As memfd_create(2) was given it: memfd:x cannot be written, the colon would end it. */
	if (strncmp(base, memory, strlen(memory)) == 0)
		base += strlen(memory);
	if (strcmp(base, text) == 0)
		return true;
	bare_name(text, bare, sizeof(bare));
	if (names_any_version(text, bare))
		text = bare;
	size_t len = strlen(text);

	if (strncmp(base, "lib", 3) != 0 || strncmp(base + 3, text, len) != 0)
		return false;
	base += 3 + len;
	if (strncmp(base, ".so", 3) == 0 && (base[3] == '\0' || base[3] == '.'))
		return true;
	/* libc-2.31.so, as glibc named its files before 2.34. */
	return base[0] == '-' && base[1] >= '0' && base[1] <= '9' && strstr(base, ".so");
}

static bool same_file(const char *path, const struct stat *st)
{
	struct stat other;

	return stat(path, &other) == 0 && other.st_ino == st->st_ino && other.st_dev == st->st_dev;
}

/*
 * A path of the process's own. Its absolute links must not lead out of its root, as they would when
 * followed from here: the kernel follows them inside it (openat2(2), 5.6), and tells where they
 * led.
 */
static char *path_in_root(pid_t pid, const char *path)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};
	char root[64], link[64], real[PATH_MAX], *out = NULL;
	struct stat st;

	snprintf(root, sizeof(root), "/proc/%d/root", (int)pid);
	int dir = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	long fd = dir < 0 ? -1 : syscall(SYS_openat2, dir, path, &how, sizeof(how));
	int code = errno;

	if (dir >= 0)
		close(dir);
	if (fd < 0) {
		errno = code;
		/* /proc/PID/exe is no path, and leads to the file itself. */
		if ((code == ENOSYS || code == EXDEV) && asprintf(&out, "%s%s", root, path) < 0)
			out = NULL;
		return out;
	}
	snprintf(link, sizeof(link), "/proc/self/fd/%ld", fd);
	ssize_t n = readlink(link, real, sizeof(real) - 1);

	if (n > 0 && fstat((int)fd, &st) == 0) {
		real[n] = '\0';
		if (!same_file(real, &st) || asprintf(&out, "%s", real) < 0)
			out = NULL;
		if (!out && (asprintf(&out, "%s%s", root, real) < 0 || !same_file(out, &st))) {
			free(out);
			out = NULL;
		}
	}
	close((int)fd);
	if (!out && asprintf(&out, "%s%s", root, path) < 0)
		out = NULL;
	return out;
}

/* The very file that is mapped, even where its name is gone or has another file now. */
static int use_mapping(pid_t pid, const struct mapping *m, struct binary *out)
{
	struct stat st;

	out->path = path_in_root(pid, m->path);
	if (!out->path || m->deleted || stat(out->path, &st) < 0 || st.st_ino != m->inode) {
		free(out->path);
		if (asprintf(&out->path, "/proc/%d/map_files/%llx-%llx", (int)pid,
			     (unsigned long long)m->start, (unsigned long long)m->end) < 0)
			out->path = NULL;
	}
	out->shown = strdup(m->path);
	return out->path && out->shown ? 0 : -ENOMEM;
}

static bool same_root(pid_t pid)
{
	char root[64];
	struct stat st;

	snprintf(root, sizeof(root), "/proc/%d/root/", (int)pid);
	return stat(root, &st) == 0 && same_file("/", &st);
}

/* What dlopen(3) and the shell would find by that name: to be freed, or NULL. */
static char *system_path(const char *text)
{
	char bare[NAME_MAX + 1];
	const char *dirs = getenv("PATH");
	char *found;

	bare_name(text, bare, sizeof(bare));
	found = bcc_procutils_which_so(bare, -1);
	if (found && (names_any_version(text, bare) || strcmp(last_part(found), text) == 0))
		return found;
	free(found);
	while (dirs && *dirs) {
		size_t len = strcspn(dirs, ":");
		struct stat st;

		if (asprintf(&found, "%.*s/%s", len ? (int)len : 1, len ? dirs : ".", text) < 0)
			return NULL;
		if (stat(found, &st) == 0 && S_ISREG(st.st_mode) && access(found, X_OK) == 0)
			return found;
		free(found);
		dirs += len + (dirs[len] == ':');
	}
	return NULL;
}

static int set_system(const char *text, struct binary *out)
{
	out->path = system_path(text);
	if (!out->path)
		return -ENOENT;
	out->shown = strdup(out->path);
	return out->shown ? 0 : -ENOMEM;
}

/* "it has mapped a, b and c" */
static void mapped_names(const struct maps *maps, struct buf *names)
{
	const char *before = "";

	for (size_t i = 0; i < maps->n && names->len < 300; i++) {
		const char *path = maps->list[i].path;

		if (path[0] != '/' || strcmp(path, before) == 0)
			continue;
		buf_addf(names, "%s%s", names->len ? ", " : "", last_part(path));
		before = path;
	}
}

static int no_process(pid_t pid, int code, struct error *err)
{
	if (code == -ESRCH)
		return error_usage(err, "there is no process %d", (int)pid);
	return error_failed(err, code, "cannot read what process %d has mapped: %s", (int)pid,
			    strerror(-code));
}

static int find_mapped(const char *text, pid_t pid, struct binary *out, struct error *err)
{
	struct maps maps;
	int rc = maps_read(pid, false, &maps);

	if (rc < 0)
		return no_process(pid, rc, err);
	rc = -ENOENT;
	for (size_t i = 0; i < maps.n && rc == -ENOENT; i++)
		if (maps.list[i].path[0] == '/' && is_meant(maps.list[i].path, text))
			rc = use_mapping(pid, &maps.list[i], out);
	/* It may be loaded later; but by what name is known only in our own file system. */
	if (rc == -ENOENT && same_root(pid)) {
		rc = set_system(text, out);
		out->unmapped = true;
	}
	if (rc == -ENOENT) {
		struct buf names = {0};

		mapped_names(&maps, &names);
		rc = error_set(err, EXIT_USAGE, rc,
			       "process %d has no library or program %.100s; it has %s", (int)pid,
			       text, names.len ? buf_string(&names) : "nothing mapped (yet)");
		buf_free(&names);
	} else if (rc == -ENOMEM) {
		error_nomem(err);
	}
	maps_free(&maps);
	return rc;
}

static int find_path(const char *text, pid_t pid, struct binary *out, struct error *err)
{
	char real[PATH_MAX];

	if (!pid || text[0] != '/') {
		out->path = strdup(realpath(text, real) ? real : text);
	} else {
		out->path = path_in_root(pid, text);
		if (!out->path && access("/proc/self/root", X_OK) == 0)
			return error_set(err, EXIT_USAGE, -ENOENT,
					 "process %d sees no file %.200s (paths are its own when a "
					 "process is given)",
					 (int)pid, text);
	}
	out->shown = strdup(text);
	return out->path && out->shown ? 0 : error_nomem(err);
}

int binary_find(const char *text, pid_t pid, struct binary *out, struct error *err)
{
	char proc[64];
	int rc;

	memset(out, 0, sizeof(*out));
	snprintf(proc, sizeof(proc), "/proc/%d", (int)pid);
	if (pid && access(proc, F_OK) < 0)
		return no_process(pid, -ESRCH, err);
	if (strchr(text, '/')) {
		rc = find_path(text, pid, out, err);
	} else if (pid) {
		rc = find_mapped(text, pid, out, err);
	} else {
		bool whole = strncmp(text, "lib", 3) == 0;

		rc = set_system(text, out);
		if (rc == -ENOENT)
			rc = error_set(err, EXIT_USAGE, rc,
				       "there is no library %s%.100s%s (ldconfig -p lists them) "
				       "and no program %.100s in PATH; write a path with a / for "
				       "another file",
				       whole ? "" : "lib", text, whole ? "" : ".so", text);
		else if (rc < 0)
			error_nomem(err);
	}
	if (rc < 0)
		binary_free(out);
	return rc;
}

static bool is_first(const struct maps *maps, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(maps->list[i].path, maps->list[at].path) == 0 &&
		    maps->list[i].inode == maps->list[at].inode)
			return false;
	return true;
}

int binary_each_mapped(pid_t pid, int (*each)(void *ctx, const struct binary *binary), void *ctx,
		       struct error *err)
{
	struct maps maps;
	int rc = maps_read(pid, false, &maps);

	if (rc < 0)
		return no_process(pid, rc, err);
	for (size_t i = 0; i < maps.n && rc == 0; i++) {
		struct binary binary = {0};

		if (maps.list[i].path[0] != '/' || !is_first(&maps, i))
			continue;
		rc = use_mapping(pid, &maps.list[i], &binary);
		rc = rc < 0 ? error_nomem(err) : each(ctx, &binary);
		binary_free(&binary);
	}
	maps_free(&maps);
	return rc;
}

void binary_free(struct binary *binary)
{
	free(binary->path);
	free(binary->shown);
	memset(binary, 0, sizeof(*binary));
}
