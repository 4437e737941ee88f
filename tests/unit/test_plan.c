/* SPDX-License-Identifier: Apache-2.0 */
/* Plans for the kernels recorded in KW_TEST_DATA/symbols. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "program/plan.h"
#include "program/plan_note.h"

#define DATA KW_TEST_DATA "/symbols/"
#define V6_1 DATA "kallsyms-6.1"
#define V6_12 DATA "kallsyms-6.12"
#define HIDDEN DATA "kallsyms-hidden"

#define GATE                                                                                       \
	"/// option while function compact_zone(compaction)  gate\n"                               \
	"/// attach kretprobe:$while=leave\n"                                                      \
	"/// attach kprobe:$while=enter\n"
#define STANDIN                                                                                    \
	"/// standin compact_zone tracepoint:compaction:mm_compaction_end=t_leave\n"               \
	"/// standin compact_zone tracepoint:compaction:mm_compaction_begin=t_enter\n"
#define EVENTS                                                                                     \
	"/// option events functions kfree  what to count\n"                                       \
	"/// attach ?kprobe:$events=count\n"

/* One plan and all that was told of it. */
struct made {
	struct header header;
	struct symbols *symbols;
	struct plan plan;
	struct error err;
	struct buf probes; /* "POINT=HANDLER[#ITEM][@ADDRESS]\n" of each */
	struct buf items;  /* "NAME[*][-]" of each item of events, blank separated */
	char said[4000];   /* on standard error */
	int rc;
};

static void describe(struct made *m)
{
	const struct plan_list *list = plan_list_find(&m->plan, "events");

	for (size_t i = 0; i < m->plan.nprobes; i++) {
		const struct plan_probe *p = &m->plan.probes[i];
		char text[600];

		probe_format(&p->probe, text, sizeof(text));
		buf_addf(&m->probes, "%s%s=%s", p->optional ? "?" : "", text, p->handler);
		if (p->item >= 0)
			buf_addf(&m->probes, "#%ld", p->item);
		if (p->probe.address)
			buf_addf(&m->probes, "@%llx", (unsigned long long)p->probe.address);
		buf_addc(&m->probes, '\n');
		assert_ptr_equal(p->list, p->item >= 0 ? list : NULL);
	}
	for (size_t i = 0; list && i < list->n; i++)
		buf_addf(&m->items, "%s%s%s%s", i ? " " : "", list->items[i].asked,
			 list->items[i].from_glob ? "*" : "", list->items[i].missing ? "-" : "");
}

/* Make a plan of a text with some options given: name, value, …, NULL. */
static void make(struct made *m, const char *kallsyms, const char *text, ...)
{
	FILE *said = tmpfile();
	const char *name;
	va_list ap;

	memset(m, 0, sizeof(*m));
	if (header_parse(text, "x.c", &m->header, &m->err))
		fail_msg("%s", m->err.text);
	va_start(ap, text);
	while ((name = va_arg(ap, const char *)) != NULL) {
		struct program_option *option = option_find(&m->header.options, name);

		assert_non_null(option);
		if (option_bind(option, va_arg(ap, const char *), &m->err))
			fail_msg("%s", m->err.text);
	}
	va_end(ap);
	assert_int_equal(symbols_read(&m->symbols, kallsyms, NULL, DATA "blacklist", NULL), 0);
	assert_non_null(said);
	fflush(stderr);
	int stderr_fd = dup(STDERR_FILENO);

	dup2(fileno(said), STDERR_FILENO);
	m->rc = plan_make(&m->header, m->symbols, &m->plan, &m->err);
	fflush(stderr);
	dup2(stderr_fd, STDERR_FILENO);
	close(stderr_fd);
	rewind(said);
	m->said[fread(m->said, 1, sizeof(m->said) - 1, said)] = '\0';
	fclose(said);
	describe(m);
}

