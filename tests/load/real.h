/* SPDX-License-Identifier: Apache-2.0 */
/*
 * real.h - functions of the load programs that are probed: each call in the source is a call.
 */
#ifndef KW_TESTS_LOAD_REAL_H
#define KW_TESTS_LOAD_REAL_H

/* No compiler may inline or clone it, or see through it. */
#ifdef __clang__
#define REAL __attribute__((noinline, optnone))
#else
#define REAL __attribute__((noipa))
#endif

#endif
