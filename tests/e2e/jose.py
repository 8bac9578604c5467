# SPDX-License-Identifier: MIT
"""Keys and signed tokens by the `openssl` command: for an issuer of the tests' own."""
import base64
import hashlib
import hmac
import json
import os
import subprocess

KINDS = {
    "RS256": ("RSA", "-pkeyopt", "rsa_keygen_bits:2048"),
    "ES256": ("EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
    "EdDSA": ("ED25519",),
}


def openssl(*words, data=b""):
    return subprocess.run(["openssl", *words], input=data, check=True, capture_output=True).stdout


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def parts(der):
    """The values (bytes) of what a DER SEQUENCE holds."""
    found, at = [], 0
    while at < len(der):
        length, at = der[at + 1], at + 2
        if length & 0x80:
            n = length & 0x7f
            length, at = int.from_bytes(der[at:at + n], "big"), at + n
        found.append(der[at:at + length])
        at += length
    return found


class Key:
    """A pair of keys with a name, as its algorithm wants it."""

    def __init__(self, folder, kid, algorithm="ES256"):
        self.kid, self.algorithm = kid, algorithm
        self.path = os.path.join(folder, f"{kid}.{algorithm}.key")
        openssl("genpkey", "-algorithm", *KINDS[algorithm], "-out", self.path)
        self.public = openssl("pkey", "-in", self.path, "-pubout", "-outform", "DER")

    def jwk(self):
        info = parts(parts(self.public)[0])[1][1:]  # the bit string, without its count of unused bits
        words = {"kid": self.kid, "alg": self.algorithm, "use": "sig"}
        if self.algorithm == "RS256":
            n, e = parts(parts(info)[0])
            return {**words, "kty": "RSA", "n": b64(n.lstrip(b"\0")), "e": b64(e)}
        if self.algorithm == "ES256":
            return {**words, "kty": "EC", "crv": "P-256", "x": b64(info[1:33]), "y": b64(info[33:65])}
        return {**words, "kty": "OKP", "crv": "Ed25519", "x": b64(info)}

    def pem(self):
        """The public half, which is no secret."""
        return openssl("pkey", "-in", self.path, "-pubout")

    def sign(self, data):
        if self.algorithm == "EdDSA":  # wants to know the length before it reads
            path = self.path + ".data"
            with open(path, "wb") as file:
                file.write(data)
            return openssl("pkeyutl", "-sign", "-inkey", self.path, "-rawin", "-in", path)
        signed = openssl("dgst", "-sha256", "-sign", self.path, data=data)
        if self.algorithm == "RS256":
            return signed
        return b"".join(int.from_bytes(n, "big").to_bytes(32, "big") for n in parts(parts(signed)[0]))


def token(header, claims, sign):
    """Of dicts, or of JSON as it is. sign(bytes) gives the signature."""
    text = ".".join(b64((part if isinstance(part, str) else json.dumps(part)).encode()) for part in (header, claims))
    return text + "." + b64(sign(text.encode()))


def by_secret(secret):
    return lambda data: hmac.new(secret, data, hashlib.sha256).digest()


def claims_of(text):
    return json.loads(unb64(text.split(".")[1]))
