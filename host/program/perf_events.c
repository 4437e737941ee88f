/* SPDX-License-Identifier: Apache-2.0 */
#include "program/perf_events.h"

#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>

#include "base/similar.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct named {
	const char *name;
	const char *other; /* another name for it, or NULL */
	uint32_t config;
	uint32_t period;
};

static const struct named hardware[] = {
	{"cpu-cycles", "cycles", PERF_COUNT_HW_CPU_CYCLES, 1000000},
	{"instructions", NULL, PERF_COUNT_HW_INSTRUCTIONS, 1000000},
	{"cache-references", NULL, PERF_COUNT_HW_CACHE_REFERENCES, 1000000},
	{"cache-misses", NULL, PERF_COUNT_HW_CACHE_MISSES, 1000000},
	{"branch-instructions", "branches", PERF_COUNT_HW_BRANCH_INSTRUCTIONS, 100000},
	{"branch-misses", NULL, PERF_COUNT_HW_BRANCH_MISSES, 100000},
	{"bus-cycles", NULL, PERF_COUNT_HW_BUS_CYCLES, 100000},
	{"stalled-cycles-frontend", "frontend-stalls", PERF_COUNT_HW_STALLED_CYCLES_FRONTEND,
	 1000000},
	{"stalled-cycles-backend", "backend-stalls", PERF_COUNT_HW_STALLED_CYCLES_BACKEND, 1000000},
	{"ref-cycles", NULL, PERF_COUNT_HW_REF_CPU_CYCLES, 1000000},
};

static const struct named software[] = {
	{"cpu-clock", "cpu", PERF_COUNT_SW_CPU_CLOCK, 1000000},
	{"task-clock", NULL, PERF_COUNT_SW_TASK_CLOCK, 1000000},
	{"page-faults", "faults", PERF_COUNT_SW_PAGE_FAULTS, 100},
	{"context-switches", "cs", PERF_COUNT_SW_CONTEXT_SWITCHES, 1000},
	{"cpu-migrations", "migrations", PERF_COUNT_SW_CPU_MIGRATIONS, 1},
	{"minor-faults", NULL, PERF_COUNT_SW_PAGE_FAULTS_MIN, 100},
	{"major-faults", NULL, PERF_COUNT_SW_PAGE_FAULTS_MAJ, 1},
	{"alignment-faults", NULL, PERF_COUNT_SW_ALIGNMENT_FAULTS, 1},
	{"emulation-faults", NULL, PERF_COUNT_SW_EMULATION_FAULTS, 1},
	{"dummy", NULL, PERF_COUNT_SW_DUMMY, 1},
	{"bpf-output", NULL, PERF_COUNT_SW_BPF_OUTPUT, 1},
};

/* What a name of a cache event is put together from, in the order of the kernel's numbers. */
struct part {
	const char *names[5];
	unsigned ops; /* of a cache: which of the operations it has */
};

#define CACHE_PERIOD 1000000

enum { OP_READ, OP_WRITE, OP_PREFETCH };
#define ALL_OPS (1u << OP_READ | 1u << OP_WRITE | 1u << OP_PREFETCH)

static const struct part caches[] = {
	[PERF_COUNT_HW_CACHE_L1D] = {{"L1-dcache", "L1-d", "L1d", "L1-data"}, ALL_OPS},
	[PERF_COUNT_HW_CACHE_L1I] = {{"L1-icache", "L1-i", "L1i", "L1-instruction"},
				     1u << OP_READ | 1u << OP_PREFETCH},
	[PERF_COUNT_HW_CACHE_LL] = {{"LLC", "L2"}, ALL_OPS},
	[PERF_COUNT_HW_CACHE_DTLB] = {{"dTLB", "d-tlb", "Data-TLB"}, ALL_OPS},
	[PERF_COUNT_HW_CACHE_ITLB] = {{"iTLB", "i-tlb", "Instruction-TLB"}, 1u << OP_READ},
	[PERF_COUNT_HW_CACHE_BPU] = {{"branch", "branches", "bpu", "btb", "bpc"}, 1u << OP_READ},
	[PERF_COUNT_HW_CACHE_NODE] = {{"node"}, ALL_OPS},
};

static const struct part operations[] = {
	[PERF_COUNT_HW_CACHE_OP_READ] = {{"load", "loads", "read"}, 0},
	[PERF_COUNT_HW_CACHE_OP_WRITE] = {{"store", "stores", "write"}, 0},
	[PERF_COUNT_HW_CACHE_OP_PREFETCH] = {{"prefetch", "prefetches", "speculative-read"}, 0},
};

