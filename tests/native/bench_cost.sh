#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 600
# What an event costs, in instructions, in a machine of the lab whose clock counts them: the short form of
# `scripts/bench-exact.sh cost`. Exact figures: they repeat whatever this machine is doing.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"

export KWHILE_HEADERS
run sh scripts/bench-exact.sh --short cost
cat "$tmp/out" "$tmp/err"
equal "$status" 0 "exit status: figures repeat within 1 %, and those of a closed gate are at most 20"
closed=$(awk -F ' *[|] *' '$2 == "kwhile, collateral" { print $3 }' "$tmp/out")
open=$(awk -F ' *[|] *' '$2 == "kwhile, collateral" { print $4 }' "$tmp/out")
# BCC's shortest text takes 18 for a closed gate, and one that does the same job 49 for an open one.
want "${closed:-1000}" -lt 18 "instructions of an event while the gate is closed"
want "${open:-1000}" -lt 49 "instructions of an event while it is open"
finish
