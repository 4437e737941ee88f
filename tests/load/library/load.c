/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libload - a library with functions under all kinds of names: versions, C++, Rust, indirect.
 */
#include "../real.h"

long load_lib_plain(long n);
long load_lib_old(long n);
long load_lib_new(long n);
long load_lib_indirect(long n);
long load_lib_parse_int(int n) __asm__("_ZN4load5parseEi");
long load_lib_parse_double(double n) __asm__("_ZN4load5parseEd");
long load_lib_plus(long n) __asm__("_ZN4loadplERKNS_1AES2_");
long load_lib_rust(long n) __asm__("_RNvCs15kBYyAo9fc_7mycrate7example");

__asm__(".symver load_lib_old,load_lib_versioned@LOAD_1");
__asm__(".symver load_lib_new,load_lib_versioned@@LOAD_2");

REAL long load_lib_plain(long n)
{
	return n + 1;
}

REAL long load_lib_old(long n)
{
	return n + 2;
}

REAL long load_lib_new(long n)
{
	return n + 3;
}

REAL long load_lib_parse_int(int n)
{
	return n + 4;
}

REAL long load_lib_parse_double(double n)
{
	return (long)n + 5;
}

REAL long load_lib_plus(long n)
{
	return n + 6;
}

REAL long load_lib_rust(long n)
{
	return n + 7;
}

REAL static long chosen(long n)
{
	return n + 8;
}

static long (*choose(void))(long n)
{
	return chosen;
}

long load_lib_indirect(long n) __attribute__((ifunc("choose")));
