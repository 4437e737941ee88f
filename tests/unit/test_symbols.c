/* SPDX-License-Identifier: Apache-2.0 */
/* KW_TEST_DATA/symbols has excerpts in the form of the kernel's own files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "program/symbols.h"

#define DATA KW_TEST_DATA "/symbols/"
#define FILTER DATA "available_filter_functions"
#define BLACKLIST DATA "blacklist"

static struct symbols *read_from(const char *path, const char *filter, const char *blacklist)
{
	struct error err = {0};
	struct symbols *s;

	if (symbols_read(&s, path, filter, blacklist, &err))
		fail_msg("%s", err.text);
	return s;
}

/* The names of a match, blank separated; one whose name is not alone with its address. */
static const char *names(struct symbol_match *match)
{
	static char text[2000];
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < match->n; i++) {
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s", i ? " " : "",
				      match->list[i].name);
		if (match->list[i].ambiguous)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "@%llx",
					      (unsigned long long)match->list[i].address);
	}
	symbol_match_free(match);
	return text;
}

static const char *resolved(struct symbols *s, const char *name)
{
	struct symbol_match match;
	int rc = symbols_resolve(s, name, &match);

	assert_true(rc == 0 || rc == -ENOENT);
	assert_int_equal(rc == 0, match.n > 0);
	return names(&match);
}

static const char *globbed(struct symbols *s, const char *pattern)
{
	struct symbol_match match;

	assert_int_equal(symbols_glob(s, pattern, &match), 0);
	return names(&match);
}

static void reads_functions_only(void **state)
{
	struct symbols *s = read_from(DATA "kallsyms-6.1", NULL, NULL);

	(void)state;
	assert_true(symbols_has(s, "vfs_read"));
	assert_true(symbols_has(s, "kmem_cache_weaker"));
	assert_true(symbols_has(s, "ext4_file_open"));
	assert_false(symbols_has(s, "jiffies_data"));
	assert_false(symbols_has(s, "vfs_local_data"));
	assert_false(symbols_has(s, "ext4_ops"));
	assert_false(symbols_has(s, "vfs_rea"));
	assert_false(symbols_has(s, ""));
	/* 56 lines, 6 of them data. */
	assert_int_equal(symbols_count(s), 50);
	symbols_free(s);
	symbols_free(NULL);
}

static void resolves_names_of_6_1(void **state)
{
	struct symbols *s = read_from(DATA "kallsyms-6.1", FILTER, BLACKLIST);

	(void)state;
	assert_string_equal(resolved(s, "vfs_read"), "vfs_read");
	assert_string_equal(resolved(s, "finish_task_switch"), "finish_task_switch.isra.0");
	assert_string_equal(resolved(s, "finish_task_switch.isra.0"), "finish_task_switch.isra.0");
	assert_string_equal(resolved(s, "vfs_scan"),
			    "vfs_scan.constprop.0 vfs_scan.constprop.1 vfs_scan.isra.0");
	assert_string_equal(resolved(s, "vfs_mix"), "vfs_mix vfs_mix.isra.0");
	assert_string_equal(resolved(s, "kfree"), "kfree");
	assert_string_equal(resolved(s, "__kmalloc"), "__kmalloc");
	assert_string_equal(resolved(s, "baz"), "");
	assert_string_equal(resolved(s, "baz.cold"), "");
	assert_string_equal(resolved(s, "vfs_"), "");
	assert_string_equal(resolved(s, "jiffies_data"), "");
	assert_string_equal(resolved(s, ""), "");
	/* Written out, it is looked up in all: the filter is for patterns. */
	assert_string_equal(resolved(s, "unlisted_fn"), "unlisted_fn");
	symbols_free(s);
}

static void tells_functions_of_one_name_apart(void **state)
{
	struct symbols *s = read_from(DATA "kallsyms-6.1", NULL, NULL);
	struct symbol_match match;

	(void)state;
	assert_string_equal(resolved(s, "probe_setup"),
			    "probe_setup@ffffffff81101000 probe_setup@ffffffff81102000 "
			    "probe_setup@ffffffff81103000 probe_setup@ffffffffc0100200");
	assert_string_equal(resolved(s, "ext4_file_open"),
			    "ext4_file_open@ffffffffc0100000 ext4_file_open@ffffffffc0100400");
	assert_int_equal(symbols_resolve(s, "vfs_read", &match), 0);
	assert_int_equal(match.list[0].address, 0xffffffff81208000);
	assert_false(match.list[0].ambiguous);
	symbol_match_free(&match);
	symbols_free(s);
}

static void finds_parts_last(void **state)
{
	struct symbols *s = read_from(DATA "kallsyms-6.1", NULL, NULL);
	struct symbol_match match;

	(void)state;
	assert_int_equal(symbols_resolve(s, "bar", &match), 0);
	assert_true(match.part);
	assert_string_equal(names(&match), "bar.part.0");
	assert_int_equal(symbols_resolve(s, "vfs_scan", &match), 0);
	assert_false(match.part);
	symbol_match_free(&match);
	symbols_free(s);
}

