/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/trace_usdt.h"

#include <errno.h>

#include "base/say.h"
#include "program/expansion.h"

bool trace_usdt_is(long id)
{
	return id >= CONST_USDT && id < (long)const_usdt(USDT_MAX_ARGS + 1, 0);
}

unsigned trace_usdt_argument(long id)
{
	return (unsigned)(id - CONST_USDT) / 16;
}

static const struct usdt_arg *argument(const struct plan_usdt *usdt, unsigned n)
{
	return usdt && n >= 1 && n <= usdt->args.n ? &usdt->args.list[n - 1] : NULL;
}

static int missing(const struct plan_probe *probe, unsigned n, struct error *err)
{
	return error_usage(
		err,
		"%s reads argument %u of the USDT probe %s, which has %u: `kwhile list -v "
		"usdt:%.200s:%s` shows them",
		probe->handler, n, probe->probe.name, probe->usdt->args.n, probe->probe.group,
		probe->probe.name);
}

int trace_usdt_check(const struct plan_probe *probe, unsigned reads, struct error *err)
{
	if (!reads)
		return 0;
	if (!probe->usdt)
		return error_usage(
			err,
			"%s reads arguments of a USDT probe (bpf_usdt_readarg), and %s:%s "
			"is none",
			probe->handler, probe_kind_name(probe->probe.kind), probe->probe.name);
	for (unsigned n = 1; n <= USDT_MAX_ARGS; n++) {
		const struct usdt_arg *arg = argument(probe->usdt, n);

		if (!(reads & 1u << n))
			continue;
		/* Probes of a pattern differ, and the handler is told by what the call yields. */
		if (!arg && !probe->of_pattern)
			return missing(probe, n, err);
		if (arg && !arg->readable)
			say_once("argument %u of %s is in %.*s, where no probe can read it: "
				 "bpf_usdt_readarg yields -1 and 0",
				 n, probe->probe.name, (int)arg->len, arg->text);
	}
	return 0;
}

void trace_usdt_fill(const struct plan_usdt *usdt, long id, struct bpf_insn *insn, uint32_t left)
{
	enum usdt_field field = (enum usdt_field)((id - CONST_USDT) % 16);
	int64_t value = usdt_arg_field(argument(usdt, trace_usdt_argument(id)), field);

	insn[0].imm = (int32_t)(uint32_t)value;
	insn[1].imm = (int32_t)(uint32_t)((uint64_t)value >> 32);
	/* A load takes two instructions, and the one behind it reads the register. */
	if ((field == USDT_BASE || field == USDT_INDEX) && left > 2 &&
	    insn[2].code == (BPF_LDX | BPF_MEM | BPF_DW))
		insn[2].off = (int16_t)value;
}
