/* SPDX-License-Identifier: Apache-2.0 */
#include "stats.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/say.h"
#include "kernel/trace_account.h"

void stats_say(const struct trace *trace, uint64_t elapsed_ns)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct trace_cost cost;
	uint64_t all_ns = 0;

	for (size_t i = 0; trace_cost(trace, i, &cost) == 0; i++) {
		const struct prog_counts *c = &cost.counts;
		char point[256];

		probe_format(&cost.probe->probe, point, sizeof(point));
		say("%s: %" PRIu64 " runs, %" PRIu64 " ns each%s", point, c->runs,
		    c->runs ? c->run_ns / c->runs : 0,
		    cost.shared ? " (the program serves other probes too)" : "");
		/* A program that serves several probes is counted once. */
		if (!cost.repeated)
			all_ns += c->run_ns;
	}
	say("programs took %.4f %% of %ld CPUs; what the kernel does to reach them is not in it",
	    elapsed_ns ? 100.0 * (double)all_ns / (double)elapsed_ns / (double)cpus : 0.0, cpus);
}