static void drop(struct made *m)
{
	plan_free(&m->plan);
	symbols_free(m->symbols);
	header_free(&m->header);
	buf_free(&m->probes);
	buf_free(&m->items);
}

static void assert_plan(struct made *m, const char *probes, const char *items, const char *said)
{
	if (m->rc)
		fail_msg("%s", m->err.text);
	assert_string_equal(buf_string(&m->probes), probes);
	assert_string_equal(buf_string(&m->items), items);
	assert_string_equal(m->said, said);
	drop(m);
}

static void assert_refused(struct made *m, int rc, const char *says)
{
	assert_int_equal(m->rc, rc);
	assert_string_equal(m->err.text, says);
	/* What is told belongs to a run, and there will be none. */
	assert_string_equal(m->said, "");
	drop(m);
}

static void keeps_the_order_of_the_text(void **state)
{
	struct made m;

	(void)state;
	make(&m, V6_1, GATE STANDIN EVENTS "/// attach tracepoint:sched:sched_switch=s\n", NULL);
	assert_int_equal(m.plan.probes[0].origin.line, 2);
	assert_int_equal(m.plan.probes[2].origin.line, 7);
	assert_plan(&m,
		    "kretprobe:compact_zone=leave\nkprobe:compact_zone=enter\n"
		    "?kprobe:kfree=count#0\ntracepoint:sched:sched_switch=s\n",
		    "kfree", "");
}

static void uses_standins_for_what_is_gone(void **state)
{
	struct made m;

	(void)state;
	make(&m, V6_12, EVENTS GATE STANDIN, NULL);
	assert_plan(&m,
		    "?kprobe:kfree=count#0\n"
		    "tracepoint:compaction:mm_compaction_end=t_leave\n"
		    "tracepoint:compaction:mm_compaction_begin=t_enter\n",
		    "kfree",
		    "kwhile: compact_zone is not a function of this kernel (inlined): using "
		    "tracepoint:compaction:mm_compaction_end and "
		    "tracepoint:compaction:mm_compaction_begin instead\n");
	/* Another function that is gone has no stand-in. */
	make(&m, V6_12, GATE STANDIN, "while", "compact_zonk", NULL);
	assert_refused(&m, -ENOENT,
		       "no function compact_zonk in this kernel; did you mean compact_node?");
	/* And one that is there needs none. */
	make(&m, V6_12, GATE STANDIN, "while", "kfree", NULL);
	assert_plan(&m, "kretprobe:kfree=leave\nkprobe:kfree=enter\n", "", "");
	/* A part of it is not the function. */
	make(&m, V6_1, "/// attach kprobe:bar=h\n/// standin bar tracepoint:a:b=g\n", NULL);
	assert_plan(&m, "tracepoint:a:b=g\n", "",
		    "kwhile: bar is not a function of this kernel (inlined): using tracepoint:a:b "
		    "instead\n");
}

static void names_similar_functions(void **state)
{
	struct made m;

	(void)state;
	make(&m, V6_1, GATE, "while", "compact_zon", NULL);
	assert_int_equal(m.err.status, EXIT_USAGE);
	assert_refused(&m, -ENOENT,
		       "no function compact_zon in this kernel; did you mean compact_zone or "
		       "compact_zone_order?");
	make(&m, V6_1, "/// attach kprobe:no_such_thing=h", NULL);
	assert_refused(&m, -ENOENT, "x.c:1: no function no_such_thing in this kernel");
	make(&m, "/dev/null", GATE, NULL);
	assert_refused(&m, -ENOENT,
		       "no function compact_zone in this kernel; the kernel's list of functions is "
		       "empty");
}

