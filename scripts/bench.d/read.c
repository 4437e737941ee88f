/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read - how long it takes to read a whole hash: as kwhile does, and with a bare loop that asks for
 * the next key and looks it up.
 *
 *   bench_read ENTRIES TIMES: prints the median of both in milliseconds
 */
#include <bpf/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "kernel/table.h"

static double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

struct reading {
	struct kernel *k;
	int map;
	struct object_table spec;
	struct entries entries;
};

static size_t read_all(struct reading *r)
{
	return table_read(r->k, r->map, &r->spec, &r->entries) < 0 ? 0 : r->entries.n;
}

static size_t next_key(struct reading *r)
{
	uint32_t key = 0;
	uint64_t leaf;
	size_t n = 0;

	for (int rc = bpf_map_get_next_key(r->map, NULL, &key); rc == 0;
	     rc = bpf_map_get_next_key(r->map, &key, &key))
		n += bpf_map_lookup_elem(r->map, &key, &leaf) == 0;
	return n;
}

/* The median of @times readings, in milliseconds. */
static double time_reading(struct reading *r, size_t (*read)(struct reading *), unsigned times)
{
	double *took = calloc(times, sizeof(*took));

	for (unsigned i = 0; took && i < times; i++) {
		double begin = now_ms();
		size_t n = read(r);

		took[i] = now_ms() - begin;
		if (n != r->spec.max_entries) {
			fprintf(stderr, "read: %zu entries of %u\n", n, r->spec.max_entries);
			exit(1);
		}
	}
	if (!took)
		exit(1);
	qsort(took, times, sizeof(*took), compare);
	double median = took[times / 2];

	free(took);
	return median;
}

int main(int argc, char **argv)
{
	uint32_t n = argc == 3 ? (uint32_t)strtoul(argv[1], NULL, 10) : 0;
	unsigned times = argc == 3 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
	struct reading r = {.spec = {.type = BPF_MAP_TYPE_HASH,
				     .key_size = sizeof(uint32_t),
				     .leaf_size = sizeof(uint64_t),
				     .max_entries = n}};
	struct error err = {0};

	if (!n || !times) {
		fprintf(stderr, "usage: bench_read ENTRIES TIMES\n");
		return 2;
	}
	r.map = bpf_map_create(BPF_MAP_TYPE_HASH, "bench_read", sizeof(uint32_t), sizeof(uint64_t),
			       n, NULL);
	if (r.map < 0 || kernel_real(&r.k, &err) < 0) {
		fprintf(stderr, "read: cannot create a table\n");
		return 1;
	}
	for (uint32_t i = 0; i < n; i++) {
		uint64_t leaf = i;

		if (bpf_map_update_elem(r.map, &i, &leaf, BPF_ANY) < 0)
			return 1;
	}
	double kwhile = time_reading(&r, read_all, times);

	printf("%.3f %.3f\n", kwhile, time_reading(&r, next_key, times));
	entries_free(&r.entries);
	kernel_free(r.k);
	close(r.map);
	return 0;
}
