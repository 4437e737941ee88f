#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 500
# Each kind of probe on functions of the kernel, on calls that are known exactly: kprobes inside a
# function and by a pattern, system calls by any architecture's name, fentry, fexit and LSM hooks; and
# what a kernel says that has no BTF, or does not call BPF at LSM hooks.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"

tally=examples/tally.c
kinds=tests/texts/kinds.c
release=$(uname -r)
getppid=$KWHILE_BUILD/tests/load_getppid
events=$KWHILE_BUILD/tests/load_events

# tallied N PROBE COMMAND...: COMMAND makes N calls, and the probe fires as often in it.
tallied() {
	n=$1 probe=$2
	shift 2
	run "$KWHILE" $tally "$probe" -i 60 -- "$@"
	equal "$status" 0 "exit status at $probe"
	equal "$(grep -c "^$n times [0-9]" "$tmp/out")" 1 "processes with $n calls at $probe"
}

echo '--- names of system calls, patterns, offsets'
tallied 10007 kprobe:sys_getppid "$getppid" 1 10007
has "$tmp/err" 'sys_getppid is probed as __x64_sys_getppid' 'the name is told'
tallied 10009 kretprobe:__arm64_sys_getppid "$getppid" 1 10009
tallied 10037 'kprobe:__x64_sys_getpgi[a-d]' "$events" getpgid 10037
inside=0
between=0
for offset in 5 6 7 8 9 0xa 0xb; do
	[ $inside -eq 0 ] || [ $between -eq 0 ] || break
	run "$KWHILE" $tally kprobe:__x64_sys_getppid+$offset -i 60 -- "$getppid" 1 10039
	if [ "$status" -eq 0 ]; then
		equal "$(grep -c '^10039 times [0-9]' "$tmp/out")" 1 "processes with 10039 calls at +$offset"
		inside=1
	else
		has "$tmp/err" "(is not the start of an|there is no) instruction" \
			"+$offset is refused"
		between=1
	fi
done
equal "$inside $between" '1 1' 'some offsets can be probed, and some cannot'

# links: how many of which kind the run in the background has.
links() {
	grep -h '^link_type' /proc/"$child"/fdinfo/* | sort | uniq -c | sed 's/^ *//; s/link_type:\t*//'
}

# counted WAY: 1009 calls of two functions that one pattern matches, the links it took, and what was
# skipped: the handler's own look-ups are probed as well, and run inside of it.
counted() {
	run "$KWHILE" $tally 'kprobe:__x64_sys_get*id*' -i 60 -- "$events" getpgid 1009
	equal "$(grep -c '^2018 times [0-9]' "$tmp/out")" 1 "processes with 2018 calls, $1"
	run "$KWHILE" $tally 'kprobe:*htab*' --attach kprobe:sys_getppid=on_event -i 60 -o json -- "$getppid" 1 10007
	grep -o '"value":10007,' "$tmp/out" | sort -u >"$tmp/value"
	equal "$(cat "$tmp/value")" '"value":10007,' "calls counted, $1"
	grep -o '"events_skipped":[^,]*' "$tmp/out" | tail -n 1 >"$tmp/skipped.$1"
	"$KWHILE" -v $tally 'kprobe:vfs_*' -i 60 >"$tmp/out" 2>"$tmp/err" </dev/null &
	child=$!
	children="$children $child"
	wait_for 60 grep -q 'probes attached' "$tmp/err"
	links >"$tmp/links.$1"
	kill -INT $child
	wait $child
	equal $? 0 "exit status of vfs_*, $1"
	nothing_left "$1"
}

echo '--- many functions by one link'
counted default
KWHILE_WITHOUT=kprobe-multi
export KWHILE_WITHOUT
counted one-by-one
unset KWHILE_WITHOUT
cat "$tmp/links.default" "$tmp/links.one-by-one" "$tmp/skipped.default" "$tmp/skipped.one-by-one"
has "$tmp/links.one-by-one" '^[0-9][0-9]+ perf$' 'one by one: a link each'
if "$KWHILE" doctor | grep -q '^kprobe-multi *yes'; then
	equal "$(cat "$tmp/links.default")" '1 kprobe_multi' 'at once: one link'
	# The look-ups that a reader of tables makes are a few more.
	has "$tmp/skipped.default" ':100[0-9][0-9]$' 'what the kernel skipped at once is known'
	has "$tmp/skipped.one-by-one" ':100[0-9][0-9]$' 'and it is what it skips one by one'