static void resolves_names_of_6_12(void **state)
{
	struct symbols *s = read_from(DATA "kallsyms-6.12", NULL, NULL);

	(void)state;
	assert_string_equal(resolved(s, "__kmalloc"), "__kmalloc_noprof");
	assert_string_equal(resolved(s, "kmem_cache_alloc"), "kmem_cache_alloc_noprof");
	assert_string_equal(resolved(s, "kvmalloc"), "kvmalloc_noprof.constprop.0");
	assert_string_equal(resolved(s, "kfree"), "kfree");
	assert_string_equal(resolved(s, "compact_zone"), "");
	assert_string_equal(resolved(s, "finish_task_switch"), "finish_task_switch");
	symbols_free(s);
}

static void matches_patterns(void **state)
{
	struct symbols *s = read_from(DATA "kallsyms-6.1", NULL, NULL);

	(void)state;
	assert_string_equal(globbed(s, "vfs_*"),
			    "vfs_mix vfs_mix.isra.0 vfs_pad vfs_read vfs_readv "
			    "vfs_scan.constprop.0 vfs_scan.constprop.1 vfs_scan.isra.0 vfs_write");
	assert_string_equal(globbed(s, "*task_switch"), "finish_task_switch.isra.0");
	assert_string_equal(globbed(s, "finish_task_switch.*"), "finish_task_switch.isra.0");
	assert_string_equal(globbed(s, "vfs_read?"), "vfs_readv");
	assert_string_equal(globbed(s, "vfs_[rw]*"), "vfs_read vfs_readv vfs_write");
	assert_string_equal(globbed(s, "vfs_[!r-w]*"), "vfs_mix vfs_mix.isra.0 vfs_pad");
	assert_string_equal(globbed(s, "ext4_*"),
			    "ext4_file_open@ffffffffc0100000 ext4_file_open@ffffffffc0100400 "
			    "ext4_file_read.isra.0");
	assert_string_equal(globbed(s, "b*"), "");
	assert_string_equal(globbed(s, "b*.part*"), "bar.part.0");
	assert_string_equal(globbed(s, "baz*"), "");
	assert_string_equal(globbed(s, "__*"), "__kmalloc __kmalloc_node");
	assert_string_equal(globbed(s, "perf_*"), "");
	assert_string_equal(globbed(s, "zzz*"), "");
	/* Freed after boot. */
	assert_string_equal(globbed(s, "*_early"), "");
	assert_string_equal(resolved(s, "vfs_setup_early"), "vfs_setup_early");
	symbols_free(s);
}

static void leaves_out_what_cannot_be_probed(void **state)
{
	struct symbols *s = read_from(DATA "kallsyms-6.1", FILTER, BLACKLIST);

	(void)state;
	assert_string_equal(globbed(s, "unlisted*"), "");
	assert_string_equal(globbed(s, "noprobe*"), "");
	assert_true(symbols_blacklisted(s, "noprobe_me"));
	/* The same place by another name: its range covers it. */
	assert_true(symbols_blacklisted(s, "noprobe_alias"));
	assert_false(symbols_blacklisted(s, "vfs_read"));
	assert_false(symbols_blacklisted(s, "no_such"));
	/* Of four of that name, one is refused. */
	assert_false(symbols_blacklisted(s, "probe_setup"));
	assert_string_equal(globbed(s, "probe_set*"),
			    "probe_setup@ffffffff81101000 probe_setup@ffffffff81103000 "
			    "probe_setup@ffffffffc0100200");
	symbols_free(s);
}

/* A file in memory; its path is good until the next two. */
static const char *file_of(const char *text)
{
	static char paths[2][40];
	static int fds[2] = {-1, -1}, at;

	at = !at;
	if (fds[at] >= 0)
		close(fds[at]);
	fds[at] = memfd_create("symbols", MFD_CLOEXEC);
	assert_true(write(fds[at], text, strlen(text)) == (ssize_t)strlen(text));
	snprintf(paths[at], sizeof(paths[at]), "/proc/self/fd/%d", fds[at]);
	return paths[at];
}

/* ftrace has one name for a place: the others are in kallsyms only. */
static void a_pattern_finds_other_names_of_a_place(void **state)
{
	const char *kallsyms = file_of("ffffffff81000100 T one_a\nffffffff81000100 T one_b\n"
				       "ffffffff81000100 T two_b\nffffffff81000200 T one_c\n"
				       "ffffffff81000300 T one_d\nffffffff81000100 T two_a\n");
	struct symbols *s = read_from(kallsyms, file_of("one_a\none_c\n"), NULL);
	struct symbol_match match;

	(void)state;
	/* Each place once, by the name that the filter has, or by one of the others. */
	assert_int_equal(symbols_glob(s, "one_*", &match), 0);
	assert_string_equal(names(&match), "one_a one_c");
	assert_int_equal(symbols_glob(s, "two_*", &match), 0);
	assert_string_equal(names(&match), "two_a");
	assert_int_equal(symbols_glob(s, "*_b", &match), 0);
	assert_string_equal(names(&match), "one_b");
	/* Nobody lists the place of one_d. */
	assert_int_equal(symbols_glob(s, "*_d", &match), 0);
	assert_string_equal(names(&match), "");
	symbols_free(s);
}

