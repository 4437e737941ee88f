# SPDX-License-Identifier: Apache-2.0
# CPU time that a tracer takes to print a line for each of CALLS events, RATE a second:
#   lines.py OUTPUT LOAD THREADS RATE CALLS -- TRACER...
# Starting and compiling are not counted: its time is read before the load and after it, when it was
# seen to print. Prints "LINES CPU-SECONDS SECONDS"; LINES are those that begin with "E ".
import os
import signal
import subprocess
import sys
import time

output, load, threads, rate, calls = sys.argv[1:6]
tracer = sys.argv[sys.argv.index("--") + 1:]
ticks = os.sysconf("SC_CLK_TCK")


def cpu(pid):
    fields = open("/proc/%d/stat" % pid).read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / ticks


def lines():
    with open(output, "rb") as f:
        return sum(line.startswith(b"E ") for line in f)


with open(output, "wb") as out:
    p = subprocess.Popen(tracer, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL)
deadline = time.monotonic() + 60
while lines() == 0:
    if p.poll() is not None or time.monotonic() > deadline:
        sys.exit("nothing from: " + " ".join(tracer))
    # A page of records, for those that print when a page is full.
    subprocess.run([load, "1", "100000", "200"], stdout=subprocess.DEVNULL)
    time.sleep(0.3)
time.sleep(1)
before, seen, began = cpu(p.pid), lines(), time.monotonic()
subprocess.run([load, threads, rate, calls], stdout=subprocess.DEVNULL)
took = time.monotonic() - began
time.sleep(1.5)
used = cpu(p.pid) - before
p.send_signal(signal.SIGINT)
p.wait()
print(lines() - seen, round(used, 2), round(took, 2))
