#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Both addresses of a real server, as sslscan sees them: nothing that it has a word against.
usage: scanned.py

The versions, the ciphers, renegotiation, compression, the heartbeat and the certificate. Prints
what each address offers; the exit status says whether all is clean.
"""
import subprocess
import sys
import xml.etree.ElementTree as xml

import snug
import web
from patience import PATIENCE

VERSIONS = {"1.2", "1.3"}
GROUPS = {"x25519", "secp256r1 (NIST P-256)"}


def scan(port):
    done = subprocess.run(["sslscan", "--xml=-", "127.0.0.1:%d" % port], check=True, text=True,
                          stdout=subprocess.PIPE, timeout=PATIENCE)
    return xml.fromstring(done.stdout[done.stdout.index("<?xml"):]).find("ssltest")


def is_forward_secret(cipher):
    """TLS 1.3 has no others; of 1.2 ECDHE with AEAD is."""
    name = cipher.get("cipher")
    return name.startswith("TLS_") or name.startswith("ECDHE-") and ("GCM" in name or "POLY1305" in name)


# Proves T1.
def findings(test):
    """What is wrong, in words."""
    on = {"%s %s" % (p.get("type"), p.get("version")) for p in test.findall("protocol") if p.get("enabled") == "1"}
    if on != {"tls " + version for version in VERSIONS}:
        yield "offers %s" % sorted(on)
    ciphers = test.findall("cipher")
    if {c.get("sslversion") for c in ciphers} != {"TLSv" + version for version in VERSIONS}:
        yield "no ciphers of %s" % VERSIONS
    for cipher in ciphers:
        if cipher.get("strength") not in ("strong", "acceptable") or int(cipher.get("bits")) < 128 or \
                not is_forward_secret(cipher):
            yield "cipher %s %s" % (cipher.get("sslversion"), cipher.get("cipher"))
    for group in test.findall("group"):
        if group.get("name") not in GROUPS:
            yield "group %s" % group.get("name")
    # Where the scanner's own library has none, it does not ask.
    if any(compression.get("supported") != "0" for compression in test.findall("compression")):
        yield "compresses"
    renegotiation = test.find("renegotiation")
    if renegotiation.get("supported") == "1" and renegotiation.get("secure") != "1":
        yield "renegotiates without care"
    for bleeding in test.findall("heartbleed"):
        if bleeding.get("vulnerable") != "0":
            yield "bleeds in %s" % bleeding.get("sslversion")
    for certificate in test.findall(".//certificate"):
        signed = certificate.findtext("signature-algorithm", "")
        if "sha1" in signed.lower() or "md5" in signed.lower():
            yield "its certificate is signed with %s" % signed


def main():
    s = snug.Server(conf="\n[web]\nlisten = 127.0.0.1:0\n").start()
    try:
        found = {}
        for name, port in ("IRC", s.port), ("web", web.web_port(s)):
            test = scan(port)
            found[name] = list(findings(test))
            print("scanned: %-4s %s; %s; %s" % (
                name, ", ".join(sorted({c.get("sslversion") for c in test.findall("cipher")})),
                " ".join(c.get("cipher") for c in test.findall("cipher")),
                "; ".join(found[name]) or "clean"))
        return any(found.values())
    finally:
        s.close()


if __name__ == "__main__":
    sys.exit(main())
