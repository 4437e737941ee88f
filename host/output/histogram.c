/* SPDX-License-Identifier: Apache-2.0 */
#include "output/histogram.h"

#include <inttypes.h>
#include <string.h>

#define STARS_MAX 40
#define LOG2_WIDE 32 /* slots above it have numbers of more than ten digits */
#define LOG2_LAST 64

struct extent {
	size_t end; /* one past the last slot that is not 0 */
	uint64_t most;
};

static struct extent slots_extent(const uint64_t *slots, size_t nslots)
{
	struct extent extent = {0, 0};

	for (size_t i = 0; i < nslots; i++) {
		if (slots[i])
			extent.end = i + 1;
		if (slots[i] > extent.most)
			extent.most = slots[i];
	}
	return extent;
}

/*
 * A bar of @width columns. BCC divides in floating point, which rounds a count just below the
 * largest up to a full bar; dividing integers instead would differ there.
 */
static void stars_add(struct buf *out, uint64_t count, uint64_t most, unsigned width)
{
	char bar[STARS_MAX];
	double full = (double)((long double)count * width / (long double)most);
	unsigned stars = most ? (unsigned)full : 0;

	memset(bar, ' ', sizeof(bar));
	memset(bar, '*', stars < width ? stars : width);
	buf_addf(out, "|%.*s|\n", (int)width, bar);
}

void histogram_log2(struct buf *out, const uint64_t *slots, size_t nslots, const char *unit)
{
	if (nslots > LOG2_LAST + 1)
		nslots = LOG2_LAST + 1;
	struct extent extent = slots_extent(slots, nslots);
	bool wide = extent.end > LOG2_WIDE + 1;
	int digits = wide ? 20 : 10;

	if (extent.end < 2)
		return;
	buf_addf(out, "%*s%-*s : count     distribution\n", wide ? 15 : 5, "", wide ? 29 : 19,
		 unit);
	for (size_t i = 1; i < extent.end; i++) {
		uint64_t low = i == 1 ? 0 : (uint64_t)1 << (i - 1);
		uint64_t high = i == 64 ? UINT64_MAX : ((uint64_t)1 << i) - 1;

		buf_addf(out, "%*" PRIu64 " -> %-*" PRIu64 " : %-8" PRIu64 " ", digits, low, digits,
			 high, slots[i]);
		stars_add(out, slots[i], extent.most, wide ? STARS_MAX / 2 : STARS_MAX);
	}
}

void histogram_linear(struct buf *out, const uint64_t *slots, size_t nslots, const char *unit)
{
	struct extent extent = slots_extent(slots, nslots);

	if (extent.end == 0)
		return;
	buf_addf(out, "     %-13s : count     distribution\n", unit);
	for (size_t i = 0; i < extent.end; i++) {
		buf_addf(out, "        %-10zu : %-8" PRIu64 " ", i, slots[i]);
		stars_add(out, slots[i], extent.most, STARS_MAX);
	}
}
