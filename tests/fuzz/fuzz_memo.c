/* SPDX-License-Identifier: Apache-2.0 */
/* Any text can be what was kept about functions; what is added to it is found again. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "program/symbols_memo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(struct memo *memo, const char *word)
{
	struct symbol_match match;

	for (int question = 0; question < 2; question++) {
		int rc = memo_ask(memo, question ? MEMO_GLOB : MEMO_RESOLVE, word, &match);

		if (rc != 0 && rc != -ENOENT)
			abort();
		for (size_t i = 0; i < match.n; i++)
			if (!match.list[i].name[0])
				abort();
		symbol_match_free(&match);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = calloc(1, size + 1);
	struct symbol_match none = {0};

	if (!text)
		return 0;
	memcpy(text, data, size);
	struct memo *memo = memo_new(text);

	if (!memo)
		abort();
	ask(memo, "vfs_read");
	ask(memo, "f*_switch");
	memo_learn(memo, MEMO_RESOLVE, "learnt", &none);
	char *again = memo_text(memo);

	memo_free(memo);
	memo = again ? memo_new(again) : NULL;
	if (!memo || memo_ask(memo, MEMO_RESOLVE, "learnt", &none))
		abort();
	symbol_match_free(&none);
	memo_free(memo);
	return 0;
}
