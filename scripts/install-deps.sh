#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what one kind of work on kwhile needs, on Debian and Ubuntu:
#   scripts/install-deps.sh [build|test|lab|peers]    (build unless told)
# Asks nothing, and does nothing when all of it is there.
set -u

die() {
	echo "install-deps: $*" >&2
	exit 1
}

# libclang-rt-*-dev: the one that belongs to the distribution's clang.
group=${1:-build}
case $group in
build)
	packages='gcc g++ libc6-dev cmake ninja-build pkg-config libbpfcc-dev libbpf-dev libjansson-dev
		libxxhash-dev zlib1g-dev libelf-dev liblzma-dev libiberty-dev libcmocka-dev'
	;;
test)
	packages='clang libclang-rt-*-dev clang-format clang-tidy cppcheck shellcheck python3 git
		systemtap-sdt-dev default-jdk-headless'
	;;
lab)
	packages='qemu-system-x86 busybox-static cpio kmod xz-utils util-linux make gcc binutils
		flex bison bc perl libelf-dev libssl-dev'
	;;
peers)
	packages='bpftrace bpfcc-tools python3-bpfcc'
	;;
*)
	echo "usage: scripts/install-deps.sh [build|test|lab|peers]" >&2
	exit 2
	;;
esac

# Says which of the packages named are not installed. dpkg-query says them all in one go,
# and a package that another one provides (pkg-config by pkgconf) as well.
missing() {
	dpkg-query -W -f '${db:Status-Status} ${Package} ${Provides}\n' "$@" 2>/dev/null |
		awk -v wanted="$*" '
			function pattern(name) {
				gsub(/[.+]/, "\\\\&", name)
				gsub(/\*/, "[0-9]+", name)
				return "^" name "$"
			}
			$1 == "installed" {
				for (i = 2; i <= NF; i++) {
					sub(/,$/, "", $i)
					have[$i]
				}
			}
			END {
				n = split(wanted, list)
				for (i = 1; i <= n; i++) {
					found = 0
					for (name in have)
						if (name ~ pattern(list[i]))
							found = 1
					if (!found)
						print list[i]
				}
			}'
}

apt() {
	DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@" </dev/null
}

# Which libclang-rt-N-dev is the one of this distribution's clang?
resolved() {
	version=$(apt-cache depends clang 2>/dev/null | sed -n 's/^ *Depends: clang-\([0-9]*\)$/\1/p' | head -n 1)
	printf '%s\n' "$@" | sed "s/\\*/$version/"
}

install() {
	# shellcheck disable=SC2046 # a list
	set -- $(resolved "$@")
	for name; do
		case $name in
		*--dev) return 1 ;; # the lists do not even know clang
		esac
	done
	apt install -y --no-install-recommends "$@"
}

set -f
if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	# shellcheck disable=SC2086 # a list
	die "this is for Debian and Ubuntu; elsewhere, install what these packages hold:" $packages
fi
# shellcheck disable=SC2086,SC2046 # lists
set -- $(missing $packages)
[ $# -gt 0 ] || exit 0
if [ "$(id -u)" -ne 0 ]; then
	die "not installed: $* (run: sudo sh scripts/install-deps.sh $group)"
fi
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
echo "install-deps: installing $*" >&2
# The lists may be missing, or older than what the mirror still offers.
if ! install "$@" >"$log" 2>&1; then
	apt update >"$log" 2>&1 || true
	if ! install "$@" >>"$log" 2>&1; then
		tail -n 20 "$log" >&2
		die "cannot install $*"
	fi
fi
