#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 120
# Namespaces: $self is the number by which the kernel knows kwhile, in a pid namespace of its own as well;
# processes in a container are probed, and their frames have names, as long as they run and when they have ended.
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

# Numbers of processes there are not those that stacks have: no other process's names are taken.
run unshare --pid --fork --mount-proc "$KWHILE" "$texts/user_stacks.c" $HEADERS -o folded \
	--at "$KWHILE_BUILD/tests/load_tree:tree_leaf" -- "$KWHILE_BUILD/tests/load_tree" 7
equal "$status" 0 "exit status of stacks in a pid namespace"
has "$tmp/err" 'in a pid namespace.*addresses for names' "it says that names are not known there"
has "$tmp/out" '^load_tree;0x.* 21$' "and counts all the same"

# A container: its own root directory, processes and /tmp. Its process is number 1 there, and has a name by which
# it is told from that of the same test elsewhere.
own_load jit
made=${own_load##*/}
root=$tmp/root
cat >"$tmp/inner.sh" <<-END_OF_INNER
	mount -t tmpfs none '$root' && cd '$root' && mkdir usr proc tmp app && mount --rbind /usr usr &&
		ln -s usr/lib lib && ln -s usr/lib64 lib64 && mount -t proc none proc &&
		cp '$own_load' '$KWHILE_BUILD'/tests/load_calls app &&
		exec chroot . /app/"\$@"
END_OF_INNER
mkdir -p "$root"

# contained PROGRAM ARGUMENT...: starts one that waits; $pid is its number here, its input is fifo 3.
contained() {
	rm -f "$tmp/go" "$tmp/load"
	mkfifo "$tmp/go"
	unshare --mount --pid --fork --kill-child sh "$tmp/inner.sh" "$@" <"$tmp/go" >"$tmp/load" &
	child=$!
	children="$children $child"
	exec 3>"$tmp/go"
	wait_for 60 test -s "$tmp/load" || fail "the container's load does not say its number"
	equal "$(cat "$tmp/load")" 1 "its number in its own pid namespace"
	pid=$(cat "/proc/$child/task/$child/children")
	pid=${pid% }
}

# chain REGEX: what the folded lines of that chain add up to.
chain() {
	awk -v wanted="^$1 [0-9]+\$" '$0 ~ wanted { sum += $NF } END { print sum + 0 }' "$tmp/out"
}
named="$made;[^ ]*main;Load::outer \\(made\\);inner(;[^; ]*_\\[k\\])*"

contained load_calls 2 10007 --wait
refused 2 "there is no file /app/load_calls" "$KWHILE" "$texts/user_calls.c" $HEADERS --at /app/load_calls:load_called -n 1
run "$KWHILE" "$texts/user_calls.c" $HEADERS --at /app/load_calls:load_called --pid "$pid" -i 60 \
	-c "echo go >'$tmp/go'; tail --pid=$pid -s 0.1 -f /dev/null"
exec 3>&-
equal "$status" 0 "exit status of a probe in a container"
has "$tmp/out" '^calls = 10007$' "calls in a container"
has "$tmp/out" '^returns = 10007$' "returns in a container"

contained "$made" 1003 --wait
run "$KWHILE" "$texts/both_stacks.c" $HEADERS --who $own_name -o folded -i 60 -c "echo go >'$tmp/go'; tail --pid=$pid -s 0.1 -f /dev/null"
exec 3>&-
equal "$status" 0 "exit status of stacks in a container"
equal "$(chain "$named")" 1003 "chains of a container that has ended by then"

contained "$made" 1000000000 --wait
echo go >&3
run "$KWHILE" "$texts/both_stacks.c" $HEADERS --who $own_name -o folded -n 2 -i 0.3
exec 3>&-
# The first process of a pid namespace minds no other signal, and unshare(1) blocks SIGTERM meanwhile.
kill -KILL "$pid"
equal "$status" 0 "exit status of stacks of a container that goes on"
want "$(chain "$named")" -ge 1000 "chains with names"
equal "$(chain "$made;.*0x[0-9a-f]*.*")" 0 "chains without"
no_trace "namespaces"
finish
