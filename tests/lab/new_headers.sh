#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit 300
# Headers of a kernel that is newer than libbcc: what they lack is declared for them, and what a text reads
# through them is right.
# shellcheck source-path=SCRIPTDIR source=../lib/check.sh
. "$(dirname "$0")/../lib/check.sh"

cat >"$tmp/connects.c" <<'END'
#include <uapi/linux/ptrace.h>
#include <linux/sched.h>
#include <linux/fs.h>
#include <net/sock.h>

struct to {
	u16 port;
	u32 address;
	char comm[TASK_COMM_LEN];
};
BPF_HASH(connects, struct to);

int kprobe__tcp_connect(struct pt_regs *ctx, struct sock *sk)
{
	struct to to = {};

	to.port = sk->__sk_common.skc_dport;
	to.address = sk->__sk_common.skc_daddr;
	to.port = ntohs(to.port);
	to.address = ntohl(to.address);
	bpf_get_current_comm(&to.comm, sizeof(to.comm));
	connects.increment(to);
	return 0;
}
END

ip link set lo up 2>/dev/null || busybox ip link set lo up
cat >"$tmp/connect.py" <<'END'
import socket
for i in range(17):
    socket.socket().connect_ex(("127.0.0.1", 4242))
END
if [ -x /usr/bin/python3 ]; then python=/usr/bin/python3; else python=python3; fi
run "$KWHILE" -v "$tmp/connects.c" --show 'connects count "%port of %address = %value"' -i 60 -- "$python" -IS "$tmp/connect.py"
equal "$status" 0 "exit status"
has "$tmp/out" '^4242 of 2130706433 = 17$' "connects, by what struct sock says"
grep -v '^ \|warning:\|^include\|^arch\|^In file' "$tmp/err" | grep '^kwhile'

# A name that the text has is never made up for it.
sed 's/^	struct to to/	u64 unknown = BPF_NO_SUCH_THING;\n&/' "$tmp/connects.c" >"$tmp/unknown.c"
run "$KWHILE" "$tmp/unknown.c" -n 1
equal "$status" 1 "exit status of a text with an unknown name"
has "$tmp/err" "unknown.c:15:.* use of undeclared identifier 'BPF_NO_SUCH_THING'" "it is told, with its line"
nothing_left "texts with new headers"
finish
