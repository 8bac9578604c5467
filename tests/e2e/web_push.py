# SPDX-License-Identifier: MIT
"""A device that is woken: what is sent to it is decrypted and its sender verified by another
implementation than the server's (RFC 8188, 8291, 8292), and the service that carries it."""
import base64
import hashlib
import hmac
import json
import os
import re
import struct
import sys
from datetime import datetime

try:
    import cryptography as _
except ModuleNotFoundError:  # a Python that is not Debian's
    sys.path.append("/usr/lib/python3/dist-packages")
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from patience import until
from push_service import ANSWERS, PushService


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def hkdf(salt, material, info, length):
    key = hmac.new(salt, material, hashlib.sha256).digest()
    return hmac.new(key, info + b"\1", hashlib.sha256).digest()[:length]


def point_of(key):
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


class Phone:
    """Its subscription, at a path of the service that it has alone."""

    def __init__(self, service, name):
        self.service, self.name = service, name
        self.url = f"https://localhost:{service.port}/{name}"
        self.key, self.auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self.point = point_of(self.key.public_key())
        self.says("created")

    def says(self, answer):
        """From now on the service answers so for it."""
        ANSWERS[self.name] = ANSWERS[answer]

    def words(self):
        return f"WEBPUSH REGISTER {self.url} p256dh={b64(self.point)};auth={b64(self.auth)}"

    def register(self, client):
        client.send("VERSION", self.words())
        told = client.wait(" VAPID=")
        self.vapid = unb64(re.search(r" VAPID=(\S+)", told)[1])
        client.wait(f" WEBPUSH REGISTER {self.url}")
        return self

    def decrypt(self, body):
        salt, (size, length) = body[:16], struct.unpack("!IB", body[16:21])
        point, sealed = body[21:21 + length], body[21 + length:]
        assert size == 4096 and len(body) <= 4096 and length == 65, body[:21]
        other = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        material = hkdf(self.auth, self.key.exchange(ec.ECDH(), other),
                        b"WebPush: info\0" + self.point + point, 32)
        key = hkdf(salt, material, b"Content-Encoding: aes128gcm\0", 16)
        nonce = hkdf(salt, material, b"Content-Encoding: nonce\0", 12)
        text, last, rest = AESGCM(key).decrypt(nonce, sealed, None).rpartition(b"\2")
        assert last and not rest.strip(b"\0"), "no last record"
        return text.decode()

    def verify(self, fields):
        """The token's claims, once its signature is right."""
        token, key = re.fullmatch(r"vapid t=(\S+), k=(\S+)", fields["Authorization"]).groups()
        head, claims, sign = token.split(".")
        assert unb64(key) == self.vapid and json.loads(unb64(head)) == {"typ": "JWT", "alg": "ES256"}
        raw = unb64(sign)
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(key))
        public.verify(encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")),
                      f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
        claims = json.loads(unb64(claims))
        assert 0 < claims["exp"] - datetime.now().timestamp() <= 24 * 3600, claims
        return claims

    def got(self):
        """[(fields, line)], the first of which is the one by which it was tried."""
        asked = [(head, body) for head, body in list(self.service.asked)
                 if head[0].split()[1] == "/" + self.name]
        return [(dict(line.split(": ", 1) for line in head[1:]), self.decrypt(body)) for head, body in asked]

    def lines(self):
        """Without their tags, behind the first."""
        return [line.split(" ", 1)[1] for _, line in self.got()[1:]]

    def await_line(self, part):
        return until(lambda: f"{part!r} at {self.name}: {self.lines()}",
                     lambda: next((line for line in self.lines() if part in line), None))


def conf(service, authority, more="delay = 0"):
    return (f"\n[beside]\nerrand = yes\nca_file = {authority.pem}\n\n[push]\nenabled = yes\n"
            f"allow = localhost:{service.port} 127.0.0.0/8 ::1\n{more}\n")


__all__ = ["Phone", "PushService", "conf"]
