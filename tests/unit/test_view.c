/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sample/view.h"

#define U32 "\"unsigned int\""
#define S32 "\"int\""
#define U64 "\"unsigned long long\""
#define S64 "\"long long\""
#define TASK                                                                                       \
	"[\"task\", [[\"pid\",\"unsigned int\"], [\"comm\",\"char\", [12]]], \"struct_packed\"]"
#define LONGEST                                                                                    \
	"[\"longest\", [[\"max\",\"unsigned long long\"], [\"cpu\",\"int\"], "                     \
	"[\"seen\",\"unsigned short\", [2]]], \"struct_packed\"]"

struct task {
	uint32_t pid;
	char comm[12];
};

struct longest {
	uint64_t max;
	int32_t cpu;
	uint16_t seen[2];
};

/* A header, a plan of it with one list, and the last view that was made. */
struct stage {
	struct header header;
	struct plan plan;
	struct plan_list list;
	struct plan_item items[5];
	struct type key;
	struct type leaf;
	struct view_maker *maker;
	struct arena *arena;
	struct view view;
	struct error err;
	bool detached;
	size_t limit;
};

static const char lines[] = "/// thing - a thing\n"
			    "/// option while function compact_zone(compaction)  the gate\n"
			    "/// option events functions kfree,malloc,gone,vm_*  what to count\n"
			    "/// option level int 3  a number\n";

static void stage_open(struct stage *s, const char *show)
{
	struct buf text = {0};

	memset(s, 0, sizeof(*s));
	buf_adds(&text, lines);
	buf_adds(&text, show);
	assert_int_equal(header_parse(buf_string(&text), "thing.c", &s->header, &s->err), 0);
	buf_free(&text);
	s->items[0].asked = "kfree";
	s->items[1].asked = "malloc";
	s->items[2] = (struct plan_item){.asked = "gone", .missing = true};
	s->items[3] = (struct plan_item){.asked = "vm_one", .from_glob = true};
	s->items[4] = (struct plan_item){.asked = "vm_two", .from_glob = true};
	s->list.option = option_find(&s->header.options, "events");
	s->list.items = s->items;
	s->list.n = 5;
	s->plan.header = &s->header;
	s->plan.lists = &s->list;
	s->plan.nlists = 1;
	s->arena = arena_new();
}

static void stage_close(struct stage *s)
{
	view_maker_free(s->maker);
	type_free(&s->key);
	type_free(&s->leaf);
	header_free(&s->header);
	error_clear(&s->err);
	arena_free(s->arena);
}

static int check(struct stage *s, const char *key, size_t key_size, const char *leaf,
		 size_t leaf_size)
{
	assert_int_equal(type_parse(key, key_size, &s->key, NULL), 0);
	assert_int_equal(type_parse(leaf, leaf_size, &s->leaf, NULL), 0);
	return view_maker_new(&s->header.shows[0], &s->plan, &s->key, &s->leaf, s->limit, &s->maker,
			      &s->err);
}

static bool attached(const void *ctx, const struct plan_list *list, long item)
{
	const struct stage *s = ctx;

	assert_ptr_equal(list, &s->list);
	assert_in_range(item, 0, 4);
	return !s->detached && item != 4;
}

static void make(struct stage *s, const void *keys, size_t key_size, const void *leaves,
		 size_t leaf_size, size_t n)
{
	const struct view_source source = {
		.keys = keys,
		.key_stride = key_size,
		.leaves = leaves,
		.leaf_stride = leaf_size,
		.n = n,
		.now_ns = 1000000,
		.wall = {.tv_sec = 1795216469, .tv_nsec = 120617999},
		.attached = attached,
		.ctx = s,
	};

	assert_int_equal(view_make(s->maker, &source, s->arena, &s->view, &s->err), 0);
}

/* The texts of all rows, a line each. */
static void assert_rows(const struct stage *s, const char *expected)
{
	struct buf all = {0};

	for (size_t i = 0; i < s->view.nrows; i++) {
		assert_non_null(s->view.rows[i].text);
		buf_addf(&all, "%s\n", s->view.rows[i].text);
	}
	assert_string_equal(buf_string(&all), expected);
	buf_free(&all);
}

