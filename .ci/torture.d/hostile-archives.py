"""Makes archives that are out to do harm, each in a folder SITE/NAME with a checksums.txt that
vouches for it.

usage: hostile-archives.py SITE VERSION ARCHIVE AGENT-FILE
"""
import gzip
import hashlib
import os
import sys

SITE, VERSION, ARCHIVE, AGENT_FILE = sys.argv[1:5]
with open(AGENT_FILE, "rb") as file:
    AGENT = file.read()
END = bytes(1024)


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


def pax(name, value):
    """A header that says `name=value` of the member that follows."""
    length = len(name) + len(value) + 3
    while len(b"%d %s=%s\n" % (length, name, value)) != length:
        length += 1
    return member(b"pax", b"%d %s=%s\n" % (length, name, value), kind=b"x")


def publish(name, packed):
    folder = os.path.join(SITE, name)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, ARCHIVE), "wb") as file:
        file.write(packed)
    with open(os.path.join(folder, "checksums.txt"), "w") as file:
        file.write(f"{hashlib.sha256(packed).hexdigest()}  ./dist/binaries/{ARCHIVE}\n")


def pack(content):
    return gzip.compress(content, 1, mtime=0)


def repeated(unit, times, before=b"", after=b""):
    """gzip's format is closed under concatenation, so what repeats is compressed once."""
    return pack(before) + gzip.compress(unit, 9, mtime=0) * times + pack(after)


HOOP = member(b"./hoop", AGENT)
MIB = 1 << 20
publish("zeros", repeated(bytes(100 * MIB), 100))
publish("big-agent", repeated(bytes(100 * MIB), 100, member(b"./hoop", size=10000 * MIB), END))
publish("big-other", repeated(bytes(100 * MIB), 100, HOOP + member(b"./x", size=10000 * MIB), END))
publish("big-helper",
        repeated(bytes(100 * MIB), 100, HOOP + member(b"./hoop_rs", size=10000 * MIB), END))
publish("members", repeated(member(b"./x") * 1000, 1000, HOOP, END))
publish("agents", repeated(member(b"./hoop", b"x") * 1000, 1000, HOOP, END))
publish("folders", repeated(member(b"./hoopx/", kind=b"5") * 1000, 1000, HOOP, END))
publish("sparse", pack(
    pax(b"GNU.sparse.major", b"1") + pax(b"GNU.sparse.minor", b"0")
    + pax(b"GNU.sparse.name", b"./hoop") + pax(b"GNU.sparse.realsize", b"10737418240")
    + member(b"./hoop", b"1\n10737418239\n1\n".ljust(512, b"\0") + b"x") + END))
long_pax = b"".join(
    b"%s=%s\n" % (name, value) for name, value in
    [(b"GNU.sparse.major", b"1"), (b"GNU.sparse.minor", b"0"), (b"GNU.sparse.name", b"./hoop"),
     (b"GNU.sparse.realsize", b"10737418240")])
lines = b""
for line in long_pax.splitlines():
    n = len(line) + 3
    while len(b"%d %s\n" % (n, line)) != n:
        n += 1
    lines += b"%d %s\n" % (n, line)
publish("sparse-agent", pack(
    member(b"pax", lines, kind=b"x")
    + member(b"./hoop", b"1\n10737418239\n1\n".ljust(512, b"\0") + b"x") + END))
for kind in b"0123456gxLKSVMNDZ7":
    kind = bytes([kind])
    content = b"" if kind in b"123456" else AGENT
    publish(f"type-{kind.decode()}", pack(member(b"./hoop", content, kind, target=b"sh") + END))
    publish(f"beside-{kind.decode()}",
            pack(HOOP + member(b"./beside", content[:100], kind, target=b"hoop") + END))
NAMES = {
    "newline": b"./a\nb", "escape": b"./\x1b[2J\x1b]0;x\x07", "invalid": b"./\xff\xfe\x80",
    "c1": b"./\xc2\x9b2J", "carriage": b"./a\rb", "backslash": b"./a\\nb -> ../c",
    "spaces": b"./ 0/0 1 2026-01-01 10:00 ../x", "empty": b"", "dot": b".", "quote": b"./'\"$(id)`",
    "rtl": "./\u202egnp".encode(),
}
for name, text in NAMES.items():
    publish(f"name-{name}", pack(HOOP + member(text, b"x") + END))
    publish(f"out-{name}", pack(HOOP + member(b"../" + text, b"x") + END))
publish("absolute", pack(HOOP + member(b"/tmp/hoop-torture-was-here", b"x") + END))
publish("hard-link-out", pack(
    HOOP + member(b"./hoop_rs", kind=b"1", target=b"/etc/passwd") + END))
publish("link-then-file", pack(
    member(b"./hoop_rs", kind=b"2", target=b"/tmp") + HOOP + member(b"./hoop_rs/x", b"x") + END))
publish("truncated", pack((HOOP + END)[:len(AGENT) // 2]))
publish("truncated-gzip", pack(HOOP + END)[:-1000])
publish("trailing", pack(HOOP + END) + b"trailing garbage" * 100)
# tar asks for the memory of a header of 3.9 GB, which it has to hold whole.
publish("memory", pack(member(b"x", kind=b"x", size=3_900_000_000) + HOOP + END))
publish("setuid", pack(member(b"./hoop", AGENT, mode=0o6777) + END))
