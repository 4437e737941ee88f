#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 400
# Stacks on kprobes and uprobes: the kernel's are those that ftrace has of the same events, the user's
# are those of a program whose tree of calls is known.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"

text=tests/texts/stacks_at.c
calls=1003
tree=$KWHILE_BUILD/tests/load_tree
size=

# folded PROBE COMMAND...: stacks at PROBE while COMMAND runs.
folded() {
	probe=$1
	shift
	run "$KWHILE" $text --attach "$probe=on_call" -o folded -i 600 ${size:+--size stacks=$size} -- "$@"
	equal "$status" 0 "exit status at $probe"
	equal "$(grep -cv 'missed is not known in full$' "$tmp/err")" 0 "other words on stderr at $probe"
}

# chain REGEX: what the folded lines of that chain add up to.
chain() {
	awk -v wanted="^$1 [0-9]+\$" '$0 ~ wanted { sum += $NF } END { print sum + 0 }' "$tmp/out"
}

# ours COMM: the kernel's part of its chains, from the outermost function on: "a;b;c 17".
ours() {
	awk -v comm="$1" '
		{
			n = split(substr($0, 1, length($0) - length($NF) - 1), part, ";")
			if (part[1] != comm)
				next
			chain = ""
			for (i = 2; i <= n; i++)
				if (sub(/_\[k\]$/, "", part[i]))
					chain = chain (chain == "" ? "" : ";") part[i]
			count[chain] += $NF
		}
		END { for (c in count) print c, count[c] }' "$tmp/out"
}

# theirs COMM: the same of the trace, where stacks are entries of their own, the innermost first.
theirs() {
	awk -v comm="$1" '
		function end() {
			if (chain != "")
				count[chain]++
			chain = ""
		}
		/^ => / {
			if (mine)
				chain = $2 (chain == "" ? "" : ";") chain
			next
		}
		{
			end()
			mine = /<stack trace>/ && $0 ~ "^ *" comm "-[0-9]"
		}
		END {
			end()
			for (c in count) print c, count[c]
		}' "$T"/trace
}

# one_name: of the names that one address has, each tracer takes another one. Lines of chains, with the
# first that /proc/kallsyms has.
one_name() {
	awk '
		FNR == NR {
			if (!($1 in first))
				first[$1] = $3
			same[$3] = first[$1]
			next
		}
		{
			n = split($1, part, ";")
			for (i = 1; i <= n; i++)
				printf "%s%s", part[i] in same ? same[part[i]] : part[i], i < n ? ";" : " "
			print $2
		}' /proc/kallsyms - | sort
}

# same FUNCTION COMMAND...: ftrace and kwhile see the same events, and the same stacks. Two stacks with one
# hash share a place, and the second is not kept: then once more with another number of places.
same() {
	for size in 16384 32768 65536; do
		compare "$@"
		grep -q 'stack not kept' "$tmp/out" || break
	done
	size=
	if cmp -s "$tmp/ours" "$tmp/theirs"; then
		echo "ok: the same stacks at $function"
	else
		fail "stacks at $function differ: ours are <, ftrace's are >"
		diff "$tmp/ours" "$tmp/theirs" | head -n 20
	fi
}

compare() {
	function=$1 comm=$(basename "$2" | cut -c1-15)
	shift
	truth_quiet
	truth_buffers 16384
	truth_kprobe_start "$function" || fail "no kprobe of tracefs"
	echo 1 >"$T"/options/stacktrace
	echo >"$T"/trace
	folded "kprobe:$function" "$@"
	echo 0 >"$T"/tracing_on
	echo 0 >"$T"/options/stacktrace
	truth_complete || fail "the trace is not complete"
	theirs "$comm" | one_name >"$tmp/theirs"
	ours "$comm" | one_name >"$tmp/ours"
	truth_kprobe_stop "$function" >/dev/null
	truth_quiet
	chains=$(wc -l <"$tmp/theirs")
	total=$(awk '{ sum += $NF } END { print sum + 0 }' "$tmp/theirs")
	echo "ftrace has $total stacks of $chains chains at $function, the most frequent:"
	sort -rn -k2 "$tmp/theirs" | head -n 3
}

echo '--- the kernel'
same __x64_sys_getppid "$KWHILE_BUILD/tests/load_getppid" 2 $calls
equal "$total" $((2 * calls)) "stacks that ftrace has"
cp "$(command -v ls)" "$tmp/stacks_ls"
same dput "$tmp/stacks_ls" -lR /etc/apt /sys/kernel/mm
want "$chains" -ge 5 "different chains to dput()"
want "$total" -ge 100 "stacks at dput()"

