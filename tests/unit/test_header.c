/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "program/header.h"

static const char whole[] =
	"/// collateral - count kernel events while a function runs\n"
	"#include <linux/mm.h>\n"
	"  \t/// option while function compact_zone(compaction)  gate, and its word\r\n"
	"/// option events,e functions __kmalloc,kfree  what to count\n"
	"/// option cpu cpu any  only this CPU\n"
	"//// not one of these\n"
	"// nor this\n"
	"///\n"
	"int f(void) { return 0; } /// nor this, behind code\n"
	"/// attach kretprobe:$while=gate_leave\n"
	"/// attach ? kprobe:$events = count_event\n"
	"/// standin compact_zone ?tracepoint:compaction:mm_compaction_begin=begin\n"
	"/// attach uprobe:/tmp/a=b:f=on_f\n"
	"/// fresh worst\n"
	"/// size counted $events\n"
	"/// size worst=1000\n"
	"/// label order_ns -1 \"by hand\" quiet\n"
	"/// label order_ns 2147483647 unknown\n"
	"/// account repairs repaired\n"
	"/// word function while\n"
	"/// tail jumps 3 run_three\n"
	"/// inner rooms -1 second\n"
	"/// inner rooms 0x10\n"
	"/// as counted key ksym\n"
	"/// as worst addr.saddr ip4\n"
	"/// show delay hist usecs nonzero\n"
	"/// show order_ns count \"total[\\\"%key\\\"]\\t= %value\\\\\\n\" /1000\n"
	"/// show worst lines \"%comm\" when cpu!=\n"
	"/// show worst lines \"%cpu %comm\" /0x10 ms when cpu=\n"
	"/// show worst top when cpu=3\n"
	"/// show counted count";

static void reads_each_word(void **state)
{
	struct header h = {0};
	struct error err = {0};

	(void)state;
	if (header_parse(whole, "x.c", &h, &err))
		fail_msg("%s", err.text);
	assert_string_equal(h.name, "collateral");
	assert_string_equal(h.title, "count kernel events while a function runs");
	assert_int_equal(h.options.n, 3);
	assert_string_equal(h.options.list[0].help, "gate, and its word");
	assert_int_equal(h.nattaches, 4);
	assert_string_equal(h.attaches[0].point, "kretprobe:$while");
	assert_string_equal(h.attaches[0].handler, "gate_leave");
	assert_false(h.attaches[0].optional);
	assert_null(h.attaches[0].standin_for);
	assert_int_equal(h.attaches[0].origin.line, 10);
	assert_string_equal(h.attaches[0].origin.file, "x.c");
	assert_string_equal(h.attaches[1].point, "kprobe:$events");
	assert_string_equal(h.attaches[1].handler, "count_event");
	assert_true(h.attaches[1].optional);
	assert_string_equal(h.attaches[2].standin_for, "compact_zone");
	assert_true(h.attaches[2].optional);
	assert_string_equal(h.attaches[3].point, "uprobe:/tmp/a=b:f");
	assert_string_equal(h.attaches[3].handler, "on_f");
	assert_int_equal(h.nfreshes, 1);
	assert_string_equal(h.freshes[0].table, "worst");
	assert_int_equal(h.nsizes, 2);
	assert_string_equal(h.sizes[0].size, "$events");
	assert_string_equal(h.sizes[1].size, "1000");
	assert_int_equal(h.nlabels, 2);
	assert_int_equal(h.labels[0].value, -1);
	assert_string_equal(h.labels[0].word, "by hand");
	assert_true(h.labels[0].quiet);
	assert_int_equal(h.labels[1].value, 2147483647);
	assert_false(h.labels[1].quiet);
	assert_int_equal(h.ntails, 1);
	assert_string_equal(h.tails[0].table, "jumps");
	assert_int_equal(h.tails[0].index, 3);
	assert_string_equal(h.tails[0].handler, "run_three");
	assert_int_equal(h.ninners, 2);
	assert_int_equal(h.inners[0].key, -1);
	assert_string_equal(h.inners[0].inner, "second");
	assert_int_equal(h.inners[1].key, 16);
	assert_null(h.inners[1].inner);
	assert_int_equal(h.nases, 2);
	assert_int_equal(h.ases[0].as, AS_KSYM);
	assert_string_equal(h.ases[1].field, "addr.saddr");
	assert_int_equal(h.ases[1].as, AS_IPV4);
	assert_int_equal(h.naccounts, 1);
	assert_string_equal(h.accounts[0].table, "repairs");
	assert_int_equal(h.accounts[0].kind, ACCOUNT_REPAIRED);
	assert_string_equal(h.word_function, "while");
	assert_int_equal(header_check(&h, NULL), 0);
	header_free(&h);
	assert_null(h.shows);
}

