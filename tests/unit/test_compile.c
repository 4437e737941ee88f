/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compiler process is bounded, and whatever it does has one clear end. In its place stands a
 * script: compile.c runs what lies beside the program, so this program goes on as a copy of itself
 * in a directory that holds one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "object/compile.h"

static char dir[4096];

static void script(const char *lines)
{
	char path[5000];

	snprintf(path, sizeof(path), "%s/kwhile-compile", dir);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fprintf(f, "#!/bin/sh\n%s\n", lines);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0755), 0);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* What comes of it, in at most @most seconds, of one that is allowed. */
static int end_of(const char *lines, double most, struct error *err)
{
	const struct compile_options options = {.file = "t.c", .seconds = 1};
	struct object object = {0};
	double begin = now();

	script(lines);
	int rc = compile("text BPF_OWN", &options, &object, err);

	assert_true(now() - begin < most);
	object_free(&object);
	/* No child is left. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	return rc;
}

static void assert_end(const char *lines, int code, const char *why)
{
	struct error err = {0};

	assert_int_equal(end_of(lines, 10, &err), code);
	if (!strstr(err.text, why))
		fail_msg("'%s' is not in '%s'", why, err.text);
	error_clear(&err);
}

static void one_that_hangs_is_ended(void **state)
{
	(void)state;
	assert_end("exec sleep 100", -ETIMEDOUT, "took more than 1 s on t.c and was ended");
	assert_end("exec >&- 2>&-; exec sleep 100", -ETIMEDOUT, "took more than 1 s");
	/* Talking is no sign of life. */
	assert_end("while :; do echo warning; done", -ETIMEDOUT, "took more than 1 s");
}

static void one_that_dies_is_told_of(void **state)
{
	(void)state;
	assert_end("kill -SEGV $$", -EIO, "the compiler crashed on t.c (signal 11");
	assert_end("exit 1", -EINVAL, "t.c does not compile");
	assert_end("exit 0", -EINVAL, "what the compiler made of t.c is");
	assert_end("echo noise >&3", -EINVAL, "what the compiler made of t.c is");
}

static long limit(const char *said, const char *name)
{
	const char *at = strstr(said, name);

	return at ? strtol(at + strlen(name), NULL, 10) : -1;
}

/* The newest of what the headers want decides. */
static void too_new_headers_are_told_of(void **state)
{
	(void)state;
	assert_end(
		"echo \"include/linux/bpf.h:378:10: error: type 'struct bpf_rb_root'\" >&2; exit 1",
		-EINVAL,
		"t.c does not compile: the kernel's headers, of 6.3 or later, are too new for the "
		"libbcc that is installed; version 0.28.0 or later mends that");
	assert_end(
		"echo \"include/a.h:1:1: error: 'struct bpf_rb_root'\"; echo \"include/a.h:2:1: "
		"error: 'struct bpf_wq'\"; exit 1",
		-EINVAL,
		"t.c does not compile: the kernel's headers, of 6.10 or later, are too new for the "
		"libbcc that is installed; version 0.31.0 or later mends that");
}

/* A warning about them is no reason. */
static void errors_of_the_text_are_its_own(void **state)
{
	struct error err = {0};

	(void)state;
	assert_int_equal(
		end_of("echo \"include/linux/fs.h:2440:2: warning: struct __filename_head;\"\n"
		       "echo \"/virtual/main.c:1:1: error: unknown\"\n"
		       "exit 1",
		       10, &err),
		-EINVAL);
	assert_string_equal(err.text, "t.c does not compile");
	error_clear(&err);
}

