# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Sourced by scripts/lab: the kernels, and the packages that they come from.
#
# A kernel in the cache is a directory that looks like a small root: boot/vmlinuz-RELEASE
# and, where it could be unpacked, boot/vmlinux-RELEASE; lib/modules/RELEASE with the links
# build and source; usr/src with the headers. Beside them are a file `release`, and an
# initramfs for each version of the guest's init.

# shellcheck disable=SC2034 # for scripts/lab
all_kernels='6.1 6.12 nobtf'
more_kernels=newest
: "${cache:=}" "${lab_d:=}" # set by scripts/lab

say() {
	printf 'lab: %s\n' "$*" >&2
}

die() {
	say "$*"
	exit 2
}

# Runs quietly; shows what it said only if it fails.
quietly() {
	if ! "$@" >"$work/log" 2>&1; then
		say "failed: $*"
		tail -n 20 "$work/log" >&2
		return 1
	fi
}

apt() {
	DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 \
		-o APT::Sandbox::User="$(id -un)" "$@"
}

# The lists may be missing, or older than what the mirror still offers.
apt_again() {
	apt "$@" >/dev/null 2>&1 && return
	[ "$(id -u)" -ne 0 ] || quietly apt update
	quietly apt "$@"
}

# need COMMAND=PACKAGE...: installs the packages whose commands are missing.
need() {
	missing=
	for pair; do
		command -v "${pair%%=*}" >/dev/null 2>&1 || missing="$missing ${pair#*=}"
	done
	[ -n "$missing" ] || return 0
	[ "$(id -u)" -eq 0 ] || die "not installed:$missing (as root, the lab installs what it needs)"
	say "installing$missing"
	# shellcheck disable=SC2086 # a list
	apt_again install -y --no-install-recommends $missing || exit 2
}

# kernel_dir NAME: where that kernel is in the cache, once it is there. Nobody but us
# makes nobtf, so there what it is made of is a part of its name.
kernel_dir() {
	case $1 in
	nobtf) hash=$(sha256sum <"$lab_d/nobtf.config") && echo "$cache/nobtf-${hash%"${hash#????????????}"}" ;;
	*) echo "$cache/$1" ;;
	esac
}

# initrd_file NAME: named by all that goes into it.
initrd_file() {
	hash=$(cat "$lab_d/init" "$lab_d/kernels.sh" | sha256sum)
	echo "$(kernel_dir "$1")/initrd-${hash%"${hash#????????????}"}"
}

# unpack DIRECTORY PACKAGE...: downloads and unpacks without installing.
unpack() {
	into=$1
	shift
	mkdir -p "$work/debs" "$into"
	(cd "$work/debs" && rm -f ./*.deb && apt_again download "$@") || return 1
	for deb in "$work"/debs/*.deb; do
		quietly dpkg-deb -x "$deb" "$into" || return 1
	done
	rm -rf "$work/debs"
}

# The newest 6.12 that has an image and both headers packages: a new version's packages
# do not appear all at once. Says the version, and the package of the image.
newest_6_12() {
	apt-cache search --names-only '^linux-headers-6\.12\.[0-9.]+\+deb12-common$' |
		sed 's/^linux-headers-//; s/-common .*//' | sort -rV |
		while read -r version; do
			apt-cache show "linux-headers-$version-amd64" >/dev/null 2>&1 || continue
			for image in "linux-image-$version-amd64" "linux-image-$version-amd64-unsigned"; do
				if apt-cache show "$image" >/dev/null 2>&1; then
					echo "$version-amd64 $image"
					return
				fi
			done
		done
}

# Says RELEASE and IMAGE PACKAGE of one of Debian's kernels.
resolve() {
	case $1 in
	6.1)
		apt-cache depends linux-image-amd64 2>/dev/null |
			sed -n 's/^ *Depends: linux-image-\(6\.1\.[0-9a-z.-]*\)$/\1 linux-image-\1/p' | head -n 1
		;;
	6.12) newest_6_12 ;;
	newest) newest_resolve ;;
	esac
}

# Newer packages have the modules below /usr, and the kernel beside them.
move_to_boot() { # DIRECTORY RELEASE
	[ -d "$1/usr/lib/modules" ] || return 0
	mkdir -p "$1/lib" "$1/boot"
	mv "$1/usr/lib/modules" "$1/lib/" && mv "$1/lib/modules/$2/vmlinuz" "$1/boot/vmlinuz-$2"
}

# number FILE OFFSET BYTES: a little-endian number in a file.
number() {
	od -An -t "u$3" -j "$2" -N "$3" "$1" | tr -d ' '
}

