/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flamegraph.c - stacks of all samples as one SVG that needs nothing else: the outermost functions
 * below, what they called above them, each as wide as what was counted under it.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"
#include "output/flamegraph_script.h"
#include "output/folded.h"
#include "output/output.h"
#include "output/write.h"

#define WIDTH 1180.0
#define LEFT 10.0
#define TOP 60
#define ROW 17
#define LETTER 7.3

/* Narrower parts of the whole have no rectangle: a page of all of them would not open. */
#define NARROWEST 0.0002

struct drawing {
	struct buf out;
	uint64_t total;
	unsigned deepest;
	unsigned bottom; /* y of the outermost frames */
	uint64_t left_out;
};

static double part(const struct drawing *d, uint64_t value)
{
	return d->total ? (double)value / (double)d->total : 0;
}

static void measure(struct drawing *d, const struct frame *frame, unsigned level)
{
	if (part(d, frame->value) < NARROWEST) {
		d->left_out++;
		return;
	}
	if (level > d->deepest)
		d->deepest = level;
	for (size_t i = 0; i < frame->nchildren; i++)
		measure(d, &frame->children[i], level + 1);
}

/* U+FFFE and U+FFFF */
static bool is_no_character(const char *utf8, size_t size)
{
	return size == 3 &&
	       (memcmp(utf8, "\xef\xbf\xbe", 3) == 0 || memcmp(utf8, "\xef\xbf\xbf", 3) == 0);
}

/* Text of an element or an attribute; what no XML may hold becomes a question mark. */
static void text_add(struct buf *out, const char *text, size_t most)
{
	for (size_t n = 0; *text && n < most; n++, text++) {
		size_t size = utf8_char(text, strlen(text));
		unsigned char c = (unsigned char)*text;

		if (size > 1) {
			if (is_no_character(text, size))
				buf_addc(out, '?');
			else
				buf_add(out, text, size);
			text += size - 1;
		} else if (c == '&')
			buf_adds(out, "&amp;");
		else if (c == '<')
			buf_adds(out, "&lt;");
		else if (c == '>')
			buf_adds(out, "&gt;");
		else if (c == '"')
			buf_adds(out, "&quot;");
		else
			buf_addc(out, c < ' ' || c >= 0x7f ? '?' : *text);
	}
}

/* A name has the same colour in every graph: blue for the kernel, from red to yellow for others. */
static void colour_add(struct buf *out, const struct frame *frame)
{
	unsigned hash = 5381;

	for (const char *c = frame->name; c && *c; c++)
		hash = hash * 33 + (unsigned char)*c;
	if (frame->kernel)
		buf_addf(out, "hsl(205,60%%,%u%%)", 62 + hash % 16);
	else
		buf_addf(out, "hsl(%u,85%%,%u%%)", 12 + hash % 38, 58 + hash / 64 % 12);
}

static void rectangle_add(struct drawing *d, const struct frame *frame, unsigned level,
			  uint64_t start)
{
	const char *name = frame->name ? frame->name : "all";
	double x = part(d, start), w = part(d, frame->value);
	unsigned y = d->bottom - level * ROW;
	size_t room = w * WIDTH < 6 ? 0 : (size_t)((w * WIDTH - 6) / LETTER);
	bool whole = strlen(name) <= room;

	buf_addf(&d->out, "<g class=\"f\" data-x=\"%.9f\" data-w=\"%.9f\" data-l=\"%u\" data-n=\"",
		 x, w, level);
	text_add(&d->out, name, SIZE_MAX);
	buf_adds(&d->out, "\"><title>");
	text_add(&d->out, name, SIZE_MAX);
	buf_addf(&d->out, "%s: %" PRIu64 ", %.2f%%</title>", frame->kernel ? " [kernel]" : "",
		 frame->value, w * 100);
	buf_addf(&d->out, "<rect x=\"%.2f\" y=\"%u\" width=\"%.2f\" height=\"%u\" rx=\"1\" fill=\"",
		 LEFT + x * WIDTH, y, w * WIDTH > 0.7 ? w * WIDTH - 0.5 : 0.2, ROW - 1);
	colour_add(&d->out, frame);
	buf_addf(&d->out, "\"/><text x=\"%.2f\" y=\"%u\">", LEFT + x * WIDTH + 3, y + ROW - 5);
	if (room >= 3)
		text_add(&d->out, name, whole ? SIZE_MAX : room - 2);
	buf_addf(&d->out, "%s</text></g>\n", room >= 3 && !whole ? ".." : "");
}

static void frames_add(struct drawing *d, const struct frame *frame, unsigned level, uint64_t start)
{
	if (part(d, frame->value) < NARROWEST)
		return;
	rectangle_add(d, frame, level, start);
	for (size_t i = 0; i < frame->nchildren; i++) {
		frames_add(d, &frame->children[i], level + 1, start);
		start += frame->children[i].value;
	}
}

static void head_add(struct drawing *d, unsigned height)
{
	buf_addf(&d->out,
		 "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		 "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1200\" height=\"%u\" "
		 "viewBox=\"0 0 1200 %u\">\n<style>%s</style>\n"
		 "<rect width=\"100%%\" height=\"100%%\" fill=\"#fdfdfa\"/>\n"
		 "<text x=\"10\" y=\"22\">",
		 height, height, flamegraph_style);
	if (d->total)
		buf_addf(&d->out, "%" PRIu64 " counted", d->total);
	else
		buf_adds(&d->out, "no stack was counted");
	if (d->left_out)
		buf_addf(&d->out, "; %" PRIu64 " branches below %g%% are left out", d->left_out,
			 NARROWEST * 100);
	buf_addf(&d->out, "</text>\n<text id=\"zoomout\" class=\"gone\" x=\"700\" y=\"22\">[zoom "
			  "out]</text>\n"
			  "<text id=\"matched\" x=\"800\" y=\"22\"></text>\n"
			  "<foreignObject x=\"960\" y=\"6\" width=\"230\" height=\"26\">"
			  "<input xmlns=\"http://www.w3.org/1999/xhtml\" id=\"word\" "
			  "placeholder=\"search: regular expression\"/></foreignObject>\n"
			  "<text id=\"details\" x=\"10\" y=\"44\"></text>\n");
}

static void draw(struct drawing *d, const struct frame *root)
{
	d->total = root->value;
	if (d->total)
		measure(d, root, 0);
	d->bottom = TOP + d->deepest * ROW;
	head_add(d, d->bottom + 2 * ROW);
	if (d->total)
		frames_add(d, root, 0, 0);
	if (d->total)
		buf_addf(&d->out, "<script><![CDATA[\n%s]]></script>\n", flamegraph_script);
	buf_adds(&d->out, "</svg>\n");
}

static struct frame all;

static int flamegraph_sample(FILE *file, const struct plan *plan, const struct sample *sample)
{
	(void)file;
	(void)plan;
	return folded_add(&all, sample);
}

static int flamegraph_end(FILE *file)
{
	struct drawing d = {0};

	draw(&d, &all);
	folded_free(&all);
	return output_write(file, &d.out);
}

const struct output_format output_flamegraph = {
	.name = "flamegraph",
	.needs_stacks = true,
	.is_page = true,
	.sample = flamegraph_sample,
	.end = flamegraph_end,
};