static void finds_functions_under_other_names(void **state)
{
	struct made m;

	(void)state;
	make(&m, V6_1,
	     "/// attach kprobe:finish_task_switch=h\n/// attach kretprobe:finish_task_switch=h",
	     NULL);
	assert_plan(&m,
		    "kprobe:finish_task_switch.isra.0=h\nkretprobe:finish_task_switch.isra.0=h\n",
		    "", "kwhile: finish_task_switch is probed as finish_task_switch.isra.0\n");
	make(&m, V6_12, EVENTS, "events", "malloc,__kmalloc,kfree,kmem_cache_alloc,kmem_cache_reap",
	     NULL);
	assert_plan(&m,
		    "?kprobe:__kmalloc_noprof=count#1\n?kprobe:kfree=count#2\n"
		    "?kprobe:kmem_cache_alloc_noprof=count#3\n",
		    "malloc- __kmalloc kfree kmem_cache_alloc kmem_cache_reap-",
		    "kwhile: __kmalloc is counted as __kmalloc_noprof, "
		    "kmem_cache_alloc is counted as kmem_cache_alloc_noprof\n"
		    "kwhile: this kernel has no malloc, kmem_cache_reap: not counted\n");
	make(&m, V6_1, "/// attach kprobe:finish_task_switch+8=h", NULL);
	assert_plan(&m, "kprobe:finish_task_switch.isra.0+8=h\n", "",
		    "kwhile: offsets count from the start of a clone: finish_task_switch+8 in "
		    "finish_task_switch.isra.0\n");
	make(&m, V6_1, EVENTS, "events", "bar,kfree", NULL);
	assert_plan(&m, "?kprobe:bar.part.0=count#0\n?kprobe:kfree=count#1\n", "bar kfree",
		    "kwhile: bar is counted as bar.part.0\n"
		    "kwhile: only parts of these functions exist apart (.part), so only a part of "
		    "their calls is seen: bar\n");
}

static void attaches_all_of_one_name(void **state)
{
	struct made m;

	(void)state;
	make(&m, V6_1, EVENTS, "events", "ext4_file_open,vfs_mix,vfs_scan", NULL);
	assert_plan(&m,
		    "?kprobe:ext4_file_open=count#0@ffffffffc0100000\n"
		    "?kprobe:ext4_file_open=count#0@ffffffffc0100400\n"
		    "?kprobe:vfs_mix=count#1\n?kprobe:vfs_mix.isra.0=count#1\n"
		    "?kprobe:vfs_scan.constprop.0=count#2\n?kprobe:vfs_scan.constprop.1=count#2\n"
		    "?kprobe:vfs_scan.isra.0=count#2\n",
		    "ext4_file_open vfs_mix vfs_scan",
		    "kwhile: vfs_scan is counted as vfs_scan.constprop.0\n");
	make(&m, HIDDEN, "/// attach kprobe:probe_setup=h", NULL);
	assert_plan(&m, "kprobe:probe_setup=h\n", "",
		    "kwhile: several functions have one name and the kernel hides their addresses "
		    "(kernel.kptr_restrict), so only one of each is probed: probe_setup\n");
	make(&m, HIDDEN, EVENTS, "events", "probe_setup", NULL);
	assert_string_equal(buf_string(&m.probes), "?kprobe:probe_setup=count#0\n");
	drop(&m);
}

