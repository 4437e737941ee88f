/* SPDX-License-Identifier: Apache-2.0 */
/* A probe with a semaphore: <sys/sdt.h> gives one to all probes of a file, or to none. */
#define _SDT_HAS_SEMAPHORES 1
#include <sys/sdt.h>

#include "usdt.h"

/* The name that <sys/sdt.h> wants, and ours. */
__extension__ volatile unsigned short kwload_guarded_semaphore
	__attribute__((section(".probes"), used));
extern volatile unsigned short load_usdt_semaphore
	__attribute__((alias("kwload_guarded_semaphore")));

bool load_usdt_guarded(long n)
{
	if (!load_usdt_semaphore)
		return false;
	DTRACE_PROBE1(kwload, guarded, n);
	return true;
}
