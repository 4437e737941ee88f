#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Does memory grow after the start? Many samples of a table that stands still and of one that has other
# keys in each, read with flips and without (below 100 ms), as text and as JSON. Prints a table in
# Markdown for docs/startup.md: resident memory at an early sample and at a late one.
#
#   sh scripts/bench-memory.sh [--short]     --short: fewer samples; a quarter of an hour becomes half a minute
#
# KWHILE_BUILD is the build directory (build); KWHILE_OPTIONS are further options for kwhile, such as
# --kernel-headers DIR where the running kernel's headers are elsewhere. Ends with 1 if memory grew.
set -u

cd "$(dirname "$0")/.." || exit 1
build=${KWHILE_BUILD:-build}
growing=100000 flipped=2000
case ${1:-} in
--short) growing=4000 flipped=60 ;;
'') ;;
*) sed -n '3,10s/^# \{0,1\}//p' "$0" && exit 2 ;;
esac
failed=
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkfifo "$tmp/samples"
cat >"$tmp/memory.c" <<'END'
/// memory - one table that stands still, and one that has other keys in each sample
/// attach tracepoint:raw_syscalls:sys_enter=on_call
/// fresh changing
/// show standing count "%value calls of %key"
/// show changing top "%value at %key"
BPF_HASH(standing, u64, u64, 512);
BPF_HASH(changing, u64, u64, 64);
int on_call(struct tracepoint__raw_syscalls__sys_enter *args)
{
	u64 key = args->id & 63, now = bpf_ktime_get_ns();

	kw_add(standing, &key, 1);
	kw_add(changing, &now, 1);
	return 0;
}
END

# Resident kB of process $pid at samples $early and $late: the kernel's exact count, which status has not.
watch() {
	awk -v file="/proc/$pid/smaps_rollup" -v early="$early" -v late="$late" '
		/^---- new sample|^{"sample"/ {
			n++
			if (n != early && n != late)
				next
			while ((getline line < file) > 0)
				if (line ~ /^Rss:/) {
					split(line, part, " ")
					printf "%s ", part[2]
				}
			close(file)
		}
		END { print n }' <"$tmp/samples"
}

# row SAMPLES INTERVAL FORMAT WHAT
row() {
	samples=$1
	early=$((samples < 10000 ? samples / 4 : 1000))
	late=$((samples - 10))
	# shellcheck disable=SC2086 # a list of options
	"$build/kwhile" "$tmp/memory.c" ${KWHILE_OPTIONS:-} -n "$1" -i "$2" -o "$3" >"$tmp/samples" 2>"$tmp/err" &
	pid=$!
	read -r first last n <<-END
		$(watch)
	END
	wait $pid || failed=yes
	echo "| $3, $4 | $early: $first | $late: $last |"
	# A page or two of stack or of a library that was not touched before.
	[ "${n:-0}" -eq "$1" ] && [ "${last:-0}" -gt 0 ] && [ "$last" -le $((first + 32)) ] || failed=yes
}

echo "| samples as | kB at an early one | kB at a late one |"
echo "|---|---|---|"
for format in text json; do
	row $growing 0.001 $format "read as they grow, every 1 ms"
	row $flipped 0.1 $format "in two halves, every 100 ms"
done
if [ -n "$failed" ]; then
	echo "bench-memory: memory grew, or a run failed: $(tail -n 1 "$tmp/err")" >&2
	exit 1
fi
