# SPDX-License-Identifier: MIT
"""Tokens that nobody may believe, each with the word by which the server's log says why not."""
import time

import jose

LATER = 3600


def foreign(issuer, subject):
    """By a key of somebody else, under the name of the issuer's."""
    key = jose.Key(issuer.folder, "foreign", issuer.keys[0].algorithm)
    key.kid = issuer.keys[0].kid
    return issuer.mint(subject, key=key)


def brought(issuer, subject):
    """By a key that stands in the token."""
    key = jose.Key(issuer.folder, "brought", issuer.keys[0].algorithm)
    return issuer.mint(subject, {"jwk": key.jwk(), "jku": issuer.url + "/evil", "kid": issuer.keys[0].kid}, key=key)


def public_as_secret(issuer, subject):
    return issuer.mint(subject, {"alg": "HS256"}, sign=jose.by_secret(issuer.keys[0].pem()))


def twice(issuer, subject):
    """Ends as another than it begins."""
    honest = issuer.mint(subject)
    claims = jose.unb64(honest.split(".")[1]).decode()
    header = {"alg": issuer.keys[0].algorithm, "typ": "at+jwt", "kid": issuer.keys[0].kid}
    return jose.token(header, claims[:-1] + ', "sub": "root"}', issuer.keys[0].sign)


def changed(issuer, subject):
    """Who it is for was written over."""
    head, claims, signature = issuer.mint(subject).split(".")
    text = jose.unb64(claims).decode().replace('"%s"' % subject, '"root"')
    return ".".join([head, jose.b64(text.encode()), signature])


# A word of the log, and what makes the token.
LIES = {
    "none": ("algorithm", lambda i, s: i.mint(s, {"alg": "none"}, sign=lambda data: b"")[:-1] + "."),
    "none, signed": ("algorithm", lambda i, s: i.mint(s, {"alg": "none"})),
    "HS256 by the public key": ("algorithm", public_as_secret),
    "expired": ("expired", lambda i, s: i.mint(s, claims={"exp": int(time.time()) - LATER})),
    "not yet": ("not-yet", lambda i, s: i.mint(s, claims={"nbf": int(time.time()) + LATER})),
    "issued tomorrow": ("not-yet", lambda i, s: i.mint(s, claims={"iat": int(time.time()) + LATER})),
    "for ever": ("claims", lambda i, s: i.mint(s, drop=("exp",))),
    "other audience": ("audience", lambda i, s: i.mint(s, claims={"aud": "https://other.example"})),
    "no audience": ("audience", lambda i, s: i.mint(s, drop=("aud",))),
    "other issuer": ("issuer", lambda i, s: i.mint(s, claims={"iss": "https://evil.example"})),
    "other client": ("client", lambda i, s: i.mint(s, claims={"client_id": "games"})),
    "no subject": ("claims", lambda i, s: i.mint(s, drop=("sub",))),
    "id_token": ("type", lambda i, s: i.id_token(s)),
    "id_token for us": ("type", lambda i, s: i.mint(s, {"typ": "JWT"})),
    "logout token": ("type", lambda i, s: i.logout_token(s)),
    "crit": ("type", lambda i, s: i.mint(s, {"crit": ["exp"]})),
    "unknown kid": ("key", lambda i, s: i.mint(s, {"kid": "nobody"})),
    "kid that is a path": ("key", lambda i, s: i.mint(s, {"kid": "../../../../dev/null"})),
    "a key that it brings": ("signature", brought),
    "key of another": ("signature", foreign),
    "changed": ("signature", changed),
    "a member twice": ("malformed", twice),
}
