/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked of a kernel before anything is compiled for it. */
#include "kernel/trace.h"

int trace_check(struct kernel *kernel, const struct plan *plan, struct error *err)
{
	for (size_t i = 0; i < plan->nprobes; i++) {
		const struct plan_probe *p = &plan->probes[i];
		int rc = p->optional ? 0 : kernel->ops->check(kernel, &p->probe, err);

		if (rc < 0)
			return rc;
	}
	return 0;
}
