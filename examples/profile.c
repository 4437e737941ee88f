/* SPDX-License-Identifier: Apache-2.0 */
/// profile - where CPUs spend their time, by stacks
/// option hz int 199  samples a second and CPU
/// attach profile:hz:$hz=on_sample
/// show samples stacks
#include <uapi/linux/bpf_perf_event.h>

struct place {
	u32 tgid;
	int user_stack;
	int kernel_stack;
	char comm[16];
};

BPF_STACK_TRACE(stacks, 16384);
BPF_HASH(samples, struct place, u64, 40960);

int on_sample(struct bpf_perf_event_data *ctx)
{
	struct place place = {.tgid = bpf_get_current_pid_tgid() >> 32};

	/* The idle threads. */
	if (!place.tgid)
		return 0;
	place.user_stack = stacks.get_stackid(&ctx->regs, BPF_F_USER_STACK);
	place.kernel_stack = stacks.get_stackid(&ctx->regs, 0);
	bpf_get_current_comm(place.comm, sizeof(place.comm));
	kw_add(samples, &place, 1);
	return 0;
}
