#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 60
# Without the rights that tracing needs, the message says which; what needs none works without.
# shellcheck disable=SC2086 # $HEADERS are options
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/native.sh
. "$(dirname "$0")/../lib/native.sh"

cat >"$tmp/plain.c" <<'END'
/// plain - count exec
/// attach tracepoint:sched:sched_process_exec=on_exec
/// show execs count "execs = %value"
BPF_ARRAY(execs, u64, 1);
int on_exec(void *ctx)
{
	execs.atomic_increment(0);
	return 0;
}
END
sed 's/void \*ctx/struct tracepoint__sched__sched_process_exec *args/; s/(0)/(args->pid \& 0)/' "$tmp/plain.c" >"$tmp/field.c"
chmod 755 "$tmp"
mkdir -m 755 "$tmp/bin" "$tmp/headers"
mkdir -m 777 "$tmp/mine"
cp "$KWHILE" "$(dirname "$KWHILE")/kwhile-compile" "$tmp/bin"
# lib/modules/RELEASE has links, which lead out of what is shown to nobody.
if [ -d "$KWHILE_HEADERS/build" ]; then
	KWHILE_HEADERS=$(readlink -f "$KWHILE_HEADERS/build")
	HEADERS="--kernel-headers $KWHILE_HEADERS --allow-other-headers"
fi
# Where nobody may look, somebody else's headers are: shown elsewhere, in a mount namespace.
shown="$tmp/headers/$(basename "$KWHILE_HEADERS")"

# nobody COMMAND...: without any right. Headers that everybody may read are in $tmp/headers.
cat >"$tmp/nobody" <<END
#!/bin/sh
exec unshare -m sh -c 'mount --bind "\$1" "\$2" && cd / && shift 2 && exec "\$@"' - \
	"$(dirname "$KWHILE_HEADERS")" "$tmp/headers" \
	setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all \
	env -u KWHILE_CACHE HOME="$tmp/mine" TMPDIR="$tmp/mine" "\$@"
END
chmod 755 "$tmp/nobody"

refused 1 'tracing the kernel needs root \(or CAP_BPF and CAP_PERFMON\)' \
	"$tmp/nobody" "$tmp/bin/kwhile" "$tmp/plain.c" --kernel-headers "$shown" --allow-other-headers -n 1
refused 1 'tracing the kernel needs root' \
	setpriv --bounding-set=-all --inh-caps=-all "$KWHILE" "$tmp/plain.c" $HEADERS -n 1

# Compiling needs no rights, but for formats.
run "$tmp/nobody" "$tmp/bin/kwhile" build "$tmp/plain.c" --kernel-headers "$shown" --allow-other-headers -o "$tmp/mine/plain.kwo"
equal "$status: $(cat "$tmp/err")" "0: " "nobody builds a text"
run "$KWHILE" "$tmp/mine/plain.kwo" -n 1 -i 0.01
equal "$status: $(cat "$tmp/err")" "0: " "and root runs it"
refused 1 'cannot create the table execs .* root of a user namespace' \
	unshare -U -r "$KWHILE" "$tmp/mine/plain.kwo" -n 1
run "$tmp/nobody" "$tmp/bin/kwhile" build "$tmp/field.c" --kernel-headers "$shown" --allow-other-headers -o "$tmp/mine/field.kwo"
equal "$status" 1 "exit status of a build that needs a format"
has "$tmp/err" '^kwhile: .*/field.c does not compile; it names tracepoints, whose formats in .* we may not read: try sudo$' \
	"it says so"
mkdir -m 700 "$tmp/hidden"
refused 2 "kernel headers '$tmp/hidden/there': Permission denied" \
	"$tmp/nobody" "$tmp/bin/kwhile" build "$tmp/plain.c" --kernel-headers "$tmp/hidden/there" -o "$tmp/mine/other.kwo"
no_trace "rights"
finish