static void takes_an_unreadable_filter_for_none(void **state)
{
	struct symbols *s = read_from(DATA "kallsyms-6.1", DATA "none", DATA "none");
	struct symbols *empty = read_from(DATA "kallsyms-6.1", "/dev/null", "/dev/null");
	struct error err = {0};
	struct symbols *none;

	(void)state;
	assert_string_equal(globbed(s, "unlisted*"), "unlisted_fn");
	assert_false(symbols_blacklisted(s, "noprobe_me"));
	assert_string_equal(globbed(empty, "unlisted*"), "unlisted_fn");
	symbols_free(s);
	symbols_free(empty);
	assert_int_equal(symbols_read(&none, DATA "none", NULL, NULL, &err), -ENOENT);
	assert_null(none);
	assert_non_null(strstr(err.text, "No such file"));
}

static void lives_with_hidden_addresses(void **state)
{
	struct symbols *s = read_from(DATA "kallsyms-hidden", NULL, DATA "blacklist-hidden");

	(void)state;
	assert_string_equal(resolved(s, "vfs_read"), "vfs_read");
	assert_string_equal(resolved(s, "probe_setup"),
			    "probe_setup@0 probe_setup@0 probe_setup@0");
	assert_true(symbols_blacklisted(s, "noprobe_me"));
	assert_false(symbols_blacklisted(s, "vfs_read"));
	symbols_free(s);
	s = read_from(DATA "kallsyms-hidden", NULL, BLACKLIST);
	assert_true(symbols_blacklisted(s, "noprobe_me"));
	symbols_free(s);
}

static void offers_similar_names(void **state)
{
	struct symbols *s = read_from(DATA "kallsyms-6.1", NULL, NULL);
	const char *found[3];

	(void)state;
	assert_int_equal(symbols_similar(s, "compact_zon", found, 3), 2);
	assert_string_equal(found[0], "compact_zone");
	assert_string_equal(found[1], "compact_zone_order");
	assert_int_equal(symbols_similar(s, "finish_task_swich", found, 3), 1);
	assert_string_equal(found[0], "finish_task_switch.isra.0");
	/* One of the clones; and no more than asked for. */
	assert_int_equal(symbols_similar(s, "vfs_scam", found, 3), 1);
	assert_int_equal(symbols_similar(s, "kmem_cache", found, 1), 1);
	assert_string_equal(found[0], "kmem_cache_free");
	assert_int_equal(symbols_similar(s, "kmalloc", found, 3), 3);
	assert_string_equal(found[0], "__kmalloc");
	assert_int_equal(symbols_similar(s, "qqqqqqqq", found, 3), 0);
	assert_int_equal(symbols_similar(s, "vfs_read", found, 0), 0);
	symbols_free(s);
}

static void is_not_slow(void **state)
{
	static const char *const words[] = {"vfs", "ext4", "tcp_v4", "__sched", "compact_zone"};
	struct timespec from, to;
	struct symbol_match match;
	struct buf b = {0};
	char path[] = "/tmp/kw_symbols_XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	for (unsigned i = 0; i < 200000; i++)
		buf_addf(&b, "%016x t %s_%x_%u%s\n", 0x81000000 + i * 16, words[i % 5],
			 i * 2654435761U, i, i % 7 ? "" : ".isra.0");
	assert_int_equal(write(fd, b.data, b.len), b.len);
	close(fd);
	buf_free(&b);
	clock_gettime(CLOCK_MONOTONIC, &from);
	/* Its own filter, read as such, lists none of them: addresses are no names. */
	struct symbols *s = read_from(path, path, path);

	assert_int_equal(symbols_count(s), 200000);
	assert_int_equal(symbols_glob(s, "*", &match), 0);
	assert_int_equal(match.n, 200000);
	symbol_match_free(&match);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(symbols_glob(s, "*a*b*c*d*e*f*g*h*i*z", &match), 0);
		assert_int_equal(match.n, 0);
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	/* A second without a sanitizer and with room to spare; quadratic would be minutes. */
	assert_true(to.tv_sec - from.tv_sec < 20);
	symbols_free(s);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_functions_only),
		cmocka_unit_test(resolves_names_of_6_1),
		cmocka_unit_test(tells_functions_of_one_name_apart),
		cmocka_unit_test(finds_parts_last),
		cmocka_unit_test(resolves_names_of_6_12),
		cmocka_unit_test(matches_patterns),
		cmocka_unit_test(leaves_out_what_cannot_be_probed),
		cmocka_unit_test(a_pattern_finds_other_names_of_a_place),
		cmocka_unit_test(takes_an_unreadable_filter_for_none),
		cmocka_unit_test(lives_with_hidden_addresses),
		cmocka_unit_test(offers_similar_names),
		cmocka_unit_test(is_not_slow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
