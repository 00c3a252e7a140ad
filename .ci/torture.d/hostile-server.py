"""A release server that is out to do harm. The first part of a path names the trick, the rest the
file: /cut-30/1.148.0/checksums.txt. What is not part of the trick is answered as it should be.

usage: hostile-server.py SITE PORT-FILE [CERTIFICATE KEY [tls1.1]]
"""
import os
import re
import socket
import ssl
import sys
import threading
import time

SITE, PORT_FILE = sys.argv[1:3]
CERTIFICATE = sys.argv[3:5]
MINUTES = 600  # seconds that a trick goes on at most


def head(length, status="200 OK", more=""):
    length = "" if length is None else f"Content-Length: {length}\r\n"
    return f"HTTP/1.1 {status}\r\n{length}{more}Connection: close\r\n\r\n".encode()


def endless(connection, start, part, pause=0.0):
    connection.sendall(start)
    end = time.time() + MINUTES
    while time.time() < end:
        connection.sendall(part)
        time.sleep(pause)


def redirect(connection, where):
    connection.sendall(head(0, "302 Found", f"Location: {where}\r\n"))


def answer(connection, host, trick, name):
    path = os.path.join(SITE, name)
    variant = os.path.join(SITE, trick, os.path.basename(name))
    if os.path.exists(variant):
        path = variant
    if not os.path.isfile(path):
        connection.sendall(head(0, "404 Not Found"))
        return
    with open(path, "rb") as file:
        body = file.read()
    is_archive = name.endswith(".tar.gz")
    cut = re.fullmatch(r"cut-(\d+)", trick)
    if cut and is_archive:
        connection.sendall(head(len(body)) + body[: len(body) * int(cut[1]) // 100])
    elif trick == "drip" and is_archive:
        connection.sendall(head(len(body)))
        for byte in body[:MINUTES]:
            connection.sendall(bytes([byte]))
            time.sleep(1)
    elif trick == "silent" and is_archive:
        time.sleep(MINUTES)
    elif trick == "endless-headers":
        endless(connection, b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"a" * 1000 + b"\r\n")
    elif trick == "endless-latest" and name == "latest.txt":
        endless(connection, head(None), b"1" * 65536)
    elif trick == "endless-checksums" and name.endswith("checksums.txt"):
        endless(connection, head(None), b"1" * 65536)
    elif trick == "endless-body" and is_archive:
        endless(connection, head(None), body)
    elif trick == "endless-redirects":
        redirect(connection, f"/{trick}/{name}")
    elif trick.startswith("redirect-"):
        where = {
            "http": f"http://localhost.localdomain:{host.rpartition(':')[2]}/plain/{name}",
            "file": f"file://{SITE}/{name}",
            "link-local": f"http://169.254.169.254/latest/meta-data/{name}",
            "ftp": f"ftp://127.0.0.1/{name}",
            "scp": f"scp://127.0.0.1/{name}",
        }[trick[len("redirect-"):]]
        redirect(connection, where)
    elif trick == "length-short" and is_archive:
        connection.sendall(head(len(body) - 1000) + body)
    elif trick == "length-long" and is_archive:
        connection.sendall(head(len(body) + 1000) + body)
    elif trick == "length-negative" and is_archive:
        connection.sendall(head(-1) + body)
    elif trick == "length-huge" and is_archive:
        connection.sendall(head(10**30) + body)
    elif trick == "html":
        page = b"<!DOCTYPE html><title>Sign in</title>"
        connection.sendall(head(len(page)) + page)
    elif trick == "html-archive" and is_archive:
        page = b"<!DOCTYPE html><title>Sign in</title>"
        connection.sendall(head(len(page)) + page)
    elif trick == "control-latest" and name == "latest.txt":
        page = b"\x1b[31m\x9b2J\xff\x00\x07\r1.0\n"
        connection.sendall(head(len(page)) + page)
    elif trick == "control-status" and is_archive:
        connection.sendall(b"HTTP/1.1 404 \x1b[2J\x07\r\nContent-Length: 0\r\nX-\x07: \x1b[31m\r\n\r\n")
    elif trick == "garbage":
        connection.sendall(os.urandom(5000))
    else:
        connection.sendall(head(len(body)) + body)


def serve(connection):
    try:
        if CERTIFICATE:
            connection = CONTEXT.wrap_socket(connection, server_side=True)
        data = b""
        while b"\r\n\r\n" not in data:
            part = connection.recv(4096)
            if not part:
                return
            data += part
        text = data.decode("latin-1")
        host = re.search(r"(?im)^host: *(.*?)\r$", text)
        _, trick, name = text.split(" ")[1].split("/", 2)
        answer(connection, host[1] if host else "", trick, name)
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1)  # the client closes first, so that nothing is reset
    except (OSError, ValueError):
        pass
    finally:
        connection.close()


if CERTIFICATE:
    CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if sys.argv[5:] == ["tls1.1"]:
        CONTEXT.minimum_version = ssl.TLSVersion.TLSv1
        CONTEXT.maximum_version = ssl.TLSVersion.TLSv1_1
        CONTEXT.set_ciphers("ALL:@SECLEVEL=0")
    CONTEXT.load_cert_chain(*CERTIFICATE)
listener = socket.create_server(("127.0.0.1", 0), backlog=128)
with open(PORT_FILE + ".part", "w") as file:
    file.write(str(listener.getsockname()[1]))
os.rename(PORT_FILE + ".part", PORT_FILE)
while True:
    client, _ = listener.accept()
    threading.Thread(target=serve, args=(client,), daemon=True).start()
