# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Sourced by what needs Java: the distribution's own is in $java_home, and its libjvm.so in $jvm.

java_home=/usr/lib/jvm/default-java
[ -x $java_home/bin/javac ] || java_home=$(readlink -f "$(command -v javac)" 2>/dev/null)
java_home=${java_home%/bin/javac}
# shellcheck disable=SC2034 # for those who source it
jvm=$(readlink -f "$java_home/lib/server/libjvm.so" 2>/dev/null)
