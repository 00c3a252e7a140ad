"""A release server that is out to do harm. The first part of a path names the trick, the rest the file, as in
/cut-30/1.148.0/checksums.txt. What is not part of the trick is answered as it should be.

usage: hostile-server.py SITE PORT-FILE
"""
import os
import socket
import sys
import threading
import time

SITE, PORT_FILE = sys.argv[1:]
MINUTES = 600  # seconds that a trick goes on at most


def head(length, status="200 OK", more=""):
    length = "" if length is None else f"Content-Length: {length}\r\n"
    return f"HTTP/1.1 {status}\r\n{length}{more}Connection: close\r\n\r\n".encode()


def forever(start, part):
    yield start
    end = time.time() + MINUTES
    while time.time() < end:
        yield part


def drip(body):
    yield head(len(body))
    for byte in body:
        yield bytes([byte])
        yield 1


def parts(trick, name, body):
    """What is sent, part by part; a number is a wait in seconds. None if the trick is not for this file."""
    kind = "archive" if name.endswith(".tar.gz") else os.path.basename(name).partition(".")[0]
    size, page = len(body), b"<!DOCTYPE html><title>Sign in</title>"
    control = b"\x1b[31m\x9b2J\xff\x00\x07\r1.0\n"
    if trick.startswith("cut-") and kind == "archive":
        return [head(size), body[: size * int(trick[4:]) // 100]]
    return {
        "endless-headers": forever(b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"a" * 1000 + b"\r\n"),
        "endless-redirects": [head(0, "302 Found", f"Location: /{trick}/{name}\r\n")],
        "html": [head(len(page)), page],
        "garbage": [os.urandom(5000)],
    }.get(trick) or {
        "drip archive": drip(body),
        "silent archive": [MINUTES],
        "endless-latest latest": forever(head(None), b"1" * 65536),
        "endless-checksums checksums": forever(head(None), b"1" * 65536),
        "endless-body archive": forever(head(None), body),
        "length-short archive": [head(size - 1000), body],
        "length-long archive": [head(size + 1000), body],
        "length-negative archive": [head(-1), body],
        "length-huge archive": [head(10**30), body],
        "html-archive archive": [head(len(page)), page],
        "control-latest latest": [head(len(control)), control],
        "control-status archive": [
            b"HTTP/1.1 404 \x1b[2J\x07\r\nContent-Length: 0\r\nX-\x07: \x1b[31m\r\n\r\n"],
    }.get(f"{trick} {kind}")


def answer(connection):
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(4096) or b"\r\n\r\n"
    _, trick, name = data.decode("latin-1").split(" ")[1].split("/", 2)
    path = os.path.join(SITE, trick, os.path.basename(name))
    if not os.path.exists(path):
        path = os.path.join(SITE, name)
    if not os.path.isfile(path):
        connection.sendall(head(0, "404 Not Found"))
        return
    with open(path, "rb") as file:
        body = file.read()
    for part in parts(trick, name, body) or [head(len(body)), body]:
        time.sleep(part) if isinstance(part, int) else connection.sendall(part)


def serve(connection):
    with connection:
        try:
            answer(connection)
            connection.shutdown(socket.SHUT_WR)
            connection.recv(1)  # the client closes first, so that nothing is reset
        except (OSError, ValueError, IndexError):
            pass


listener = socket.create_server(("127.0.0.1", 0), backlog=128)
with open(PORT_FILE + ".part", "w") as file:
    file.write(str(listener.getsockname()[1]))
os.rename(PORT_FILE + ".part", PORT_FILE)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
