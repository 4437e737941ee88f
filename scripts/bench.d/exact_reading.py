# SPDX-License-Identifier: Apache-2.0
"""Reads a hash of BCC's: exact_reading.py ENTRIES TIMES prints the median milliseconds that items()
and items_lookup_batch() take to yield all of it."""
import ctypes
import statistics
import sys
import time

from bcc import BPF


def median_ms(read, entries, times):
    took = []
    for _ in range(times):
        begin = time.monotonic()
        read_now = sum(1 for _ in read())
        took.append((time.monotonic() - begin) * 1e3)
        if read_now != entries:
            sys.exit(f"{read_now} entries of {entries}")
    return statistics.median(took)


def main(entries, times):
    table = BPF(text=f"BPF_HASH(table, u32, u64, {entries});")["table"]
    for key in range(entries):
        table[ctypes.c_uint(key)] = ctypes.c_ulonglong(key)
    print(f"{median_ms(table.items, entries, times):.3f} "
          f"{median_ms(table.items_lookup_batch, entries, times):.3f}")


main(int(sys.argv[1]), int(sys.argv[2]))
