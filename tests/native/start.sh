#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 300
# What a start does, and what the second one no longer does.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"

# shellcheck disable=SC2086 # options
start() { # TEXT OPTION...
	run "$KWHILE" "$@" $HEADERS -v -d 0.01
	equal "$status" 0 "exit status of: $*"
}

cat >"$tmp/one.c" <<'END'
/// one - count exec
/// attach tracepoint:sched:sched_process_exec=on_exec
/// show execs count "execs = %value"
BPF_ARRAY(execs, u64, 1);
int on_exec(void *ctx)
{
	int zero = 0;
	u64 *n = execs.lookup(&zero);

	if (n)
		lock_xadd(n, 1);
	return 0;
}
END
sed 's,^/// show,/// attach ?kprobe:vfs_rea[dv]=on_exec\n/// attach ?kprobe:vfs_read=on_exec\n&,' \
	"$tmp/one.c" >"$tmp/functions.c"

# On a terminal, and only there, a compile that takes long is announced, and the line erased again.
# shellcheck disable=SC2086 # options
run script -qec "$KWHILE $tmp/one.c $HEADERS --no-cache -D SLOW=1 -d 0.01" /dev/null
equal "$status" 0 "exit status on a terminal"
if grep -q 'compiling' "$tmp/out"; then
	has "$tmp/out" "compiling \.\.\.$(printf '\r\033')\\[K" "the announcement is erased"
fi
# shellcheck disable=SC2086 # options
run "$KWHILE" "$tmp/one.c" $HEADERS --no-cache -d 0.01
equal "$status: $(cat "$tmp/err")" "0: " "nothing is announced elsewhere"

# Without functions to look up, their list is not read; with some, on the first start only.
read_list='kwhile: read the kernel.s list of functions'
start "$tmp/one.c"
has "$tmp/err" 'not in the cache: compiling' "the first start compiles"
lacks "$tmp/err" "$read_list" "a text without functions"
start "$tmp/one.c"
has "$tmp/err" 'object from the cache' "the second start does not"
has "$tmp/err" '^kwhile: time in ms: exec [0-9.]+, read .*, cache .*, load .*, attach .*, first sample [0-9.]+$' \
	"it says where the time went"
lacks "$tmp/err" 'time in ms: .*compile' "none of it in the compiler"
start "$tmp/functions.c"
has "$tmp/err" "$read_list" "the first look at functions"
start "$tmp/functions.c"
has "$tmp/err" 'object from the cache' "the second start with functions"
lacks "$tmp/err" "$read_list" "the second look at functions"
start "$tmp/functions.c" --no-cache
has "$tmp/err" "$read_list" "--no-cache looks itself"

# What was kept and is damaged, or of another boot, is read again and replaced.
sed -i '2s/vfs/wfs/' "$KWHILE_CACHE/functions.memo"
start "$tmp/functions.c"
has "$tmp/err" 'another boot, or damaged: not used' "a damaged answer is reported"
has "$tmp/err" "$read_list" "and not used"
start "$tmp/functions.c"
lacks "$tmp/err" "$read_list" "but replaced"

# kwhile cache: what is there, what of it is wrong, and away with it.
entry=$(cd "$KWHILE_CACHE" && find . -name '*.kwo' | sed -n '1s,^\./,,p')
run "$KWHILE" cache list
has "$tmp/out" "^$entry +[0-9]+  [-0-9: ]+  $(uname -r)\$" "list names an entry, its size, use and kernel"
has "$tmp/out" '^2 objects, ' "and how many there are"
run "$KWHILE" cache verify
equal "$status: $(cat "$tmp/out")" "0: 2 of 2 objects usable" "all are usable"
chmod o+w "$KWHILE_CACHE/$entry"
run "$KWHILE" cache verify
equal "$status" 1 "exit status of verify when one is not"
has "$tmp/out" "^$entry .* not usable: others may write to it" "which, and why"
: >"$KWHILE_CACHE/.$entry.999999999" # of a start that was killed: no such process
run "$KWHILE" cache clear
equal "$(cat "$tmp/out")" "2 objects removed" "clear"
equal "$(ls -A "$KWHILE_CACHE")" "" "what is left after clear"
refused 2 'write kwhile cache list, clear or verify' "$KWHILE" cache lost
refused 2 'write kwhile cache list, clear or verify' "$KWHILE" cache

