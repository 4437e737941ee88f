# SPDX-License-Identifier: Apache-2.0
# Prints a line for each record, as BCC's tools do: lines_bcc.py perf|ring TEXT NAME
import sys
from bcc import BPF

kind, text, name = sys.argv[1:4]
lost = 0
b = BPF(text=open(text).read(), cflags=["-DLOAD=" + name])


def show(event):
    print("E %d %s %d" % (event.pid, event.comm.decode(), event.ts))


def on_perf(cpu, data, size):
    show(b["events"].event(data))


def on_ring(ctx, data, size):
    show(b["events"].event(data))


def on_lost(n):
    global lost
    lost += n


if kind == "perf":
    b["events"].open_perf_buffer(on_perf, page_cnt=256, lost_cb=on_lost)
    poll = b.perf_buffer_poll
else:
    b["events"].open_ring_buffer(on_ring)
    poll = b.ring_buffer_poll
try:
    while True:
        poll()
except KeyboardInterrupt:
    pass
