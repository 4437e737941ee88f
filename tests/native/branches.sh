#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Texts of BCC's without header lines, parts of which the preprocessor takes out: what is left of them is
# attached and shown, and nothing is said of the rest. So it is where a text was written on Windows.
# shellcheck disable=SC2086 # $HEADERS are options
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"

calls=1009
own_load getppid
cat >"$tmp/branches.c" <<END
#define IF_OWN u64 name[2] = {}; bpf_get_current_comm(name, sizeof(name)); if (name[0] == $own_name) {
BPF_HASH(always, u32, u64);
#ifdef OTHER
BPF_HASH(chosen, u64, u64);
BPF_HASH(other, u32, u64);
int kprobe__no_such_function(void *ctx)
{
	u32 key = 0;

	other.increment(key);
	return 0;
}
#else
BPF_HASH(chosen, u32, u64);
#endif
#if 0
BPF_HASH(never, u32, u64);
int kprobe__not_even_half(void *ctx)
{
#endif
TRACEPOINT_PROBE(syscalls, sys_enter_getppid)
{
	u32 key = 0;

	IF_OWN
		always.atomic_increment(key);
		chosen.atomic_increment(key);
	}
	return 0;
}
END
# As Windows writes texts: lines end with a carriage return, also those that go on behind a backslash.
sed 's/^#define IF_OWN/& \\\n/; s/$/\r/' "$tmp/branches.c" | sed 's/\\$/\\\r/' >"$tmp/windows.c"
run "$KWHILE" "$tmp/windows.c" $HEADERS --show 'always sum "calls: %value"' -- "$own_load" 2 $calls
equal "$status" 0 'exit status of a text with carriage returns'
has "$tmp/out" "^calls: $((2 * calls))\$" 'its calls'

run "$KWHILE" "$tmp/branches.c" $HEADERS -o json -- "$own_load" 2 $calls
equal "$status" 0 'exit status'
for table in always chosen; do
	sum=$(grep -o "\"table\":\"$table\"[^]]*" "$tmp/out" | grep -o '"value":[0-9]*' |
		awk -F: '{ sum += $2 } END { print sum + 0 }')
	equal "$sum" $((2 * calls)) "calls in $table"
done
lacks "$tmp/out" '"table":"(other|never)"' 'tables that are not compiled'
lacks "$tmp/err" 'other|never|no_such_function|not_even_half' 'a word about what is not compiled'
finish
