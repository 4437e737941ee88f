#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 200
# What frames of stacks are called, from beginning to end: symbols that were split off a file or packed
# into it, code of a JIT, the vdso, names of C++ and Rust.
# shellcheck disable=SC2086 # $HEADERS are options
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"

calls=1003
tree=$KWHILE_BUILD/tests/load_tree
# A copy of it, under a name of its own: others on this machine may run this test as well.
bare=$(printf 'id%06d' $(($$ % 1000000)))

# folded TEXT OPTION...
folded() {
	folded_text=$1
	shift
	run "$KWHILE" "$texts/$folded_text" $HEADERS -o folded "$@"
	equal "$status" 0 "exit status of $folded_text $*"
}

# chain REGEX: what the folded lines of that chain add up to.
chain() {
	awk -v wanted="^$1 [0-9]+\$" '$0 ~ wanted { sum += $NF } END { print sum + 0 }' "$tmp/out"
}

# tree_named FILE WHAT [COMMAND...]: a copy of load_tree at FILE, without symbols of its own, is probed by name,
# and its frames have names.
tree_named() {
	named=$1 what=$2
	shift 2
	equal "$(nm "$named" 2>/dev/null | wc -l)" 0 "symbols in the file itself, $what"
	run "$@" "$KWHILE" "$texts/user_stacks.c" $HEADERS -o folded --at "$named:tree_leaf" -- "$named" $calls
	equal "$status" 0 "exit status, $what"
	equal "$(chain "[^;]*;[^ ]*main;tree_a;tree_leaf")" $calls "a, $what"
	equal "$(chain "[^;]*;[^ ]*main;tree_b;tree_mid;tree_leaf")" $((2 * calls)) "b, $what"
	equal "$(chain "[^;]*;[^ ]*main;tree_c;tree_c;tree_c;tree_leaf")" $((3 * calls)) "c, $what"
}

echo '--- symbols that were split off'
objcopy --only-keep-debug "$tree" "$tmp/split.debug"
strip -o "$tmp/split" "$tree"
(cd "$tmp" && objcopy --add-gnu-debuglink=split.debug split)
tree_named "$tmp/split" "a debug link beside the file"
mkdir "$tmp/.debug"
mv "$tmp/split.debug" "$tmp/.debug/"
tree_named "$tmp/split" "a debug link in .debug"
# Of another build: its names would be wrong ones.
cp "$tmp/.debug/split.debug" "$tmp/kept"
objcopy --only-keep-debug "$KWHILE_BUILD/tests/load_calls" "$tmp/.debug/split.debug"
refused 2 "has no symbols of functions" "$KWHILE" "$texts/user_stacks.c" $HEADERS --at "$tmp/split:tree_leaf" -n 1
rm -r "$tmp/.debug"
# By its build id, in a /usr/lib/debug that only this run sees.
id=$(readelf -n "$tree" | sed -n 's/^ *Build ID: //p')
strip -o "$tmp/$bare" "$tree"
cat >"$tmp/with_debug.sh" <<-END
	mkdir -p /usr/lib/debug && mount -t tmpfs none /usr/lib/debug &&
		mkdir -p '/usr/lib/debug/.build-id/$(echo "$id" | cut -c1-2)' &&
		cp '$tmp/kept' '/usr/lib/debug/.build-id/$(echo "$id" | cut -c1-2)/$(echo "$id" | cut -c3-).debug' && exec "\$@"
END
tree_named "$tmp/$bare" "a build id" unshare --mount sh "$tmp/with_debug.sh"

echo '--- symbols that are packed in the file'
# As Fedora packs them: functions that the dynamic table does not have.
objcopy -S --keep-symbol=tree_leaf --keep-symbol=tree_a --keep-symbol=tree_b --keep-symbol=tree_mid \
	--keep-symbol=tree_c --keep-symbol=main "$tmp/kept" "$tmp/mini"
xz -k "$tmp/mini"
strip -o "$tmp/packed" "$tree"
objcopy --add-section .gnu_debugdata="$tmp/mini.xz" "$tmp/packed"
tree_named "$tmp/packed" ".gnu_debugdata"

echo '--- no symbols at all'
folded both_stacks.c --who "$(number_of "$bare")" -- "$tmp/$bare" $calls
# returns FUNCTION CALLEE: where its call of the other returns to, as objdump says of the file.
returns() {
	objdump -d --no-show-raw-insn "$tree" | awk -v caller="<$1>:" -v callee="<$2>" '
		/^[0-9a-f]+ </ { inside = $2 == caller; next }
		wanted { sub(/:$/, "", $1); print "0x" $1; exit }
		inside && /call/ && $NF == callee { wanted = 1 }'
}
# The call itself ends with the byte ahead.
place() {
	printf '%s[+]0x%x' "$bare" $(($(returns "$1" "$2") - 1))
}
equal "$(chain "$bare;[^ ]*;$(place main tree_a);$(place tree_a tree_leaf);.*getppid.*")" $calls "a, by places in the file"
equal "$(chain "$bare;[^ ]*;${bare}[+]0x[0-9a-f]*;$(place tree_b tree_mid);$(place tree_mid tree_leaf);.*getppid.*")" \
	$((2 * calls)) "b, by places in the file"

