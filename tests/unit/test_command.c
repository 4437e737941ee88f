/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command that a run follows: held back until it may go, and gone when the run ends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <time.h>

#include "sample/command.h"
#include "sample/session.h"

static char *const quick[] = {(char *)"true", NULL};

static void wait_for(struct command *c)
{
	const struct timespec nap = {.tv_nsec = 10000000};

	for (int i = 0; i < 1000 && !command_ended(c); i++)
		nanosleep(&nap, NULL);
	assert_true(command_ended(c));
}

static void it_goes_when_it_is_let(void **state)
{
	struct command c = {0};
	struct error err = {0};

	(void)state;
	assert_int_equal(command_start(&c, quick, &err), 0);
	assert_false(command_ended(&c));
	command_go(&c);
	wait_for(&c);
	assert_int_equal(c.status, 0);
	command_stop(&c);
	assert_false(c.stopped);
}

/* Ctrl-C while the text is compiled comes to both of us; then the run ends before it began. */
static void a_signal_before_it_goes_ends_it(void **state)
{
	const struct timespec nap = {.tv_nsec = 100000000};
	struct command c = {0};
	struct error err = {0};

	(void)state;
	session_signals();
	assert_int_equal(command_start(&c, quick, &err), 0);
	nanosleep(&nap, NULL);
	assert_int_equal(kill(c.pid, SIGINT), 0);
	nanosleep(&nap, NULL);
	assert_false(command_ended(&c));
	command_stop(&c);
	/* By itself, and not by SIGKILL two seconds later. */
	assert_int_equal(c.status, 126);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_goes_when_it_is_let),
		cmocka_unit_test(a_signal_before_it_goes_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