# The kernel that is packed in vmlinuz, beside it: QEMU can start that directly (PVH),
# and unpacking 6.1 under emulation takes four seconds of each start. The price: no
# KASLR. Offsets are those of Linux's x86 boot protocol; four bytes of size trail.
unpack_vmlinuz() { # VMLINUZ
	packed=$work/packed
	start=$((($(number "$1" 497 1) + 1) * 512 + $(number "$1" 584 4)))
	tail -c +$((start + 1)) "$1" | head -c $(($(number "$1" 588 4) - 4)) >"$packed"
	case $(number "$packed" 0 4) in
	1484404733) xz -dc <"$packed" ;;
	4247762216) zstd -qdc <"$packed" ;;
	*) false ;;
	esac >"$work/vmlinux" 2>"$work/log" && mv "$work/vmlinux" "${1%/*}/vmlinux-${1##*/vmlinuz-}"
	rm -f "$packed" "$work/vmlinux"
}

# Debian's kernel, without the drivers that a virtual machine never has.
fetch_debian() { # NAME DIRECTORY
	found=$(resolve "$1")
	if [ -z "$found" ]; then
		[ "$(id -u)" -ne 0 ] || quietly apt update
		found=$(resolve "$1")
	fi
	[ -n "$found" ] || die "apt knows no kernel $1 with its headers"
	release=${found%% *}
	say "fetching kernel $release (once)"
	# shellcheck disable=SC2086 # a list
	unpack "$2" ${found#* } "linux-headers-$release" "linux-headers-${release%-amd64}-common" || return 1
	move_to_boot "$2" "$release" || return 1
	modules=$2/lib/modules/$release
	rm -rf "${2:?}/usr/share" "$modules/kernel/sound"
	find "$modules/kernel/drivers" -mindepth 1 -maxdepth 1 \
		! -name virtio ! -name block ! -name char -exec rm -rf {} +
	quietly depmod -b "$2" "$release" || return 1
	ln -sfn "../../../usr/src/linux-headers-$release" "$modules/build"
	ln -sfn "../../../usr/src/linux-headers-${release%-amd64}-common" "$modules/source"
	unpack_vmlinuz "$2/boot/vmlinuz-$release"
	echo "$release" >"$2/release"
}

# initramfs: busybox, our init, and the modules on the way to the host's files, numbered
# in the order in which they have to be loaded.
make_initrd() { # KERNEL'S DIRECTORY, FILE
	tree=$work/initrd
	release=$(cat "$1/release")
	mkdir -p "$tree/bin" "$tree/modules"
	cp "$(command -v busybox)" "$tree/bin/busybox"
	install -m 755 "$lab_d/init" "$tree/init"
	if [ -d "$1/lib/modules/$release/kernel" ]; then
		for module in virtio_pci 9pnet_virtio 9p overlay; do
			modprobe --show-depends -C /dev/null -d "$1" -S "$release" "$module" || return 1
		done | sed -n 's/^insmod \(.*\.ko[.a-z]*\) *$/\1/p' | awk '!seen[$0]++' >"$work/modules"
		number=100
		while read -r file; do
			number=$((number + 1))
			to=$tree/modules/$number-$(basename "${file%.xz}")
			case $file in
			*.xz) xz -dc "$file" >"$to" ;;
			*) cp "$file" "$to" ;;
			esac || return 1
		done <"$work/modules"
	fi
	(cd "$tree" && find . | cpio --quiet -o -H newc -R 0:0) | gzip -1 >"$work/initrd.gz" &&
		mv "$work/initrd.gz" "$2"
	rm -rf "$tree"
}

# prepare NAME: nothing if the kernel and its initramfs are there, else makes what is
# missing in a directory beside and renames it, one lab at a time.
prepare() {
	directory=$(kernel_dir "$1")
	initrd=$(initrd_file "$1")
	[ ! -f "$directory/release" ] || [ ! -f "$initrd" ] || return 0
	mkdir -p "$cache" || die "cannot make the cache $cache"
	exec 9>"$cache/lock" || die "cannot write to the cache $cache"
	flock 9
	# What a machine that was switched off left.
	find "$cache" -maxdepth 1 -name 'tmp.*' -mmin +600 -exec rm -rf {} +
	work=$(mktemp -d "$cache/tmp.XXXXXX") || exit 2
	need cpio=cpio depmod=kmod xz=xz-utils zstd=zstd
	[ -f "$directory/release" ] || make_kernel "$1" "$directory" || die "cannot prepare the kernel $1"
	if [ ! -f "$initrd" ]; then
		static_busybox
		find "$directory" -name 'initrd-*' -mtime +1 -delete
		make_initrd "$directory" "$initrd" || die "cannot make the initramfs of $1"
	fi
	rm -rf "$work"
	work=
	exec 9>&-
}

make_kernel() { # NAME DIRECTORY
	mkdir "$work/kernel"
	case $1 in
	nobtf) build_nobtf "$work/kernel" ;;
	newest) (newest_sources && fetch_debian newest "$work/kernel") ;;
	*) fetch_debian "$1" "$work/kernel" ;;
	esac && chmod 755 "$work/kernel" && mv "$work/kernel" "$2"
}

# In an initramfs there are no shared libraries.
static_busybox() {
	if ! dpkg-query -W -f '${Status}' busybox-static 2>/dev/null | grep -q 'ok installed'; then
		need lab-static-busybox=busybox-static
	fi
}
