/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names - a chain of calls through functions whose names are those of C++ and of Rust, both of its
 * forms. Built with frame pointers.
 */
#include "load.h"
#include "real.h"

#include <unistd.h>

static const char arguments[] = "CALLS [vdso]\nCALLS times: main > load::Tree::walk(int, char "
				"const*) > mycrate::example >\n"
				"<alloc::string::String as core::fmt::Write>::write_str > "
				"names_end, which calls getppid().\n"
				"vdso: ask for the time instead, CALLS times 1,000.";

REAL long names_cxx(long n) __asm__("_ZN4load4Tree4walkEiPKc");
REAL long names_rust(long n) __asm__("_RNvCs15kBYyAo9fc_7mycrate7example");
REAL long names_rust_legacy(long n) __asm__("_ZN58_$LT$alloc..string..String$u20$as$u20$core..fmt.."
					    "Write$GT$9write_str17h0123456789abcdefE");
REAL long names_end(long n);

long names_end(long n)
{
	return n + (getppid() > 0);
}

long names_rust_legacy(long n)
{
	return names_end(n) + 1;
}

long names_rust(long n)
{
	return names_rust_legacy(n) + 1;
}

long names_cxx(long n)
{
	return names_rust(n) + 1;
}

int main(int argc, char **argv)
{
	long calls, sum = 0;

	if (argc < 2 || argc > 3 || (argc == 3 && strcmp(argv[2], "vdso") != 0))
		load_usage(arguments);
	calls = load_number(argv[1], "CALLS", 0, 1000000000L);
	for (long i = 0; i < calls && argc == 2; i++)
		sum += names_cxx(i);
	for (long i = 0; i < calls * 1000 && argc == 3; i++)
		sum ^= (long)load_now_ns();
	return sum == -1;
}
