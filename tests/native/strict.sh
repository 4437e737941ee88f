#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 200
# What a full table refuses is counted, and --strict ends with 3 for each account that is above 0; with
# =all also where one is unknown. Events and returns that the kernel skips: tests/lab/audit.sh, repair.sh.
# shellcheck disable=SC2086 # $HEADERS are options
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"

own_load getppid

# with TEXT KEYS OPTION...: a load of so many calls.
with() {
	with_text=$1
	with_keys=$2
	shift 2
	run "$KWHILE" "$texts/$with_text" $HEADERS -i 60 "$@" -- "$own_load" 1 "$with_keys"
}

echo '--- a full table'
with full.c 5003 --who $own_name
equal "$status" 0 "exit status without --strict"
has "$tmp/out" '^kept = 1024$' "the table has what it has room for"
equal "$(grep '^refused' "$tmp/out")" \
	"refused by a full table = 3979 (keys; --size keys=N makes it larger)" "5003 keys for 1024 entries"
with full.c 5003 --who $own_name -o json
equal "$(grep -o '"refused":3979' "$tmp/out" | wc -l)" 2 "in JSON, of the view and of the account"
with full.c 5003 --who $own_name --strict
equal "$status" 3 "exit status with --strict"
equal "$(cat "$tmp/err")" "kwhile: --strict: something was missed, see the accounts of the samples" "it says so"
with full.c 1024 --who $own_name --strict
equal "$status" 0 "exit status where all keys find room"
lacks "$tmp/out" '^refused' "nothing is refused"
with full.c 5003 --who $own_name --strict --size 'keys 5003'
equal "$status" 0 "exit status of the larger table"
has "$tmp/out" '^kept = 5003$' "which has them all"

echo '--- accounts of a text'
for account in 'missed:returns missed' 'skipped:events skipped' 'lost:records lost' 'repaired:gates repaired'; do
	with own_calls.c 17 --who $own_name --account "calls ${account%%:*}" --strict
	equal "$status" 3 "exit status with --strict, ${account#*:}"
	has "$tmp/out" "^${account#*:} = [1-9]" "the account is printed"
	with own_calls.c 17 --who $own_name --account "calls ${account%%:*}"
	equal "$status" 0 "without --strict"
done
for strict in --strict --strict=all; do
	with own_calls.c 17 --who $own_name $strict
	equal "$status" 0 "exit status with $strict, where nothing is missed and all is known"
done

echo '--- the unknown'
# A table written by BCC's own calls refuses unseen.
with bcc_calls.c 17 --who $own_name --strict
equal "$status" 0 "exit status with --strict, where refusals are unknown"
with bcc_calls.c 17 --who $own_name --strict=all
equal "$status" 3 "exit status with --strict=all"
has "$tmp/err" '^kwhile: --strict=all: .*not known in full .*null' "it says so"

echo '--- an audit without functions'
with own_calls.c 17 --who $own_name --audit
equal "$status" 0 "exit status"
has "$tmp/out" '^audit: tracepoint:syscalls:sys_enter_getppid = unknown events, [0-9]+ runs$' "no function, no count"
no_trace "strict runs"
finish
