/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uprobe - probes without a program: what the breakpoint alone costs. For scripts/bench-jvm.sh.
 *
 *   bench_uprobe FILE PROVIDER:PROBE...
 *
 * Opens a perf event at each place of each of these USDT probes, says "attached", waits for the end
 * of its input, and prints how often they were passed on CPU 0, where perf counts.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kernel/attach.h"
#include "symbol/elf_usdt.h"

#define MOST 64

struct bench {
	const char *path;
	const char *wanted;
	const struct elf_file *file;
	unsigned type;
	int events[MOST];
	unsigned n;
};

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "bench_uprobe: %s\n", what);
	exit(1);
}

static int open_place(void *ctx, const struct elf_usdt *place)
{
	struct bench *b = ctx;
	uint64_t offset;

	if (!elf_usdt_matches(place, b->wanted))
		return 0;
	if (b->n == MOST || elf_file_offset(b->file, place->address, &offset) < 0)
		die("too many places, or one outside the code");
	struct perf_event_attr attr = {
		.type = b->type,
		.config1 = (uint64_t)(uintptr_t)b->path,
		.config2 = offset,
	};
	int fd = attach_perf_open(&attr);

	if (fd < 0)
		die(strerror(-fd));
	b->events[b->n++] = fd;
	return 0;
}

int main(int argc, char **argv)
{
	struct bench b = {.path = argc > 2 ? argv[1] : NULL};
	struct error err = {0};
	struct elf_file *file;
	uint64_t sum = 0;
	unsigned ret_bit;
	char rest[64];

	if (argc < 3)
		die("give FILE PROVIDER:PROBE...");
	if (elf_file_open(b.path, b.path, &file, &err) < 0)
		die(err.text);
	if (attach_pmu("uprobe", &b.type, &ret_bit) < 0)
		die("this kernel has no uprobes");
	b.file = file;
	for (int i = 2; i < argc; i++) {
		b.wanted = argv[i];
		elf_usdt_each(file, open_place, &b);
	}
	elf_file_close(file);
	puts("attached");
	fflush(stdout);
	while (read(STDIN_FILENO, rest, sizeof(rest)) > 0)
		;
	for (unsigned i = 0; i < b.n; i++) {
		uint64_t passed = 0;

		if (read(b.events[i], &passed, sizeof(passed)) == sizeof(passed))
			sum += passed;
	}
	printf("passed = %" PRIu64 "\n", sum);
	return 0;
}