/* One count view of u32 -> u64 entries, checked and made. */
static void make_numbers(struct stage *s, const char *show, const uint32_t *keys,
			 const uint64_t *leaves, size_t n)
{
	stage_open(s, show);
	assert_int_equal(check(s, U32, 4, U64, 8), 0);
	make(s, keys, 4, leaves, 8, n);
}

static void counts_are_sorted_by_key_and_zeroes_left_out(void **state)
{
	const uint32_t keys[] = {9, 2, 4000000000, 5};
	const uint64_t leaves[] = {1999, UINT64_MAX, 7000, 0};
	struct stage s;

	(void)state;
	make_numbers(&s, "/// show t count \"%key: %value %{level} %while 100%%\" /1000\n", keys,
		     leaves, 4);
	assert_rows(&s, "2: 18446744073709551 3 compaction 100%\n"
			"9: 1 3 compaction 100%\n"
			"4000000000: 7 3 compaction 100%\n");
	assert_true(s.view.rows[0].value == UINT64_MAX);
	assert_int_equal(s.view.rows[1].value, 1999);
	assert_int_equal(s.view.rows[1].shown, 1);
	assert_true(s.view.total == 18446744073709551 + 1 + 7);
	assert_int_equal(s.view.rows[1].nkeys, 1);
	assert_int_equal(s.view.rows[1].ncells, 2);
	assert_int_equal(s.view.rows[1].cells[0].u, 9);
	assert_int_equal(s.view.rows[1].cells[1].u, 1999);
	stage_close(&s);
}

static void parts_add_up_to_the_sum_that_is_printed(void **state)
{
	const uint32_t keys[] = {1, 2, 3};
	const uint64_t leaves[] = {1999, 1999, 999};
	struct stage s;

	(void)state;
	make_numbers(&s, "/// show t sum \"total = %value of %while\" /1000\n", keys, leaves, 3);
	assert_rows(&s, "total = 2 of compaction\n");
	assert_int_equal(s.view.total, 2);
	assert_int_equal(s.view.rows[0].shown, 2);
	assert_int_equal(s.view.rows[0].value, 4997);
	make(&s, NULL, 4, NULL, 8, 0);
	assert_rows(&s, "total = 0 of compaction\n");
	stage_close(&s);
	make_numbers(&s, "/// show t sum \"total = %value\" nonzero\n", keys, leaves, 0);
	assert_int_equal(s.view.nrows, 0);
	stage_close(&s);
}

static void labels_replace_numbers(void **state)
{
	const int32_t keys[] = {2147483647, -1, 9};
	const uint64_t leaves[] = {5000, 6000, 7000};
	struct stage s;

	(void)state;
	stage_open(&s, "/// label t 2147483647 unknown quiet\n"
		       "/// label t 9 huge\n"
		       "/// label other -1 wrong\n"
		       "/// show t count \"[order = %key] = %value\" /1000\n");
	assert_int_equal(check(&s, S32, 4, U64, 8), 0);
	make(&s, keys, 4, leaves, 8, 3);
	assert_rows(&s, "[order = -1] = 6\n[order = huge] = 7\n[order = unknown] = 5\n");
	assert_string_equal(s.view.rows[2].cells[0].label, "unknown");
	assert_int_equal(s.view.rows[2].cells[0].u, 2147483647);
	/* Alone, the quiet one has no row, but it is counted. */
	make(&s, keys, 4, leaves, 8, 1);
	assert_int_equal(s.view.nrows, 0);
	assert_int_equal(s.view.total, 5);
	make(&s, keys + 2, 4, leaves, 8, 1);
	assert_rows(&s, "[order = huge] = 5\n");
	stage_close(&s);
}

