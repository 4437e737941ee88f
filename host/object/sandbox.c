/* SPDX-License-Identifier: Apache-2.0 */
#include "object/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/say.h"
#include "object/includes.h"

#define NOBODY 65534
#define TRACEFS "/sys/kernel/tracing"
#define DEBUGFS "/sys/kernel/debug"
#define FORMAT_LIMIT (1u << 20)
/* Of all processes of nobody's: libbcc starts none, or tar for headers that the kernel carries. */
#define MOST_PROCESSES 512
#define MOST_FILE_BYTES (1ull << 30)

static int read_formats(const char *text, const char *tracefs, struct sandbox *s)
{
	long n = tracefs ? formats_of(text, &s->formats) : 0;

	if (n < 0)
		return -ENOMEM;
	s->nformats = (size_t)n;
	s->texts = calloc(s->nformats + 1, sizeof(*s->texts));
	if (!s->texts)
		return -ENOMEM;
	for (size_t i = 0; i < s->nformats; i++) {
		struct buf format = {0};
		char path[PATH_MAX];

		snprintf(path, sizeof(path), "%s/events/%s/%s/format", tracefs,
			 s->formats[i].category, s->formats[i].event);
		if (buf_read_file(&format, path, FORMAT_LIMIT) == 0)
			s->texts[i] = buf_take(&format);
		buf_free(&format);
	}
	return 0;
}

static void add_needed(struct sandbox *s, const char *path)
{
	char **more = reallocarray(s->needed, s->nneeded + 1, sizeof(*more));

	if (!more)
		return;
	s->needed = more;
	more[s->nneeded] = strdup(path);
	s->nneeded += more[s->nneeded] != NULL;
}

/* libbcc looks for it by its whole path. */
static void add_include(void *ctx, const char *path, const struct buf *content)
{
	char whole[PATH_MAX];

	if (content && realpath(path, whole))
		add_needed(ctx, whole);
}

static void add_examples(struct sandbox *s, const char *tree)
{
	static const char *const examples[] = {
		"include/linux/kconfig.h",
		"include/generated/autoconf.h",
		"include/linux/types.h",
	};

	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		char path[PATH_MAX];

		/* Of two trees, each has its part. */
		if (snprintf(path, sizeof(path), "%s/%s", tree, examples[i]) < PATH_MAX &&
		    access(path, F_OK) == 0)
			add_needed(s, path);
	}
}

/* The tree the user named, or the kernel's own place. */
static void add_headers(struct sandbox *s, const char *headers)
{
	static const char *const places[] = {"build", "source"};
	struct utsname uts;

	if (headers) {
		add_examples(s, headers);
		return;
	}
	uname(&uts);
	for (size_t i = 0; i < 2; i++) {
		char tree[PATH_MAX];

		snprintf(tree, sizeof(tree), "/lib/modules/%s/%s", uts.release, places[i]);
		add_examples(s, tree);
	}
}

int sandbox_prepare(const char *text, const char *beside, const char *tracefs, const char *headers,
		    struct sandbox *s)
{
	if (geteuid() != 0)
		return 0;
	add_headers(s, headers);
	includes_visit(text, beside, add_include, s);
	return read_formats(text, tracefs, s);
}

/* Like mkdir -p and a write, below a file system of our own. */
static int put_format(const struct format_name *name, const char *text)
{
	char path[PATH_MAX];
	int rc = -1;

	mkdir(TRACEFS "/events", 0755);
	snprintf(path, sizeof(path), TRACEFS "/events/%s", name->category);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), TRACEFS "/events/%s/%s", name->category, name->event);
	mkdir(path, 0755);
	strcat(path, "/format");
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	if (fd >= 0) {
		size_t len = strlen(text);

		rc = write(fd, text, len) == (ssize_t)len ? 0 : -1;
		close(fd);
	}
	return rc;
}

/*
 * A view of our own: tracefs with the formats, debugfs closed, for libbcc looks there first
 * (tracefs_path() in its common.cc). Return: 0 or a negative errno; then the view is the machine's.
 */
