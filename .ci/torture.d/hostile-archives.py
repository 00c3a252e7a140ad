"""Makes archives that hold no agent, or more than one, each in a folder SITE/NAME with a checksums.txt
that vouches for it.

usage: hostile-archives.py SITE ARCHIVE AGENT-FILE
"""
import gzip
import hashlib
import os
import sys

SITE, ARCHIVE, AGENT_FILE = sys.argv[1:4]
with open(AGENT_FILE, "rb") as file:
    AGENT = file.read()
END = bytes(1024)
MIB = 1 << 20


def member(name, content=b"", kind=b"0", size=None, target=b"", mode=0o755):
    size = len(content) if size is None else size
    header = bytearray(512)

    def put(at, text):
        header[at:at + len(text)] = text

    put(0, name[:100])
    put(100, b"%07o\0" % mode)
    put(108, b"0000000\0" * 2)
    # Sizes of 8 GiB and more are binary (GNU).
    put(124, b"%011o\0" % size if size < 8**11 else b"\x80" + size.to_bytes(11, "big"))
    put(136, b"00000000000\0")
    put(148, b" " * 8 + kind + target[:100])
    put(257, b"ustar\00000")
    put(148, b"%06o\0 " % sum(header))
    return bytes(header) + content + bytes(-len(content) % 512)


def publish(name, content, packed=None):
    packed = packed or gzip.compress(content, 1, mtime=0)
    folder = os.path.join(SITE, name)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, ARCHIVE), "wb") as file:
        file.write(packed)
    with open(os.path.join(folder, "checksums.txt"), "w") as file:
        file.write(f"{hashlib.sha256(packed).hexdigest()}  ./dist/binaries/{ARCHIVE}\n")


def endless(before):
    """10 GB after `before`: gzip's format is closed under concatenation, so this is compressed once."""
    return gzip.compress(before, 1, mtime=0) + gzip.compress(bytes(100 * MIB), 9, mtime=0) * 100


HOOP = member(b"./hoop", AGENT)
publish("zeros", b"", endless(b""))
publish("big-agent", b"", endless(member(b"./hoop", size=10000 * MIB)))
publish("big-other", b"", endless(HOOP + member(b"./x", size=10000 * MIB)))
publish("no-agent", member(b"./other", AGENT) + END)
publish("empty-agent", member(b"./hoop") + END)
for kind in b"12356":
    publish(f"type-{chr(kind)}", member(b"./hoop", kind=bytes([kind]), target=b"sh") + END)
NAMES = {
    "newline": b"./a\nb", "escape": b"./\x1b[2J\x1b]0;x\x07", "invalid": b"./\xff\xfe\x80",
    "c1": b"./\xc2\x9b2J", "carriage": b"./a\rb", "rtl": "./\u202egnp".encode(),
}
for name, text in NAMES.items():
    publish(f"name-{name}", HOOP + member(text, b"x") + END)
    publish(f"out-{name}", HOOP + member(b"../" + text, b"x") + END)
publish("absolute", HOOP + member(b"/tmp/hoop-torture-was-here", b"x") + END)
publish("link-then-file",
        member(b"./hoop_rs", kind=b"2", target=b"/tmp") + HOOP + member(b"./hoop_rs/hoop-torture-was-here", b"x") + END)
publish("truncated", (HOOP + END)[:len(AGENT) // 2])
publish("truncated-gzip", b"", gzip.compress(HOOP + END, 1, mtime=0)[:-1000])
publish("trailing", b"", gzip.compress(HOOP + END, 1, mtime=0) + b"trailing garbage" * 100)
publish("setuid", member(b"./hoop", AGENT, mode=0o6777) + END)
