/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "output/output.h"
#include "output/write.h"

#define ROWS 4

/* A sample that stands on the test's stack. */
struct stage {
	struct sample sample;
	struct view views[4];
	struct show_line shows[4];
	struct row rows[4][ROWS];
	struct cell cells[4][ROWS][6];
};

static void stage_open(struct stage *s)
{
	memset(s, 0, sizeof(*s));
	setenv("TZ", "UTC", 1);
	tzset();
	s->sample.number = 2;
	s->sample.wall = (struct timespec){1795216445, 120617999};
	s->sample.length_ns = 5000000017;
	s->sample.views = s->views;
}

static struct view *view_add(struct stage *s, const char *table, enum view_kind kind)
{
	size_t i = s->sample.nviews++;

	s->shows[i].table = (char *)(uintptr_t)table;
	s->shows[i].kind = kind;
	s->shows[i].divisor = 1;
	s->views[i].show = &s->shows[i];
	s->views[i].rows = s->rows[i];
	for (size_t r = 0; r < ROWS; r++)
		s->rows[i][r].cells = s->cells[i][r];
	return &s->views[i];
}

static struct show_line *show_of(struct stage *s)
{
	return &s->shows[s->sample.nviews - 1];
}

static struct row *row_add(struct view *view)
{
	return &view->rows[view->nrows++];
}

static struct cell *cell_add(struct row *row, bool key, const char *name)
{
	struct cell *cell = &row->cells[row->ncells++];

	row->nkeys += key;
	cell->name = name;
	return cell;
}

static void number_add(struct row *row, bool key, const char *name, uint64_t number)
{
	cell_add(row, key, name)->u = number;
}

static void signed_add(struct row *row, bool key, const char *name, int64_t number)
{
	struct cell *cell = cell_add(row, key, name);

	cell->is_signed = true;
	cell->s = number;
	cell->u = (uint64_t)number;
}

static void text_add(struct row *row, bool key, const char *name, const char *text)
{
	struct cell *cell = cell_add(row, key, name);

	cell->is_text = true;
	cell->text = text;
}

static struct row *counted(struct view *view, uint64_t key, uint64_t value, uint64_t shown)
{
	struct row *row = row_add(view);

	number_add(row, true, "", key);
	number_add(row, false, "", value);
	row->value = value;
	row->shown = shown;
	return row;
}

/* What a format prints; the caller frees. */
static char *printed(const struct output_format *format, const struct stage *s)
{
	const struct plan plan = {0};
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(format->sample(out, &plan, &s->sample), 0);
	fclose(out);
	return text;
}

static void assert_text(const struct stage *s, const char *expected)
{
	char *text = printed(&output_text, s);

	assert_string_equal(text, expected);
	free(text);
}

#define HEADING "---- new sample: 2 at 11/20/26 23:14:05\n"

static void text_has_the_lines_that_users_know(void **state)
{
	uint64_t slots[] = {0, 0, 1, 4};
	struct hist hist = {.slots = slots, .nslots = 4};
	struct stage s;

	(void)state;
	stage_open(&s);
	struct view *view = view_add(&s, "delay", VIEW_HIST);
	char unit[] = "usecs";

	show_of(&s)->unit = unit;
	view->hists = &hist;
	view->nhists = 1;
	view = view_add(&s, "order_ns", VIEW_SUM);
	row_add(view)->text = "total_accum_usec = 13056";
	view = view_add(&s, "counted", VIEW_COUNT);
	row_add(view)->text = "kfree while compaction = 36";
	row_add(view)->text = "malloc while compaction = 0";
	assert_text(
		&s, HEADING
		"     usecs               : count     distribution\n"
		"         0 -> 1          : 0        |                                        |\n"
		"         2 -> 3          : 1        |**********                              |\n"
		"         4 -> 7          : 4        |****************************************|\n"
		"total_accum_usec = 13056\n"
		"kfree while compaction = 36\n"
		"malloc while compaction = 0\n");
}