static void items_come_in_the_order_asked(void **state)
{
	const uint32_t keys[] = {3, 0, 4, 2};
	const uint64_t leaves[] = {7, 0, 0, 0};
	struct stage s;

	(void)state;
	make_numbers(&s, "/// show t count \"%events while %while = %value\"\n", keys, leaves, 4);
	/* Written out: also at 0. Missing, or from a glob and 0: not. */
	assert_rows(&s, "kfree while compaction = 0\n"
			"malloc while compaction = 0\n"
			"vm_one while compaction = 7\n");
	assert_int_equal(s.view.rows[1].cells[0].u, 1);
	assert_string_equal(s.view.rows[1].cells[0].label, "malloc");
	/* The last sample is made when nothing is attached any more. */
	s.detached = true;
	make(&s, keys, 4, leaves, 8, 4);
	assert_int_equal(s.view.nrows, 3);
	stage_close(&s);
}

static void items_that_were_never_attached_have_no_row(void **state)
{
	const uint32_t keys[] = {0, 7};
	const uint64_t leaves[] = {4, 3};
	struct stage s;

	(void)state;
	stage_open(&s, "/// show t count \"%events = %value\"\n");
	assert_int_equal(check(&s, U32, 4, U64, 8), 0);
	s.detached = true;
	make(&s, keys, 4, leaves, 8, 2);
	/* What was counted is never left out, not even under an index that is no item's. */
	assert_rows(&s, "kfree = 4\n7 = 3\n");
	stage_close(&s);
	make_numbers(&s, "/// show t count \"%events = %value\" nonzero\n", keys, leaves, 1);
	assert_rows(&s, "kfree = 4\n");
	stage_close(&s);
}

static void a_key_is_an_index_only_where_the_format_says_so(void **state)
{
	const uint32_t keys[] = {1};
	const uint64_t leaves[] = {4};
	struct stage s;

	(void)state;
	make_numbers(&s, "/// show t count \"%key = %value\"\n", keys, leaves, 1);
	assert_rows(&s, "1 = 4\n");
	stage_close(&s);
}

static void make_tasks(struct stage *s, const char *show, size_t limit)
{
	static const struct task keys[] = {{7, "seven"}, {3, "three"}, {9, "ni\nne"}, {4, "four"}};
	static const struct longest leaves[] = {
		{5000, -1, {1, 2}}, {9000, 2, {0}}, {5000, 3, {0}}, {0, 0, {0}}};

	stage_open(s, show);
	s->limit = limit;
	assert_int_equal(check(s, TASK, sizeof(struct task), LONGEST, sizeof(struct longest)), 0);
	make(s, keys, sizeof(keys[0]), leaves, sizeof(leaves[0]), 4);
}

static void lines_show_fields_largest_first(void **state)
{
	struct stage s;

	(void)state;
	setenv("TZ", "UTC", 1);
	make_tasks(&s,
		   "/// show t lines \"%time %comm(%{pid}) %{max}us cpu %cpu %seen %key %value\"\n",
		   0);
	assert_rows(&s, "2026-11-20 23:14:29.120617 three(3) 9000us cpu 2 [0, 0] "
			"pid = 3, comm = three 9000\n"
			"2026-11-20 23:14:29.120617 seven(7) 5000us cpu -1 [1, 2] "
			"pid = 7, comm = seven 5000\n"
			"2026-11-20 23:14:29.120617 ni\\x0ane(9) 5000us cpu 3 [0, 0] "
			"pid = 9, comm = ni\\x0ane 5000\n");
	stage_close(&s);
}

static void the_divisor_divides_the_leaf_not_the_key(void **state)
{
	struct stage s;

	(void)state;
	make_tasks(&s, "/// show t lines \"%pid %max %cpu\" /2\n", 0);
	assert_rows(&s, "3 4500 1\n7 2500 0\n9 2500 1\n");
	stage_close(&s);
}

/* The texts of a task view, whose rows are sorted and limited as the show line says. */
static void assert_tasks(const char *show, const char *expected)
{
	struct stage s;

	make_tasks(&s, show, 0);
	assert_rows(&s, expected);
	stage_close(&s);
}

static void assert_tasks_refused(const char *lines_of_it, const char *says)
{
	struct stage s;

	stage_open(&s, lines_of_it);
	assert_int_not_equal(check(&s, TASK, sizeof(struct task), LONGEST, sizeof(struct longest)),
			     0);
	if (!strstr(s.err.text, says))
		fail_msg("%s: %s", lines_of_it, s.err.text);
	stage_close(&s);
}

