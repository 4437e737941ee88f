#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 300
# What is compiled once is not compiled again, unless something that it depends on has changed; what
# is damaged or not to be trusted is never loaded.
# shellcheck disable=SC2086 # $HEADERS are options
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"
cp "$texts/calls.c" "$tmp/a.c"

# start TEXT OPTION...
start() {
	run "$KWHILE" "$@" $HEADERS -v -n 1 -i 0.01
	equal "$status" 0 "exit status of: $*"
	has "$tmp/out" '^all = ' "it takes a sample"
}

compiled() { # WHAT...
	has "$tmp/err" '^kwhile: object not in the cache: compiling$' "compiled: $*"
}

kept() { # WHAT...
	has "$tmp/err" '^kwhile: object from the cache$' "from the cache: $*"
}

entry() {
	ls "$KWHILE_CACHE"/*.kwo
}

start "$tmp/a.c"
compiled "the first start"
equal "$(entry | wc -l)" 1 "entries in the cache"
equal "$(stat -c %a "$KWHILE_CACHE") $(stat -c %a "$(entry)")" "700 600" "modes of the directory and of the entry"
start "$tmp/a.c"
kept "the second start"
# An interval, a format, and another table size are no matter of the compiler's.
start "$tmp/a.c" -o text --size 'calls 77' --show 'calls sum "all = %value"'
kept "other options of the host"

echo '/* changed */' >>"$tmp/a.c"
start "$tmp/a.c"
compiled "another text"
start "$tmp/a.c" -D ANSWER=42
compiled "a macro"
start "$tmp/a.c" -D ANSWER=42
kept "the same macro"
start "$tmp/a.c" -D ANSWER=43
compiled "another macro"
ln -s "$KWHILE_HEADERS" "$tmp/headers"
# The last --kernel-headers on a command line is the one in force; $HEADERS comes behind.
run "$KWHILE" "$tmp/a.c" --kernel-headers "$tmp/headers" --allow-other-headers -v -n 1 -i 0.01
compiled "headers by another path"
start "$tmp/a.c" --no-cache
compiled "with --no-cache"

# A file that the text includes, from where it is found: the working directory.
cd "$tmp" || exit 1
echo '#define STEP 1' >step.h
sed 's/^BPF_HASH/#include "step.h"\n&/; s/&thread, 1/\&thread, STEP/' "$texts/calls.c" >b.c
start ./b.c
compiled "a text with an include"
start ./b.c
kept "a text with an include"
echo '#define STEP 2' >step.h
start ./b.c
compiled "the included file changed"

# One that is found where CPATH says.
mkdir "$tmp/path"
echo '#define STEP 1' >"$tmp/path/away.h"
sed 's/"step.h"/<away.h>/' b.c >c.c
CPATH=$tmp/path
export CPATH
start ./c.c
compiled "a text with an include by CPATH"
start ./c.c
kept "a text with an include by CPATH"
echo '#define STEP 2' >"$tmp/path/away.h"
start ./c.c
compiled "the file by CPATH changed"
unset CPATH
# And beside the text, wherever kwhile is started.
mkdir -p beside && cp b.c step.h beside/
back=$PWD
cd / || exit 1
run "$KWHILE" "$back/beside/b.c" $HEADERS -n 1 -i 0.01
equal "$status" 0 "exit status of a text that includes what is beside it, from elsewhere"
cd "$back" || exit 1
# One that only the compiler knows.
sed 's/#include "step.h"/#define FILE "step.h"\n#include FILE/' b.c >d.c
start ./d.c
has "$tmp/err" 'what ./d.c includes is known to the compiler alone .*its object is not kept' "said: an include by a macro"
start ./d.c
compiled "a text with an include by a macro, always"

# Damage. Each is reported with -v, replaced, and the start after that loads the new one.
rm -rf "$KWHILE_CACHE"
start "$tmp/a.c"
file=$(entry)
cp "$file" "$tmp/good"
damaged() { # REGEX WHAT...
	damaged_regex=$1
	shift
	start "$tmp/a.c"
	has "$tmp/err" "^kwhile: cache entry .* is not used: .*$damaged_regex" "said: $*"
	compiled "$*"
	start "$tmp/a.c"
	kept "after $*"
	cmp -s "$file" "$tmp/good" || fail "another object after $*"
}
truncate -s 100 "$file"
damaged truncated "truncated"
: >"$file"
damaged truncated "empty"
size=$(stat -c %s "$file")
for part in 0 20 40 60 80 99; do
	at=$((size * part / 100))
	byte=$(od -An -tu1 -j $at -N 1 "$file" | tr -d ' ')
	# shellcheck disable=SC2059 # the format is the byte
	printf "\\$(printf %o $((byte ^ 85)))" | dd of="$file" bs=1 seek=$at conv=notrunc 2>/dev/null
	damaged . "a byte that is wrong at $at of $size"
done
# A format of before: its version is the ninth byte.
printf '\0' | dd of="$file" bs=1 seek=8 conv=notrunc 2>/dev/null
damaged 'object has format 0, this kwhile reads format' "an older format"
# Another kernel's, whole, under this one's name.
rm "$file"
mkdir "$tmp/foreign"
run env KWHILE_CACHE="$tmp/foreign" setarch --uname-2.6 "$KWHILE" "$tmp/a.c" $HEADERS -n 1 -i 0.01
equal "$status" 0 "exit status where uname says another release"
cp "$tmp/foreign"/*.kwo "$file"
damaged "it is for kernel 2\\.6\\." "another kernel's"
echo more >>"$file"
damaged . "too long"
head -c 3000 /dev/urandom >"$file"
damaged . "noise"
chmod 666 "$file"
damaged 'others may write' "writable for others"
chown 65534 "$file"
damaged 'another user' "another user's"
cp "$file" "$tmp/elsewhere" && ln -sf "$tmp/elsewhere" "$file"
damaged . "a symbolic link"
rm "$file" && mkfifo "$file"
damaged 'regular file' "a FIFO"

# The directory. A start that cannot keep anything works all the same, and says so with -v only.
useless() { # REGEX WHAT...
	useless_regex=$1
	shift
	start "$tmp/a.c"
	has "$tmp/err" "$useless_regex" "said: $*"
	compiled "$*"
	run "$KWHILE" "$tmp/a.c" --kernel-headers "$KWHILE_HEADERS" --allow-other-headers -n 1 -i 0.01
	equal "$status $(cat "$tmp/err")" "0 " "exit status and stderr without -v, $*"
}
chmod 777 "$KWHILE_CACHE"
useless 'no object cache in .*: others may write' "a directory that others may write to"
chmod 700 "$KWHILE_CACHE"
chown 65534 "$KWHILE_CACHE"
useless 'no object cache in .*: it belongs to another user' "another user's directory"
chown 0 "$KWHILE_CACHE"
cache=$KWHILE_CACHE
KWHILE_CACHE=$tmp/a.c
useless 'no object cache in ' "a file"
KWHILE_CACHE=$cache

# mounted OPTION REGEX WHAT...: the cache on a file system mounted so, in a mount namespace.
mounted() {
	mounted_options=$1
	mounted_regex=$2
	shift 2
	mkdir -p "$tmp/mounted"
	# shellcheck disable=SC2016 # for the inner shell
	KWHILE_CACHE=$tmp/mounted run unshare -m sh -c \
		'mount -t tmpfs -o "$1" none "$2" && shift 2 && exec "$@"' - "$mounted_options" "$tmp/mounted" \
		"$KWHILE" "$tmp/a.c" $HEADERS -v -n 1 -i 0.01
	equal "$status" 0 "exit status, $*"
	has "$tmp/err" "$mounted_regex" "said: $*"
	has "$tmp/out" '^all = ' "samples, $*"
}
mounted mode=700,ro 'not kept in .*: Read-only file system' "a read-only cache"
mounted mode=700,nr_inodes=1 'not kept in .*: No space left on device' "no room for a file in the cache"

# Full while it is written: what is there of it is removed again.
mkdir -p "$tmp/full"
# shellcheck disable=SC2016 # for the inner shell
KWHILE_CACHE=$tmp/full run unshare -m sh -c '
	mount -t tmpfs -o mode=700,size=8k none "$1" && head -c 8192 /dev/zero >"$1/filler" 2>/dev/null
	where=$1 && shift && "$@" && ls -A "$where" >&2' - "$tmp/full" \
	"$KWHILE" "$tmp/a.c" $HEADERS -v -n 1 -i 0.01
equal "$status" 0 "exit status with a full cache"
has "$tmp/err" 'not kept in .*: No space left on device' "said: a full cache"
equal "$(tail -n 1 "$tmp/err")" filler "what is in the full cache"

# Too much is kept: the least recently used go first. What these hold does not matter for that.
rm -rf "$KWHILE_CACHE"
start "$tmp/a.c"
used=$(entry)
touch -d '3 days ago' "$used"
n=0
while [ $n -lt 80 ]; do
	truncate -s 1M "$KWHILE_CACHE/$n.kwo"
	touch -d "$((80 - n)) hours ago" "$KWHILE_CACHE/$n.kwo"
	n=$((n + 1))
done
start "$tmp/a.c"
kept "what was used three days ago"
start "$tmp/a.c" -D ROOM=1
compiled "one more"
want "$(find "$KWHILE_CACHE" -name '*.kwo' -printf '%s\n' | awk '{ n += $1 } END { print n }')" -le $((64 << 20)) \
	"bytes that are kept"
equal "$(test -e "$used" && echo there)" there "one that was used just now"
equal "$(cd "$KWHILE_CACHE" && find . -name '*.kwo' -size 1048576c | wc -l)" 63 "of the others"
equal "$(find "$KWHILE_CACHE" -name 79.kwo -o -name 17.kwo | wc -l)" 2 "the most recently used of them"

# Many at once, with nothing kept yet.
rm -rf "$KWHILE_CACHE"
for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
	{
		"$KWHILE" "$tmp/a.c" $HEADERS -n 1 -i 0.01 >"$tmp/many-$n" 2>&1 </dev/null
		echo "status $?" >>"$tmp/many-$n"
	} &
done
wait
equal "$(cat "$tmp"/many-* | grep -cx 'status 0')" 16 "starts at once that succeeded"
equal "$(cat "$tmp"/many-* | grep -c '^all = ')" 16 "samples that they took"
equal "$(find "$KWHILE_CACHE" -type f | wc -l)" 1 "files in the cache afterwards"
start "$tmp/a.c"
kept "after 16 starts at once"
no_trace "caching"
finish
