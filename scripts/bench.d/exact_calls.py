# SPDX-License-Identifier: Apache-2.0
"""Counts getppid calls by thread with BCC, reading and clearing every 10 ms, as its tools do.

exact_bcc.py BPF_HASH|BPF_PERCPU_HASH COMMAND...: prints the sum over the two busiest threads.
"""
import collections
import subprocess
import sys
import time

from bcc import BPF

TEXT = """
TABLE(calls, u32, u64);
TRACEPOINT_PROBE(syscalls, sys_enter_getppid)
{
	u32 thread = bpf_get_current_pid_tgid();
	u64 zero = 0, *n = calls.lookup_or_try_init(&thread, &zero);

	if (n)
		ADD;
	return 0;
}
"""


def main(kind, command):
    percpu = kind == "BPF_PERCPU_HASH"
    add = "*n += 1" if percpu else "lock_xadd(n, 1)"
    calls = BPF(text=TEXT.replace("TABLE", kind).replace("ADD", add))["calls"]
    sums = collections.Counter()
    work = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    ended = False
    while not ended:
        ended = work.poll() is not None
        time.sleep(0.01)
        for key, leaf in calls.items():
            sums[key.value] += sum(leaf) if percpu else leaf.value
        calls.clear()
    print(sum(n for _, n in sums.most_common(2)))


main(sys.argv[1], sys.argv[2:])
