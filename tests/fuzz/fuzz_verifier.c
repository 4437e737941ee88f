/* SPDX-License-Identifier: Apache-2.0 */
/* Logs of the verifier, whole or cut: the reason is one line of them, and nothing is read behind
 * their end. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/verifier.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct object_line lines[] = {{0, 3}, {2, 0}, {4, 9}};
	char *log = malloc(size + 1);
	struct verdict verdict;

	if (!log)
		abort();
	memcpy(log, data, size);
	log[size] = '\0';
	verdict_read(log, lines, 3, &verdict);
	if (strchr(verdict.reason, '\n') || verdict.insn < -1)
		abort();
	if (verdict.line != 0 && verdict.line != 3 && verdict.line != 9)
		abort();
	for (int whole = 0; whole < 2; whole++) {
		char *detail = verdict_detail(&verdict, log, "x.c", "a\nb\nc\n", whole);

		if (!detail || !detail[0])
			abort();
		free(detail);
	}
	free(log);
	return 0;
}
