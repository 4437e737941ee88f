# SPDX-License-Identifier: Apache-2.0
# The job of tests/texts/jvm_count.c by BCC from Python: jvm_bcc.py LIBJVM. Says "attached", and counts
# until its input ends.
import sys

from bcc import BPF, USDT

usdt = USDT(path=sys.argv[1])
usdt.enable_probe(probe="hotspot:method__entry", fn_name="on_entry")
bpf = BPF(text="""
BPF_ARRAY(passed, u64, 1);
int on_entry(struct pt_regs *ctx) {
	passed.atomic_increment(0);
	return 0;
}
""", usdt_contexts=[usdt])
print("attached", flush=True)
sys.stdin.read()
print("passed =", bpf["passed"][0].value)
