#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 200
# The short form of scripts/bench-start.sh, without other tracers: a second start never runs the
# compiler, and takes less than 6 MB.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"

run sh scripts/bench-start.sh --short --own
cat "$tmp/out" "$tmp/err"
equal "$status" 0 "exit status"
equal "$(grep -Ec '^\| kwhile, (cold|warm|what .* wrote) \| [0-9.]+ \| [0-9.]+ \| [0-9.]+ \|$' "$tmp/out")" 6 "rows"
finish
