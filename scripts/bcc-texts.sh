#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the texts of BCC's own programs, unmodified, with kwhile, and compares what both count of the
# same load; docs/bcc-texts.md has what it prints.
#
#   scripts/bcc-texts.sh [--on host|6.1|6.12|nobtf] [--examples DIR] [--out DIR] [PROGRAM]...
#   scripts/bcc-texts.sh --table RESULTS...
#
# The programs are those of Debian's package bpfcc-tools, its examples included; --examples takes
# the examples from a checkout of BCC's repository. Which of them, with which arguments and under
# which load, is in bcc-texts.d/texts.txt. Each text is written to DIR/texts (build/bcc-texts), as the
# program would give it to BCC's compiler, and nothing of them is kept in this repository.
# Without --on and PROGRAM all are run, those that the list has for the host on this machine's kernel and
# the others in the lab, ten at a time, so that a machine that hangs loses little. A program that takes
# longer than texts do is ended: all take an hour on two CPUs, and at most three.
set -u

here=$(CDPATH='' cd "$(dirname "$0")" && pwd) || exit 2
kernels='host 6.1' out='' table=''
build=${KWHILE_BUILD:-$here/../build}
while [ $# -gt 0 ]; do
	case $1 in
	--on | --kernel) kernels=$2 && shift ;;
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
list=$here/bcc-texts.d/texts.txt

# listed KERNEL: the programs that the list has for the host, or for the lab.
listed() {
	awk -F ' [|]' -v host="$([ "$1" = host ]; echo $((! $?)))" '
		/^[^#]/ && (" " $3 " " ~ / host /) == host {
			sub(/.*\//, "", $1); sub(/\.py *$/, "", $1); print $1
		}' "$list"
}

# here PROGRAM...: on this machine. Where its kernel has no headers, both get those of the lab's 6.1, in a view
# of /lib/modules of their own.
host() {
	if [ -e "/lib/modules/$(uname -r)/build" ]; then
		/usr/bin/python3 "$here/bcc-texts.d/run.py" "$build/kwhile" "$list" "$out" "$@"
		return
	fi
	"$here/lab" --prepare 6.1 || return
	# shellcheck source-path=SCRIPTDIR source=../tests/lib/headers.sh
	. "$here/../tests/lib/headers.sh"
	headers=$headers_lab/lib/modules/$(cat "$headers_lab/release")
	# shellcheck disable=SC2016 # for the other shell
	KWHILE_BCC_OPTIONS=--allow-other-headers unshare -m sh -c '
		build=$(realpath "$1/build") source=$(realpath "$1/source") modules=/lib/modules/$(uname -r)
		shift
		mkdir -p /lib/modules && mount -t tmpfs none /lib/modules && mkdir "$modules" &&
			ln -s "$build" "$modules/build" && ln -s "$source" "$modules/source" && exec "$@"' - \
		"$headers" /usr/bin/python3 "$here/bcc-texts.d/run.py" "$build/kwhile" "$list" "$out" "$@"
}

# some KERNEL PROGRAM...: in one machine.
some() {
	on=$1
	shift
	if [ "$on" = host ]; then
		host "$@"
		return
	fi
	# shellcheck disable=SC2016 # $LAB_OUT is the machine's
	LAB_OUT=$out "$here/lab" --kernel "$on" --timeout 1500 -- sh -c '
		exec /usr/bin/python3 "$1/run.py" "$2" "$1/texts.txt" "$LAB_OUT" $3' - \
		"$here/bcc-texts.d" "$build/kwhile" "$*"
}

began=$(date +%s)
given=$*
for kernel in $kernels; do
	# shellcheck disable=SC2046,SC2086 # lists
	set -- ${given:-$(listed "$kernel")}
	while [ $# -gt 0 ]; do
		batch=''
		while [ $# -gt 0 ] && [ "$(echo "$batch" | wc -w)" -lt 10 ]; do
			batch="$batch $1"
			shift
		done
		# shellcheck disable=SC2086 # a list
		some "$kernel" $batch
	done
done
python3 "$here/bcc-texts.d/table.py" "$list" "$out/results"
echo
echo "It took $((($(date +%s) - began) / 60)) minutes."
