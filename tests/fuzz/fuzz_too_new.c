/* SPDX-License-Identifier: Apache-2.0 */
/* The compiler's words about headers that are newer than libbcc: what is made of them is a line for
 * each name, and no name comes twice. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "object/too_new.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char text[] = "int BPF_MINE;\n";
	struct mending m = {0};
	char *said = malloc(size + 1);
	unsigned lines = 0;

	if (!said)
		abort();
	memcpy(said, data, size);
	said[size] = '\0';
	too_new_find(said);
	too_new_mend(&m, said, text);
	/* The same words again are nothing new. */
	if (too_new_mend(&m, said, text))
		abort();
	for (const char *at = buf_string(&m.declarations); (at = strchr(at, '\n')); at++)
		lines++;
	if (lines != m.n || strstr(buf_string(&m.declarations), "BPF_MINE"))
		abort();
	char *whole = too_new_text(&m, text);

	if (!whole || !strstr(whole, text))
		abort();
	free(whole);
	free(said);
	buf_free(&m.declarations);
	return 0;
}
