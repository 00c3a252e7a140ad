"""Makes archives that hold no agent, or more than one, each in a folder SITE/NAME with a checksums.txt
that vouches for it.

usage: hostile-archives.py SITE ARCHIVE AGENT-FILE
"""
import gzip
import hashlib
import os
import sys
import tarfile

SITE, ARCHIVE, AGENT_FILE = sys.argv[1:]
with open(AGENT_FILE, "rb") as file:
    AGENT = file.read()
END, MIB = bytes(1024), 1 << 20


def member(name, content=b"", kind=tarfile.REGTYPE, size=None, target="", mode=0o755):
    info = tarfile.TarInfo()
    info.name, info.type, info.linkname, info.mode = name, kind, target, mode
    info.size = len(content) if size is None else size
    return info.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape") + content + bytes(-len(content) % 512)


def publish(name, content, after=b""):
    """`after` is compressed already, or meant to be no gzip."""
    packed = gzip.compress(content, 1, mtime=0) + after
    folder = os.path.join(SITE, name)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, ARCHIVE), "wb") as file:
        file.write(packed)
    with open(os.path.join(folder, "checksums.txt"), "w") as file:
        file.write(f"{hashlib.sha256(packed).hexdigest()}  ./dist/binaries/{ARCHIVE}\n")


HOOP = member("./hoop", AGENT)
# 10 GB: gzip's format is closed under concatenation, so this is compressed once.
ENDLESS = gzip.compress(bytes(100 * MIB), 9, mtime=0) * 100
publish("zeros", b"", ENDLESS)
publish("big-agent", member("./hoop", size=10000 * MIB), ENDLESS)
publish("big-other", HOOP + member("./x", size=1000 * MIB), ENDLESS)
publish("no-agent", member("./other", AGENT) + END)
publish("empty-agent", member("./hoop") + END)
for kind in b"12356":
    publish(f"type-{chr(kind)}", member("./hoop", kind=bytes([kind]), target="sh") + END)
for name, text in {
    "newline": "./a\nb", "escape": "./\x1b[2J\x1b]0;x\x07", "invalid": "./\udcff\udcfe\udc80",
    "c1": "./\x9b2J", "carriage": "./a\rb", "rtl": "./\u202egnp",
}.items():
    publish(f"name-{name}", HOOP + member(text, b"x") + END)
    publish(f"out-{name}", HOOP + member("../" + text, b"x") + END)
publish("absolute", HOOP + member("/tmp/hoop-torture-was-here", b"x") + END)
publish("link-then-file", member("./hoop_rs", kind=tarfile.SYMTYPE, target="/tmp") + HOOP
        + member("./hoop_rs/hoop-torture-was-here", b"x") + END)
publish("truncated", (HOOP + END)[:len(AGENT) // 2])
publish("truncated-gzip", b"", gzip.compress(HOOP + END, 1, mtime=0)[:-1000])
publish("trailing", HOOP + END, b"trailing garbage" * 100)
publish("setuid", member("./hoop", AGENT, mode=0o6777) + END)