static void rows_beyond_the_limit_are_counted(void **state)
{
	uint32_t keys[23];
	uint64_t leaves[23];
	struct stage s;

	(void)state;
	for (uint32_t i = 0; i < 23; i++) {
		keys[i] = i;
		leaves[i] = i + 1;
	}
	make_numbers(&s, "/// show t top \"%key\"\n", keys, leaves, 23);
	assert_int_equal(s.view.nrows, 20);
	assert_int_equal(s.view.left_out, 3);
	stage_close(&s);
	make_numbers(&s, "/// show t top \"%key\" limit 23\n", keys, leaves, 23);
	assert_int_equal(s.view.nrows, 23);
	assert_int_equal(s.view.left_out, 0);
	stage_close(&s);
	make_numbers(&s, "/// show t count \"%key\"\n", keys, leaves, 23);
	assert_int_equal(s.view.nrows, 23);
	stage_close(&s);
}

static void rows_are_sorted_by_a_field(void **state)
{
	(void)state;
	assert_tasks("/// show t top \"%pid %cpu\" by cpu\n", "9 3\n3 2\n7 -1\n");
	assert_tasks("/// show t top \"%pid\" by cpu limit 1\n", "9\n");
	assert_tasks("/// show t top \"%pid\" by pid\n", "9\n7\n3\n");
	assert_tasks("/// show t lines \"%comm\" by comm limit 2\n", "ni\\x0ane\nseven\n");
	assert_tasks("/// show t count \"%pid\" limit 2\n", "3\n7\n");
	assert_tasks("/// show t count \"%pid %max\" by value\n", "3 9000\n7 5000\n9 5000\n");
	assert_tasks_refused("/// show t top by most\n",
			     "no field 'most' to sort by; there are pid, comm, max, cpu, seen");
	assert_tasks_refused("/// show t sum by max\n", "have rows to sort");
	assert_tasks_refused("/// show t sum limit 3\n", "have rows to limit");
}

static void fields_are_shown_as_what_they_stand_for(void **state)
{
	(void)state;
	assert_tasks("/// show t top \"%{pid:ipv4} %{max:hex} %{cpu:dev} %{seen:ipv4}\" by pid "
		     "limit 2\n",
		     "9.0.0.0 0x1388 0:3 0.0.0.0\n7.0.0.0 0x1388 4095:1048575 1.0.2.0\n");
	assert_tasks("/// as t pid ipv4\n/// as t max hex\n/// as other max ipv6\n"
		     "/// show t top \"%pid %max %{pid:hex}\" limit 1\n",
		     "3.0.0.0 0x2328 0x3\n");
	assert_tasks_refused("/// as t max ipv4\n/// show t top\n",
			     "thing.c:5: 'max' of t: an IPv4 address has 4 bytes");
	assert_tasks_refused("/// as t most ipv4\n/// show t top\n",
			     "have no field 'most'; there are pid, comm, max, cpu, seen");
	assert_tasks_refused("/// show t top \"%{comm:ksym}\"\n", "'comm': an address has 64 bits");
	assert_tasks_refused("/// show t top \"%{pid:ipx}\"\n",
			     "nothing is shown as 'ipx' (%{pid}); there are ksym");
}

