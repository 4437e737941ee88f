# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Sourced by native tests and benches: where the machine's own kernel has no headers, those of the lab's 6.1
# do for texts that depend on no layout of the kernel's. $KWHILE_HEADERS is where they are, unless it is
# set already; $headers_lab is the lab's directory of that kernel.

headers_lab=${KWHILE_LAB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kwhile-lab}/6.1
if [ -z "${KWHILE_HEADERS:-}" ]; then
	KWHILE_HEADERS=$headers_lab/usr/src/linux-headers-$(cat "$headers_lab/release" 2>/dev/null)
fi
