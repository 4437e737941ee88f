/* SPDX-License-Identifier: Apache-2.0 */
/*
 * start - runs a command N times, and prints the medians of three figures: milliseconds from its
 * start until the last probe was enabled (the last PERF_EVENT_IOC_ENABLE of any of its processes),
 * milliseconds until its end, and kB of the largest of its processes.
 *
 *   start N COMMAND [ARGUMENT]...
 *
 * It watches that one system call by seccomp and ptrace: nothing else of the command is stopped. A
 * command that goes on after attaching gets SIGINT when it has been quiet for half a second.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "figures.h"

struct figures {
	double attached, ended, peak;
};

/* Stop at ioctl(, PERF_EVENT_IOC_ENABLE, ) only. */
static void watch_ioctl(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PERF_EVENT_IOC_ENABLE, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};

	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		_exit(125);
}

static void child(char **argv)
{
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
	watch_ioctl();
	execvp(argv[0], argv);
	_exit(127);
}

static volatile sig_atomic_t quiet;

static void on_alarm(int sig)
{
	(void)sig;
	quiet = 1;
}

static void set_alarm(unsigned ms)
{
	/* Again and again: a signal that comes too early for a command is lost on it. */
	const struct timespec time = {ms / 1000, (long)(ms % 1000) * 1000000};
	const struct itimerspec its = {.it_value = time, .it_interval = time};
	static timer_t timer;
	static bool made;

	if (!made && timer_create(CLOCK_MONOTONIC, NULL, &timer) < 0)
		exit(EXIT_FAILURE);
	made = true;
	timer_settime(timer, 0, &its, NULL);
}

/* Let a stopped process go on; what stopped it tells what is to be noted. */
static void go_on(pid_t pid, int status, double begin, struct figures *f)
{
	int sig = WSTOPSIG(status);

	if (status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8)) {
		f->attached = now_ms() - begin;
		set_alarm(500);
	}
	/* Its first stop, and those of ptrace's own, are no signals to it. */
	if (sig == SIGTRAP || sig == SIGSTOP || status >> 16)
		sig = 0;
	ptrace(PTRACE_CONT, pid, NULL, (void *)(intptr_t)sig);
}

static int run(char **argv, struct figures *f)
{
	const long options = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
			     PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
	pid_t first = fork();
	struct rusage usage;
	int status, result = 0;

	if (first == 0)
		child(argv);
	if (first < 0 || waitpid(first, &status, 0) < 0)
		return -errno;
	ptrace(PTRACE_SETOPTIONS, first, NULL, (void *)options);
	double begin = now_ms();

	memset(f, 0, sizeof(*f));
	ptrace(PTRACE_CONT, first, NULL, NULL);
	set_alarm(60000);
	for (;;) {
		pid_t pid = wait4(-1, &status, __WALL, &usage);

		if (pid < 0 && errno == EINTR) {
			if (quiet)
				kill(first, SIGINT);
			quiet = 0;
			continue;
		}
		if (pid < 0)
			break;
		if (WIFSTOPPED(status)) {
			go_on(pid, status, begin, f);
			continue;
		}
		if ((double)usage.ru_maxrss > f->peak)
			f->peak = (double)usage.ru_maxrss;
		if (pid == first) {
			f->ended = now_ms() - begin;
			result = status;
		}
	}
	set_alarm(0);
	return WIFEXITED(result) ? WEXITSTATUS(result) : 128 + WTERMSIG(result);
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = on_alarm};
	size_t n = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
	double *lists = n && n < 1000 ? calloc(3 * n, sizeof(*lists)) : NULL;

	if (!lists) {
		fprintf(stderr, "usage: start N COMMAND [ARGUMENT]...\n");
		return 2;
	}
	sigaction(SIGALRM, &action, NULL);
	for (size_t i = 0; i < n; i++) {
		struct figures f;
		int status = run(argv + 2, &f);

		if (status != 0 && status != 130) {
			fprintf(stderr, "start: %s ended with %d\n", argv[2], status);
			return 1;
		}
		lists[i] = f.attached;
		lists[n + i] = f.ended;
		lists[2 * n + i] = f.peak;
	}
	printf("%.1f %.1f %.0f\n", median(lists, n), median(lists + n, n),
	       median(lists + 2 * n, n));
	free(lists);
	return 0;
}
