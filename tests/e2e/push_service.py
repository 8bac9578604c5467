# SPDX-License-Identifier: MIT
"""A push service of the test's own: HTTPS on loopback (or where one says), answering as its path
says, behind a certificate of an authority of the test's own."""
import datetime
import email.utils
import os
import socket
import ssl
import subprocess
import threading

IN_AN_HOUR = email.utils.format_datetime(
    datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1), usegmt=True)
ANSWERS = {
    "created": b"HTTP/1.1 201 Created\r\nLocation: /m/1\r\nContent-Length: 0\r\n\r\n",
    "gone": b"HTTP/1.1 410 Gone\r\nContent-Length: 4\r\n\r\ngone",
    "missing": b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
    "busy": b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n",
    "dated": b"HTTP/1.1 503 Unavailable\r\nRetry-After: %s\r\nContent-Length: 0\r\n\r\n" % IN_AN_HOUR.encode(),
    "never": b"HTTP/1.1 503 Unavailable\r\nRetry-After: 99999999999\r\nContent-Length: 0\r\n\r\n",
    "broken": b"HTTP/1.1 500 Internal Server Error\r\nRetry-After: soon\r\nContent-Length: 0\r\n\r\n",
    "elsewhere": b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /created\r\nContent-Length: 0\r\n\r\n",
    "huge": b"HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n" + b"x" * 5000000,
    "keys": b"HTTP/1.1 200 OK\r\nContent-Length: 65536\r\n\r\n" + b"k" * 65536,
    "endless-head": b"HTTP/1.1 200 OK\r\n" + b"X-More: x\r\n" * 500000,
    "half": b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\nhalf",
    "drop": b"",
    "no-http": b"220 mail.example ESMTP\r\n\r\n",
    "no-status": b"HTTP/1.1 99 Low\r\nContent-Length: 0\r\n\r\n",
    "not-yet": b"HTTP/1.1 102 Processing\r\n\r\n",
}


def openssl(*words):
    subprocess.run(["openssl", *words], check=True, stdin=subprocess.DEVNULL, capture_output=True)


class Authority:
    """Vouches for names: file .pem, and (certificate, key) for each."""

    def __init__(self, folder, name):
        self.folder, self.name, self.n = folder, name, 0
        self.pem, self.key = (os.path.join(folder, f"{name}.{end}") for end in ("pem", "key"))
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.key, "-out", self.pem,
                "-days", "30", "-subj", f"/CN={name}")

    def vouch(self, *names, days=30):
        self.n += 1
        base = os.path.join(self.folder, f"{self.name}{self.n}")
        with open(base + ".ext", "w") as file:
            file.write("subjectAltName=" + ",".join(names))
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", base + ".key", "-out", base + ".csr",
                "-subj", "/CN=x")
        openssl("x509", "-req", "-in", base + ".csr", "-CA", self.pem, "-CAkey", self.key, "-CAcreateserial",
                "-out", base + ".pem", "-days", str(days), "-extfile", base + ".ext")
        return base + ".pem", base + ".key"


class PushService:
    """Answers requests of /NAME as ANSWERS says; /slow when it is let go, /stuck
    half of it before. asked: [(head, body)]."""

    def __init__(self, pair, host="127.0.0.1", port=0, make=socket.create_server):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*pair)
        self.asked, self.let_go, self.opened = [], threading.Event(), 0
        self.socket = make((host, port), backlog=200)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                conn, _ = self.socket.accept()
            except OSError:
                return
            self.opened += 1
            threading.Thread(target=self.serve, args=(conn,), daemon=True).start()

    def serve(self, conn):
        try:
            with self.context.wrap_socket(conn, server_side=True) as tls, tls.makefile("rb") as lines:
                while self.answer(tls, lines):
                    pass
        except (OSError, ValueError):
            conn.close()

    def answer(self, tls, lines):
        """Whether the connection goes on."""
        head = []
        while (line := lines.readline().decode("latin-1").rstrip("\r\n")):
            head.append(line)
        if not head:
            return False
        fields = dict(line.split(": ", 1) for line in head[1:])
        name = head[0].split()[1].lstrip("/").split("?")[0]
        self.asked.append((head, lines.read(int(fields.get("Content-Length", 0)))))
        if name == "slow":
            self.let_go.wait()
            name = "created"
        tls.sendall(ANSWERS[name if name != "stuck" else "half"])
        if name == "stuck":
            self.let_go.wait()
        return name not in ("half", "stuck", "drop", "endless-head", "no-http")

    def close(self):
        self.let_go.set()
        self.socket.close()
