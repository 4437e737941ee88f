#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 240
# The short form of scripts/bench-memory.sh: memory after the start does not grow.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"

KWHILE_OPTIONS=$HEADERS
export KWHILE_OPTIONS
run sh scripts/bench-memory.sh --short
cat "$tmp/out" "$tmp/err"
equal "$status" 0 "exit status"
equal "$(grep -c '^| .* | [0-9]*: [1-9][0-9]* | [0-9]*: [1-9][0-9]* |$' "$tmp/out")" 4 "rows"
finish