/* What has its name from others too: all are probed, which is said, or one by its address. */
static void takes_addresses(void **state)
{
	struct made m;

	(void)state;
	make(&m, V6_1, "/// attach kprobe:probe_setup=h", NULL);
	assert_plan(&m,
		    "kprobe:probe_setup=h@ffffffff81101000\n"
		    "kprobe:probe_setup=h@ffffffff81103000\n"
		    "kprobe:probe_setup=h@ffffffffc0100200\n",
		    "",
		    "kwhile: several functions have one name, and all are probed: probe_setup (3: "
		    "0xffffffff81101000, 0xffffffff81103000, "
		    "0xffffffffc0100200); kprobe:0xADDRESS is one of them (/proc/kallsyms says "
		    "which)\n");
	make(&m, V6_1, "/// attach kretprobe:0xffffffff81103000=h", NULL);
	assert_plan(&m, "kretprobe:probe_setup=h@ffffffff81103000\n", "", "");
	make(&m, V6_1, "/// attach kprobe:0xffffffff81102000=h", NULL);
	assert_refused(
		&m, -EINVAL,
		"x.c:1: kprobes refuses 0xffffffff81102000: it is on the kernel's blacklist");
	make(&m, V6_1, "/// attach kprobe:0xffffffff81102001=h", NULL);
	assert_refused(&m, -ENOENT,
		       "x.c:1: no function of this kernel begins at 0xffffffff81102001; "
		       "/proc/kallsyms says where they do");
	make(&m, V6_1, "/// attach kprobe:0xfffffffff81102001=h", NULL);
	assert_refused(&m, -EINVAL, "x.c:1: 0xfffffffff81102001 is no address of a function");
}

static void spreads_patterns(void **state)
{
	struct made m;

	(void)state;
	make(&m, V6_1, EVENTS, "events", "vfs_[ms]*", NULL);
	assert_plan(&m,
		    "?kprobe:vfs_mix=count#0\n?kprobe:vfs_mix.isra.0=count#0\n"
		    "?kprobe:vfs_scan.constprop.0=count#1\n?kprobe:vfs_scan.constprop.1=count#1\n"
		    "?kprobe:vfs_scan.isra.0=count#1\n",
		    "vfs_mix* vfs_scan*", "");
	/* Once each: what was asked for by name has its name, then the first pattern has it. */
	make(&m, V6_1, EVENTS, "events", "kmem_cache_[fs]*,kfree,kmem_cache_*,kmem_cache_free",
	     NULL);
	assert_plan(&m,
		    "?kprobe:kmem_cache_shrink=count#0\n?kprobe:kfree=count#1\n"
		    "?kprobe:kmem_cache_alloc=count#2\n?kprobe:kmem_cache_destroy=count#3\n"
		    "?kprobe:kmem_cache_weak=count#4\n?kprobe:kmem_cache_weaker=count#5\n"
		    "?kprobe:kmem_cache_free=count#6\n",
		    "kmem_cache_shrink* kfree kmem_cache_alloc* kmem_cache_destroy* "
		    "kmem_cache_weak* kmem_cache_weaker* kmem_cache_free",
		    "");
	/* Two names of one function, and a pattern that has it by its real name. */
	make(&m, V6_12, EVENTS, "events", "__kmalloc_no*,__kmalloc,__kmalloc_noprof", NULL);
	assert_plan(&m, "?kprobe:__kmalloc_node_noprof=count#0\n?kprobe:__kmalloc_noprof=count#1\n",
		    "__kmalloc_node_noprof* __kmalloc",
		    "kwhile: __kmalloc_noprof is counted under __kmalloc, "
		    "__kmalloc is counted as __kmalloc_noprof\n");
	make(&m, V6_1, EVENTS, "events", "kfree,zzz*", NULL);
	assert_refused(&m, -ENOENT,
		       "--events: no function of this kernel matches 'zzz*'; /proc/kallsyms has "
		       "their names");
	make(&m, V6_1, "/// attach kretprobe:kmem_cache_[fs]*=h", NULL);
	assert_plan(&m, "kretprobe:kmem_cache_free=h\nkretprobe:kmem_cache_shrink=h\n", "", "");
	make(&m, V6_1, "/// attach kprobe:zzz*=h", NULL);
	assert_refused(&m, -ENOENT, "x.c:1: no function of this kernel matches 'zzz*'");
	make(&m, V6_1, "/// attach ?kprobe:zzz*=h", NULL);
	assert_plan(&m, "", "", "kwhile: this kernel has no zzz*: not attached\n");
}