static void text_separates_sections_as_bcc_does(void **state)
{
	uint64_t one[] = {0, 2};
	uint64_t two[] = {3};
	struct hist log2 = {"pid = 7", one, 2};
	struct hist linear = {NULL, two, 1};
	struct stage s;

	(void)state;
	stage_open(&s);
	struct view *view = view_add(&s, "delay", VIEW_HIST);

	view->hists = &log2;
	view->nhists = 1;
	view = view_add(&s, "delay", VIEW_LHIST);
	view->hists = &linear;
	view->nhists = 1;
	view->outside = 17;
	assert_text(
		&s, HEADING
		"\npid = 7\n"
		"     value               : count     distribution\n"
		"         0 -> 1          : 2        |****************************************|\n"
		"     value         : count     distribution\n"
		"        0          : 3        |****************************************|\n"
		"counted outside of the histogram = 17 (delay)\n");
}

/* Which table columns and bars are of is said where there are several. */
static void text_names_one_of_several_tables(void **state)
{
	uint64_t slots[] = {7, 2};
	struct hist hist = {NULL, slots, 2};
	struct stage s;

	(void)state;
	stage_open(&s);
	struct view *view = view_add(&s, "delay", VIEW_HIST);

	view->hists = &hist;
	view->nhists = 1;
	view->outside = 11;
	view = view_add(&s, "slow", VIEW_TOP);
	number_add(row_add(view), true, "pid", 7);
	view = view_add(&s, "slow", VIEW_LINES);
	number_add(row_add(view), true, "pid", 7);
	view_add(&s, "none", VIEW_TOP);
	assert_text(
		&s, HEADING
		"delay:\n"
		"     value               : count     distribution\n"
		"         0 -> 1          : 2        |***********                             |\n"
		"counted outside of the histogram = 18 (delay)\n"
		"slow:\n"
		"pid\n"
		"  7\n"
		"slow:\n"
		"pid = 7\n");
}

static void text_of_lines_alone_is_bare(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s);
	struct view *view = view_add(&s, "max_offcpu", VIEW_LINES);

	row_add(view)->text = "max offcpu for a is 1us";
	assert_text(&s, "max offcpu for a is 1us\n");
	view->nrows = 0;
	assert_text(&s, "");
	view_add(&s, "other", VIEW_COUNT);
	assert_text(&s, HEADING);
	s.sample.nviews = 0;
	assert_text(&s, HEADING);
}

static void text_has_a_form_for_each_kind_without_a_format(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s);
	struct view *view = view_add(&s, "counts", VIEW_COUNT);

	counted(view, 9, 5999, 5);
	counted(view, 3, 0, 0)->cells[0].label = "three";
	struct row *row = row_add(view);

	signed_add(row, true, "a", -1);
	text_add(row, true, "b", "x\ny");
	signed_add(row, false, "", -7000);
	row->shown = (uint64_t)-7;
	view = view_add(&s, "counts", VIEW_SUM);
	row = row_add(view);
	number_add(row, false, "", UINT64_MAX);
	row->shown = UINT64_MAX;
	view = view_add(&s, "inside", VIEW_AGE);
	char unit[] = "usec";

	show_of(&s)->unit = unit;
	row = row_add(view);
	number_add(row, false, "count", 2);
	number_add(row, false, "longest", 5210999);
	row->shown = 5210;
	view = view_add(&s, "slow", VIEW_LINES);
	show_of(&s)->divisor = 1000;
	row = row_add(view);
	number_add(row, true, "", 5000);
	number_add(row, false, "max", 5999);
	signed_add(row, false, "least", -5999);
	text_add(row, false, "comm", "sh");
	assert_text(&s, HEADING "counts[9] = 5\n"
				"counts[three] = 0\n"
				"counts[a = -1, b = x\\x0ay] = -7\n"
				"counts = 18446744073709551615\n"
				"in progress = 2, longest 5210 usec\n"
				"slow:\n"
				"key = 5000, max = 5, least = -5, comm = sh\n");
}

