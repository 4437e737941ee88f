#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 120
# The short form of scripts/bench-lines.sh: each event is a line, or counted as lost.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"

run sh scripts/bench-lines.sh --short
cat "$tmp/out" "$tmp/err"
equal "$status" 0 "exit status"
equal "$(grep -c '^| kwhile, .* of 100000 |' "$tmp/out")" 2 "rows"
finish