static void refuses_too_many(void **state)
{
	char path[] = "/tmp/kw_plan_XXXXXX";
	struct buf b = {0};
	struct made m;
	int fd = mkstemp(path);

	(void)state;
	for (int i = 0; i < 1025; i++)
		buf_addf(&b, "%016x t f_%04d\n", 4096 + i * 16, i);
	assert_int_equal(write(fd, b.data, b.len), b.len);
	close(fd);
	make(&m, path, EVENTS, "events", "f_*", NULL);
	assert_refused(&m, -E2BIG,
		       "--events: 1025 functions match, and 1024 is the limit: narrow the list");
	make(&m, path, "/// attach kprobe:f_*=h", NULL);
	assert_refused(&m, -E2BIG,
		       "x.c:1: 1025 functions match 'f_*', and 1024 is the limit: narrow it");
	make(&m, path, EVENTS, "events", "f_0*,f_10[01]*", NULL);
	assert_int_equal(m.rc, 0);
	assert_int_equal(m.plan.nprobes, 1020);
	drop(&m);
	/* The very limit is well. */
	make(&m, path, EVENTS, "events", "f_0*,f_100*,f_101*,f_102[0-3]", NULL);
	assert_int_equal(m.plan.nprobes, 1024);
	drop(&m);
	unlink(path);
	buf_free(&b);
}

static void tells_missing_events_in_one_line(void **state)
{
	struct made m;
	struct buf b = {0};

	(void)state;
	make(&m, V6_1, EVENTS, "events", "kfre,malloc", NULL);
	assert_refused(&m, -ENOENT,
		       "--events: this kernel has no kfre, malloc; did you mean kfree?");
	/* Without a ? all are needed. */
	make(&m, V6_1, EVENTS "/// attach kretprobe:$events=r\n", "events", "kfree,malloc", NULL);
	assert_int_equal(m.rc, -ENOENT);
	assert_int_equal(strncmp(m.err.text, "--events: this kernel has no malloc", 35), 0);
	drop(&m);
	make(&m, V6_1, EVENTS "/// attach ?kretprobe:$events=r\n", "events", "malloc,kfree", NULL);
	assert_plan(&m, "?kprobe:kfree=count#1\n?kretprobe:kfree=r#1\n", "malloc- kfree",
		    "kwhile: this kernel has no malloc: not counted\n");
	buf_adds(&b, "kfree");
	for (int i = 0; i < 50; i++)
		buf_addf(&b, ",none_%d", i);
	make(&m, V6_1, EVENTS, "events", buf_string(&b), NULL);
	assert_int_equal(m.rc, 0);
	assert_non_null(strstr(m.said, "none_19 and 30 more: not counted\n"));
	drop(&m);
	buf_free(&b);
}

static void respects_the_blacklist(void **state)
{
	struct made m;

	(void)state;
	make(&m, V6_1, GATE, "while", "noprobe_me", NULL);
	assert_int_equal(m.err.status, EXIT_FAILED);
	assert_refused(&m, -EINVAL, "kprobes refuses noprobe_me: it is on the kernel's blacklist");
	make(&m, V6_1, "/// attach ?kprobe:noprobe_me=h\n/// attach kprobe:kfree=h", NULL);
	assert_plan(
		&m, "kprobe:kfree=h\n", "",
		"kwhile: kprobes refuses noprobe_me (on the kernel's blacklist): not attached\n");
	/* It is kprobes that refuses, nothing else. */
	make(&m, V6_1, "/// attach fentry:noprobe_me=h", NULL);
	assert_plan(&m, "fentry:noprobe_me=h\n", "", "");
	make(&m, V6_1, EVENTS, "events", "noprobe_me,kfree", NULL);
	assert_plan(
		&m, "?kprobe:kfree=count#1\n", "noprobe_me- kfree",
		"kwhile: kprobes refuses noprobe_me (on the kernel's blacklist): not attached\n");
	make(&m, V6_1, EVENTS, "events", "noprobe_me", NULL);
	assert_refused(&m, -EINVAL,
		       "--events: kprobes refuses noprobe_me: on the kernel's blacklist");
	/* One of four of that name is refused: the others are attached. */
	make(&m, V6_1, EVENTS, "events", "probe_setup", NULL);
	assert_plan(&m,
		    "?kprobe:probe_setup=count#0@ffffffff81101000\n"
		    "?kprobe:probe_setup=count#0@ffffffff81103000\n"
		    "?kprobe:probe_setup=count#0@ffffffffc0100200\n",
		    "probe_setup", "");
}

