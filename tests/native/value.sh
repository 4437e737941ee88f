#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The only entry of an array is found by its address, and looked up where that cannot be: an array that was
# made larger by --size has no such address. What is counted is the same: calls of this test's own load, by its
# name.
# shellcheck disable=SC2086 # $HEADERS are options
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"

calls=100003
cat >"$tmp/value.c" <<'END'
/// value - getppid calls, in the only entry of an array
/// option who int - name of the threads that count, as a number
/// attach tracepoint:syscalls:sys_enter_getppid=on_call
/// show first count "first = %value"
/// show halved count "halved = %value"
BPF_ARRAY(first, u64, 1);
BPF_ARRAY(halved, u64, 1);
int on_call(void *ctx)
{
	u64 *n = kw_value(first);
	u64 name[2] = {};
	int zero = 0;

	bpf_get_current_comm(name, sizeof(name));
	if (name[0] != $who)
		return 0;
	if (n)
		lock_xadd(n, 1);
	kw_add(halved, &zero, 1);
	return 0;
}
END
own_load getppid

# An option of the text's own may be called as a header line is: --size is then the text's.
cat >"$tmp/size.c" <<'END'
/// size - getppid calls of one thread name, under a number that is given
/// option who int - name of the threads that count, as a number
/// option size,s int 7  the number
/// attach tracepoint:syscalls:sys_enter_getppid=on_call
/// show calls count "%key: %value"
BPF_HASH(calls, u64, u64);
int on_call(void *ctx)
{
	u64 name[2] = {}, key = $size;

	bpf_get_current_comm(name, sizeof(name));
	if (name[0] == $who)
		kw_add(calls, &key, 1);
	return 0;
}
END
run "$KWHILE" "$tmp/size.c" $HEADERS --who "$own_name" --size 11 -- "$own_load" 1 1009
equal "$status" 0 'exit status with --size'
has "$tmp/out" '^11: 1009$' "calls under the text's own --size"

for sizes in "" "--size first=2" "--size kw_written=2" "--size first=2 --size kw_written=2"; do
	for interval in 60 0.1; do
		run "$KWHILE" "$tmp/value.c" $HEADERS $sizes -i $interval \
			--who "$own_name" -- "$own_load" 2 $calls
		equal "$status" 0 "exit status, $sizes -i $interval"
		for word in first halved; do
			sum=$(awk -v word=$word '$1 == word { sum += $3 } END { print sum + 0 }' "$tmp/out")
			equal "$sum" $((2 * calls)) "$word, $sizes -i $interval"
		done
	done
done
finish
