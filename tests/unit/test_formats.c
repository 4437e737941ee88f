/* SPDX-License-Identifier: Apache-2.0 */
/* Which tracepoints a text names, and which files it includes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "object/formats.h"
#include "object/includes.h"

static const char *names(const char *text)
{
	static char out[2000];
	struct format_name *list;
	long n = formats_of(text, &list);
	size_t len = 0;

	assert_true(n >= 0);
	out[0] = '\0';
	for (long i = 0; i < n; i++)
		len += (size_t)snprintf(out + len, sizeof(out) - len, "%s%s:%s", i ? " " : "",
					list[i].category, list[i].event);
	free(list);
	return out;
}

static void finds_names(void **state)
{
	(void)state;
	assert_string_equal(names(""), "");
	assert_string_equal(names("struct tracepoint__sched__sched_switch *args"),
			    "sched:sched_switch");
	assert_string_equal(names("TRACEPOINT_PROBE(irq, softirq_entry)\n"), "irq:softirq_entry");
	assert_string_equal(names("TRACEPOINT_PROBE(\n\tirq,\n\tsoftirq_entry)"),
			    "irq:softirq_entry");
	assert_string_equal(names("/// attach tracepoint:kmem:kmalloc=on"), "kmem:kmalloc");
	/* libbcc takes the last two underscores for the border. */
	assert_string_equal(names("int tracepoint__a__b__c(void *x)"), "a__b:c");
	assert_string_equal(names("tracepoint__b__b tracepoint__a__a tracepoint__b__b"), "a:a b:b");
}

static void ignores_what_is_no_name(void **state)
{
	char text[600];

	(void)state;
	assert_string_equal(names("tracepoint__"), "");
	assert_string_equal(names("tracepoint__sched"), "");
	assert_string_equal(names("tracepoint__sched__"), "");
	assert_string_equal(names("TRACEPOINT_PROBE("), "");
	assert_string_equal(names("TRACEPOINT_PROBE(sched"), "");
	assert_string_equal(names("TRACEPOINT_PROBE(../../etc, passwd)"), "");
	assert_string_equal(names("tracepoint:sched"), "");
	assert_string_equal(names("tracepoint:"), "");
	memset(text, 'a', sizeof(text));
	memcpy(text, "tracepoint__s__", 15);
	text[sizeof(text) - 1] = '\0';
	assert_string_equal(names(text), "");
}

static char visited[2000];

static void visit(void *ctx, const char *path, const struct buf *content)
{
	(void)ctx;
	strcat(visited, path);
	strcat(visited, content ? "+ " : "- ");
}

static void put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void walks_includes(void **state)
{
	char dir[] = "/tmp/kwhile-includes-XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chdir(dir), 0);
	mkdir("sub", 0700);
	mkdir("dir.h", 0700);
	put("a.h", "#include \"sub/b.h\"\n");
	put("sub/b.h", " # include \"c.h\"\n#include \"a.h\"");
	put("sub/c.h", "int c;\n");
	visited[0] = '\0';
	includes_visit("#include <linux/sched.h>\n#include \"sub/b.h\n#include \"dir.h\"\n", NULL,
		       visit, NULL);
	assert_string_equal(visited, "linux/sched.h- dir.h- ");
	/* A file that includes itself, by way of another: it ends. */
	visited[0] = '\0';
	includes_visit("#include \"a.h\"\n", NULL, visit, NULL);
	assert_memory_equal(visited, "a.h+ sub/b.h+ sub/c.h+ a.h+ ", 28);
	/* Of a text in another directory, what is beside it comes first. */
	visited[0] = '\0';
	includes_visit("#include \"c.h\"\n#include \"a.h\"\n#include <no.h>\n", "sub", visit, NULL);
	assert_memory_equal(visited, "sub/c.h+ a.h+ ", 14);
	remove("a.h");
	remove("sub/b.h");
	remove("sub/c.h");
	remove("sub");
	remove("dir.h");
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_names),
		cmocka_unit_test(ignores_what_is_no_name),
		cmocka_unit_test(walks_includes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
