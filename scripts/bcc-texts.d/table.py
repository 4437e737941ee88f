# SPDX-License-Identifier: Apache-2.0
# Prints the results of run.py as a table: table.py LIST RESULTS...
# The last result of a program on a kernel counts.
import re
import sys


def rows(paths):
    found = {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for line in file:
                fields = (line.rstrip("\n").split("\t") + [""] * 8)[:8]
                found[(fields[1], fields[0])] = fields[2:]
    return found


def order(list_file):
    with open(list_file, encoding="utf-8") as file:
        return [line.split("|")[0].strip() for line in file if line[:1] not in "#\n"]


def cell(text):
    return text.strip().replace("|", "\\|")


def reason(note):
    """The message without the places of this machine."""
    return cell(re.sub(r"/\S*/", "", note.replace("kwhile: ", "", 1)))


def main():
    found = rows(sys.argv[2:])
    count = {"same": 0, "differs": 0, "attaches": 0}
    print("| text | kernel | compiles | attaches | load | BCC | kwhile | command |")
    print("|---|---|---|---|---|---|---|---|")
    for name in order(sys.argv[1]):
        for (program, kernel), result in sorted(found.items()):
            if program != name:
                continue
            verdict, bcc, ours, load, command, note = result
            count[verdict] = count.get(verdict, 0) + 1
            runs = verdict in ("same", "differs", "attaches")
            compiles = "no" if verdict in ("no text", "does not compile") else "yes"
            attaches = "yes" if runs else "no: " + reason(note) if compiles == "yes" else "–"
            counted = runs and bcc != ""
            print("| %s | %s | %s | %s | %s | %s | %s | `%s` |" % (
                name, kernel, compiles, attaches, load if counted else "", bcc if counted else "",
                ours if counted else "", cell(command)))
    print()
    print("%d runs of %d texts: %d count the same, %d differ, %d attach without a count, %d do not run" % (
        len(found), len({program for program, _ in found}), count["same"], count["differs"],
        count["attaches"], len(found) - count["same"] - count["differs"] - count["attaches"]))


main()