static void fills_in_values(void **state)
{
	static const char text[] = "/// option hz int 0x63 a\n/// option t usec 10ms b\n"
				   "/// option where choice:sched|irq sched c\n"
				   "/// option p probe software:page-faults:1 d\n"
				   "/// attach profile:hz:$hz=a\n/// attach interval:us:$t=b\n"
				   "/// attach tracepoint:$where:x_$where=c\n/// attach $p=d\n";
	struct made m;

	(void)state;
	make(&m, V6_1, text, "where", "irq", "p", "kprobe:finish_task_switch", NULL);
	assert_plan(&m,
		    "profile:hz:99=a\ninterval:us:10000=b\ntracepoint:irq:x_irq=c\n"
		    "kprobe:finish_task_switch.isra.0=d\n",
		    "", "kwhile: finish_task_switch is probed as finish_task_switch.isra.0\n");
	make(&m, V6_1, text, "hz", "-5", NULL);
	assert_refused(&m, -EINVAL,
		       "x.c:5: 'profile:hz:-5': the last part must be a number above 0; write "
		       "profile:hz:N (or s, ms, us)");
}

static void refuses_what_makes_no_sense(void **state)
{
	struct made m;

	(void)state;
	make(&m, V6_1, EVENTS "/// attach kprobe:$evens=h\n", NULL);
	assert_refused(&m, -EINVAL, "x.c:3: there is no option evens; did you mean $events?");
	make(&m, V6_1, "/// attach kprobe:$=h\n", NULL);
	assert_int_equal(m.rc, -EINVAL);
	drop(&m);
	make(&m, V6_1, EVENTS "/// attach tracepoint:a:$events=h\n", NULL);
	assert_int_equal(m.rc, -EINVAL);
	assert_non_null(
		strstr(m.err.text, "x.c:3: 'tracepoint:a:$events': a list stands for whole"));
	drop(&m);
	make(&m, V6_1, "/// option need int - how many\n/// attach kprobe:kfree=h", NULL);
	assert_refused(&m, -EINVAL, "--need must be given: how many");
	make(&m, V6_1, "/// show t hist when cpu=1", NULL);
	assert_refused(&m, -EINVAL, "x.c:1: there is no option cpu");
}

/* A name is there already only if it stands there whole. */
static void notes_compare_whole_names(void **state)
{
	struct note note = {0};

	(void)state;
	note_addf(&note, " b:f");
	note_addf(&note, "b:f");
	note_addf(&note, "f");
	note_addf(&note, "b:f");
	assert_int_equal(note.n, 3);
	assert_string_equal(note_text(&note), " b:f, b:f, f");
	note_free(&note);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(notes_compare_whole_names),
		cmocka_unit_test(keeps_the_order_of_the_text),
		cmocka_unit_test(uses_standins_for_what_is_gone),
		cmocka_unit_test(names_similar_functions),
		cmocka_unit_test(finds_functions_under_other_names),
		cmocka_unit_test(attaches_all_of_one_name),
		cmocka_unit_test(takes_addresses),
		cmocka_unit_test(spreads_patterns),
		cmocka_unit_test(refuses_too_many),
		cmocka_unit_test(tells_missing_events_in_one_line),
		cmocka_unit_test(respects_the_blacklist),
		cmocka_unit_test(fills_in_values),
		cmocka_unit_test(refuses_what_makes_no_sense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
