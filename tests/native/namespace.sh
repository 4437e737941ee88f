#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 60
# $self is the number by which the kernel knows kwhile, in a pid namespace of its own as well.
# shellcheck disable=SC2086 # $HEADERS are options
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"

cat >"$tmp/self.c" <<'END'
/// self - count what kwhile itself waits
/// attach tracepoint:syscalls:sys_enter_ppoll=on_poll
/// show own count "own = %value"
BPF_ARRAY(own, u64, 1);
int on_poll(void *ctx)
{
	int zero = 0;
	u64 *n = own.lookup(&zero);

	if (n && bpf_get_current_pid_tgid() >> 32 == $self)
		lock_xadd(n, 1);
	return 0;
}
END
run "$KWHILE" "$tmp/self.c" $HEADERS -n 1 -i 0.3
equal "$status" 0 "exit status"
has "$tmp/out" '^own = [1-9]' "its own calls are seen"
run unshare --pid --fork --mount-proc "$KWHILE" "$tmp/self.c" $HEADERS -n 1 -i 0.3
equal "$status: $(cat "$tmp/err")" "0: " "in a pid namespace"
has "$tmp/out" '^own = [1-9]' "its own calls are seen there"
no_trace "a pid namespace"
finish
