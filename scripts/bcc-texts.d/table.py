# SPDX-License-Identifier: Apache-2.0
# Prints the results of run.py as a table: table.py LIST RESULTS...
# The last result of a program on a kernel counts. A file NOTES beside a result is not read: what a
# number means is said in docs/bcc-texts.md.
import re
import sys


def rows(paths):
    found = {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for line in file:
                fields = line.rstrip("\n").split("\t")
                kernel, program, verdict, bcc, ours, load, command, note = (fields + [""] * 8)[:8]
                found[(program, kernel)] = (verdict, bcc, ours, load, command, note)
    return found


def order(list_file):
    with open(list_file, encoding="utf-8") as file:
        return [line.split("|")[0].strip() for line in file if line[:1] not in "#\n"]


def code(text):
    return "`` %s ``" % text.strip().replace("|", "\\|") if text.strip() else ""


def main():
    found = rows(sys.argv[2:])
    print("| text | kernel | compiles | attaches | load | BCC counts | kwhile counts | command |")
    print("|---|---|---|---|---|---|---|---|")
    for name in order(sys.argv[1]):
        for (program, kernel), result in sorted(found.items()):
            if program != name:
                continue
            verdict, bcc, ours, load, command, note = result
            compiles = "no" if verdict in ("no text", "does not compile") else "yes"
            attaches = "yes" if verdict in ("same", "differs", "attaches") else "no"
            command = re.sub(r"(-p |\b)\d{3,6}\b(?=( |$))",
                             lambda m: m.group(0), command)
            why = "" if attaches == "yes" else " " + note.replace("|", "\\|")
            print("| %s | %s | %s | %s%s | %s | %s | %s | %s |" % (
                name, kernel, compiles, attaches, why, load if bcc else "", bcc, ours, code(command)))
    counted = [r[0] for r in found.values()]
    print()
    print("%d runs: %d count the same, %d more attach, %d differ, %d do not run" % (
        len(counted), counted.count("same"), counted.count("attaches"), counted.count("differs"),
        len(counted) - counted.count("same") - counted.count("attaches") - counted.count("differs")))


main()
