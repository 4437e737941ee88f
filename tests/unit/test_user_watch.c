/* SPDX-License-Identifier: Apache-2.0 */
/* Threads that are known to run in user space, in the kernel, or not at all, on the running kernel.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kernel/user_watch.h"

static pid_t start(void (*work)(void))
{
	pid_t child = fork();

	assert_true(child >= 0);
	if (child)
		return child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	work();
	_exit(0);
}

static void spin(void)
{
	for (volatile unsigned long i = 0;; i++)
		;
}

static void wait_for_a_signal(void)
{
	pause();
}

/* One system call that computes for long; what it fills is touched before. */
static void be_in_the_kernel(void)
{
	size_t size = (size_t)1 << 30;
	char *room = calloc(1, size);

	for (size_t i = 0; room && i < size; i += 4096)
		room[i] = 1;
	raise(SIGSTOP);
	if (room)
		(void)!getrandom(room, size, 0);
	_exit(0);
}

static void wait_ms(long ms)
{
	const struct timespec time = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&time, NULL);
}

static void end(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static struct user_watch *watch(pid_t child)
{
	struct user_watch *w;
	int rc = user_watch_start((uint32_t)child, &w);

	if (rc == -EACCES || rc == -EPERM)
		skip();
	assert_int_equal(rc, 0);
	return w;
}

static void user_space_is_seen(void **state)
{
	(void)state;
	pid_t child = start(spin);
	struct user_watch *w = watch(child);

	for (int i = 0; i < 1000 && !user_watch_saw(w); i++)
		wait_ms(10);
	assert_true(user_watch_saw(w));
	user_watch_stop(w);
	end(child);
}

static void sleep_is_not(void **state)
{
	(void)state;
	pid_t child = start(wait_for_a_signal);

	wait_ms(200);
	struct user_watch *w = watch(child);

	wait_ms(300);
	assert_false(user_watch_saw(w));
	user_watch_stop(w);
	end(child);
}

static double cpu_seconds(pid_t child)
{
	clockid_t clock;
	struct timespec time = {0};

	if (clock_getcpuclockid(child, &clock) == 0)
		clock_gettime(clock, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* It has run for at least 50 ms, in which a timer in user space would have fired 50 times. */
static void the_kernel_is_not(void **state)
{
	(void)state;
	pid_t child = start(be_in_the_kernel);

	waitpid(child, NULL, WUNTRACED);
	kill(child, SIGCONT);
	wait_ms(50);
	struct user_watch *w = watch(child);
	double before = cpu_seconds(child);

	for (int i = 0; i < 500 && cpu_seconds(child) < before + 0.05; i++)
		wait_ms(2);
	double ran = cpu_seconds(child) - before;
	bool saw = user_watch_saw(w);

	/* Still in that one call: it has not exited. */
	assert_int_equal(waitpid(child, NULL, WNOHANG), 0);
	assert_true(ran >= 0.05);
	assert_false(saw);
	user_watch_stop(w);
	end(child);
}

static void nobody_is_refused(void **state)
{
	struct user_watch *w;

	(void)state;
	pid_t child = start(wait_for_a_signal);

	end(child);
	int rc = user_watch_start((uint32_t)child, &w);

	if (rc == -EACCES || rc == -EPERM)
		skip();
	assert_int_equal(rc, -ESRCH);
	assert_null(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(user_space_is_seen),
		cmocka_unit_test(sleep_is_not),
		cmocka_unit_test(the_kernel_is_not),
		cmocka_unit_test(nobody_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