static void text_of_top_has_columns(void **state)
{
	static const struct {
		uint64_t pid;
		const char *comm;
		uint64_t max;
	} tasks[] = {{7, "sh", 123456000}, {4194304, "caf\xc3\xa9", 9000}, {1, "a\xff", 999}};
	struct stage s;

	(void)state;
	stage_open(&s);
	struct view *view = view_add(&s, "slow", VIEW_TOP);

	show_of(&s)->divisor = 1000;
	assert_text(&s, HEADING);
	for (size_t i = 0; i < 3; i++) {
		struct row *row = row_add(view);

		number_add(row, true, "pid", tasks[i].pid);
		text_add(row, true, "comm", tasks[i].comm);
		number_add(row, false, "", tasks[i].max);
	}
	assert_text(&s, HEADING "    pid  comm    value\n"
				"      7  sh     123456\n"
				"4194304  caf\xc3\xa9        9\n"
				"      1  a\\xff       0\n");
	view->nrows = 1;
	view->left_out = 2;
	assert_text(&s, HEADING "pid  comm   value\n"
				"  7  sh    123456\n"
				"2 more are not shown (slow; `limit N` in its show line)\n");
	show_of(&s)->limit = 1;
	assert_text(&s, HEADING "pid  comm   value\n"
				"  7  sh    123456\n");
}

static void text_accounts_for_what_was_missed(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s);
	view_add(&s, "counts", VIEW_COUNT)->refused = 12;
	view_add(&s, "counts", VIEW_SUM)->refused = 12;
	s.sample.account = (struct account){3, 5, 14, 7, 1, 8, 9};
	assert_text(&s, HEADING
		    "refused by a full table = 12 (counts; --size counts=N makes it larger)\n"
		    "refused by a full table = 2 (one that is not shown)\n"
		    "returns missed = 3\n"
		    "events skipped = 5\n"
		    "records lost = 7\n"
		    "gates repaired = 1\n"
		    "counted under stacks that were not kept = 8 (--size TABLE=N, of their table, "
		    "keeps more)\n"
		    "counted under stacks that were cut = 9\n");
	s.views[0].refused = s.views[1].refused = 0;
	s.sample.account = (struct account){
		COUNT_UNKNOWN, COUNT_UNKNOWN, COUNT_UNKNOWN, COUNT_UNKNOWN, COUNT_UNKNOWN, 0, 0};
	assert_text(&s, HEADING);
}

/* One line of JSON that jansson, which is strict, understands. */
static json_t *json_printed(const struct stage *s, char **text)
{
	json_error_t error;

	*text = printed(&output_json, s);
	assert_ptr_equal(strchr(*text, '\n'), *text + strlen(*text) - 1);
	json_t *json = json_loads(*text, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &error);

	if (!json)
		print_error("%s: %s\n", error.text, *text);
	assert_non_null(json);
	return json;
}

