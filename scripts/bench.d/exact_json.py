# SPDX-License-Identifier: Apache-2.0
"""What `kwhile -o json` on standard input adds up to.

exact_json.py calls        calls of the two busiest keys of the first view: those of the load
exact_json.py keys FILE    samples, distinct keys, total, keys whose count is not FILE's, insertions
                           refused; FILE has a line "KEY COUNT" for each key, as the load counted
exact_json.py total TABLE  what the table has in all samples together
exact_json.py sums         samples with calls, all samples, calls, samples in which two figures differ
"""
import collections
import json
import sys


def samples():
    for line in sys.stdin:
        if line.startswith("{"):
            yield json.loads(line)


def rows_by_key():
    sums = collections.Counter()
    read = refused = 0
    for sample in samples():
        read += 1
        refused += sample["account"]["refused"] or 0
        for row in sample["views"][0]["rows"]:
            sums[row["key"]] += row["value"]
    return sums, read, refused


def calls():
    print(sum(n for _, n in rows_by_key()[0].most_common(2)))


def keys(path):
    sums, read, refused = rows_by_key()
    with open(path, encoding="ascii") as lines:
        truth = {int(key): int(n) for key, n in map(str.split, lines)}
    wrong = sum(sums[key] != truth.get(key, 0) for key in sums.keys() | truth.keys())
    print(read, len(truth), sum(sums.values()), wrong, refused)


def figure(sample, table):
    """A table's figures in one sample: a histogram's counts, or the values of its rows."""
    view = next(v for v in sample["views"] if v["table"] == table)
    if "hists" in view:
        return sum(sum(h["slots"]) for h in view["hists"])
    return sum(row["value"] for row in view["rows"])


def sums():
    busy = read = total = differ = 0
    for sample in samples():
        counted = figure(sample, "returned")
        read += 1
        busy += counted > 0
        total += counted
        differ += figure(sample, "delay") != counted or \
            figure(sample, "order_ns") != figure(sample, "total_ns")
    print(busy, read, total, differ)


def total(table):
    print(sum(figure(sample, table) for sample in samples()))


{"calls": calls, "keys": keys, "sums": sums, "total": total}[sys.argv[1]](*sys.argv[2:])
