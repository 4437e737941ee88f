/* SPDX-License-Identifier: Apache-2.0 */
/*
 * symbols.h - what the two programs of scripts/bench-symbols.sh share: naming addresses of a
 * process, and what that takes.
 *
 *   PROGRAM PID ADDRESSES NAMES
 *
 * ADDRESSES is a file of hexadecimal numbers; NAMES is written: a line for each. Prints
 * milliseconds until the first name, until the last, and once more for all of them; kB of memory
 * more at the worst, and more at the end.
 */
#ifndef BENCH_SYMBOLS_H
#define BENCH_SYMBOLS_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "figures.h"

/* The name of an address, "" where it has none. */
typedef void symbols_name(void *ctx, uint64_t address, char *name, size_t size);

static long symbols_status(const char *word)
{
	FILE *status = fopen("/proc/self/status", "re");
	char line[256];
	long kb = 0;

	while (status && fgets(line, sizeof(line), status))
		if (strncmp(line, word, strlen(word)) == 0)
			kb = strtol(line + strlen(word) + 1, NULL, 10);
	if (status)
		fclose(status);
	return kb;
}

static uint64_t *symbols_read(const char *path, size_t *n)
{
	FILE *file = fopen(path, "re");
	uint64_t *list = NULL, address;

	*n = 0;
	while (file && fscanf(file, "%" SCNx64, &address) == 1) {
		list = reallocarray(list, *n + 1, sizeof(*list));
		if (!list)
			exit(1);
		list[(*n)++] = address;
	}
	if (!file || !*n) {
		fprintf(stderr, "no addresses in %s\n", path);
		exit(1);
	}
	fclose(file);
	return list;
}

/* The high water mark begins anew. */
static void symbols_forget_peak(void)
{
	FILE *file = fopen("/proc/self/clear_refs", "we");

	if (file) {
		fputs("5", file);
		fclose(file);
	}
}

static int symbols_run(const char *addresses, const char *names, symbols_name *name, void *ctx,
		       double begin, long before)
{
	size_t n;
	uint64_t *list = symbols_read(addresses, &n);
	FILE *out = fopen(names, "we");
	static char text[65536];
	double first = 0;

	if (!out)
		return 1;
	for (size_t i = 0; i < n; i++) {
		name(ctx, list[i], text, sizeof(text));
		if (i == 0)
			first = now_ms() - begin;
		fprintf(out, "%s\n", text);
	}
	double all = now_ms() - begin, again = now_ms();

	for (size_t i = 0; i < n; i++)
		name(ctx, list[i], text, sizeof(text));
	again = now_ms() - again;
	long peak = symbols_status("VmHWM:") - before, end = symbols_status("VmRSS:") - before;

	printf("%.1f %.1f %.1f %ld %ld\n", first, all, again, peak, end);
	free(list);
	return fclose(out) ? 1 : 0;
}

#endif