static void json_is_what_the_schema_says(void **state)
{
	uint64_t slots[] = {0, UINT64_MAX};
	struct hist hist = {.section = "pid = 7", .slots = slots, .nslots = 2};
	struct stage s;
	char *text;

	(void)state;
	stage_open(&s);
	setenv("TZ", "NST+03:30", 1);
	tzset();
	struct view *view = view_add(&s, "delay", VIEW_HIST);
	char unit[] = "usecs";

	show_of(&s)->unit = unit;
	view->hists = &hist;
	view->nhists = 1;
	view->total = UINT64_MAX;
	view->outside = 17;
	view = view_add(&s, "order_ns", VIEW_COUNT);
	show_of(&s)->divisor = 1000;
	struct row *row = row_add(view);

	signed_add(row, true, "", -1);
	number_add(row, false, "", UINT64_MAX);
	row->value = UINT64_MAX;
	row->shown = 18446744073709551;
	row = row_add(view);
	number_add(row, true, "pid", 7);
	text_add(row, true, "comm", "a");
	signed_add(row, false, "max", INT64_MIN);
	number_add(row, false, "n", 3);
	row->value = (uint64_t)INT64_MIN;
	row->cells[0].label = "seven";
	view->total = 5;
	view->refused = 4;
	s.sample.exact = true;
	s.sample.last = true;
	s.sample.account = (struct account){0, COUNT_UNKNOWN, 4, 0, INT64_MAX, 0, 0};
	json_t *json = json_printed(&s, &text);

	json_decref(json);
	assert_string_equal(
		text,
		"{\"sample\":2,\"time\":\"2026-11-20T19:44:05.120617-03:30\","
		"\"seconds\":5.000000017,\"exact\":true,\"late\":false,\"last\":true,\"views\":["
		"{\"table\":\"delay\",\"kind\":\"hist\",\"unit\":\"usecs\",\"divisor\":1,\"hists\":"
		"[{\"section\":\"pid = 7\",\"slots\":[0,18446744073709551615]}],"
		"\"total\":18446744073709551615,\"outside\":17,\"refused\":0},"
		"{\"table\":\"order_ns\",\"kind\":\"count\",\"unit\":null,\"divisor\":1000,"
		"\"rows\":[{\"key\":-1,\"value\":18446744073709551615,\"shown\":18446744073709551},"
		"{\"key\":{\"pid\":7,\"comm\":\"a\"},\"label\":\"seven\","
		"\"value\":-9223372036854775808,\"shown\":0,"
		"\"leaf\":{\"max\":-9223372036854775808,\"n\":3}}],\"total\":5,\"refused\":4}],"
		"\"account\":{\"returns_missed\":0,\"events_skipped\":null,\"refused\":4,\"lost\":"
		"0,"
		"\"repaired\":9223372036854775807,\"stacks_lost\":0,\"stacks_cut\":0}}\n");
	free(text);
}

/* What --audit found stands in the last sample, behind its accounts. */
static void audit_is_told(void **state)
{
	struct plan_probe probes[] = {
		{.probe = {.kind = PROBE_KPROBE, .name = (char *)"f", .offset = 4}},
		{.probe = {.kind = PROBE_KPROBE, .name = (char *)"g"}},
		{.probe = {.kind = PROBE_KRETPROBE, .name = (char *)"g"}},
		{.probe = {.kind = PROBE_TRACEPOINT, .group = (char *)"a", .name = (char *)"b"}},
	};
	const struct audit_line lines[] = {
		{.probe = &probes[0], .events = 100, .runs = 97, .skipped = 3},
		{.probe = &probes[1], .events = 9, .runs = 8, .skipped = 0, .unsure = 2},
		{.probe = &probes[2], .is_return = true, .events = 9, .runs = 2, .skipped = 7},
		{.probe = &probes[3], .events = COUNT_UNKNOWN, .runs = 5, .skipped = COUNT_UNKNOWN},
	};
	const struct audit_report report = {lines, 4};
	struct stage s;
	char *text;

	(void)state;
	stage_open(&s);
	s.sample.account = (struct account){.events_skipped = 3};
	s.sample.audit = &report;
	assert_text(&s, HEADING "events skipped = 3\n"
				"audit: kprobe:f+4 = 100 events, 3 skipped\n"
				"audit: kprobe:g = 9 events, 0 to 2 skipped\n"
				"audit: kretprobe:g = 9 calls, 7 without a return so far\n"
				"audit: tracepoint:a:b = unknown events, 5 runs\n");
	stage_open(&s);
	s.sample.audit = &report;
	json_t *json = json_printed(&s, &text);

	json_decref(json);
	assert_non_null(strstr(
		text,
		"},\"audit\":["
		"{\"probe\":\"kprobe:f+4\",\"events\":100,\"runs\":97,\"skipped\":3,\"unsure\":0},"
		"{\"probe\":\"kprobe:g\",\"events\":9,\"runs\":8,\"skipped\":0,\"unsure\":2},"
		"{\"probe\":\"kretprobe:g\",\"events\":9,\"runs\":2,\"skipped\":7,\"unsure\":0},"
		"{\"probe\":\"tracepoint:a:b\",\"events\":null,\"runs\":5,\"skipped\":null,"
		"\"unsure\":null}]}\n"));
	free(text);
}