/* What the headers lack is declared for them, and then they are read as far as the next. */
static void too_new_headers_are_mended(void **state)
{
	struct error err = {0};

	(void)state;
	assert_int_equal(
		end_of("text=$(cat)\n"
		       "case \"$text\" in\n"
		       "*BPF_F_X*\"-100002\"*) echo \"error: third: $* $text\" ;;\n"
		       "*\"struct bpf_wq { \"*)\n"
		       "	echo \"arch/x86/a.h:1:1: error: use of undeclared identifier "
		       "'BPF_F_X'\"\n"
		       "	echo \"include/b.h:2:1: warning: declaration does not declare "
		       "anything\" ;;\n"
		       "*)\n"
		       "	echo \"/virtual/main.c:1:1: error: use of undeclared identifier "
		       "'BPF_MINE'\"\n"
		       "	echo \"include/b.h:3:1: error: use of undeclared identifier "
		       "'OTHER'\"\n"
		       "	echo \"include/b.h:4:1: error: incomplete type 'struct bpf_wq'\"\n"
		       "	echo \"include/b.h:5:1: note: forward declaration of 'struct "
		       "bpf_wq'\"\n"
		       "	echo \"include/b.h:6:1: error: incomplete type 'struct bpf_wq'\"\n"
		       "	echo \"include/b.h:7:1: error: incomplete type 'struct bpf_w'\" "
		       ";;\n"
		       "esac\n"
		       "exit 1",
		       10, &err),
		-EINVAL);
	assert_non_null(err.detail);
	assert_non_null(strstr(err.detail, "error: third: -fms-extensions"));
	assert_non_null(strstr(err.detail, "struct bpf_wq { unsigned long long opaque[4]; };\n"
					   "struct bpf_w { unsigned long long opaque[4]; };\n"
					   "#define BPF_F_X (-100002)\n"
					   "#line 1"));
	assert_null(strstr(err.detail, "BPF_MINE"));
	assert_null(strstr(err.detail, "OTHER"));
	error_clear(&err);

	/* Whoever lacks more each time is given up, and a name of the text's own is its own. */
	assert_int_equal(
		end_of("n=$(grep -c struct)\n"
		       "echo \"include/b.h:1:1: error: incomplete type 'struct bpf_a$n'\"\n"
		       "exit 1",
		       10, &err),
		-EINVAL);
	assert_non_null(strstr(err.detail, "'struct bpf_a4'"));
	error_clear(&err);
	assert_int_equal(end_of("grep -q opaque && echo twice\n"
				"echo \"include/b.h:1:1: error: use of undeclared identifier "
				"'BPF_OWN'\"\n"
				"exit 1",
				10, &err),
			 -EINVAL);
	assert_null(strstr(err.detail, "twice"));
	error_clear(&err);
}

/* As it sees them itself. Blocks of ulimit -f have 512 bytes, as POSIX says. */
static void its_means_are_bounded(void **state)
{
	struct error err = {0};

	(void)state;
	assert_int_equal(
		end_of("echo cpu $(ulimit -t); echo core $(ulimit -c)\n"
		       "echo file $(ulimit -f); echo space $(ulimit -v)\n"
		       "sed -n 's/^NoNewPrivs:/nnp/p; s/^CapEff:/caps 0x/p' /proc/self/status\n"
		       "echo uid $(id -u); exit 1",
		       10, &err),
		-EINVAL);
	assert_non_null(err.detail);
	assert_int_equal(limit(err.detail, "cpu "), 2);
	assert_int_equal(limit(err.detail, "core "), 0);
	assert_in_range(limit(err.detail, "file "), 1, 1 << 21);
#ifndef __SANITIZE_ADDRESS__
	assert_in_range(limit(err.detail, "space "), 1, 4 << 20);
#endif
	assert_int_equal(limit(err.detail, "nnp\t"), 1);
	if (geteuid() == 0) {
		assert_int_equal(limit(err.detail, "uid "), 65534);
		assert_non_null(strstr(err.detail, "caps 0x\t0000000000000000"));
	}
	error_clear(&err);
}

/* A burning loop is stopped by the kernel, should nobody be left to do it. */
static void its_time_on_the_cpu_is_bounded(void **state)
{
	struct error err = {0};
	int rc;

	(void)state;
	rc = end_of("exec >&- 2>&-; while :; do :; done", 10, &err);
	assert_true(rc == -ETIMEDOUT || rc == -EIO);
	error_clear(&err);
}

static int tests_in_copy(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_that_hangs_is_ended),
		cmocka_unit_test(one_that_dies_is_told_of),
		cmocka_unit_test(too_new_headers_are_told_of),
		cmocka_unit_test(errors_of_the_text_are_its_own),
		cmocka_unit_test(too_new_headers_are_mended),
		cmocka_unit_test(its_means_are_bounded),
		cmocka_unit_test(its_time_on_the_cpu_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

static void copy_self(const char *to)
{
	int in = open("/proc/self/exe", O_RDONLY), out = open(to, O_WRONLY | O_CREAT, 0755);
	struct stat st;

	if (in < 0 || out < 0 || fstat(in, &st) < 0 ||
	    sendfile(out, in, NULL, (size_t)st.st_size) != st.st_size)
		_exit(3);
	close(in);
	close(out);
}

int main(int argc, char **argv)
{
	char path[5000];
	int status = 1;

	if (argc > 1) {
		snprintf(dir, sizeof(dir), "%s", argv[1]);
		return tests_in_copy();
	}
	strcpy(dir, "/tmp/kwhile-test-XXXXXX");
	if (!mkdtemp(dir) || chmod(dir, 0755) < 0)
		return 3;
	snprintf(path, sizeof(path), "%s/test", dir);
	copy_self(path);
	pid_t pid = fork();

	if (pid == 0) {
		execl(path, path, dir, (char *)NULL);
		_exit(3);
	}
	waitpid(pid, &status, 0);
	unlink(path);
	snprintf(path, sizeof(path), "%s/kwhile-compile", dir);
	unlink(path);
	rmdir(dir);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 3;
}
