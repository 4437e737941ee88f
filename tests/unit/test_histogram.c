/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What BCC 0.26's own functions drew (tests/data/histogram/record.py) is what we draw.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "output/histogram.h"

#define SLOTS 1025

struct recorded {
	char kind[16];
	char unit[80];
	size_t nsections;
	char sections[8][80];
	uint64_t slots[8][SLOTS];
	struct buf file;
	const char *expected;
};

static void read_recorded(const char *path, struct recorded *r)
{
	memset(r, 0, sizeof(*r));
	assert_int_equal(buf_read_file(&r->file, path, 1 << 20), 0);
	char *line = r->file.data;

	assert_int_equal(sscanf(line, "%15s %79[^\n]", r->kind, r->unit), 2);
	for (;;) {
		size_t section = r->nsections ? r->nsections - 1 : 0;
		char name[32];
		char value[32];
		size_t slot;
		uint64_t count;

		line = strchr(line, '\n') + 1;
		if (strncmp(line, "--\n", 3) == 0)
			break;
		if (sscanf(line, "section %31s %31s", name, value) == 2) {
			snprintf(r->sections[r->nsections++], 80, "%s = %s", name, value);
			continue;
		}
		assert_int_equal(sscanf(line, "%zu %" SCNu64, &slot, &count), 2);
		assert_true(slot < SLOTS);
		r->slots[section][slot] = count;
	}
	r->expected = line + 3;
}

static void draw(const struct recorded *r, size_t section, struct buf *out)
{
	if (strcmp(r->kind, "linear") == 0)
		histogram_linear(out, r->slots[section], SLOTS, r->unit);
	else
		histogram_log2(out, r->slots[section], 65, r->unit);
}

static void draws_what_bcc_draws(void **state)
{
	static struct recorded r;
	glob_t files;

	(void)state;
	assert_int_equal(glob(KW_TEST_DATA "/histogram/*.txt", 0, NULL, &files), 0);
	assert_true(files.gl_pathc >= 32);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct buf out = {0};

		read_recorded(files.gl_pathv[i], &r);
		for (size_t s = 0; s < r.nsections; s++) {
			buf_addf(&out, "\n%s\n", r.sections[s]);
			draw(&r, s, &out);
		}
		if (!r.nsections)
			draw(&r, 0, &out);
		if (strcmp(buf_string(&out), r.expected) != 0)
			print_error("%s\n", files.gl_pathv[i]);
		assert_string_equal(buf_string(&out), r.expected);
		buf_free(&out);
		buf_free(&r.file);
	}
	globfree(&files);
}

static void ignores_slots_that_no_number_has(void **state)
{
	uint64_t slots[70] = {[2] = 1, [65] = 5, [69] = 7};
	struct buf more = {0};
	struct buf less = {0};

	(void)state;
	histogram_log2(&more, slots, 70, "usecs");
	slots[65] = slots[69] = 0;
	histogram_log2(&less, slots, 65, "usecs");
	assert_string_equal(buf_string(&more), buf_string(&less));
	buf_free(&more);
	buf_free(&less);
}

static void draws_nothing_of_nothing(void **state)
{
	struct buf out = {0};

	(void)state;
	histogram_log2(&out, NULL, 0, "usecs");
	histogram_linear(&out, NULL, 0, "usecs");
	assert_int_equal(out.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(draws_what_bcc_draws),
		cmocka_unit_test(ignores_slots_that_no_number_has),
		cmocka_unit_test(draws_nothing_of_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
