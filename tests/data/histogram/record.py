#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Record what BCC's own printing functions draw, as test data.

Usage: record.py DIRECTORY (needs python3-bpfcc; recorded with 0.26.0)

Each file: "log2 UNIT" or "linear UNIT", lines "INDEX COUNT" for slots that are not 0 (a line
"section NAME VALUE" begins a sub-key's), a line "--", and the text.
"""
import contextlib
import ctypes
import io
import random
import sys

from bcc.table import TableBase, _print_linear_hist, _print_log2_hist


class Key(ctypes.Structure):
    _fields_ = [("pid", ctypes.c_uint), ("slot", ctypes.c_ulonglong)]


class Table:
    """As much of a table as print_log2_hist() asks for."""

    Key = Key

    def __init__(self, sections):
        self.sections = sections

    def items(self):
        for pid, slots in self.sections:
            for slot, count in enumerate(slots):
                if count:
                    yield Key(pid, slot), ctypes.c_ulonglong(count)

    def decode_c_struct(self, *args):
        TableBase.decode_c_struct(self, *args)


def drawn(function, *args):
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        function(*args)
    return text.getvalue()


def lines(slots):
    return "".join("%d %d\n" % (i, n) for i, n in enumerate(slots) if n)


def write(name, kind, unit, data, text):
    with open("%s/%s.txt" % (sys.argv[1], name), "w") as out:
        out.write("%s %s\n%s--\n%s" % (kind, unit, data, text))


def record(name, kind, slots, unit="usecs"):
    function = _print_log2_hist if kind == "log2" else _print_linear_hist
    write(name, kind, unit, lines(slots), drawn(function, slots, unit, False))


def at(n, **counts):
    slots = [0] * n
    for i, count in counts.items():
        slots[int(i[1:])] = count
    return slots


def main():
    random.seed(20261120)
    record("log2-zeros", "log2", [0] * 65)
    record("log2-slot0-only", "log2", at(65, s0=9))
    record("log2-slot0-largest", "log2", at(65, s0=90, s1=3, s2=7))
    record("log2-slot1", "log2", at(65, s1=1))
    record("log2-one-slot", "log2", at(65, s7=5))
    record("log2-slot32", "log2", at(65, s3=2, s32=5))
    record("log2-slot33", "log2", at(65, s3=2, s33=5))
    record("log2-slot64", "log2", at(65, s1=1, s63=3, s64=2))
    record("log2-big-counts", "log2", at(65, s2=2**64 - 1, s3=2**64 - 2, s4=2**63, s5=12345678901))
    record("log2-nearly-full", "log2", at(65, s2=10**6, s3=10**6 - 1, s4=975000, s5=974999))
    record("log2-long-unit", "log2", at(65, s2=3, s4=1), "a unit that is longer than its column")
    for i in range(12):
        last = random.choice([3, 8, 15, 24, 32, 33, 40, 64])
        top = random.choice([3, 40, 1000, 10**6, 2**40, 2**60])
        slots = [0] * 65
        for slot in range(last + 1):
            if random.random() < 0.7:
                slots[slot] = random.randrange(top)
        slots[last] = random.randrange(1, top + 1)
        record("log2-random-%02d" % i, "log2", slots, random.choice(["usecs", "msecs", "bytes"]))
    record("linear-zeros", "linear", [0] * 65)
    record("linear-slot0", "linear", at(65, s0=4))
    record("linear-one-slot", "linear", at(65, s9=4))
    record("linear-last", "linear", at(1025, s0=1, s1024=4))
    for i in range(4):
        slots = [random.randrange(random.choice([2, 500, 10**7])) for _ in range(40)]
        record("linear-random-%02d" % i, "linear", slots)
    sections = []
    for pid, last in ((7, 5), (42, 36), (4194304, 1)):
        slots = [0] * 65
        for slot in range(last):
            slots[slot + 1] = random.randrange(1, 100)
        sections.append((pid, slots))
    data = "".join("section pid %d\n%s" % (pid, lines(slots)) for pid, slots in sections)
    text = drawn(TableBase.print_log2_hist, Table(sections), "usecs", "pid")
    write("log2-sections", "log2", "usecs", data, text)


main()
