/* SPDX-License-Identifier: Apache-2.0 */
/* Header trees as distributions lay them out, found and joined. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "object/headers.h"

#define RELEASE "6.1.0-56-amd64"

static char room[256]; /* everything is below */

static const char *at(const char *name)
{
	static char paths[4][4 * PATH_MAX];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", room, name);
	return path;
}

static void make_dirs(const char *name)
{
	char path[2 * PATH_MAX];

	snprintf(path, sizeof(path), "%s", at(name));
	for (char *slash = path + strlen(room) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
		*slash = '\0';
		mkdir(path, 0755);
	}
	mkdir(path, 0755);
}

static void make_file(const char *name, const char *text)
{
	char parent[PATH_MAX];

	snprintf(parent, sizeof(parent), "%s", name);
	*strrchr(parent, '/') = '\0';
	make_dirs(parent);
	FILE *file = fopen(at(name), "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void make_in(const char *dir, const char *name, const char *text)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	make_file(path, text);
}

static void make_source(const char *dir)
{
	make_in(dir, "include/linux/kconfig.h", "kconfig");
	make_in(dir, "include/uapi/linux/bpf.h", "bpf");
	make_in(dir, "arch/x86/include/asm/ptrace.h", "ptrace");
	make_in(dir, "arch/x86/include/uapi/asm/types.h", "types");
	make_in(dir, "arch/arm64/include/asm/ptrace.h", "arm");
}

static void make_build(const char *dir, const char *release)
{
	char text[256];

	make_in(dir, "include/generated/autoconf.h", "autoconf");
	make_in(dir, "arch/x86/include/generated/asm/unistd.h", "unistd");
	/* As in Debian's packages: only the first is what uname says. */
	make_in(dir, "include/config/kernel.release", "6.1.192\n");
	snprintf(text, sizeof(text), "#define UTS_RELEASE \"%s\"\n", release);
	make_in(dir, "include/generated/utsrelease.h", text);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int setup(void **state)
{
	(void)state;
	char name[] = "/tmp/kwhile-test-headers-XXXXXX";

	if (!mkdtemp(name) || !realpath(name, room))
		return -1;
	make_dirs("tmp");
	setenv("TMPDIR", at("tmp"), 1);
	unsetenv("BCC_KERNEL_SOURCE");
	unsetenv("BCC_KERNEL_MODULES_SUFFIX");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return nftw(room, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static unsigned count_entries(const char *name)
{
	DIR *dir = opendir(at(name));
	unsigned n = 0;

	assert_non_null(dir);
	for (struct dirent *entry; (entry = readdir(dir));)
		n += entry->d_name[0] != '.';
	closedir(dir);
	return n;
}

static void assert_reads(const char *dir, const char *name, const char *text)
{
	char path[2 * PATH_MAX];
	struct buf got = {0};

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(buf_read_file(&got, path, 1000), 0);
	assert_string_equal(buf_string(&got), text);
	buf_free(&got);
}

/* @dir is found and is a join of the trees made above. */
static void assert_merged(const char *dir)
{
	struct headers h = {0};
	struct error err = {0};
	int rc = headers_find(dir, RELEASE, false, &h, &err);

	if (rc)
		fail_msg("%s: %d, %s", dir ? dir : "-", rc, err.text);
	assert_true(h.merged);
	assert_string_equal(h.release, RELEASE);
	assert_int_equal(h.path[0], '/');
	assert_reads(h.path, "include/linux/kconfig.h", "kconfig");
	assert_reads(h.path, "include/uapi/linux/bpf.h", "bpf");
	assert_reads(h.path, "include/generated/autoconf.h", "autoconf");
	assert_reads(h.path, "include/config/kernel.release", "6.1.192\n");
	assert_reads(h.path, "arch/x86/include/asm/ptrace.h", "ptrace");
	assert_reads(h.path, "arch/x86/include/uapi/asm/types.h", "types");
	assert_reads(h.path, "arch/x86/include/generated/asm/unistd.h", "unistd");
	/* The compiler may be somebody else. */
	struct stat st;

	assert_int_equal(stat(h.path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0755);
	assert_int_equal(count_entries("tmp"), 1);
	headers_free(&h);
	assert_null(h.path);
	assert_int_equal(count_entries("tmp"), 0);
}

static void test_debian(void **state)
{
	char line[PATH_MAX + 64];

	(void)state;
	make_source("src/common");
	make_build("src/amd64", RELEASE);
	/* Where the Makefile says... */
	snprintf(line, sizeof(line), "# comment\ninclude %s/src/common/Makefile\n", room);
	make_file("src/amd64/Makefile", line);
	assert_merged(at("src/amd64"));
	/* ...or beside, where the packages were unpacked elsewhere... */
	make_file("src/amd64/Makefile", "include /usr/src/nowhere/common/Makefile");
	assert_merged(at("src/amd64"));
	/* ...or relative, as SUSE writes it. */
	make_file("src/amd64/Makefile", "include  ../common/Makefile\n");
	assert_merged(at("src/amd64"));
	/* What was linked to is still there. */
	assert_reads(at("src/common"), "include/linux/kconfig.h", "kconfig");
	assert_reads(at("src/amd64"), "include/generated/autoconf.h", "autoconf");
}

static void test_own_source_link(void **state)
{
	(void)state;
	make_source("source");
	make_build("out", RELEASE);
	assert_int_equal(symlink(at("source"), at("out/source")), 0);
	assert_merged(at("out"));
}

static void test_two(void **state)
{
	char both[3 * PATH_MAX];

	(void)state;
	make_source("a:b");
	make_build("c:d", RELEASE);
	snprintf(both, sizeof(both), "%s:%s", at("c:d"), at("a:b"));
	assert_merged(both);
}

static void test_build_and_source(void **state)
{
	(void)state;
	make_source("modules/source");
	make_build("modules/build", RELEASE);
	assert_merged(at("modules"));
	setenv("BCC_KERNEL_SOURCE", at("modules"), 1);
	assert_merged(NULL);
}

/* A source tree that was configured for something else does not lend its configuration. */
static void test_build_goes_first(void **state)
{
	(void)state;
	make_source("modules/source");
	make_in("modules/source", "include/generated/autoconf.h", "wrong");
	make_in("modules/source", "include/config/kernel.release", "wrong");
	make_in("modules/source", "arch/x86/include/generated/asm/unistd.h", "wrong");
	make_build("modules/build", RELEASE);
	assert_merged(at("modules"));
}

static void test_whole(void **state)
{
	struct headers h = {0};
	struct error err = {0};

	(void)state;
	make_source("linux");
	make_build("linux", RELEASE);
	assert_int_equal(headers_find(at("linux"), RELEASE, false, &h, &err), 0);
	assert_string_equal(h.path, at("linux"));
	assert_false(h.merged);
	headers_free(&h);
	/* The tree is the user's. */
	assert_reads(at("linux"), "include/linux/kconfig.h", "kconfig");
	assert_int_equal(count_entries("tmp"), 0);
}

static void assert_not_found(const char *dir, int code, const char *first, const char *second)
{
	struct headers h = {0};
	struct error err = {0};

	assert_int_equal(headers_find_below(room, dir, RELEASE, false, &h, &err), code);
	if (!strstr(err.text, first) || !strstr(err.text, second))
		fail_msg("expected \"%s\" and \"%s\", got \"%s\"", first, second, err.text);
	assert_null(h.path);
	assert_null(h.release);
	assert_int_equal(count_entries("tmp"), 0);
	error_clear(&err);
}

static void test_other_kernel(void **state)
{
	struct headers h = {0};

	(void)state;
	make_source("linux");
	make_build("linux", "5.10.0-1-arm64");
	assert_not_found(at("linux"), -EXDEV, "5.10.0-1-arm64", RELEASE);
	assert_int_equal(headers_find(at("linux"), RELEASE, true, &h, NULL), 0);
	assert_string_equal(h.release, "5.10.0-1-arm64");
	headers_free(&h);
	/* Does not say. */
	make_file("linux/include/generated/utsrelease.h", "#define UTS_RELEASE \"5.1");
	make_file("linux/include/config/kernel.release", "\n");
	assert_not_found(at("linux"), -EINVAL, "does not say", "--allow-other-headers");
	assert_int_equal(headers_find(at("linux"), RELEASE, true, &h, NULL), 0);
	assert_string_equal(h.release, RELEASE);
	headers_free(&h);
	/* The second place that says. */
	make_file("linux/include/config/kernel.release", RELEASE "\n");
	assert_int_equal(headers_find(at("linux"), RELEASE, false, &h, NULL), 0);
	headers_free(&h);
}

static void test_not_headers(void **state)
{
	(void)state;
	assert_not_found(at("nowhere"), -ENOENT, "nowhere", "BUILD:SOURCE");
	make_dirs("empty");
	assert_not_found(at("empty"), -EINVAL, "autoconf.h", "modules_prepare");
	make_source("source");
	assert_not_found(at("source"), -EINVAL, "autoconf.h", "modules_prepare");
	make_build("out", RELEASE);
	assert_not_found(at("out"), -EINVAL, "kconfig.h", "BUILD:SOURCE");
	make_file("out/Makefile", "include Makefile\ninclude\ninclude /Makefile\ninclude x\n");
	assert_not_found(at("out"), -EINVAL, "kconfig.h", "BUILD:SOURCE");
}

static void test_nowhere(void **state)
{
	(void)state;
	assert_not_found(NULL, -ENOENT, "/lib/modules/" RELEASE "/build",
			 "install linux-headers-" RELEASE);
}

static void assert_libbcc(void)
{
	struct headers h = {0};
	struct error err = {0};
	int rc = headers_find_below(room, NULL, RELEASE, false, &h, &err);

	if (rc)
		fail_msg("%s", err.text);
	assert_null(h.path);
	assert_false(h.merged);
	assert_string_equal(h.release, RELEASE);
	headers_free(&h);
}

static void test_libbcc_finds_two(void **state)
{
	(void)state;
	make_source("lib/modules/" RELEASE "/source");
	make_build("lib/modules/" RELEASE "/build", RELEASE);
	assert_libbcc();
}

static void test_libbcc_finds_one(void **state)
{
	(void)state;
	make_source("lib/modules/" RELEASE "/build");
	make_build("lib/modules/" RELEASE "/build", RELEASE);
	assert_libbcc();
}

static void test_libbcc_unpacks(void **state)
{
	(void)state;
	make_file("sys/kernel/kheaders.tar.xz", "");
	assert_libbcc();
}

static void test_left_from_another_kernel(void **state)
{
	(void)state;
	make_source("lib/modules/" RELEASE "/build");
	make_build("lib/modules/" RELEASE "/build", "6.1.0-1-amd64");
	assert_not_found(NULL, -EXDEV, "6.1.0-1-amd64", RELEASE);
}

/* The known places, where libbcc alone would fail. */
static void test_known_places(void **state)
{
	struct headers h = {0};

	(void)state;
	make_source("usr/src/common");
	make_build("usr/src/linux-headers-" RELEASE, RELEASE);
	make_file("usr/src/linux-headers-" RELEASE "/Makefile",
		  "include /usr/src/common/Makefile\n");
	assert_int_equal(headers_find_below(room, NULL, RELEASE, false, &h, NULL), 0);
	assert_true(h.merged);
	assert_reads(h.path, "include/linux/kconfig.h", "kconfig");
	headers_free(&h);
	/* `build` without `source`: libbcc looks into it only. */
	make_dirs("lib/modules/" RELEASE);
	assert_int_equal(symlink("../../../usr/src/linux-headers-" RELEASE,
				 at("lib/modules/" RELEASE "/build")),
			 0);
	assert_int_equal(headers_find_below(room, NULL, RELEASE, false, &h, NULL), 0);
	assert_true(h.merged);
	assert_reads(h.path, "arch/x86/include/generated/asm/unistd.h", "unistd");
	headers_free(&h);
	assert_int_equal(count_entries("tmp"), 0);
}

static void test_no_room(void **state)
{
	struct headers h = {0};
	struct error err = {0};

	(void)state;
	make_source("modules/source");
	make_build("modules/build", RELEASE);
	setenv("TMPDIR", at("nowhere"), 1);
	assert_int_equal(headers_find(at("modules"), RELEASE, false, &h, &err), -ENOENT);
	assert_non_null(strstr(err.text, "TMPDIR"));
	assert_null(h.path);
	error_clear(&err);
}

static void make_left(long pid, uint64_t space, const char *to, char *name, size_t size)
{
	snprintf(name, size, "tmp/kwhile-headers-%ld-%llu-AbCdEf", pid, (unsigned long long)space);
	make_dirs(name);
	char link[2 * PATH_MAX];

	snprintf(link, sizeof(link), "%s/include", name);
	assert_int_equal(symlink(to, at(link)), 0);
}

static bool there(const char *name)
{
	struct stat st;

	return lstat(at(name), &st) == 0;
}

/* What a killed run left goes at the next start; what is not surely ours and dead stays. */
static void test_stale(void **state)
{
	char dead[PATH_MAX], alive[PATH_MAX], elsewhere[PATH_MAX], link[2 * PATH_MAX];
	struct headers h = {0};
	struct stat space;
	pid_t child = fork();

	(void)state;
	assert_true(child >= 0);
	if (child == 0)
		_exit(0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(stat("/proc/self/ns/pid", &space), 0);
	make_file("precious/file", "kept");
	make_left(child, space.st_ino, at("precious"), dead, sizeof(dead));
	make_left(getpid(), space.st_ino, at("precious"), alive, sizeof(alive));
	make_left(child, space.st_ino + 1, at("precious"), elsewhere, sizeof(elsewhere));
	/* Somebody else's, which only root could remove. */
	char others[PATH_MAX] = "tmp";

	if (geteuid() == 0) {
		snprintf(others, sizeof(others), "tmp/kwhile-headers-%d-%llu-Others", (int)child,
			 (unsigned long long)space.st_ino);
		make_dirs(others);
		assert_int_equal(chown(at(others), 65534, 65534), 0);
	}
	/* A link of such a name is none of ours. */
	snprintf(link, sizeof(link), "tmp/kwhile-headers-%d-%llu-Link00", (int)child,
		 (unsigned long long)space.st_ino);
	assert_int_equal(symlink(at("precious"), at(link)), 0);
	make_dirs("tmp/kwhile-headers-x");
	make_dirs("tmp/kwhile-headers-99999999999999999999-1-x");
	headers_find(at("nowhere"), RELEASE, false, &h, NULL);
	assert_false(there(dead));
	assert_true(there(alive));
	assert_true(there(elsewhere));
	assert_true(there(others));
	assert_true(there(link));
	assert_true(there("tmp/kwhile-headers-x"));
	assert_reads(at("precious"), "file", "kept");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_debian),
		TEST(test_own_source_link),
		TEST(test_two),
		TEST(test_build_and_source),
		TEST(test_build_goes_first),
		TEST(test_whole),
		TEST(test_other_kernel),
		TEST(test_not_headers),
		TEST(test_nowhere),
		TEST(test_libbcc_finds_two),
		TEST(test_libbcc_finds_one),
		TEST(test_libbcc_unpacks),
		TEST(test_left_from_another_kernel),
		TEST(test_known_places),
		TEST(test_no_room),
		TEST(test_stale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
