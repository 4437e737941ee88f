/* SPDX-License-Identifier: Apache-2.0 */
#include "phases.h"

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/buf.h"
#include "base/say.h"

#define MOST_PHASES 16

static struct {
	const char *name;
	uint64_t ns;
} phases[MOST_PHASES];
static unsigned nphases;
static uint64_t before;
static bool said;

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

void phases_begin(void)
{
	before = clock_ns(CLOCK_MONOTONIC);
	/* What was used ahead of main() is the kernel's and the dynamic linker's. */
	phases[nphases].name = "exec";
	phases[nphases++].ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

void phase_ended(const char *name)
{
	uint64_t now = clock_ns(CLOCK_MONOTONIC);

	if (nphases < MOST_PHASES) {
		phases[nphases].name = name;
		phases[nphases++].ns = now - before;
	}
	before = now;
}

void phases_say(void)
{
	struct buf line = {0};

	if (said || say_verbosity < 1)
		return;
	said = true;
	for (unsigned i = 0; i < nphases; i++)
		buf_addf(&line, "%s%s %.2f", i ? ", " : "", phases[i].name,
			 (double)phases[i].ns / 1e6);
	say_detail("time in ms: %s", buf_string(&line));
	buf_free(&line);
}