static void reads_show_lines(void **state)
{
	struct header h = {0};

	(void)state;
	assert_int_equal(header_parse(whole, "x.c", &h, NULL), 0);
	assert_int_equal(h.nshows, 6);
	assert_int_equal(h.shows[0].kind, VIEW_HIST);
	assert_string_equal(h.shows[0].unit, "usecs");
	assert_null(h.shows[0].format);
	assert_null(h.shows[0].when);
	assert_int_equal(h.shows[0].divisor, 1);
	assert_int_equal(h.shows[1].kind, VIEW_COUNT);
	assert_string_equal(h.shows[1].format, "total[\"%key\"]\t= %value\\\n");
	assert_int_equal(h.shows[1].divisor, 1000);
	assert_null(h.shows[1].unit);
	assert_string_equal(h.shows[2].when, "cpu");
	assert_string_equal(h.shows[2].when_value, "");
	assert_true(h.shows[2].when_not);
	assert_int_equal(h.shows[3].divisor, 16);
	assert_string_equal(h.shows[3].unit, "ms");
	assert_false(h.shows[3].when_not);
	assert_string_equal(h.shows[4].when_value, "3");
	assert_int_equal(h.shows[4].kind, VIEW_TOP);
	assert_null(h.shows[4].by);
	assert_int_equal(h.shows[4].limit, 0);
	assert_string_equal(h.shows[0].unit, "usecs");
	assert_int_equal(h.shows[5].origin.line, 31);
	assert_true(h.shows[0].nonzero);
	assert_false(h.shows[1].nonzero);
	header_free(&h);
}

static void reads_order_and_limit(void **state)
{
	struct header h = {0};

	(void)state;
	assert_int_equal(
		header_parse("/// show jumps top by in.count limit 7 ms\n/// show t top \"by\"\n",
			     "x.c", &h, NULL),
		0);
	assert_string_equal(h.shows[0].by, "in.count");
	assert_int_equal(h.shows[0].limit, 7);
	assert_string_equal(h.shows[0].unit, "ms");
	assert_null(h.shows[1].by);
	assert_string_equal(h.shows[1].format, "by");
	header_free(&h);
}

