#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 500
# What was built here runs where there is neither compiler nor headers nor LLVM: in a root directory
# that holds kwhile, its libraries, and nothing else.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"

bare=$tmp/bare
mkdir -p "$bare/proc" "$bare/sys" "$bare/dev" "$bare/bin" "$bare/tmp"
for file in "$KWHILE" $(ldd "$KWHILE" | sed -n 's,^[^/]*\(/[^ ]*\) (.*,\1,p'); do
	mkdir -p "$bare$(dirname "$file")"
	cp -L "$file" "$bare$file"
done
cp "$KWHILE" "$bare/bin/kwhile"
rm "$bare$KWHILE"

run "$KWHILE" build collateral -o "$bare/collateral.kwo" --events kfree
equal "$status: $(cat "$tmp/err")" "0: " "build"
echo "size of the root directory: $(du -sk "$bare" | cut -f1) kB, of these the object: $(wc -c <"$bare/collateral.kwo") bytes"
find "$bare" -type f | sed "s,^$bare,    | ,"
equal "$(find "$bare" -type f | grep -Ec 'LLVM|clang|libbcc\.so|kwhile-compile|\.h$')" 0 \
	"compilers and headers in it"

mount -t proc proc "$bare/proc"
mount --rbind /sys "$bare/sys"
mount --rbind /dev "$bare/dev"
background "$KWHILE_BUILD/tests/load_compact" 30
run chroot "$bare" /bin/kwhile /collateral.kwo -d 5 -i 5
equal "$status" 0 "exit status in a root directory without a compiler"
has "$tmp/out" '^total_accum_usec = [1-9]' "compactions were timed"
has "$tmp/out" '^kfree while compaction = [0-9]+' "and events counted"
cat "$tmp/err"

# Another kernel's is refused by a message that names both.
sed "s/$(uname -r)/$(uname -r | tr 0-9 1-90)/g" "$bare/collateral.kwo" >"$tmp/other.kwo"
refused 1 'cannot be run: it is damaged' "$KWHILE" "$tmp/other.kwo"
nothing_left "running in the bare root"
umount -R "$bare/sys" "$bare/dev" "$bare/proc"
finish