echo '--- user space'
start='load_tree;[^ ]*main'
folded "uprobe:$tree:tree_leaf" "$tree" $calls
# At the first instruction of a function its frame is not there yet. 6.11 learned to find the caller all the
# same (is_uprobe_at_func_entry() in arch/x86/events/core.c), and so did Debian's 6.1.
equal "$(chain "$start;tree_a;tree_leaf")" $calls "a calls once"
equal "$(chain "$start;tree_b;tree_mid;tree_leaf")" $((2 * calls)) "b calls twice"
equal "$(chain "$start;tree_c;tree_c;tree_c;tree_leaf")" $((3 * calls)) "c calls three times"
# Behind the first instructions, which make the frame, all of it is there on any kernel.
offset=$(objdump -d --no-show-raw-insn "$tree" | awk '
	/<tree_leaf>:$/ { sub(/^0*/, "", $1); start = $1; inside = 1; next }
	inside && framed { sub(/:$/, "", $1); print "0x" $1; exit }
	inside && /mov +%rsp,%rbp/ { framed = 1 }')
folded "uprobe:$tree:$offset" "$tree" $calls
equal "$(chain "$start;tree_a;tree_leaf")" $calls "a, behind the frame's making"
equal "$(chain "$start;tree_b;tree_mid;tree_leaf")" $((2 * calls)) "b, the same"
equal "$(chain "$start;tree_c;tree_c;tree_c;tree_leaf")" $((3 * calls)) "c, the same"

echo '--- both, at a function of the kernel'
folded kprobe:__x64_sys_getppid "$tree" $calls
equal "$(chain "$start;tree_a;.*getppid;.*__x64_sys_getppid_\[k\]")" $calls "a"
equal "$(chain "$start;tree_b;tree_mid;.*getppid;.*__x64_sys_getppid_\[k\]")" $((2 * calls)) "b"
equal "$(chain "$start;tree_c;tree_c;tree_c;.*getppid;.*__x64_sys_getppid_\[k\]")" $((3 * calls)) "c"

# As in a container whose image was changed: a file of overlayfs that was written to has another inode
# number in /proc/PID/maps of older kernels (6.1) than stat(2) says.
echo '--- user space, on overlayfs'
mkdir "$tmp/lower" "$tmp/top" "$tmp/merged"
cp "$tree" "$KWHILE_BUILD/tests/load_indirect" "$KWHILE_BUILD/tests/libload.so" "$tmp/lower"
mount -t tmpfs top "$tmp/top"
mkdir "$tmp/top/upper" "$tmp/top/work"
mount -t overlay -o "lowerdir=$tmp/lower,upperdir=$tmp/top/upper,workdir=$tmp/top/work" merged "$tmp/merged" ||
	fail "no overlay"
touch "$tmp/merged"/*
folded "uprobe:$tmp/merged/load_tree:tree_leaf" "$tmp/merged/load_tree" $calls
equal "$(chain "$start;tree_a;tree_leaf")" $calls "a, of a file that was copied up"
equal "$(chain "$start;tree_b;tree_mid;tree_leaf")" $((2 * calls)) "b, the same"
equal "$(chain "$start;tree_c;tree_c;tree_c;tree_leaf")" $((3 * calls)) "c, the same"
mkfifo "$tmp/go"
LD_LIBRARY_PATH=$tmp/merged "$tmp/merged/load_indirect" $calls <"$tmp/go" >"$tmp/load" &
exec 3>"$tmp/go"
wait_for 20 test -s "$tmp/load" || fail "load_indirect does not say its number"
for file in "$tmp/merged/libload.so" load; do
	run "$KWHILE" $text --attach "uprobe:$file:load_lib_indirect=on_call" --pid "$(head -n 1 "$tmp/load")" -n 1 -i 0.1
	equal "$status: $(grep -cv 'missed is not known in full$' "$tmp/err")" "0: 0" "an indirect function of $file"
done
run "$KWHILE" $text --attach "uprobe:$tmp/merged/libload.so:load_lib_indirect=on_call" -i 60 -o folded \
	-c "echo go >'$tmp/go'; tail --pid=\$(head -n 1 '$tmp/load') -f /dev/null"
equal "$(awk '/load_indirect/ { sum += $NF } END { print sum + 0 }' "$tmp/out")" $calls "its calls"
exec 3>&-
umount "$tmp/merged" "$tmp/top"
nothing_left "stacks"
finish