else
	has /proc/version ' (6\.1\.|6\.1[4-9]|[7-9]\.)' 'a kernel without such links, or that we do not use them on'
	equal "$(cat "$tmp/links.default")" "$(cat "$tmp/links.one-by-one")" 'one link each in both ways'
fi
# A handler that asks where it is, or for the stack, is at kprobes of its own.
run "$KWHILE" -v $tally 'kprobe:__x64_sys_get*id*' 'PT_REGS_IP(ctx)' --as 'tally key ksym' -i 60 -- "$events" getpgid 1009
has "$tmp/out" '^1009 times __x64_sys_getpgid' 'functions by their ip'
run "$KWHILE" $tally 'kprobe:__x64_sys_get*id*' 'bpf_get_func_ip(ctx)' --as 'tally key ksym' -i 60 -- "$events" getpgid 1009
has "$tmp/out" '^1009 times __x64_sys_getpgid$' 'functions by bpf_get_func_ip()'

echo '--- fentry, fexit, LSM'
if ! [ -e /sys/kernel/btf/vmlinux ]; then
	for probe in fentry:vfs_read kretfunc:vfs_read lsm:file_open; do
		refused 1 "vfs_read|file_open needs BTF, and this kernel \($release\) has none" \
			"$KWHILE" $tally $probe
	done
	refused 1 'fentry:vfs_read needs BTF, .*; kprobe:vfs_read does without' "$KWHILE" $tally fentry:vfs_read
	refused 1 'fexit:vfs_read needs BTF, .*; kretprobe:vfs_read does without' "$KWHILE" $tally fexit:vfs_read
	run "$KWHILE" $tally kprobe:sys_getppid --attach '?fentry:vfs_read=on_event' -i 60 -- "$getppid" 1 10007
	equal "$status" 0 'exit status of a text that can do without fentry'
	has "$tmp/err" 'fentry:vfs_read needs BTF, .*; going on without it' 'it says so'
	equal "$(grep -c '^10007 times [0-9]' "$tmp/out")" 1 'processes with 10007 calls'
	finish
fi

# called KIND N: how many processes called so often.
called() {
	equal "$(grep -c "^$1 [0-9]* = $2\$" "$tmp/out")" 1 "processes with $2 calls of kind $1"
}

mount -t securityfs securityfs /sys/kernel/security 2>/dev/null
cat /sys/kernel/security/lsm
echo
shown='calls count "%kind %process = %value"'
run "$KWHILE" $kinds -i 60 --show "$shown" -c "'$getppid' 1 10007 && '$events' getpgid 1009"
cat "$tmp/err"
if grep -q bpf /sys/kernel/security/lsm; then
	equal "$status" 0 'exit status of a text with every kind of handler'
	called 5 1009
else
	equal "$status" 1 'exit status of a text with an LSM hook'
	has "$tmp/err" 'lsm:task_getpgid: this kernel does not call BPF at LSM hooks' 'it says why'
	run "$KWHILE" $kinds -i 60 --show "$shown" --attach kprobe:sys_getppid=syscall__getppid \
		--attach kretprobe:sys_getppid=kretprobe__sys_getppid \
		--attach kfunc:sys_getpgid=kfunc____x64_sys_getpgid \
		--attach fexit:sys_getpgid=kretfunc____x64_sys_getpgid \
		-c "'$getppid' 1 10007 && '$events' getpgid 1009"
	equal "$status" 0 'exit status without the LSM hook'
	cat "$tmp/err"
fi
called 1 10007
called 2 10007
called 3 1009
called 4 1009
refused 2 'no function vfs_reat in this kernel; did you mean vfs_read' "$KWHILE" $tally fentry:vfs_reat
refused 2 'has no LSM hook file_opn; did you mean file_open' "$KWHILE" $tally lsm:file_opn
nothing_left 'probes'
finish