static int make_view(const struct sandbox *s)
{
	const mode_t mask = umask(0);
	int rc = 0;

	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("kwhile", TRACEFS, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  "mode=0755,size=16m") < 0)
		rc = -errno;
	if (rc == 0 && access(DEBUGFS, F_OK) == 0 &&
	    mount("kwhile", DEBUGFS, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  "mode=0700,size=4k") < 0)
		rc = -errno;
	for (size_t i = 0; rc == 0 && i < s->nformats; i++)
		if (s->texts[i] && put_format(&s->formats[i], s->texts[i]) < 0)
			rc = -errno;
	umask(mask);
	return rc;
}

static bool names_formats(const struct sandbox *s)
{
	for (size_t i = 0; i < s->nformats; i++)
		if (s->texts[i])
			return true;
	return false;
}

/* With the rights as they are now, or NULL. */
static const char *first_unreadable(const struct sandbox *s)
{
	for (size_t i = 0; i < s->nneeded; i++) {
		int fd = open(s->needed[i], O_RDONLY | O_CLOEXEC | O_NONBLOCK);

		if (fd < 0)
			return s->needed[i];
		close(fd);
	}
	return NULL;
}

/* Give up all capabilities, or all but one (its number), which then outlives exec. */
static int keep_capability(int one)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct caps[2];

	memset(caps, 0, sizeof(caps));
	if (one >= 0) {
		caps[0].effective = caps[0].permitted = caps[0].inheritable = 1u << one;
	}
	if (syscall(SYS_capset, &header, caps) < 0)
		return -errno;
	if (one >= 0 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, one, 0, 0) < 0)
		return -errno;
	return 0;
}

/* Become nobody; capabilities are still permitted, and none is in force. */
static int become_nobody(void)
{
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 || setgroups(0, NULL) < 0 ||
	    setresgid(NOBODY, NOBODY, NOBODY) < 0 || setresuid(NOBODY, NOBODY, NOBODY) < 0)
		return -errno;
	return 0;
}

static void drop_rights(const struct sandbox *s)
{
	bool formats = names_formats(s);
	int view = formats ? make_view(s) : 0;
	int rc = become_nobody();

	if (rc < 0) {
		say_detail("the compiler runs as root: cannot become nobody: %s", strerror(-rc));
		return;
	}
	const char *unreadable = first_unreadable(s);

	if (unreadable)
		say_detail("the compiler may read all files: nobody else may read %s", unreadable);
	else if (view < 0)
		say_detail("the compiler may read all files: it cannot have a view of its own: %s",
			   strerror(-view));
	rc = keep_capability(unreadable || view < 0 ? CAP_DAC_READ_SEARCH : -1);
	if (rc < 0)
		say_detail("the compiler's capabilities could not be set: %s", strerror(-rc));
}

static void set_limit(__rlimit_resource_t what, rlim_t most)
{
	struct rlimit limit;

	if (getrlimit(what, &limit) < 0)
		return;
	if (limit.rlim_max > most)
		limit.rlim_max = most;
	if (limit.rlim_cur > limit.rlim_max)
		limit.rlim_cur = limit.rlim_max;
	setrlimit(what, &limit);
}

void sandbox_enter(const struct sandbox *s, unsigned seconds)
{
	bool root = geteuid() == 0;

	if (root)
		drop_rights(s);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	set_limit(RLIMIT_CORE, 0);
	set_limit(RLIMIT_CPU, seconds);
	set_limit(RLIMIT_FSIZE, MOST_FILE_BYTES);
	/* Of nobody's; a user's own processes are none of our business. */
	if (root && geteuid() == NOBODY)
		set_limit(RLIMIT_NPROC, MOST_PROCESSES);
}

void sandbox_free(struct sandbox *s)
{
	for (size_t i = 0; s->texts && i < s->nformats; i++)
		free(s->texts[i]);
	for (size_t i = 0; i < s->nneeded; i++)
		free(s->needed[i]);
	free(s->texts);
	free(s->formats);
	free(s->needed);
	memset(s, 0, sizeof(*s));
}
