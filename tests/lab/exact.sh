#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 200
# The short form of `scripts/bench-exact.sh lab`: totals on kprobes are exact, and figures agree in each sample.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"

run sh scripts/bench.d/exact_lab.sh --short
cat "$tmp/out" "$tmp/err"
equal "$status" 0 "exit status"
equal "$(grep -c '^| kwhile, .* | 1 of 1 | 0 |$' "$tmp/out")" 2 "rows of calls that are exact"
equal "$(grep -c '^| [0-9]* | [0-9]* | [0-9]* | 0 |$' "$tmp/out")" 1 "rows of compact_zone() that agree"
finish