# The compiler is nobody, and sees of tracefs what the text names. An include that is a pipe holds it
# up until we have looked.
sandboxed() { # DIRECTORY
	mkdir -p "$1"
	mkfifo "$1/held.h"
	{ sed '/^int/,$d' "$tmp/one.c" && cat <<'END'
#include "held.h"
int on_exec(struct tracepoint__sched__sched_process_exec *args)
{
	return args->pid;
}
END
	} >"$1/held.c"
	# shellcheck disable=SC2086 # options
	(cd "$1" && exec "$KWHILE" ./held.c $HEADERS -v --no-cache -d 0.01) >"$tmp/out" 2>"$tmp/err" </dev/null &
	child=$!
	children="$children $child"
	wait_for 60 compiler_waits
}
# shellcheck disable=SC2317 # called by wait_for
compiler_waits() {
	compiler=$(pgrep -P "$child" -x kwhile-compile) &&
		grep -q '^State:.S' "/proc/$compiler/status" &&
		readlink "/proc/$compiler/cwd" | grep -q kwhile-headers
}
status_of() { # FIELD
	sed -n "s/^$1:[[:space:]]*//p" "/proc/$compiler/status"
}
chmod 755 "$tmp"
sandboxed "$tmp/open"
equal "$(status_of Uid | tr '\t' ' ')" "65534 65534 65534 65534" "the compiler's user"
equal "$(status_of Groups)" "" "its further groups"
equal "$(status_of NoNewPrivs)" 1 "it can gain no rights"
# Headers below a directory that only root may enter leave it the right to read.
if ! grep -q 'the compiler may read all files' "$tmp/err"; then
	equal "$(status_of CapPrm) $(status_of CapEff)" "0000000000000000 0000000000000000" \
		"its capabilities"
fi
equal "$(cd "/proc/$compiler/root/sys/kernel/tracing" && find . -type f)" \
	"./events/sched/sched_process_exec/format" "what it sees of tracefs"
# libbcc reads the file again, once for each of its passes.
mv "$tmp/open/held.h" "$tmp/open/pipe"
: >"$tmp/open/held.h"
: >"$tmp/open/pipe"
wait "$child"
equal "$?" 0 "the text compiles from the copy of the format"

# It goes when its start is killed.
rm "$tmp/open/held.h"
sandboxed "$tmp/open"
kill -KILL "$child"
wait "$child" 2>/dev/null
equal "$(wait_for 10 test ! -d "/proc/$compiler" && echo gone)" gone "the compiler of a start that was killed"
start "$tmp/one.c"
equal "$(merged_left)" 0 "what it left behind, after the next start"

# A file that only root may read: the compiler may read, and do nothing else.
mkdir -m 700 "$tmp/closed"
echo 'typedef int closed;' >"$tmp/closed/closed.h"
(echo '#include "closed.h"' && cat "$tmp/one.c") >"$tmp/closed/one.c"
# shellcheck disable=SC2086 # options
(cd "$tmp/closed" && run "$KWHILE" ./one.c $HEADERS -v --no-cache -d 0.01)
has "$tmp/err" '1 probe attached' "a text whose include only root may read"
has "$tmp/err" 'the compiler may read all files: nobody else may read /' "and that is said"

# One file with all that a run needs.
# shellcheck disable=SC2086 # options
run "$KWHILE" build "$tmp/one.c" $HEADERS -i 0.02 -o "$tmp/one.kwo"
equal "$status: $(cat "$tmp/err")" "0: " "build"
run env PATH= KWHILE_CACHE=/dev/null "$KWHILE" "$tmp/one.kwo" -n 2
equal "$status: $(cat "$tmp/err")" "0: " "what was built runs"
equal "$(grep -c '^---- new sample' "$tmp/out")" 2 "with the options of both"
printf x | dd of="$tmp/one.kwo" bs=1 seek=400 conv=notrunc 2>/dev/null
refused 1 'one.kwo cannot be run: it is damaged: its checksum is wrong' "$KWHILE" "$tmp/one.kwo"
refused 2 'where to\? Write kwhile build .* -o FILE.kwo' "$KWHILE" build "$tmp/one.c"

# A program's own -p is kept in the file as all its options are.
cat >"$tmp/own.c" <<'END'
/// option pid,p pid any  only this process
/// attach tracepoint:syscalls:sys_enter_getppid=on_call
/// show calls sum "%value calls"
BPF_HASH(calls, u32, u64);
int on_call(void *ctx)
{
	s64 process = bpf_get_current_pid_tgid() >> 32;
	u32 key = 0;

	if ($pid < 0 || process == $pid)
		kw_add(calls, &key, 1);
	return 0;
}
END
for option in "--pid $$" "-p $$"; do
	# shellcheck disable=SC2086 # options
	run "$KWHILE" build "$tmp/own.c" $HEADERS $option -o "$tmp/own.kwo"
	run "$KWHILE" "$tmp/own.kwo" -- "$KWHILE_BUILD/tests/load_getppid" 1 1009
	equal "$status" 0 "exit status of what was built with $option"
	has "$tmp/out" '^0 calls' "no calls of others with $option"
done
run "$KWHILE" "$tmp/own.kwo" -p any -- "$KWHILE_BUILD/tests/load_getppid" 1 1009
has "$tmp/out" '^[1-9][0-9]{3,} calls' "another one can be given"

no_trace "starting"
finish
