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
                fields = (line.rstrip("\n").split("\t") + [""] * 10)[:10]
                kernel = re.sub(r"^(\d+\.\d+)\..*", r"\1", fields[0])
                found[(fields[1], kernel)] = fields[2:9]
    return found


def order(list_file):
    with open(list_file, encoding="utf-8") as file:
        return dict.fromkeys(line.split(" |")[0].strip() for line in file if line[:1] not in "#\n")


def cell(text):
    return text.strip().replace("|", "\\|")


def reason(note):
    """The message without the places of this machine."""
    return cell(re.sub(r"/\S*/", "", note.replace("kwhile: ", "", 1)))


def main():
    found = rows(sys.argv[2:])
    count = {"same": 0, "near": 0, "differs": 0, "attaches": 0}
    print("| text | kernel | compiles | attaches | load | BCC | kwhile | command |")
    print("|---|---|---|---|---|---|---|---|")
    for name in order(sys.argv[1]):
        for (program, kernel), result in sorted(found.items()):
            if program != name:
                continue
            verdict, bcc, ours, load, command, note, theirs = result
            count[verdict] = count.get(verdict, 0) + 1
            runs = verdict in ("same", "near", "differs", "attaches")
            compiles = "no: " + reason(note) if verdict == "does not compile" else \
                "–" if verdict == "no text" else "yes"
            attaches = "yes" if runs else "no: " + reason(note) if compiles == "yes" else "–"
            counted = verdict in ("same", "near", "differs")
            print("| %s | %s | %s | %s | %s | %s | %s | `%s` |" % (
                name, kernel, compiles, attaches, load if counted else "",
                "fails: " + reason(theirs) if theirs else bcc if bcc != "0" or counted else "",
                ours if counted else "", cell(command)))
    print()
    print("%d runs of %d texts: %d count the same, %d nearly, %d differ, %d attach without a count, "
          "%d do not run" % (
              len(found), len({program for program, _ in found}), count["same"], count["near"],
              count["differs"], count["attaches"],
              len(found) - sum(count[v] for v in ("same", "near", "differs", "attaches"))))


main()
