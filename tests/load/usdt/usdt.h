/* SPDX-License-Identifier: Apache-2.0 */
/* What the two files of load_usdt share. */
#ifndef KW_TESTS_LOAD_USDT_H
#define KW_TESTS_LOAD_USDT_H

#include <stdbool.h>

/* Not 0: somebody wants kwload:guarded. */
extern volatile unsigned short load_usdt_semaphore;

/* Passes kwload:guarded if it is wanted, and says whether it did. */
bool load_usdt_guarded(long n);

#endif
