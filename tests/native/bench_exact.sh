#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 300
# The short form of scripts/bench-exact.sh, its parts for this machine: every kwhile total is exact.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"

export KWHILE_HEADERS
run sh scripts/bench-exact.sh --short calls keys sums reading preempt
cat "$tmp/out" "$tmp/err"
equal "$status" 0 "exit status"
equal "$(grep -c '^| kwhile, .* | 1 of 1 | 0 |$' "$tmp/out")" 4 "rows of calls that are exact"
equal "$(grep -c '^| 500000 of 500000 | .* | 0 | 0 |$' "$tmp/out")" 1 "rows of keys that are exact"
equal "$(grep -c '^| kwhile, flipped, .* | 30 | [0-9]* | [0-9]* | 0 |$' "$tmp/out")" 1 "rows of sums that agree"
equal "$(grep -c '^| kwhile, batches | .* ms | .* ms |$' "$tmp/out")" 1 "rows of reading"
no_trace "all of it"
finish
