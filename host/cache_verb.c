/* SPDX-License-Identifier: Apache-2.0 */
#include "cache_verb.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "object/cache.h"

static void print_entry(const struct cache_entry *entry)
{
	time_t used = (time_t)entry->used;
	struct tm tm;
	char when[32] = "";

	if (localtime_r(&used, &tm))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", &tm);
	printf("%s  %7" PRIu64 "  %s  %s%s\n", entry->name, entry->bytes, when,
	       entry->problem ? "not usable: " : "",
	       entry->problem	? entry->problem
	       : entry->release ? entry->release
				: "");
}

static void list(const struct cache *cache, const struct cache_entry *entries, long n)
{
	uint64_t bytes = 0;

	for (long i = 0; i < n; i++) {
		print_entry(&entries[i]);
		bytes += entries[i].bytes;
	}
	printf("%ld object%s, %" PRIu64 " bytes of at most %llu, in %s\n", n, n == 1 ? "" : "s",
	       bytes, CACHE_MAX_BYTES, cache->path);
}

static void verify(const struct cache_entry *entries, long n, int *status)
{
	long bad = 0;

	for (long i = 0; i < n; i++) {
		if (!entries[i].problem)
			continue;
		print_entry(&entries[i]);
		bad++;
	}
	printf("%ld of %ld object%s usable\n", n - bad, n, n == 1 ? "" : "s");
	if (bad)
		*status = EXIT_FAILED;
}

static int act(const struct cli *cli, const struct cache *cache, int *status, struct error *err)
{
	struct cache_entry *entries = NULL;

	if (strcmp(cli->word, "clear") == 0) {
		long n = cache_clear(cache);

		printf("%ld object%s removed\n", n, n == 1 ? "" : "s");
		return 0;
	}
	long n = cache_list(cache, 1, &entries);

	if (n < 0)
		return error_failed(err, (int)n, "cannot read %s: %s", cache->path,
				    strerror((int)-n));
	if (strcmp(cli->word, "verify") == 0)
		verify(entries, n, status);
	else
		list(cache, entries, n);
	cache_list_free(entries, n);
	return 0;
}

int cache_verb(const struct cli *cli, int *status, struct error *err)
{
	static const char *const words[] = {"list", "clear", "verify"};
	struct cache cache;
	bool known = false;

	for (size_t i = 0; cli->word && i < sizeof(words) / sizeof(words[0]); i++)
		known |= strcmp(cli->word, words[i]) == 0;
	if (!known)
		return error_usage(err,
				   "kwhile cache%s%s: write kwhile cache list, clear or verify",
				   cli->word ? " " : "", cli->word ? cli->word : "");
	cache_open(&cache);
	if (cache.dir < 0)
		return error_failed(err, -EACCES,
				    "there is no object cache in %s that can be used (-v says why)",
				    cache.path ? cache.path : "?");
	int rc = act(cli, &cache, status, err);

	cache_close(&cache);
	return rc;
}