static void shows_by_condition(void **state)
{
	/* Which of the six lines are shown, with --cpu as given. */
	static const struct {
		const char *cpu;
		bool wanted[6];
	} cases[] = {
		{NULL, {true, true, false, true, false, true}},
		{"any", {true, true, false, true, false, true}},
		{"0", {true, true, true, false, false, true}},
		{"3", {true, true, true, false, true, true}},
		{"0x3", {true, true, true, false, true, true}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct header h = {0};

		assert_int_equal(header_parse(whole, "x.c", &h, NULL), 0);
		if (cases[i].cpu)
			assert_int_equal(
				option_bind(option_find(&h.options, "cpu"), cases[i].cpu, NULL), 0);
		for (size_t k = 0; k < 6; k++)
			assert_int_equal(show_is_wanted(&h, &h.shows[k]), cases[i].wanted[k]);
		header_free(&h);
	}
}

static void takes_a_text_without_header(void **state)
{
	struct header h = {0};

	(void)state;
	assert_int_equal(header_parse("", "x.c", &h, NULL), 0);
	assert_int_equal(header_parse("int x;\n// y\n//// z", "x.c", &h, NULL), 0);
	assert_null(h.name);
	assert_int_equal(h.nattaches + h.nshows + h.options.n, 0);
	header_free(&h);
}

static void refuses_with_the_place(void **state)
{
	static const struct {
		const char *line, *says;
	} bad[] = {
		{"atach kprobe:f=g",
		 "x.c:2: there is no header word 'atach'; did you mean attach?"},
		{"zzz y", "there are option, attach, standin, fresh"},
		{"two - titles", "second NAME - TITLE line"},
		{"attach kprobe:f", "x.c:2: write [?]PROBE=HANDLER"},
		{"attach =h", "probe point is missing"},
		{"attach kprobe:f=9h", "'9h' is not the name of a function"},
		{"attach kprobe:f=h i", "'h i' is not"},
		{"attach kprob:f=h", "did you mean kprobe?"},
		{"attach kprob:$f=h", "did you mean kprobe?"},
		{"attach kprobe:a b=h", "not a function name"},
		{"standin", "write standin FUNCTION"},
		{"standin f* kprobe:g=h", "'f*' is not a function name"},
		{"standin f", "write [?]PROBE=HANDLER"},
		{"fresh", "write fresh TABLE"},
		{"fresh a b", "'b' is too much"},
		{"fresh a-b", "not the name of a table"},
		{"size t", "write size TABLE"},
		{"size t 0", "no size"},
		{"size t -1", "no size"},
		{"size t 4294967296", "no size"},
		{"size t $", "no size"},
		{"size t 5 6", "too much"},
		{"label t", "not a number"},
		{"label t x word", "not a number"},
		{"label t 5", "word is missing"},
		{"label t 5 word loud", "too much"},
		{"label t 5 word quiet loud", "too much"},
		{"account t broken", "account TABLE repaired|refused|skipped|lost|missed"},
		{"account t lost x", "'x' is too much"},
		{"word", "write word function OPTION"},
		{"word of while", "write word function OPTION"},
		{"word function", "write word function OPTION"},
		{"tail t", "'' is no index; write tail TABLE INDEX HANDLER"},
		{"tail t -1 f", "'-1' is no index"},
		{"tail t 1 f-g", "'f-g' is not the name of a function"},
		{"tail t 1 f g", "'g' is too much"},
		{"inner t", "'' is no number; write inner TABLE KEY [INNER]"},
		{"inner t x", "'x' is no number"},
		{"inner t 1 a-b", "'a-b' is not the name of a table"},
		{"inner t 1 a b", "'b' is too much"},
		{"as t f", "write as TABLE FIELD KIND; kinds are ksym"},
		{"as t f ipv5", "nothing is shown as 'ipv5'; there are ksym, usym, ipv4"},
		{"as t f mac x", "'x' is too much"},
		{"show t top by", "by what? write by FIELD"},
		{"show t top by a by b", "sorted by one field only"},
		{"show t top limit", "'' is no limit"},
		{"show t top limit 0", "'0' is no limit"},
		{"show t top limit 1 limit 2", "'2' is no limit"},
		{"show", "write show TABLE KIND"},
		{"show t", "kind of view is missing"},
		{"show t pie", "hist, lhist, count, sum, top, lines, age, stacks"},
		{"show t hist a b", "'b' is too much"},
		{"show t hist \"a\" \"b\"", "two formats"},
		{"show t hist \"a", "quoted text"},
		{"show t hist \"a\\x\"", "quoted text"},
		{"show t hist \"a\"b", "quoted text"},
		{"show t hist /0", "not a divisor"},
		{"show t hist /x", "not a divisor"},
		{"show t hist /5 /6", "two divisors"},
		{"show t hist when", "write when NAME=VALUE"},
		{"show t hist when cpu", "write when NAME=VALUE"},
		{"show t hist when =5", "not the name of an option"},
		{"show t hist when a=1 when b=2", "two conditions"},
		{"option a int x help", "x.c:2: option a: its default is wrong: --a 'x'"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct header h = {0};
		struct error err = {0};
		struct buf b = {0};

		buf_addf(&b, "/// one - title\n/// %s\nint x;\n", bad[i].line);
		if (header_parse(buf_string(&b), "x.c", &h, &err) != -EINVAL)
			fail_msg("'%s' was accepted", bad[i].line);
		assert_int_equal(err.status, EXIT_USAGE);
		assert_int_equal(strncmp(err.text, "x.c:2: ", 7), 0);
		if (!strstr(err.text, bad[i].says))
			fail_msg("'%s': %s", bad[i].line, err.text);
		header_free(&h);
		buf_free(&b);
	}
}

static void limits_lines(void **state)
{
	struct header h = {0};
	struct error err = {0};
	struct buf b = {0};

	(void)state;
	buf_adds(&b, "/// x - ");
	while (b.len < 4096)
		buf_addc(&b, 'y');
	assert_int_equal(header_parse(buf_string(&b), "x.c", &h, NULL), 0);
	header_free(&h);
	buf_addc(&b, 'y');
	assert_int_equal(header_parse(buf_string(&b), "x.c", &h, &err), -EINVAL);
	assert_string_equal(err.text, "x.c:1: a header line of more than 4096 bytes");
	header_free(&h);
	buf_reset(&b);
	/* Other lines may be as long as they like; and there may not be endlessly many of these. */
	while (b.len < 100000)
		buf_adds(&b, "int x; ");
	assert_int_equal(header_parse(buf_string(&b), "x.c", &h, NULL), 0);
	buf_reset(&b);
	for (int i = 0; i < 5000; i++)
		buf_adds(&b, "/// fresh t\n");
	assert_int_equal(header_parse(buf_string(&b), "x.c", &h, NULL), -EINVAL);
	header_free(&h);
	buf_free(&b);
}

static void adds_from_the_command_line(void **state)
{
	const struct origin typed = {"command line", 0};
	struct header h = {0};
	struct error err = {0};

	(void)state;
	assert_int_equal(header_parse(whole, "x.c", &h, NULL), 0);
	/* The three lines for one table of the text go, both typed ones stay. */
	assert_int_equal(header_add(&h, "show", "worst top", typed, NULL), 0);
	assert_int_equal(header_add(&h, "show", " worst hist", typed, NULL), 0);
	assert_int_equal(h.nshows, 5);
	assert_string_equal(h.shows[2].table, "counted");
	assert_int_equal(h.shows[3].kind, VIEW_TOP);
	assert_int_equal(h.shows[4].kind, VIEW_HIST);
	assert_int_equal(header_add(&h, "attach", "kprobe:f=g", typed, NULL), 0);
	assert_int_equal(h.nattaches, 5);
	assert_int_equal(header_add(&h, "show", "x", typed, &err), -EINVAL);
	assert_int_equal(strncmp(err.text, "--show 'x': ", 12), 0);
	assert_int_equal(h.nshows, 5);
	header_free(&h);
}

static void checks_names_of_options(void **state)
{
	struct header h = {0};
	struct error err = {0};

	(void)state;
	assert_int_equal(header_parse("/// show t hist when cup=\n/// option cpu cpu any x", "x.c",
				      &h, NULL),
			 0);
	assert_int_equal(header_check(&h, &err), -EINVAL);
	assert_string_equal(err.text, "x.c:1: there is no option cup; did you mean cpu?");
	assert_false(show_is_wanted(&h, &h.shows[0]));
	header_free(&h);
	assert_int_equal(header_parse("/// size t $cpu\n/// option cpu cpu any x", "x.c", &h, NULL),
			 0);
	assert_int_equal(header_check(&h, &err), -EINVAL);
	assert_string_equal(err.text, "x.c:1: cpu is not a list of functions");
	header_free(&h);
	assert_int_equal(
		header_parse("/// word function cpu\n/// option cpu cpu any x", "x.c", &h, NULL),
		0);
	assert_int_equal(header_check(&h, NULL), -EINVAL);
	header_free(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_each_word),
		cmocka_unit_test(reads_show_lines),
		cmocka_unit_test(reads_order_and_limit),
		cmocka_unit_test(shows_by_condition),
		cmocka_unit_test(takes_a_text_without_header),
		cmocka_unit_test(refuses_with_the_place),
		cmocka_unit_test(limits_lines),
		cmocka_unit_test(adds_from_the_command_line),
		cmocka_unit_test(checks_names_of_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
