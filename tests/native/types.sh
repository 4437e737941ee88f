#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 240
# Fields of every sort, in a key, a leaf and a record: each has the value that the text gave it, and
# they are counted a prime number of times.
# shellcheck disable=SC2086 # $options are options
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"

calls=1009
# Under a name of its own: others on this machine may call getppid as well.
name=$(printf 'kw%06d' $(($$ % 1000000)))
cp "$KWHILE_BUILD/tests/load_getppid" "$tmp/$name"
options="$HEADERS -D LOAD=$name -i 60"

# typed OPTION...: a run with the load.
typed() {
	run "$KWHILE" "$texts/types.c" $options "$@" -- "$tmp/$name" 1 $calls
	equal "$status" 0 "exit status with $*"
}

all='in = {a = 7, b = 65537}, two = [{a = 0, b = 0}, {a = 0, b = 9}], matrix = [[0, 0, 3], [4, 0, 0]], name = hi,'
all="$all words = [, w], mac = 5200000000ef, color = GREEN, zone = ZONE_NORMAL,"
all="$all either = {whole = 258, parts = 02010000}, p = -2, q = 3, low = 5, high = 8191, pointer = 4096,"
all="$all wide = 1267650600228229401496703205376, yes = 1, half = 0.5, tight = {one = 1, two = 16909060}"
typed --show 'types lines "%key: %color %count %sums"' --show 'colors count' --show 'sent lines "%{in.b} %{matrix} %zone %wide %{tight.two}"'
equal "$(grep -Fxc "$all: GREEN $calls [0, $((2 * calls))]" "$tmp/out")" 1 "all fields"
has "$tmp/out" "^colors\\[BLUE] = $calls\$" "an enumerator as a key"
equal "$(grep -Fxc '65537 [[0, 0, 3], [4, 0, 0]] ZONE_NORMAL 1267650600228229401496703205376 16909060' "$tmp/out")" $calls "records"

# In two samples each has its share of the numbers, which a slow machine may cut elsewhere; the word stays a word.
run "$KWHILE" "$texts/types.c" $options --show 'types lines "%color %{count} %{sums}"' -i 0.5 -c \
	"$tmp/$name 1 $calls; sleep 1.5; $tmp/$name 1 $calls"
equal "$(awk '$1 == "GREEN" { n += $2; odd += $3 != "[0," || $4 != 2 * $2 "]" } END { print n, odd + 0 }' "$tmp/out")" \
	"$((2 * calls)) 0" "calls in all samples, and samples whose sums are not theirs"
want "$(grep -c '^GREEN ' "$tmp/out")" -ge 2 "samples with calls"
typed --show 'types lines' -o json
has "$tmp/out" '"key":\{"in.a":7,"in.b":65537,.*"color":5,"zone":2,.*"as":\{"color":"GREEN","zone":"[A-Z_]*","leaf.color":"GREEN"\}' "numbers and words in JSON"
# An array that libbcc's own printing code would take hours to compile for.
printf '%s\n' 'struct large { u64 before[200000]; u64 n; };' 'BPF_ARRAY(large, struct large, 1);' \
	'int f(void *ctx) { int slot = 0; struct large *l = large.lookup(&slot); if (l) lock_xadd(&l->n, 1); return 0; }' \
	>"$tmp/large.c"
run timeout 60 "$KWHILE" "$tmp/large.c" $HEADERS --attach tracepoint:syscalls:sys_enter_getppid=f --show 'large lines "n is %n"' -i 60 \
	-- "$tmp/$name" 1 10007
equal "$status" 0 "exit status with 1.6 MB in an entry"
want "$(sed -n 's/^n is //p' "$tmp/out")" -ge 10007 "the number behind the array"
# An array that is sent by its name alone, which crashes libbcc 0.26 (the check is in its build here).
cat >"$tmp/array.c" <<-'END'
	/// attach tracepoint:syscalls:sys_enter_getppid=on_call
	/// show sent lines "from %value"
	#include <linux/sched.h>
	BPF_PERF_OUTPUT(sent);
	int on_call(void *ctx)
	{
		char comm[TASK_COMM_LEN];

		bpf_get_current_comm(comm, sizeof(comm));
		if (*(u64 *)comm == OWN)
			sent.perf_submit(ctx, comm, sizeof(comm));
		return 0;
	}
END
own=$(printf %s "$name" | od -An -td8 | tr -d ' ')
run "$KWHILE" "$tmp/array.c" $HEADERS -D OWN="$own" -i 60 -- "$tmp/$name" 1 $calls
equal "$(grep -Fxc "from $name" "$tmp/out")" $calls "arrays that were sent"
# What does not compile is shown as it was written.
sed 's/sizeof(comm));$/sizeof(com));/' "$tmp/array.c" >"$tmp/wrong.c"
run "$KWHILE" "$tmp/wrong.c" $HEADERS -D OWN="$own" -n 1
equal "$status" 1 "exit status of what does not compile"
equal "$(grep -Fxc 'sent.perf_submit(ctx, comm, sizeof(com));' "$tmp/err")" 1 "the user's own line"
lacks "$tmp/err" 'kw_|__builtin' "what was made of it"
no_trace "types"
finish
