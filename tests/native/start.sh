#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 300
# What a start does, and what the second one no longer does.
. "$(dirname "$0")/../lib/check.sh"
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

# Without functions to look up, their list is not read; with some, on the first start only.
read_list='kwhile: read the kernel.s list of functions'
start "$tmp/one.c"
has "$tmp/err" 'not in the cache: compiling' "the first start compiles"
lacks "$tmp/err" "$read_list" "a text without functions"
start "$tmp/one.c"
has "$tmp/err" 'object from the cache' "the second start does not"
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
entry=$(cd "$KWHILE_CACHE" && ls -- *.kwo | head -n 1)
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

no_trace "starting"
finish
