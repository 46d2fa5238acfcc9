"""TLS in front of a Postgres server that was built without it, as the bundled one is."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

TLS_PLEASE = bytes.fromhex("0000000804d2162f")  # the protocol's SSLRequest


def self_signed(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate for a host name that nobody else has signed, and its key."""
    certificate, key = folder / "server.crt", folder / "server.key"
    command = ["openssl", "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-days", "2"]
    names = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command, *names, *files], check=True, capture_output=True)
    return certificate, key


@contextmanager
def tls_front(target: tuple[str, int], certificate: Path, key: Path) -> Iterator[int]:
    """Listen on a port, speak TLS to who asks for it, and pass everything on to `target`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_serve, args=(listening, context, target), daemon=True).start()
        yield int(listening.getsockname()[1])
        listening.shutdown(socket.SHUT_RDWR)


def _serve(listening: socket.socket, context: ssl.SSLContext, target: tuple[str, int]) -> None:
    with suppress(OSError):  # closed: the end
        while True:
            client, _ = listening.accept()
            threading.Thread(target=_talk, args=(client, context, target), daemon=True).start()


def _talk(client: socket.socket, context: ssl.SSLContext, target: tuple[str, int]) -> None:
    with suppress(OSError), socket.create_connection(target) as server:
        if client.recv(8) != TLS_PLEASE:
            client.close()  # only TLS here
            return
        client.sendall(b"S")
        with context.wrap_socket(client, server_side=True) as safe:
            there = threading.Thread(target=_pass_on, args=(safe, server), daemon=True)
            there.start()
            _pass_on(server, safe)


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_RDWR)
