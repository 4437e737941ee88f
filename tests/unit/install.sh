#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `cmake --install` puts everything where it belongs, and what it put there runs.
set -e
to=$(mktemp -d)
trap 'rm -rf "$to"' EXIT
DESTDIR=$to cmake --install "$KWHILE_BUILD" --prefix /usr
(cd "$to" && find . -type f -o -type l | sort)
"$to/usr/bin/kwhile" --version
test -x "$to/usr/libexec/kwhile/kwhile-compile"