static const struct part results[] = {
	[PERF_COUNT_HW_CACHE_RESULT_ACCESS] = {{"refs", "reference", "ops", "access"}, 0},
	[PERF_COUNT_HW_CACHE_RESULT_MISS] = {{"misses", "miss"}, 0},
};

/* Which part the text goes on with, up to its end or a dash; *at is moved behind it. */
static int take_part(const struct part *parts, size_t n, const char **at)
{
	size_t best = 0;
	int found = -1;

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < COUNT(parts->names) && parts[i].names[k]; k++) {
			size_t len = strlen(parts[i].names[k]);
			char after = strncasecmp(*at, parts[i].names[k], len) ? 'x' : (*at)[len];

			if ((after == '\0' || after == '-') && len > best) {
				best = len;
				found = (int)i;
			}
		}
	}
	*at += best;
	*at += found >= 0 && **at == '-' && (*at)[1];
	return found;
}

/* CACHE[-OPERATION][-RESULT], as perf reads it. */
static bool find_cache(const char *name, struct perf_event *event)
{
	int cache = take_part(caches, COUNT(caches), &name), operation, result;

	if (cache < 0)
		return false;
	operation = take_part(operations, COUNT(operations), &name);
	result = take_part(results, COUNT(results), &name);
	if (operation < 0)
		operation = OP_READ;
	if (result < 0)
		result = PERF_COUNT_HW_CACHE_RESULT_ACCESS;
	if (*name || !(caches[cache].ops >> operation & 1))
		return false;
	*event = (struct perf_event){
		.type = PERF_TYPE_HW_CACHE,
		.config = (uint64_t)cache | (uint64_t)operation << 8 | (uint64_t)result << 16,
		.period = CACHE_PERIOD,
	};
	return true;
}

static const char *cache_name(size_t index)
{
	static char name[40];

	for (size_t c = 0; c < COUNT(caches); c++) {
		for (size_t o = 0; o < COUNT(operations); o++) {
			const char *operation = operations[o].names[0];

			if (!(caches[c].ops >> o & 1))
				continue;
			if (index == 0)
				snprintf(name, sizeof(name), "%s-%s%s", caches[c].names[0],
					 operation, o == OP_PREFETCH ? "es" : "s");
			else if (index == 1)
				snprintf(name, sizeof(name), "%s-%s-misses", caches[c].names[0],
					 operation);
			if (index < 2)
				return name;
			index -= 2;
		}
	}
	return NULL;
}

static const struct named *events_of(enum probe_kind kind, size_t *n)
{
	*n = kind == PROBE_HARDWARE ? COUNT(hardware) : COUNT(software);
	return kind == PROBE_HARDWARE ? hardware : software;
}

bool perf_event_find(enum probe_kind kind, const char *name, struct perf_event *event)
{
	const struct named *events;
	size_t n;

	if (kind == PROBE_CACHE)
		return find_cache(name, event);
	events = events_of(kind, &n);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(name, events[i].name) != 0 &&
		    (!events[i].other || strcmp(name, events[i].other) != 0))
			continue;
		*event = (struct perf_event){
			.type = kind == PROBE_HARDWARE ? PERF_TYPE_HARDWARE : PERF_TYPE_SOFTWARE,
			.config = events[i].config,
			.period = events[i].period,
		};
		return true;
	}
	return false;
}

const char *perf_event_similar(enum probe_kind kind, const char *name)
{
	const char *candidate, *best = NULL;
	unsigned least = 0;
	size_t which = 0;

	for (size_t i = 0; (candidate = perf_event_name(kind, i)); i++) {
		unsigned distance = similar_distance(name, candidate);
		bool within = strlen(name) >= 4 && strstr(candidate, name);

		if (!within && !similar_enough(name, candidate))
			continue;
		if (best && distance >= least)
			continue;
		best = candidate;
		least = distance;
		which = i;
	}
	return best ? perf_event_name(kind, which) : NULL;
}

const char *perf_event_name(enum probe_kind kind, size_t index)
{
	const struct named *events;
	size_t n;

	if (kind == PROBE_CACHE)
		return cache_name(index);
	events = events_of(kind, &n);
	return index < n ? events[index].name : NULL;
}
