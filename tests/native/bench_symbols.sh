#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 120
# The short form of scripts/bench-symbols.sh: names of a process with the libraries of LLVM, in less memory
# than libbcc takes, and none missing that libbcc knows.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"

run sh scripts/bench-symbols.sh --short
cat "$tmp/out" "$tmp/err"
equal "$status" 0 "exit status: no name is missing that libbcc knows"
equal "$(grep -c '^| clang |' "$tmp/out")" 1 "rows"
worst=$(sed -n 's/^| clang .* | \([0-9]*\), \([0-9]*\) kB | \([0-9]*\), .*/\1 \3/p' "$tmp/out")
# Two symbol tables, one at a time: 16 bytes for each of 130,000 functions, and as much to sort them.
want "${worst% *}" -lt 8192 "kB at the worst"
want "${worst% *}" -lt "${worst#* }" "kB at the worst, against libbcc's"
finish
