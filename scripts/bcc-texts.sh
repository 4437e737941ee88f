#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the texts of BCC's own programs, unmodified, with kwhile, and compares what both count of the
# same load; docs/bcc-texts.md has what it prints.
#
#   scripts/bcc-texts.sh [--kernel 6.1|6.12|nobtf|host] [--examples DIR] [--out DIR] [PROGRAM]...
#   scripts/bcc-texts.sh --table RESULTS...
#
# The programs are those of Debian's package bpfcc-tools, its examples included; --examples takes
# the examples from a checkout of BCC's repository. Which of them, with which arguments and under
# which load, is in bcc-texts.d/texts.txt. Each text is written to DIR/texts (build/bcc-texts), as the
# program would give it to BCC's compiler, and nothing of them is kept in this repository.
# Without PROGRAM all are run, which takes the better part of an hour in the lab; ten at a time, so that
# a machine that hangs loses little. host: this machine's kernel.
set -u

here=$(CDPATH='' cd "$(dirname "$0")" && pwd) || exit 2
kernel=6.1 out='' table=''
build=${KWHILE_BUILD:-$here/../build}
while [ $# -gt 0 ]; do
	case $1 in
	--kernel) kernel=$2 && shift ;;
	--examples) KWHILE_BCC_EXAMPLES=$(realpath "$2") && export KWHILE_BCC_EXAMPLES && shift ;;
	--out) out=$2 && shift ;;
	--table) table=yes ;;
	-*) sed -n 's/^# \{0,1\}//; 3,8p' "$0" >&2 && exit 2 ;;
	*) break ;;
	esac
	shift
done
if [ -n "$table" ]; then
	exec python3 "$here/bcc-texts.d/table.py" "$here/bcc-texts.d/texts.txt" "$@"
fi
sh "$here/install-deps.sh" peers || exit 1
[ -x "$build/kwhile" ] || {
	echo "bcc-texts: build first: cmake -B build -G Ninja && ninja -C build" >&2
	exit 2
}
out=${out:-$build/bcc-texts}
mkdir -p "$out" && out=$(realpath "$out") || exit 2
build=$(realpath "$build")

# some PROGRAM...: ten of them, in one machine.
some() {
	if [ "$kernel" = host ]; then
		/usr/bin/python3 "$here/bcc-texts.d/run.py" "$build/kwhile" "$here/bcc-texts.d/texts.txt" "$out" "$@"
		return
	fi
	# shellcheck disable=SC2016 # $LAB_OUT is the machine's
	LAB_OUT=$out "$here/lab" --kernel "$kernel" --timeout 1500 -- sh -c '
		exec /usr/bin/python3 "$1/run.py" "$2" "$1/texts.txt" "$LAB_OUT" $3' - \
		"$here/bcc-texts.d" "$build/kwhile" "$*"
}

if [ $# -eq 0 ]; then
	# shellcheck disable=SC2046 # a list
	set -- $(sed -n 's/^\([^#|]*[^ #|]\) *|.*/\1/p' "$here/bcc-texts.d/texts.txt" | sed 's/.*\///; s/\.py$//')
fi
while [ $# -gt 0 ]; do
	batch=''
	while [ $# -gt 0 ] && [ "$(echo "$batch" | wc -w)" -lt 10 ]; do
		batch="$batch $1"
		shift
	done
	# shellcheck disable=SC2086 # a list
	some $batch
done
python3 "$here/bcc-texts.d/table.py" "$here/bcc-texts.d/texts.txt" "$out/results"