static void json_has_any_text(void **state)
{
	static const struct {
		const char *raw;
		const char *read; /* by a JSON parser */
	} texts[] = {
		{"", ""},
		{"quote \" back \\ slash /", "quote \" back \\ slash /"},
		{"\x01\n\t\x1b\x7f", "\x01\n\t\x1b\x7f"},
		{"caf\xc3\xa9 \xf0\x9f\x90\x9d", "caf\xc3\xa9 \xf0\x9f\x90\x9d"},
		{"\xff\xfe", "\\xff\\xfe"},
		{"cut \xc3", "cut \\xc3"},
		{"\xc0\x80\xed\xa0\x80", "\\xc0\\x80\\xed\\xa0\\x80"},
		{"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
		{"340282366920938463463374607431768211455",
		 "340282366920938463463374607431768211455"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct stage s;
		char *text;

		stage_open(&s);
		text_add(row_add(view_add(&s, "t", VIEW_LINES)), true, "", texts[i].raw);
		json_t *json = json_printed(&s, &text);
		json_t *row = json_array_get(
			json_object_get(json_array_get(json_object_get(json, "views"), 0), "rows"),
			0);

		assert_string_equal(json_string_value(json_object_get(row, "key")), texts[i].read);
		json_decref(json);
		free(text);
	}
}

static void sum_and_age_have_no_key_in_json(void **state)
{
	struct stage s;
	char *text;

	(void)state;
	stage_open(&s);
	struct row *row = row_add(view_add(&s, "t", VIEW_SUM));

	number_add(row, false, "", 5);
	row = row_add(view_add(&s, "t", VIEW_AGE));
	number_add(row, false, "count", 2);
	number_add(row, false, "longest", 3);
	json_decref(json_printed(&s, &text));
	assert_non_null(strstr(text, "\"rows\":[{\"value\":0,\"shown\":0}]"));
	assert_non_null(strstr(text, "\"rows\":[{\"value\":0,\"shown\":0,"
				     "\"leaf\":{\"count\":2,\"longest\":3}}]"));
	free(text);
}

static void absent_items_are_null_in_json(void **state)
{
	static struct plan_item items[] = {{.asked = (char *)"gone", .missing = true},
					   {.asked = (char *)"kfree"},
					   {.asked = (char *)"vm_a", .from_glob = true},
					   {.asked = (char *)"refused"}};
	static const struct plan_list list = {.items = items, .n = 4};
	struct stage s;
	char *text;

	(void)state;
	stage_open(&s);
	struct view *view = view_add(&s, "counted", VIEW_COUNT);

	view->list = &list;
	struct row *row = row_add(view);

	number_add(row, true, "", 1);
	row->cells[0].label = "kfree";
	row->value = row->shown = 3;
	number_add(row_add(view), true, "", 9); /* no item's */
	json_decref(json_printed(&s, &text));
	assert_non_null(strstr(
		text, "\"rows\":[{\"key\":0,\"label\":\"gone\",\"value\":null,\"shown\":null},"
		      "{\"key\":1,\"label\":\"kfree\",\"value\":3,\"shown\":3},"
		      "{\"key\":3,\"label\":\"refused\",\"value\":null,\"shown\":null},"
		      "{\"key\":9,\"value\":0,\"shown\":0}]"));
	free(text);
}

static void formats_are_found_by_name(void **state)
{
	(void)state;
	assert_ptr_equal(output_find("text"), &output_text);
	assert_ptr_equal(output_find("json"), &output_json);
	assert_null(output_find("xml"));
	assert_null(output_find(""));
	assert_string_equal(output_names(), "text, json, folded, flamegraph");
	assert_string_equal(output_names(), "text, json, folded, flamegraph");
}

/* Whoever is watched can call a function or a file what he likes: no terminal may obey it, and no
 * other name or count come of it. */
static void names_of_functions_stay_names(void **state)
{
	static const char *frames[] = {"e\033]0;x\007", "a;b 7\nc", "\302\233m", "\357\277\276"};
	const struct output_format *const at_end[] = {&output_folded, &output_flamegraph};
	const struct stack stack = {.frames = frames, .nframes = 4};
	const struct plan plan = {0};
	struct stage s;
	char *text[2];

	(void)state;
	stage_open(&s);
	struct row *row = row_add(view_add(&s, "t", VIEW_STACKS));

	number_add(row, true, "stack", 5);
	row->cells[0].stack = &stack;
	row->value = row->shown = 3;
	assert_text(&s, HEADING "t = 3\n"
				"    e\\x1b]0;x\\x07\n"
				"    a;b 7\\x0ac\n"
				"    \\xc2\\x9bm\n"
				"    \357\277\276\n");
	for (size_t i = 0; i < 2; i++) {
		size_t len = 0;
		FILE *out = open_memstream(&text[i], &len);

		assert_int_equal(at_end[i]->sample(out, &plan, &s.sample), 0);
		assert_int_equal(at_end[i]->end(out), 0);
		fclose(out);
	}
	assert_string_equal(text[0], "\357\277\276;\\xc2\\x9bm;a_b 7_c;e_]0_x_ 3\n");
	assert_null(strchr(text[1], '\033'));
	/* XML has no such character: a browser would show nothing. */
	assert_null(strstr(text[1], "\357\277\276"));
	free(text[0]);
	free(text[1]);
}

static void a_graph_of_nothing_says_so(void **state)
{
	char *text;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	assert_int_equal(output_flamegraph.end(out), 0);
	fclose(out);
	assert_non_null(strstr(text, ">no stack was counted</text>"));
	assert_null(strstr(text, "left out"));
	free(text);
}

static void says_when_the_reader_has_gone(void **state)
{
	const struct plan plan = {0};
	struct stage s;
	int ends[2];

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	stage_open(&s);
	assert_int_equal(pipe(ends), 0);
	FILE *out = fdopen(ends[1], "w");

	close(ends[0]);
	assert_int_equal(output_text.sample(out, &plan, &s.sample), -EPIPE);
	fputs("more", out);
	assert_int_equal(output_flush(out), -EPIPE);
	fclose(out);
	out = fopen("/dev/full", "w");
	assert_int_equal(output_json.sample(out, &plan, &s.sample), -ENOSPC);
	fclose(out);
}

/* Each write(2) to a pipe in packet mode (pipe(2), O_DIRECT) is read by itself. */
static void another_writer_comes_between_lines(void **state)
{
	static char lines[3][2 * PIPE_BUF], got[4 * PIPE_BUF];
	const size_t lens[] = {100, 6000, 4096};
	struct buf text = {0};
	size_t longest = 0, total = 0;
	int ends[2];

	(void)state;
	for (size_t i = 0; i < 200; i++) {
		size_t len = i % 50 ? lens[0] : lens[1 + i / 50 % 2];
		char *line = lines[i % 50 ? 0 : 1 + i / 50 % 2];

		memset(line, 'x', len - 1);
		line[len - 1] = '\n';
		buf_add(&text, line, len);
		total += len;
	}
	assert_int_equal(pipe2(ends, O_DIRECT), 0);
	assert_return_code(fcntl(ends[1], F_SETPIPE_SZ, 1 << 20), errno);
	FILE *out = fdopen(ends[1], "w");

	output_begin(out);
	assert_int_equal(output_write(out, &text), 0);
	fclose(out);
	for (ssize_t n; (n = read(ends[0], got, sizeof(got))) > 0; total -= (size_t)n) {
		/* Only a line that is longer than a packet goes over into a second. */
		if (got[n - 1] != '\n')
			assert_null(memchr(got, '\n', (size_t)n));
		if (memchr(got, '\n', (size_t)n) != got + n - 1)
			longest = (size_t)n > longest ? (size_t)n : longest;
	}
	assert_int_equal(total, 0);
	assert_in_range(longest, PIPE_BUF - 200, PIPE_BUF);
	close(ends[0]);
}

static void interrupts(int sig)
{
	(void)sig;
}

/* Signals as kwhile takes them: they interrupt a write. */
static void interrupt_after(int ms, int again_ms)
{
	const struct sigaction action = {.sa_handler = interrupts};
	const struct itimerval when = {
		.it_value.tv_usec = ms * 1000,
		.it_interval.tv_usec = again_ms * 1000,
	};

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &when, NULL);
}

static void text_of(struct buf *text, size_t lines)
{
	for (size_t i = 0; i < lines; i++)
		buf_addf(text, "line %zu of the text\n", i);
}

/* In a process of its own: begins to read late, and wants all of the text. */
static pid_t slow_reader(const int ends[2], const struct buf *wanted)
{
	const struct timespec late = {.tv_nsec = 100000000};
	struct buf got = {0};
	pid_t reader = fork();

	if (reader)
		return reader;
	close(ends[1]);
	nanosleep(&late, NULL);
	buf_read_fd(&got, ends[0], SIZE_MAX);
	_exit(got.len == wanted->len && memcmp(got.data, wanted->data, got.len) == 0 ? 0 : 1);
}

/* A signal asks for an end, and others have made the pipe one that does not wait. */
static void a_slow_reader_gets_all(void **state)
{
	(void)state;
	for (int flags = 0; flags <= O_NONBLOCK; flags += O_NONBLOCK) {
		struct buf text = {0};
		int ends[2], status;

		text_of(&text, 5000);
		assert_int_equal(pipe(ends), 0);
		assert_return_code(fcntl(ends[1], F_SETPIPE_SZ, 4096), errno);
		assert_return_code(fcntl(ends[1], F_SETFL, O_WRONLY | flags), errno);
		FILE *out = fdopen(ends[1], "w");
		pid_t reader = slow_reader(ends, &text);

		assert_true(reader > 0);
		close(ends[0]);
		output_begin(out);
		interrupt_after(30, 0);
		assert_int_equal(output_write(out, &text), 0);
		fclose(out);
		assert_int_equal(waitpid(reader, &status, 0), reader);
		assert_int_equal(status, 0);
	}
}

/* Nobody reads: who asks once more is not kept waiting. */
static void a_second_signal_ends_writing(void **state)
{
	(void)state;
	for (int flags = 0; flags <= O_NONBLOCK; flags += O_NONBLOCK) {
		struct buf text = {0};
		int ends[2];

		text_of(&text, 10000);
		assert_int_equal(pipe(ends), 0);
		assert_return_code(fcntl(ends[1], F_SETFL, O_WRONLY | flags), errno);
		FILE *out = fdopen(ends[1], "w");

		output_begin(out);
		interrupt_after(20, 20);
		assert_int_equal(output_write(out, &text), -EINTR);
		interrupt_after(0, 0);
		fclose(out);
		close(ends[0]);
	}
}

static void a_freed_sample_is_empty(void **state)
{
	struct sample sample = {.nviews = 1};

	(void)state;
	sample.arena = arena_new();
	sample.views = arena_alloc(sample.arena, sizeof(*sample.views));
	sample_free(&sample);
	assert_null(sample.arena);
	assert_int_equal(sample.nviews, 0);
	sample_free(&sample);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_has_the_lines_that_users_know),
		cmocka_unit_test(text_separates_sections_as_bcc_does),
		cmocka_unit_test(text_of_lines_alone_is_bare),
		cmocka_unit_test(text_names_one_of_several_tables),
		cmocka_unit_test(text_has_a_form_for_each_kind_without_a_format),
		cmocka_unit_test(text_of_top_has_columns),
		cmocka_unit_test(text_accounts_for_what_was_missed),
		cmocka_unit_test(json_is_what_the_schema_says),
		cmocka_unit_test(audit_is_told),
		cmocka_unit_test(json_has_any_text),
		cmocka_unit_test(sum_and_age_have_no_key_in_json),
		cmocka_unit_test(absent_items_are_null_in_json),
		cmocka_unit_test(formats_are_found_by_name),
		cmocka_unit_test(names_of_functions_stay_names),
		cmocka_unit_test(a_graph_of_nothing_says_so),
		cmocka_unit_test(says_when_the_reader_has_gone),
		cmocka_unit_test(another_writer_comes_between_lines),
		cmocka_unit_test(a_slow_reader_gets_all),
		cmocka_unit_test(a_second_signal_ends_writing),
		cmocka_unit_test(a_freed_sample_is_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
