/* SPDX-License-Identifier: Apache-2.0 */
/* The same, read by libbcc, as BPF.sym() of BCC's Python reads them: symbols.h. */
#include "symbols.h"

#include <bcc/bcc_syms.h>

static void name_of(void *ctx, uint64_t address, char *text, size_t size)
{
	struct bcc_symbol symbol;

	text[0] = '\0';
	if (bcc_symcache_resolve(ctx, address, &symbol) == 0) {
		snprintf(text, size, "%s", symbol.demangle_name);
		bcc_symbol_free_demangle_name(&symbol);
	} else if (symbol.module) {
		snprintf(text, size, "%s+0x%" PRIx64,
			 strrchr(symbol.module, '/') ? strrchr(symbol.module, '/') + 1
						     : symbol.module,
			 symbol.offset);
	}
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	symbols_forget_peak();
	long before = symbols_status("VmRSS:");
	double begin = now_ms();
	void *cache = bcc_symcache_new((int)strtol(argv[1], NULL, 10), NULL);
	int rc = cache ? symbols_run(argv[2], argv[3], name_of, cache, begin, before) : 1;

	bcc_free_symcache(cache, (int)strtol(argv[1], NULL, 10));
	return rc;
}
