/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The format of a show line, its kind chosen by the first byte: check it, make a view, print it.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "output/output.h"
#include "sample/naming.h"
#include "sample/view.h"

struct entry {
	uint64_t max;
	uint64_t since;
	char comm[16];
	int32_t cpu;
	uint16_t two[2];
};

static const char leaf_json[] =
	"[\"entry\", [[\"max\",\"unsigned long long\"], [\"since\",\"unsigned long long\"], "
	"[\"comm\",\"char\", [16]], [\"in\",[\"\", [[\"cpu\",\"int\"], "
	"[\"two\",\"unsigned short\", [2]]], \"struct_packed\"]]], \"struct_packed\"]";

static const char text[] = "/// fuzz - fuzz\n"
			   "/// option while function compact_zone(compaction)  gate\n"
			   "/// option events functions kfree,vm_*  events\n"
			   "/// option cpu cpu any  cpu\n"
			   "/// label t 9 nine\n";

static void make(const struct plan *plan, const struct show_line *show, const struct type *key,
		 const struct type *leaf)
{
	static const uint32_t keys[] = {0, 1, 9, 4000000000};
	static const struct entry leaves[] = {{5, 1, "a\nb", -1, {1, 2}},
					      {0, 0, "", 0, {0}},
					      {UINT64_MAX, 9, "0123456789abcdef", 7, {0}},
					      {1, 2, "\xff", 3, {0}}};
	static struct naming *naming;

	/* One for all: it reads the names of the kernel's functions when it is first asked. */
	if (!naming)
		naming = naming_new();
	const struct view_source source = {
		.keys = keys,
		.key_stride = 4,
		.leaves = leaves,
		.leaf_stride = sizeof(leaves[0]),
		.n = 4,
		.now_ns = 77,
		.naming = naming,
	};
	struct view_maker *maker = NULL;
	struct error err = {0};
	struct view view = {0};
	struct sample sample = {.number = 1, .views = &view, .nviews = 1};
	FILE *out = fopen("/dev/null", "w");

	sample.arena = arena_new();
	if (!out || !sample.arena || !naming)
		goto out;
	if (view_maker_new(show, plan, key, leaf, 3, &maker, &err)) {
		if (!err.text[0] || maker)
			abort();
		goto out;
	}
	if (view_make(maker, &source, sample.arena, &view, &err))
		goto out;
	for (size_t i = 0; i < view.nrows; i++) {
		if (show->format && !view.rows[i].text)
			abort();
	}
	output_text.sample(out, plan, &sample);
	output_json.sample(out, plan, &sample);
out:
	if (out)
		fclose(out);
	view_maker_free(maker);
	error_clear(&err);
	arena_free(sample.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char table[] = "t";
	char kfree[] = "kfree";
	char vm[] = "vm_one";
	struct plan_item items[] = {{kfree, false, false}, {vm, true, false}};
	struct header header = {0};
	struct error err = {0};
	struct type key = {0};
	struct type leaf = {0};
	struct show_line show = {.table = table, .divisor = 1, .origin = {"fuzz.c", 5}};

	if (size == 0)
		return 0;
	show.kind = (enum view_kind)(data[0] % (VIEW_STACKS + 1));
	show.divisor = data[0] & 0x40 ? 1 : 1000;
	show.format = strndup((const char *)data + 1, size - 1);
	if (show.format && header_parse(text, "fuzz.c", &header, &err) == 0 &&
	    type_parse("\"unsigned int\"", 4, &key, NULL) == 0 &&
	    type_parse(leaf_json, sizeof(struct entry), &leaf, NULL) == 0) {
		struct plan_list list = {option_find(&header.options, "events"), items, 2};
		struct plan plan = {.header = &header, .lists = &list, .nlists = 1};

		make(&plan, &show, &key, &leaf);
	}
	error_clear(&err);
	type_free(&key);
	type_free(&leaf);
	header_free(&header);
	free(show.format);
	return 0;
}
