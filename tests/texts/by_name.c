/* SPDX-License-Identifier: Apache-2.0 */
/* How often something happens, by the name of the thread and by CPU: BCC's own form, no header. */
struct who {
	char comm[16];
};
BPF_HASH(hits, struct who, u64);
BPF_ARRAY(cpus, u64, 128);

int on_event(void *ctx)
{
	struct who who = {};
	int cpu = bpf_get_smp_processor_id();

	bpf_get_current_comm(who.comm, sizeof(who.comm));
	hits.atomic_increment(who);
	cpus.atomic_increment(cpu);
	return 0;
}
