# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Sourced by scripts/lab: a kernel without BTF, built from Debian's source of 6.1.
: "${work:=}" "${lab_d:=}" # set by scripts/lab

# Only what a probe compiler includes, so that the cache stays small.
keep_headers() { # SOURCE DIRECTORY
	mkdir -p "$2/arch/x86"
	cp -a "$1/include" "$1/Makefile" "$1/.config" "$2/" &&
		cp -a "$1/arch/x86/include" "$2/arch/x86/" &&
		rm -rf "$2/include/dt-bindings"
}

compile_nobtf() { # SOURCE
	quietly make -C "$1" tinyconfig &&
		(cd "$1" && quietly scripts/kconfig/merge_config.sh -m .config "$lab_d/nobtf.config") &&
		quietly make -C "$1" olddefconfig &&
		quietly make -C "$1" -j"$(nproc)" bzImage modules_prepare
}

build_nobtf() { # DIRECTORY
	need make=make gcc=gcc flex=flex bison=bison bc=bc ld=binutils perl=perl
	[ -e /usr/include/libelf.h ] || need lab-libelf=libelf-dev
	[ -e /usr/include/openssl/ssl.h ] || need lab-libssl=libssl-dev
	say "building the kernel nobtf (once, some minutes)"
	unpack "$work/source" linux-source-6.1 || return 1
	quietly tar -C "$work/source" -xf "$work/source/usr/src/linux-source-6.1.tar.xz" || return 1
	source=$work/source/linux-source-6.1
	compile_nobtf "$source" || return 1
	release=$(cat "$source/include/config/kernel.release")
	mkdir -p "$1/boot" "$1/lib/modules/$release"
	keep_headers "$source" "$1/usr/src/linux-headers-$release" || return 1
	cp "$source/arch/x86/boot/bzImage" "$1/boot/vmlinuz-$release"
	cp "$source/System.map" "$1/boot/System.map-$release"
	cp "$source/.config" "$1/boot/config-$release"
	ln -s "../../../usr/src/linux-headers-$release" "$1/lib/modules/$release/build"
	ln -s build "$1/lib/modules/$release/source"
	echo "$release" >"$1/release"
}