/* struct in6_addr is a record around a union of arrays. */
static void an_address_may_be_a_record(void **state)
{
	static const char address[] = "[\"in6_addr\", [[\"in6_u\", [\"\", "
				      "[[\"u6_addr8\",\"unsigned char\", [16]], "
				      "[\"u6_addr32\",\"unsigned int\", [4]]], \"union\"]]], "
				      "\"struct_packed\"]";
	static const unsigned char keys[2][20] = {{7, 0, 0, 0, 0xfe, 0x80, [19] = 1}};
	const uint64_t leaves[] = {5};
	char key[512];
	struct stage s;

	(void)state;
	snprintf(key, sizeof(key),
		 "[\"k\", [[\"pid\",\"unsigned int\"], [\"to\", %s]], \"struct_packed\"]", address);
	stage_open(&s, "/// as t to ipv6\n/// show t count\n");
	assert_int_equal(check(&s, key, 20, U64, 8), 0);
	make(&s, keys, 20, leaves, 8, 1);
	assert_int_equal(s.view.rows[0].nkeys, 2);
	assert_string_equal(s.view.rows[0].cells[1].name, "to");
	assert_string_equal(s.view.rows[0].cells[1].as, "fe80::1");
	stage_close(&s);
	/* The key itself. */
	stage_open(&s, "/// as t key ipv6\n/// show t count \"%key %{key:ipv6} %value\"\n");
	assert_int_equal(check(&s, address, 16, U64, 8), 0);
	make(&s, (const char *)keys + 4, 16, leaves, 8, 1);
	assert_rows(&s, "fe80::1 fe80::1 5\n");
	assert_int_equal(s.view.rows[0].nkeys, 1);
	assert_string_equal(s.view.rows[0].cells[0].as, "fe80::1");
	stage_close(&s);
	stage_open(&s, "/// as t key ksym\n/// show t count\n");
	assert_true(check(&s, address, 16, U64, 8) < 0);
	assert_non_null(strstr(s.err.text, "have no field 'key'; there are in6_u"));
	stage_close(&s);
}

static void cells_have_both_forms(void **state)
{
	const uint32_t keys[] = {0x0100007f};
	const uint64_t leaves[] = {8388609};
	struct stage s;

	(void)state;
	make_numbers(&s, "/// as t key ip4\n/// as t value dev\n/// show t count\n", keys, leaves,
		     1);
	assert_int_equal(s.view.rows[0].cells[0].u, 0x0100007f);
	assert_string_equal(s.view.rows[0].cells[0].as, "127.0.0.1");
	assert_int_equal(s.view.rows[0].cells[1].u, 8388609);
	assert_string_equal(s.view.rows[0].cells[1].as, "8:1");
	stage_close(&s);
	make_numbers(&s, "/// as t key ip4\n/// show t count \"%key %{value:dev} %value\"\n", keys,
		     leaves, 1);
	assert_rows(&s, "127.0.0.1 8:1 8388609\n");
	stage_close(&s);
}

static void top_is_limited(void **state)
{
	struct stage s;

	(void)state;
	make_tasks(&s, "/// show t top \"%comm %max\"\n", 2);
	assert_rows(&s, "three 9000\nseven 5000\n");
	assert_int_equal(s.view.total, 14000);
	stage_close(&s);
	make_tasks(&s, "/// show t top\n", 0);
	assert_int_equal(s.view.nrows, 3);
	assert_null(s.view.rows[0].text);
	assert_int_equal(s.view.rows[0].nkeys, 2);
	assert_int_equal(s.view.rows[0].ncells, 5);
	assert_string_equal(s.view.rows[2].cells[1].name, "comm");
	/* As it is: what to do with the newline is for each output to say. */
	assert_string_equal(s.view.rows[2].cells[1].text, "ni\nne");
	assert_string_equal(s.view.rows[1].cells[4].text, "[1, 2]");
	assert_int_equal(s.view.rows[1].cells[3].s, -1);
	assert_true(s.view.rows[1].cells[3].is_signed);
	stage_close(&s);
}

static void top_has_twenty_rows_unless_asked(void **state)
{
	uint32_t keys[50];
	uint64_t leaves[50];
	struct stage s;

	(void)state;
	for (uint32_t i = 0; i < 50; i++) {
		keys[i] = i;
		leaves[i] = (i * 37) % 50 + 1;
	}
	make_numbers(&s, "/// show t top\n", keys, leaves, 50);
	assert_int_equal(s.view.nrows, 20);
	for (size_t i = 0; i < 20; i++)
		assert_int_equal(s.view.rows[i].value, 50 - i);
	stage_close(&s);
}

static void signed_numbers_keep_their_sign(void **state)
{
	const uint32_t keys[] = {1, 2, 3};
	const int64_t leaves[] = {-2500, 1500, -500};
	struct stage s;

	(void)state;
	stage_open(&s, "/// show t lines \"%key %value\" /1000\n");
	assert_int_equal(check(&s, U32, 4, S64, 8), 0);
	make(&s, keys, 4, leaves, 8, 3);
	assert_rows(&s, "2 1\n3 0\n1 -2\n");
	assert_int_equal((int64_t)s.view.total, -1);
	stage_close(&s);
}

