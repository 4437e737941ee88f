/* SPDX-License-Identifier: Apache-2.0 */
#include "program/expand_table.h"

#include <string.h>

#include "program/ctext.h"

enum sort { SORT_PLAIN, SORT_PERCPU, SORT_LRU, SORT_TRIE, SORT_PINNED, SORT_OTHER };

/* By the word of the declaration, or by the first argument of BPF_TABLE and its like. */
static const struct {
	const char *word;
	const char *type;
	enum sort sort;
} sorts[] = {
	{"BPF_HASH", "hash", SORT_PLAIN},
	{"BPF_ARRAY", "array", SORT_PLAIN},
	{"BPF_HISTOGRAM", "histogram", SORT_PLAIN},
	{"BPF_PERCPU_HASH", "percpu_hash", SORT_PERCPU},
	{"BPF_PERCPU_ARRAY", "percpu_array", SORT_PERCPU},
	{"BPF_LRU_HASH", "lru_hash", SORT_LRU},
	{"BPF_LRU_PERCPU_HASH", "lru_percpu_hash", SORT_LRU},
	{"BPF_LPM_TRIE", "lpm_trie", SORT_TRIE},
};

static enum sort sort_of(const char *word, size_t len, const char *open)
{
	const char *type = ctext_space(open + 1);
	size_t type_len = *type == '"' ? strcspn(type + 1, "\"\n") : 0;

	if (type_len && memchr(type + 1, ':', type_len))
		return SORT_PINNED;
	if (ctext_is(word, len, "BPF_TABLE_PINNED"))
		return SORT_PINNED;
	for (size_t i = 0; i < sizeof(sorts) / sizeof(sorts[0]); i++)
		if (type_len ? strlen(sorts[i].type) == type_len &&
				       memcmp(type + 1, sorts[i].type, type_len) == 0
			     : ctext_is(word, len, sorts[i].word))
			return sorts[i].sort;
	return SORT_OTHER;
}

const char *table_refusal(const char *word, size_t len, const char *open,
			  const struct halved *halved)
{
	switch (sort_of(word, len, open)) {
	case SORT_PLAIN:
		return NULL;
	case SORT_PERCPU:
		/* A sum of largest numbers is none, a largest of sums neither. */
		return halved->adds && halved->maxes ? "has a value for each CPU, and either "
						       "kw_add() or kw_max() may write it, "
						       "not both"
						     : NULL;
	case SORT_LRU:
		return "throws entries out when it is full, and what they had counted: kw_ calls, "
		       "which lose nothing, write plain tables (BPF_HASH) only";
	case SORT_TRIE:
		/* trie_update_elem() in kernel/bpf/lpm_trie.c: BPF_NOEXIST means something since
		 * 6.13. */
		return "is a trie, in which one CPU may replace what another one has just put "
		       "there "
		       "(before 6.13): kw_ calls, which lose nothing, write hashes and arrays only";
	case SORT_PINNED:
		return "is pinned: it cannot have two halves, as tables that kw_ calls write do";
	case SORT_OTHER:
		break;
	}
	return "is no hash or array: kw_ calls write nothing else";
}
