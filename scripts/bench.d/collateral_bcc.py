# SPDX-License-Identifier: Apache-2.0
"""What `kwhile collateral` measures, as a tool on BCC: attaches, waits for SIGINT, prints.

collateral_bcc.py EVENT...: events are counted while compact_zone() runs.
"""
import sys
import time

from bcc import BPF

TEXT = """
#include <uapi/linux/ptrace.h>
enum zone_type { ZONE_OF_ANY_KIND };
BPF_HASH(since, u32, u64, 4096);
BPF_HASH(order_of, u32, s32, 4096);
BPF_HASH(order_usec, s32, u64, 64);
BPF_HISTOGRAM(delay);
BPF_ARRAY(open, u64, 1);
BPF_ARRAY(counted, u64, 64);

int enter(struct pt_regs *ctx)
{
	u32 thread = bpf_get_current_pid_tgid();
	u64 now = bpf_ktime_get_ns();

	since.update(&thread, &now);
	open.atomic_increment(0);
	return 0;
}

int leave(struct pt_regs *ctx)
{
	u32 thread = bpf_get_current_pid_tgid();
	s32 unknown = 2147483647, *order = order_of.lookup(&thread);
	u64 *from = since.lookup(&thread);

	if (!from)
		return 0;
	u64 usec = (bpf_ktime_get_ns() - *from) / 1000;
	s32 key = order ? *order : unknown;

	delay.atomic_increment(bpf_log2l(usec));
	order_usec.atomic_increment(key, usec);
	open.atomic_increment(0, -1);
	since.delete(&thread);
	order_of.delete(&thread);
	return 0;
}

static inline int note(s32 order)
{
	u32 thread = bpf_get_current_pid_tgid();

	if (since.lookup(&thread))
		order_of.update(&thread, &order);
	return 0;
}

int suitable(struct tracepoint__compaction__mm_compaction_suitable *args)
{
	return note(args->order);
}

int finished(struct tracepoint__compaction__mm_compaction_finished *args)
{
	return note(args->order);
}

int process_exit(void *ctx)
{
	u32 thread = bpf_get_current_pid_tgid();

	if (since.lookup(&thread)) {
		since.delete(&thread);
		open.atomic_increment(0, -1);
	}
	return 0;
}
"""
EVENT = """
int count_NUMBER(struct pt_regs *ctx)
{
	int zero = 0;
	u64 *n = open.lookup(&zero);

	if (n && *n)
		counted.atomic_increment(NUMBER);
	return 0;
}
"""


def main(events):
    text = TEXT + "".join(EVENT.replace("NUMBER", str(i)) for i in range(len(events)))
    b = BPF(text=text)
    b.attach_kretprobe(event="compact_zone", fn_name="leave")
    b.attach_kprobe(event="compact_zone", fn_name="enter")
    b.attach_tracepoint(tp="sched:sched_process_exit", fn_name="process_exit")
    b.attach_tracepoint(tp="compaction:mm_compaction_suitable", fn_name="suitable")
    b.attach_tracepoint(tp="compaction:mm_compaction_finished", fn_name="finished")
    for i, event in enumerate(events):
        b.attach_kprobe(event=event, fn_name=f"count_{i}")
    try:
        time.sleep(3600)
    except KeyboardInterrupt:
        pass
    b["delay"].print_log2_hist("usecs")
    for order, usec in b["order_usec"].items():
        print(f"total_accum_usec[order = {order.value}] = {usec.value}")
    for i, event in enumerate(events):
        print(f"{event} while compaction = {b['counted'][i].value}")


main(sys.argv[1:])