static void numbers_of_128_bits_are_text(void **state)
{
	const uint32_t keys[] = {1};
	const unsigned __int128 leaves[] = {(unsigned __int128)UINT64_MAX * 10};
	struct stage s;

	(void)state;
	stage_open(&s, "/// show t count\n");
	assert_int_equal(check(&s, U32, 4, "\"unsigned __int128\"", 16), 0);
	make(&s, keys, 4, leaves, 16, 1);
	assert_string_equal(s.view.rows[0].cells[1].text, "184467440737095516150");
	assert_true(s.view.rows[0].value == UINT64_MAX);
	stage_close(&s);
}

static void histograms_collect_slots(void **state)
{
	const uint32_t keys[] = {64, 3, 65, 4000000000, 0};
	const uint64_t leaves[] = {1, 20, 300, 4000, 5};
	struct stage s;

	(void)state;
	make_numbers(&s, "/// show t hist usecs\n", keys, leaves, 5);
	assert_int_equal(s.view.nhists, 1);
	assert_null(s.view.hists[0].section);
	assert_int_equal(s.view.hists[0].nslots, 65);
	assert_int_equal(s.view.hists[0].slots[0], 5);
	assert_int_equal(s.view.hists[0].slots[3], 20);
	assert_int_equal(s.view.hists[0].slots[64], 1);
	assert_int_equal(s.view.total, 26);
	assert_int_equal(s.view.outside, 4300);
	make(&s, keys, 4, leaves, 8, 0);
	assert_int_equal(s.view.nhists, 0);
	assert_int_equal(s.view.outside, 0);
	stage_close(&s);
	make_numbers(&s, "/// show t lhist usecs\n", keys, leaves, 4);
	assert_int_equal(s.view.outside, 4000);
	assert_int_equal(s.view.hists[0].nslots, 66);
	assert_int_equal(s.view.hists[0].slots[65], 300);
	stage_close(&s);
}

static void histograms_have_a_section_for_each_sub_key(void **state)
{
	static const char key[] = "[\"k\", [[\"slot\",\"unsigned int\"], [\"cpu\",\"int\"], "
				  "[\"name\",\"char\", [8]]], \"struct_packed\"]";
	const struct {
		uint32_t slot;
		int32_t cpu;
		char name[8];
	} keys[] = {{3, 2, "b"}, {1, -1, "z"}, {2, 2, "b"}, {7, 2, "a"}, {99, 5, "lost"}};
	const uint64_t leaves[] = {30, 10, 20, 70, 99};
	struct stage s;

	(void)state;
	stage_open(&s, "/// show t hist\n");
	assert_int_equal(check(&s, key, 16, U64, 8), 0);
	make(&s, keys, 16, leaves, 8, 5);
	assert_int_equal(s.view.nhists, 3);
	assert_string_equal(s.view.hists[0].section, "cpu = -1, name = z");
	assert_string_equal(s.view.hists[1].section, "cpu = 2, name = a");
	assert_string_equal(s.view.hists[2].section, "cpu = 2, name = b");
	assert_int_equal(s.view.hists[2].nslots, 4);
	assert_int_equal(s.view.hists[2].slots[2], 20);
	assert_int_equal(s.view.hists[2].slots[3], 30);
	stage_close(&s);
}

static void the_last_integer_is_the_slot_if_none_is_called_so(void **state)
{
	static const char key[] = "[\"k\", [[\"pid\",\"unsigned int\"], "
				  "[\"bucket\",\"unsigned int\"]], \"struct_packed\"]";
	const uint32_t keys[][2] = {{7, 3}};
	const uint64_t leaves[] = {30};
	struct stage s;

	(void)state;
	stage_open(&s, "/// show t hist\n");
	assert_int_equal(check(&s, key, 8, U64, 8), 0);
	make(&s, keys, 8, leaves, 8, 1);
	assert_string_equal(s.view.hists[0].section, "pid = 7");
	assert_int_equal(s.view.hists[0].slots[3], 30);
	stage_close(&s);
}

