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
/* For lookups only; not exported. */
long load_other_parse(long n) __asm__("_ZN5other5parseEi");
long load_other_cold(long n) __asm__("_ZN5other5parseEi.cold");
long load_other_map(long n) __asm__("_ZN5other3mapIiEET_S1_");
long load_other_shift(long n) __asm__("_ZN5otherlsEii");
long load_other_lambda(long n) __asm__("_ZZN5other4mainEvENKUliE_clEi");
long load_other_thunk(long n) __asm__("_ZThn16_N5other1B3runEv");

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

REAL long load_other_parse(long n)
{
	return n + 11;
}

REAL long load_other_cold(long n)
{
	return n + 12;
}

REAL long load_other_map(long n)
{
	return n + 13;
}

REAL long load_other_shift(long n)
{
	return n + 14;
}

REAL long load_other_lambda(long n)
{
	return n + 15;
}

REAL long load_other_thunk(long n)
{
	return n + 16;
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
