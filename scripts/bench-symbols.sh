#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What it takes to name addresses of a large process, beside libbcc (what BPF.sym() of BCC's Python calls).
# Prints a table in Markdown for docs/user-space.md.
set -u

usage() {
	cat <<'END_OF_USAGE'
usage: sh scripts/bench-symbols.sh [--short] [PID]...

Names 20,000 addresses (--short: 2,000), evenly spread over what each process has mapped of files: of the
processes given, or else of java, chromium and clang, which are started where they are installed (--short:
clang only). Figures are medians of 5 runs (--short: 1), the tracers taking turns.
Ends with 0 when libbcc knows no name that kwhile does not.

KWHILE_BUILD     build directory (build)
END_OF_USAGE
}

cd "$(dirname "$0")/.." || exit 1
build=${KWHILE_BUILD:-build}
times=5 addresses=20000 programs='java chromium clang'
while [ $# -gt 0 ]; do
	case $1 in
	--short) times=1 addresses=2000 programs=clang ;;
	[0-9]*) break ;;
	-h | --help) usage && exit ;;
	*) usage >&2 && exit 2 ;;
	esac
	shift
done
tmp=$(mktemp -d) || exit 1
children=
failed=

# shellcheck disable=SC2317 # called by a trap
cleanup() {
	for child in $children; do
		kill "$child" 2>/dev/null && wait "$child" 2>/dev/null
	done
	rm -rf "$tmp"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
cc -O2 -D_GNU_SOURCE -o "$tmp/bcc" scripts/bench.d/symbols_bcc.c -lbcc || exit 1

# start PROGRAM: one that has all of its libraries, and waits. Its number is in $pid.
start() {
	mkfifo "$tmp/$1" || exit 1
	case $1 in
	java)
		echo 'class Wait { public static void main(String[] a) throws Exception { System.in.read(); } }' \
			>"$tmp/Wait.java"
		java "$tmp/Wait.java" <"$tmp/$1" >/dev/null 2>&1 &
		;;
	chromium)
		HOME=$tmp chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
			--disable-background-networking --disable-component-update --disable-sync \
			--user-data-dir="$tmp/profile" --remote-debugging-port=0 about:blank \
			<"$tmp/$1" >/dev/null 2>&1 &
		;;
	clang) clang -fsyntax-only -x c - <"$tmp/$1" >/dev/null 2>&1 & ;;
	esac
	pid=$!
	children="$children $pid"
	# Held open until the end, so that it waits.
	exec 3>"$tmp/$1"
	sleep 5
}

# spread PID: as many addresses as asked for, in files that it has mapped.
spread() {
	/usr/bin/python3 -IS - "$1" "$addresses" <<'END_OF_PYTHON'
import sys

maps = []
for line in open(f"/proc/{sys.argv[1]}/maps"):
    part = line.split(None, 5)
    if part[1][2] == "x" and len(part) == 6 and part[5].startswith("/"):
        start, end = (int(x, 16) for x in part[0].split("-"))
        maps.append((start, end - start))
total = sum(size for _, size in maps)
for start, size in maps:
    n = max(1, int(sys.argv[2]) * size // total)
    for i in range(n):
        print("%x" % (start + size * i // n + size // n // 2))
END_OF_PYTHON
}

# medians FILE: of each column.
medians() {
	for column in 1 2 3 4 5; do
		cut -d' ' -f$column "$1" | sort -n | sed -n "$(((times + 1) / 2))p"
	done | tr '\n' ' '
}

row() { # NAME PID
	spread "$2" >"$tmp/addresses"
	: >"$tmp/ours"
	: >"$tmp/theirs"
	i=0
	while [ $i -lt $times ]; do
		"$build/tests/bench_symbols" "$2" "$tmp/addresses" "$tmp/names" >>"$tmp/ours" || failed=yes
		"$tmp/bcc" "$2" "$tmp/addresses" "$tmp/names-bcc" >>"$tmp/theirs" || failed=yes
		i=$((i + 1))
	done
	paste -d'\t' "$tmp/names" "$tmp/names-bcc" | awk -F'\t' '
		function named(name) { return name != "" && name !~ /\+0x[0-9a-f]+$/ && name !~ /^0x/ }
		{
			both += named($1) && named($2)
			same += named($1) && $1 == $2
			more += named($1) && !named($2)
			if (!named($1) && named($2)) {
				less++
				print "only libbcc has a name: " $2 >"/dev/stderr"
			}
		}
		END { print NR, both + 0, same + 0, more + 0, less + 0 }' >"$tmp/agree"
	read -r all both same more less <"$tmp/agree"
	if [ "$less" -ne 0 ] || [ "$((both + more))" -eq 0 ]; then
		failed=yes
	fi
	# shellcheck disable=SC2046 # numbers
	set -- "$1" $(medians "$tmp/ours") $(medians "$tmp/theirs")
	printf '| %s | %s ms, then %s | %s ms, then %s | %s, %s kB | %s, %s kB |' "$1" "$3" "$4" "$8" "$9" "$5" "$6" \
		"${10}" "${11}"
	awk -v ours="$3" -v theirs="$8" -v mine="$5" -v other="${10}" \
		'BEGIN { printf " %.1f | %.1f |", theirs / (ours > 0 ? ours : 1), other / (mine > 0 ? mine : 1) }'
	echo " $both (as libbcc says it: $same), $more, $less of $all |"
}

echo '| process | kwhile | libbcc | kwhile: memory at the worst, at the end | libbcc | times as long | as much | names that both have; only kwhile; only libbcc |'
echo '|---|---|---|---|---|---|---|---|'
for pid; do
	row "$(cat "/proc/$pid/comm")" "$pid"
done
if [ $# -eq 0 ]; then
	for program in $programs; do
		command -v "$program" >/dev/null || continue
		start "$program"
		row "$program" "$pid"
		exec 3>&-
	done
fi
[ -z "$failed" ]
