# SPDX-License-Identifier: Apache-2.0
"""Figures from `kwhile -o json`, a line each, for check.sh's `figures`: figures.py FILE

samples N
calls TABLE N                 what TABLE's histogram counted, all samples together
sum TABLE N                   TABLE's values, all samples and rows together
sum TABLE LABEL N             the same of the rows with this label or key
tail K TABLE N                values and histogram counts in the last K samples
unequal TABLE N               samples in which totals of TABLE's views differ
account NAME N|unknown        repaired, refused, ...
audit PROBE NAME N|unknown    events, runs, skipped, unsure, by --audit
from SECONDS, to SECONDS      what all samples together cover, by the monotonic clock
row TABLE SAMPLE KEY... LEAF...   each row whose leaf is a record, its fields one after another
"""
import collections
import datetime
import json
import sys
import time


def name(row):
    return str(row.get("label", row.get("key", "")))


def view_total(view):
    return sum(sum(h["slots"]) for h in view.get("hists", [])) + \
        sum(r["value"] or 0 for r in view.get("rows", []))


def first_views(sample):
    """One view of each table: where it has several they show the same figures."""
    tables = {}
    for view in sample["views"]:
        tables.setdefault(view["table"], view)
        if any("label" in r or "key" in r for r in view.get("rows", [])):
            tables[view["table"]] = view
    return tables


def main(path):
    with open(path, encoding="utf-8") as lines:
        samples = [json.loads(line) for line in lines]
    print("samples", len(samples))
    if samples:
        monotonic = time.monotonic() - time.time()
        ends = [datetime.datetime.fromisoformat(s["time"]).timestamp() + monotonic for s in samples]
        print(f"from {ends[0] - samples[0]['seconds']:.6f}\nto {ends[-1]:.6f}")
    sums = collections.Counter()
    for index, sample in enumerate(samples):
        left = len(samples) - index
        for table, view in first_views(sample).items():
            total = view_total(view)
            sums["calls " + table if "hists" in view else "sum " + table] += total
            for last in range(1, 6):
                sums[f"tail {last} {table}"] += total if left <= last else 0
            shown = {v["total"] for v in sample["views"] if v["table"] == table}
            sums["unequal " + table] += len(shown) != 1
            for row in view.get("rows", []):
                sums[f"sum {table} {name(row)}".rstrip()] += row["value"] or 0
                if isinstance(row.get("leaf"), dict):
                    print("row", table, sample["sample"], *row.get("key", {}).values(),
                          *row["leaf"].values())
    for words, value in sums.items():
        print(words, value)
    for account in samples[0]["account"] if samples else ():
        values = [s["account"][account] for s in samples]
        print("account", account, "unknown" if None in values else sum(values))
    for line in samples[-1].get("audit", []) if samples else ():
        for what in ("events", "runs", "skipped", "unsure"):
            print("audit", line["probe"], what, "unknown" if line[what] is None else line[what])


main(sys.argv[1])
