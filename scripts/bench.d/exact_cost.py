# SPDX-License-Identifier: Apache-2.0
"""BCC's texts that count an event while a function runs: exact_cost.py same|short GATE EVENT COMMAND...

same: what kwhile's collateral does there: a table for each CPU, and the tracer's own calls left out, as
BCC's own trace.py leaves them out. short: the fewest instructions that BCC takes to count at all.
"""
import os
import subprocess
import sys

from bcc import BPF

TEXT = """
BPF_ARRAY(inside, u64, 1);
TABLE(counted, u64, 1);

int on_enter(void *ctx)
{
	inside.atomic_increment(0);
	return 0;
}

int on_leave(void *ctx)
{
	inside.atomic_increment(0, -1);
	return 0;
}

int on_event(void *ctx)
{
	int zero = 0;
	u64 *open = inside.lookup(&zero);

	if (!open || !*open)
		return 0;
	COUNT
	return 0;
}
"""
SAME = """
	if (bpf_get_current_pid_tgid() >> 32 == OWN)
		return 0;
	u64 *n = counted.lookup(&zero);

	if (n)
		lock_xadd(n, 1);
"""


def main(kind, gate, event, *command):
    count = SAME.replace("OWN", str(os.getpid())) if kind == "same" else "counted.atomic_increment(0);"
    table = "BPF_PERCPU_ARRAY" if kind == "same" else "BPF_ARRAY"
    bpf = BPF(text=TEXT.replace("TABLE", table).replace("COUNT", count))
    bpf.attach_kretprobe(event=gate, fn_name="on_leave")
    bpf.attach_kprobe(event=gate, fn_name="on_enter")
    bpf.attach_kprobe(event=event, fn_name="on_event")
    subprocess.run(command, check=True)


main(*sys.argv[1:])