static void age_counts_what_is_in_progress(void **state)
{
	static const char leaf[] = "[\"l\", [[\"depth\",\"unsigned long long\"], "
				   "[\"since\",\"unsigned long long\"]], \"struct_packed\"]";
	const uint32_t keys[] = {1, 2, 3, 4};
	const uint64_t leaves[][2] = {{1, 900000}, {2, 0}, {3, 400000}, {4, 2000000}};
	struct stage s;

	(void)state;
	stage_open(&s, "/// show t age \"in progress = %count, longest %longest usec "
		       "(%key, %depth)\" /1000\n");
	assert_int_equal(check(&s, U32, 4, leaf, 16), 0);
	make(&s, keys, 4, leaves, 16, 4);
	assert_rows(&s, "in progress = 3, longest 600 usec (3, 0)\n");
	assert_int_equal(s.view.rows[0].cells[0].u, 3);
	assert_int_equal(s.view.rows[0].cells[1].u, 600000);
	/* Begun after the clock was read: 0, not 584 years. */
	make(&s, keys + 3, 4, leaves + 3, 16, 1);
	assert_rows(&s, "in progress = 1, longest 0 usec (4, 0)\n");
	make(&s, keys + 1, 4, leaves + 1, 16, 1);
	assert_int_equal(s.view.nrows, 0);
	stage_close(&s);
	make_numbers(&s, "/// show t age \"%count %longest\"\n", keys, (const uint64_t[]){1000}, 1);
	assert_rows(&s, "1 999000\n");
	stage_close(&s);
}

static void fields_come_before_our_words_and_options(void **state)
{
	static const char leaf[] =
		"[\"l\", [[\"n\",\"unsigned int\"], [\"level\",\"unsigned int\"],"
		" [\"time\",\"unsigned int\"], [\"count\",\"unsigned int\"]], "
		"\"struct_packed\"]";
	const uint32_t keys[] = {1};
	const uint32_t leaves[] = {1, 22, 33, 44};
	struct stage s;

	(void)state;
	stage_open(&s, "/// show t count \"%level %time %count $level $$\"\n");
	assert_int_equal(check(&s, U32, 4, leaf, 16), 0);
	make(&s, keys, 4, leaves, 16, 1);
	assert_rows(&s, "22 33 44 3 $\n");
	stage_close(&s);
}

static void assert_refused(const char *show, const char *key, size_t key_size, const char *leaf,
			   size_t leaf_size, const char *expected)
{
	struct stage s;

	stage_open(&s, show);
	assert_int_equal(check(&s, key, key_size, leaf, leaf_size), -EINVAL);
	assert_null(s.maker);
	assert_string_equal(s.err.text, expected);
	assert_int_equal(s.err.status, EXIT_USAGE);
	stage_close(&s);
}

#define TASKS TASK, 16, LONGEST, 16
#define NUMBERS U32, 4, U64, 8

static void says_what_is_wrong_with_a_format(void **state)
{
	(void)state;
	assert_refused("/// show t lines \"%mxa\"\n", TASKS,
		       "thing.c:5: show t: its entries have no field 'mxa'; there are pid, comm, "
		       "max, cpu, seen (did you mean max?)");
	assert_refused("/// show t lines \"%valeu\"\n", NUMBERS,
		       "thing.c:5: show t: its entries have no field 'valeu'; there are %key, "
		       "%value and %time (did you mean value?)");
	assert_refused("/// show t lines \"%maxus\"\n", TASK, 16, U64, 8,
		       "thing.c:5: show t: its entries have no field 'maxus'; there are pid, comm");
	assert_refused("/// show t lines \"%count\"\n", NUMBERS,
		       "thing.c:5: show t: its entries have no field 'count'; there are %key, "
		       "%value and %time");
	assert_refused("/// show t lines \"100%\"\n", NUMBERS,
		       "thing.c:5: show t: % without a name; write %% for the sign itself");
	assert_refused("/// show t lines \"%{max\"\n", TASKS, "thing.c:5: show t: %{ without a }");
	assert_refused("/// show t lines \"$leve\"\n", NUMBERS,
		       "thing.c:5: show t: there is no option 'leve'");
	assert_refused("/// show t lines \"%events\"\n", TASKS,
		       "thing.c:5: show t: %events needs a key that is a number: the index of the "
		       "item");
	assert_refused("/// show t sum \"%pid\"\n", TASKS,
		       "thing.c:5: show t: a sum has no single 'pid' to show; it has %value");
	assert_refused("/// show t lines \"%seen\" /10\n", TASKS,
		       "thing.c:5: show t: 'seen' is no single number that could be divided by 10");
	assert_refused("/// show t lines /10\n", TASKS,
		       "thing.c:5: show t: 'seen' is no single number that could be divided by 10");
}

