#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 120
# The short form of scripts/bench-exact.sh: every kwhile total is exact.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"

KWHILE_OPTIONS=$HEADERS
export KWHILE_OPTIONS
run sh scripts/bench-exact.sh --short
cat "$tmp/out"
equal "$status" 0 "exit status"
equal "$(grep -c '^| kwhile, .* | 1 of 1 | 0 |$' "$tmp/out")" 2 "rows that are exact"
finish
