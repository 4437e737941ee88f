#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 120
# The short form of scripts/bench-jvm.sh: all variants that need no other tracer run, and see each call.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"

run sh scripts/bench-jvm.sh --short
cat "$tmp/out" "$tmp/err"
equal "$status" 0 "exit status"
equal "$(wc -l <"$tmp/err")" 0 "complaints"
equal "$(grep -Ec '^\| .* \| [0-9.]+ \| [0-9.]+ \|$' "$tmp/out")" 8 "rows"
finish