static void says_what_a_table_lacks_for_a_kind(void **state)
{
	static const char words[] = "[\"l\", [[\"word\",\"char\", [8]]], \"struct_packed\"]";

	(void)state;
	assert_refused("/// show t count\n", U32, 4, words, 8,
		       "thing.c:5: show t: its entries have no number to show (only word)");
	assert_refused("/// show t lines \"%value\"\n", U32, 4, words, 8,
		       "thing.c:5: show t: its entries have no field 'value'; there are word");
	assert_refused("/// show t hist\n", U32, 4, LONGEST, 16,
		       "thing.c:5: show t: a histogram needs entries that are one number: the "
		       "count of a slot");
	assert_refused("/// show t hist\n", words, 8, U64, 8,
		       "thing.c:5: show t: a histogram needs a key that is a number, or has one: "
		       "the slot");
	assert_refused("/// show t hist /10\n", NUMBERS,
		       "thing.c:5: show t: a histogram's counts cannot be divided (/10)");
	assert_refused("/// show t age\n", U32, 4, LONGEST, 16,
		       "thing.c:5: show t: age needs a start time in its entries: 64 bits named "
		       "'since', 'ts' or 'start'");
}

static void names_the_command_line_where_the_line_came_from_it(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, "");
	assert_int_equal(header_add(&s.header, "show", "t lines \"%x\"",
				    (struct origin){"command line", 0}, &s.err),
			 0);
	assert_int_equal(check(&s, U32, 4, U64, 8), -EINVAL);
	assert_int_equal(strncmp(s.err.text, "command line: show t: its entries", 33), 0);
	stage_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_are_sorted_by_key_and_zeroes_left_out),
		cmocka_unit_test(parts_add_up_to_the_sum_that_is_printed),
		cmocka_unit_test(labels_replace_numbers),
		cmocka_unit_test(items_come_in_the_order_asked),
		cmocka_unit_test(items_that_were_never_attached_have_no_row),
		cmocka_unit_test(a_key_is_an_index_only_where_the_format_says_so),
		cmocka_unit_test(lines_show_fields_largest_first),
		cmocka_unit_test(the_divisor_divides_the_leaf_not_the_key),
		cmocka_unit_test(rows_beyond_the_limit_are_counted),
		cmocka_unit_test(rows_are_sorted_by_a_field),
		cmocka_unit_test(fields_are_shown_as_what_they_stand_for),
		cmocka_unit_test(an_address_may_be_a_record),
		cmocka_unit_test(cells_have_both_forms),
		cmocka_unit_test(top_is_limited),
		cmocka_unit_test(top_has_twenty_rows_unless_asked),
		cmocka_unit_test(signed_numbers_keep_their_sign),
		cmocka_unit_test(numbers_of_128_bits_are_text),
		cmocka_unit_test(histograms_collect_slots),
		cmocka_unit_test(histograms_have_a_section_for_each_sub_key),
		cmocka_unit_test(the_last_integer_is_the_slot_if_none_is_called_so),
		cmocka_unit_test(age_counts_what_is_in_progress),
		cmocka_unit_test(fields_come_before_our_words_and_options),
		cmocka_unit_test(says_what_is_wrong_with_a_format),
		cmocka_unit_test(says_what_a_table_lacks_for_a_kind),
		cmocka_unit_test(names_the_command_line_where_the_line_came_from_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