echo '--- code of a JIT'
own_load jit
made=${own_load##*/}
mkfifo "$tmp/go"
"$own_load" $calls --wait <"$tmp/go" >"$tmp/load" &
jit=$!
children="$children $jit"
exec 3>"$tmp/go"
wait_for 60 test -s "$tmp/load" || fail "the load does not say its number"
folded both_stacks.c --who $own_name -c "echo go >'$tmp/go'; tail --pid=$jit -s 0.1 -f /dev/null"
exec 3>&-
wait $jit
equal "$(chain "$made;[^ ]*main;Load::outer \\(made\\);inner(;[^; ]*_\\[k\\])*")" $calls "a chain through made code"
rm -f "/tmp/perf-$jit.map"
folded both_stacks.c --who $own_name -c "'$own_load' $calls & wait \$!; rm /tmp/perf-\$!.map"
equal "$(chain "$made;[^ ]*main;0x[0-9a-f]*;0x[0-9a-f]*(;[^; ]*_\\[k\\])*")" $calls "made code whose map is gone"

echo '--- one process, one program after another'
# dash(1) asks for its parent when it starts.
own_load tree
folded both_stacks.c -- /bin/dash -c "exec '$own_load' 3 >/dev/null"
want "$(chain 'dash;([^;]*;)*getppid(;[^; ]*_\[k\])*')" -ge 1 "chains of the first"
equal "$(chain "${own_load##*/};[^ ]*main;tree_a;.*getppid.*")" 3 "chains of the second"
equal "$(chain "(dash|${own_load##*/});.*0x[0-9a-f]*.*")" 0 "chains without names"

echo '--- C++ and Rust'
own_load names
folded both_stacks.c --who $own_name -- "$own_load" $calls
equal "$(chain "${own_load##*/};[^ ]*main;load::Tree::walk\\(int, char const\\*\\);mycrate::example;<alloc::string::String as core::fmt::Write>::write_str;.*getppid.*")" \
	$calls "names as they were written"

echo '--- the vdso'
cat >"$tmp/sample.c" <<'END'
/// sample - where a program is
/// attach software:cpu-clock:100000=on_sample
/// show samples stacks
#include <uapi/linux/bpf_perf_event.h>
struct place {
	u32 tgid;
	int stack;
	char comm[16];
};
BPF_STACK_TRACE(stacks, 16384);
BPF_HASH(samples, struct place, u64, 10240);
int on_sample(struct bpf_perf_event_data *ctx)
{
	struct place key = {.tgid = bpf_get_current_pid_tgid() >> 32};

	if (!key.tgid)
		return 0;
	key.stack = stacks.get_stackid(&ctx->regs, BPF_F_USER_STACK);
	bpf_get_current_comm(key.comm, sizeof(key.comm));
	kw_add(samples, &key, 1);
	return 0;
}
END
run "$KWHILE" "$tmp/sample.c" $HEADERS -o folded -- "$KWHILE_BUILD/tests/load_names" 10000 vdso
equal "$status" 0 "exit status of sampling"
want "$(chain 'load_names;.*__vdso_clock_gettime')" -ge 1 "samples in __vdso_clock_gettime"
equal "$(chain 'load_names;.*\[vdso\][+]0x[0-9a-f]*')" 0 "samples in the vdso without a name"
echo '--- files that have no name any more'
# shellcheck source-path=SCRIPTDIR source=../lib/follow.sh
. "$(dirname "$0")/../lib/follow.sh"
text=$texts/user_stacks.c
cat >"$tmp/memory.py" <<-'END'
	import os, sys
	fd = os.memfd_create("inmemory", 0)
	os.write(fd, open(sys.argv[1], "rb").read())
	os.execv("/proc/self/fd/%d" % fd, sys.argv[1:])
END
# nameless POINT WHAT: the process $pid, which runs on, is followed at POINT. Its threads, 3, begin in a
# function of the file.
nameless() {
	follow "$1" --pid "$pid" -o folded
	echo go >&3
	wait_for 20 grep -q '^guarded' "$tmp/load" || fail "$2: the load is not done"
	kill -INT "$run"
	wait "$run"
	exec 3>&-
	wait "$child"
	equal "$(chain '[^;]*;([^ ]*;)?worker_run')" 3 "$2"
}
load=$KWHILE_BUILD/tests/load_usdt
cp "$load" "$tmp/gone"
waiting "$tmp/gone" 3 7 --wait --again
rm "$tmp/gone"
nameless gone:worker_run "a file that was deleted"
cp "$load" "$tmp/other"
waiting "$tmp/other" 3 7 --wait --again
cp "$tree" "$tmp/new"
mv "$tmp/new" "$tmp/other"
nameless other:worker_run "a file that was replaced"
waiting /usr/bin/python3 -S "$tmp/memory.py" "$load" 3 7 --wait --again
nameless inmemory:worker_run "a memfd, by its name"
waiting /usr/bin/python3 -S "$tmp/memory.py" "$load" 3 7 --wait --again
nameless "/proc/$pid/exe:worker_run" "a memfd, as what the process runs"
no_trace "all of these"
finish
