/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay.c - runs a fuzz target without a fuzzer: over each file of a directory as it is, cut short
 * at each length, and changed in ways that are the same at each run.
 *
 *   fuzz_NAME DIRECTORY [CHANGES]
 *   fuzz_NAME FILE			one input as it is, to look at a finding
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"

#define CHANGES 3000
#define CUTS_MAX 2000
#define FILE_MAX_BYTES (1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned long runs;

/* A copy of exactly the right size, so that the sanitizer sees one byte too many. */
static void run(const char *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		exit(2);
	if (size)
		memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
	runs++;
}

static uint32_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (uint32_t)(*state >> 16);
}

/* One change in place; the text may become up to @room bytes long. */
static size_t change(char *text, size_t len, size_t room, uint64_t *state)
{
	static const char nasty[] = "$*?[]-,:=/\"\\\n\t @#.+|()x0%";
	size_t at = len ? next_random(state) % len : 0;
	size_t n = len ? 1 + next_random(state) % 8 : 0;

	if (n > len - at)
		n = len - at;
	switch (next_random(state) % 6) {
	case 0: /* flip a bit */
		if (len)
			text[at] = (char)(text[at] ^ (1 << next_random(state) % 8));
		return len;
	case 1: /* put in something that means something */
		if (len)
			text[at] = nasty[next_random(state) % (sizeof(nasty) - 1)];
		return len;
	case 2: /* take some out */
		memmove(text + at, text + at + n, len - at - n);
		return len - n;
	case 3: /* double some */
		if (len + n > room)
			return len;
		memmove(text + at + n, text + at, len - at);
		return len + n;
	case 4: /* a copy from elsewhere */
		if (len)
			memmove(text + next_random(state) % (len - n + 1), text + at, n);
		return len;
	default: /* any byte */
		if (len)
			text[at] = (char)next_random(state);
		return len;
	}
}

static void run_changed(const char *text, size_t len, long changes)
{
	size_t room = len * 2 + 64;
	char *copy = malloc(room);
	uint64_t state = 0x9e3779b97f4a7c15ULL + len;

	if (!copy)
		exit(2);
	for (long i = 0; i < changes; i++) {
		size_t n = len;

		if (len)
			memcpy(copy, text, len);
		for (uint32_t k = 1 + next_random(&state) % 4; k > 0; k--)
			n = change(copy, n, room, &state);
		run(copy, n);
	}
	free(copy);
}

static int run_file(const char *path, long changes)
{
	struct buf b = {0};
	int rc = buf_read_file(&b, path, FILE_MAX_BYTES);

	if (rc) {
		fprintf(stderr, "%s: %s\n", path, strerror(-rc));
		buf_free(&b);
		return 1;
	}
	run(buf_string(&b), b.len);
	if (changes) {
		size_t step = b.len / CUTS_MAX + 1;

		for (size_t n = 0; n < b.len; n += step)
			run(b.data, n);
		run_changed(buf_string(&b), b.len, changes);
	}
	buf_free(&b);
	return 0;
}

static int is_input(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
	long changes = argc > 2 ? atol(argv[2]) : CHANGES;
	struct dirent **entries;
	struct stat st;
	int failed = 0;

	if (argc < 2 || stat(argv[1], &st)) {
		fprintf(stderr, "usage: %s DIRECTORY|FILE [CHANGES]\n", argv[0]);
		return 2;
	}
	if (!S_ISDIR(st.st_mode))
		return run_file(argv[1], 0);
	int n = scandir(argv[1], &entries, is_input, alphasort);

	for (int i = 0; i < n; i++) {
		char path[4096];

		snprintf(path, sizeof(path), "%s/%s", argv[1], entries[i]->d_name);
		failed |= run_file(path, changes);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	printf("%d files, %lu inputs\n", n, runs);
	/* A corpus that is not there tests nothing. */
	return failed || n <= 0;
}
