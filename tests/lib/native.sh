# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Sourced by tests/native/*.sh behind check.sh: kwhile on the machine's own kernel, for which there
# are often no headers: $HEADERS are the options for those that headers.sh finds.

# shellcheck source-path=SCRIPTDIR source=headers.sh
. "$(dirname "$0")/../lib/headers.sh"
[ -d "$KWHILE_HEADERS" ] || cannot "the headers of the lab's kernel 6.1 are not there (scripts/lab --prepare 6.1)"
# shellcheck disable=SC2034 # for tests
HEADERS="--kernel-headers $KWHILE_HEADERS --allow-other-headers"
# shellcheck disable=SC2034 # for tests
texts=$(cd "$(dirname "$0")/../texts" && pwd)
[ "$(id -u)" -eq 0 ] || cannot "not root"

# A cache and temporary files of its own, so that what was there before does not matter.
KWHILE_CACHE=${tmp:?is set by check.sh}/cache
TMPDIR=$tmp
export KWHILE_CACHE TMPDIR

# Directories of merged headers that a run has left behind.
merged_left() {
	find "$tmp" -maxdepth 1 -name 'kwhile-headers-*' | wc -l
}

# no_trace WHAT...: no process, no merged headers.
no_trace() {
	nothing_left "$@"
	equal "$(merged_left)" 0 "merged header directories left by: $*"
}

# number_of NAME: its first 8 bytes as a number, by which texts ask for the program of that name.
number_of() {
	printf '%s\0\0\0\0\0\0\0\0' "$1" | head -c 8 | od -An -td8 | tr -d ' '
}

# own_load LOAD: a copy of the load program under a name of its own, $own_load: who else runs the same
# load on this machine is told apart by it. $own_name is the name as a number, for texts.
own_load() {
	native_name=$(printf '%08d' $$)
	own_load=$tmp/$native_name
	# shellcheck disable=SC2034 # for tests
	own_name=$(number_of "$native_name")
	cp "$KWHILE_BUILD/tests/load_$1" "$own_load"
}
