# SPDX-License-Identifier: MIT
"""An OpenID issuer of the tests' own: HTTPS on loopback, honest unless it is told otherwise.

Issuer(folder) makes an authority of its own (`ca`, a file), listens at `url` and knows the people
that `person` tells it of. It has discovery, keys, the device grant (RFC 8628), authorization codes
with PKCE, refresh tokens that are used once, introspection, userinfo, revocation and tokens for
back-channel logout. Its knobs are fields; `lies.py` has tokens that nobody may believe.
"""
import base64
import hashlib
import http.server
import json
import os
import secrets
import socket
import ssl
import threading
import time
import urllib.parse

import jose
from push_service import Authority

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
PATHS = {  # the members of what it says of itself, and the names by which knobs know them
    "authorization_endpoint": "/auth",
    "token_endpoint": "/token",
    "jwks_uri": "/keys",
    "device_authorization_endpoint": "/device/auth",
    "userinfo_endpoint": "/userinfo",
    "introspection_endpoint": "/introspect",
    "revocation_endpoint": "/revoke",
}
DISCOVERY = "/.well-known/openid-configuration"


class Refused(Exception):
    """An error of OAuth: a word, and the status that it goes with."""

    def __init__(self, word, status=400):
        super().__init__(word)
        self.word, self.status = word, status


class Grant:
    """What somebody allowed a client: it lives until it is revoked, or its person is gone."""

    def __init__(self, subject, client, scope, resource):
        self.subject, self.client, self.scope, self.resource = subject, client, scope, resource
        self.sid, self.lives = secrets.token_hex(8), True


class Device:
    """A device that waits for its person."""

    def __init__(self, form):
        self.client, self.scope, self.resource = form["client_id"], form.get("scope", ""), form.get("resource")
        self.user_code = "%s-%s" % (secrets.token_hex(2).upper(), secrets.token_hex(2).upper())
        self.grant, self.is_denied, self.is_used, self.is_over = None, False, False, False


class Issuer:
    def __init__(self, folder, names=("DNS:localhost", "IP:127.0.0.1"), host="127.0.0.1", algorithm="ES256",
                 audience=None, path=""):
        self.folder = os.path.join(folder, "issuer-" + secrets.token_hex(4))
        os.makedirs(self.folder)
        authority = Authority(self.folder, "authority")
        self.ca = authority.pem
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*authority.vouch(*names))
        self.host, self.port, self.path, self.web = host, 0, path, None
        # Whom it knows, and which programs: a secret, or None for a public one.
        self.people, self.clients = {}, {"snug": None}
        self.audience = audience  # of tokens that name no resource
        # Knobs. asked: (path, form) of all that came.
        self.auto = None  # the subject who says yes to every device and code at once
        self.is_opaque = False  # access tokens are for introspection
        self.lifetime_s, self.device_s, self.interval_s = 300, 300, 1
        self.says = {}  # members of discovery that are another
        self.answers = {}  # path: (status, body) in place of the truth
        self.held = {}  # path: an Event that an answer waits for
        self.lost = []  # paths whose next answer is lost on the way
        self.asked = []
        self.keys, self.n_keys = [], 0
        self.devices, self.codes, self.access, self.refresh, self.used = {}, {}, {}, {}, set()
        self.lock = threading.RLock()
        self.rotate(algorithm)
        self.listen()

    # What a test says.

    @property
    def url(self):
        return "https://%s:%d%s" % ("localhost" if self.host == "127.0.0.1" else self.host, self.port, self.path)

    def listen(self):
        """Again, at the port of before, when it was dead."""
        self.web = Web(self)
        self.port = self.web.server_address[1]
        threading.Thread(target=self.web.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def die(self):
        """Nobody listens any more."""
        for event in self.held.values():
            event.set()
        self.web.end()

    close = die

    def person(self, subject, name=None, groups=(), **claims):
        """Somebody it knows. `name` is what it calls him: preferred_username."""
        self.people[subject] = {"preferred_username": name or subject, "groups": list(groups), **claims}

    def remove(self, subject):
        """The organisation has no such person any more: refresh and introspection say no."""
        with self.lock:
            del self.people[subject]

    def rotate(self, algorithm="ES256", keep=True):
        """Signs with a new key from now on. `keep`: the old ones are still published."""
        with self.lock:
            self.n_keys += 1
            new = jose.Key(self.folder, "key%d" % self.n_keys, algorithm)
            self.keys = [new] + (self.keys if keep else [])
            return new

    def hold(self, path):
        """Answers of this path wait until the Event that is given is set."""
        self.held[path] = threading.Event()
        return self.held[path]

    def waiting(self):
        """The codes that people are to be shown."""
        with self.lock:
            return [d.user_code for d in self.devices.values() if not d.grant and not d.is_denied]

    def approve(self, user_code, subject):
        with self.lock:
            d = self.device(user_code)
            d.grant = Grant(subject, d.client, d.scope, d.resource)

    def deny(self, user_code):
        with self.lock:
            self.device(user_code).is_denied = True

    def expire(self, user_code):
        """Its five minutes are over."""
        with self.lock:
            self.device(user_code).is_over = True

    def device(self, user_code):
        return next(d for d in self.devices.values() if d.user_code == user_code)

    def mint(self, subject, header=None, claims=None, drop=(), key=None, sign=None):
        """An access token, honest but for what is given; `drop`: claims that it lacks."""
        key = key or self.keys[0]
        now = int(time.time())
        header = {"alg": key.algorithm, "typ": "at+jwt", "kid": key.kid, **(header or {})}
        words = {"iss": self.url, "sub": subject, "aud": self.audience, "client_id": "snug", "scope": "openid",
                 "iat": now, "exp": now + self.lifetime_s, "jti": secrets.token_hex(8),
                 **self.people.get(subject, {}), **(claims or {})}
        words = {name: value for name, value in words.items() if name not in drop}
        header = {name: value for name, value in header.items() if value is not None}
        return jose.token(header, words, sign or key.sign)

    def id_token(self, subject, client="snug"):
        """What says to a program who its user is: no key to anything."""
        return self.mint(subject, {"typ": "JWT"}, {"aud": client, "azp": client}, drop=("scope", "client_id"))

    def give(self, subject, client="snug", resource=None, scope="openid profile offline_access"):
        """The tokens of a grant, as the token endpoint says them."""
        with self.lock:
            return self.tokens(Grant(subject, client, scope, resource))

    def logout_token(self, subject, header=None, claims=None, drop=()):
        """To be posted (logout_token=...) to where the server listens for it."""
        now = int(time.time())
        words = {"aud": "snug", "events": {"http://schemas.openid.net/event/backchannel-logout": {}}, "iat": now,
                 "exp": now + 120, **(claims or {})}
        who = ("client_id", "scope", "preferred_username", "groups", *drop)
        return self.mint(subject, {"typ": "logout+jwt", **(header or {})}, words, drop=who)

    def revoke(self, token):
        with self.lock:
            grant = self.access.get(token) or self.refresh.get(token)
            if grant:
                grant.lives = False

    # What it answers.

    def document(self):
        at = {member: self.url + path for member, path in PATHS.items()}
        return {"issuer": self.url, **at, "response_types_supported": ["code"], "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": [key.algorithm for key in self.keys],
                "code_challenge_methods_supported": ["S256"], **self.says}

    def stands(self, grant):
        return grant is not None and grant.lives and grant.subject in self.people

    def tokens(self, grant):
        key = secrets.token_urlsafe(32)
        more = {"client_id": grant.client, "scope": grant.scope, "sid": grant.sid}
        access = key if self.is_opaque else self.mint(
            grant.subject, claims={**more, "aud": grant.resource or self.audience or grant.client})
        self.access[access] = grant
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": self.lifetime_s, "scope": grant.scope}
        if "offline_access" in grant.scope:
            answer["refresh_token"] = secrets.token_urlsafe(32)
            self.refresh[answer["refresh_token"]] = grant
        if "openid" in grant.scope.split():
            answer["id_token"] = self.id_token(grant.subject, grant.client)
        return answer

    def start_device(self, form):
        with self.lock:
            code, d = secrets.token_urlsafe(32), Device(form)
            self.devices[code] = d
            if self.auto:
                self.approve(d.user_code, self.auto)
        return {"device_code": code, "user_code": d.user_code, "verification_uri": self.url + "/device",
                "verification_uri_complete": self.url + "/device?user_code=" + d.user_code,
                "expires_in": self.device_s, "interval": self.interval_s}

    def by_device(self, form):
        d = self.devices.get(form.get("device_code"))
        if not d or d.client != form["client_id"]:
            raise Refused("invalid_grant")
        if d.is_denied:
            raise Refused("access_denied")
        if d.is_over:
            raise Refused("expired_token")
        if not d.grant:
            raise Refused("authorization_pending")
        if d.is_used:  # somebody has a copy: nothing of it is worth anything any more
            d.grant.lives = False
            raise Refused("invalid_grant")
        d.is_used = True
        return self.tokens(d.grant)

    def by_code(self, form):
        grant, redirect, challenge = self.codes.pop(form.get("code"), (None, None, None))
        proof = jose.b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if not self.stands(grant) or (grant.client, redirect, challenge) != (
                form["client_id"], form.get("redirect_uri"), proof):
            raise Refused("invalid_grant")
        return self.tokens(grant)

    def by_refresh(self, form):
        grant = self.refresh.get(form.get("refresh_token"))
        if not self.stands(grant) or grant.client != form["client_id"]:
            raise Refused("invalid_grant")
        if form["refresh_token"] in self.used:  # the same as with a code of a device
            grant.lives = False
            raise Refused("invalid_grant")
        self.used.add(form["refresh_token"])
        return self.tokens(grant)

    def token(self, form):
        by = {DEVICE: self.by_device, "authorization_code": self.by_code, "refresh_token": self.by_refresh}
        with self.lock:
            if form.get("grant_type") not in by:
                raise Refused("unsupported_grant_type")
            return by[form["grant_type"]](form)

    def introspect(self, form):
        if not self.clients[form["client_id"]]:
            raise Refused("invalid_client", 401)
        with self.lock:
            token = form.get("token")
            grant = self.access.get(token) or self.refresh.get(token)
            if not self.stands(grant):
                return {"active": False}
            kind = {"token_type": "Bearer"} if token in self.access else {}
            return {"active": True, "sub": grant.subject, "client_id": grant.client, "iss": self.url,
                    "scope": grant.scope, "exp": int(time.time()) + self.lifetime_s, **kind}

    def userinfo(self, token):
        with self.lock:
            grant = self.access.get(token)
            if not self.stands(grant):
                raise Refused("invalid_token", 401)
            return {"sub": grant.subject, **self.people[grant.subject]}

    def authorize(self, form):
        """Where the browser goes from here, `auto` having said yes."""
        if form.get("response_type") != "code" or form.get("code_challenge_method") != "S256" or not self.auto:
            raise Refused("invalid_request")
        code = secrets.token_urlsafe(32)
        grant = Grant(self.auto, form["client_id"], form.get("scope", ""), form.get("resource"))
        self.codes[code] = (grant, form["redirect_uri"], form["code_challenge"])
        back = {"code": code, "state": form.get("state", ""), "iss": self.url}
        return form["redirect_uri"] + "?" + urllib.parse.urlencode(back)


class Web(http.server.ThreadingHTTPServer):
    daemon_threads, request_queue_size = True, 100

    def __init__(self, issuer):
        self.issuer, self.open = issuer, set()
        super().__init__((issuer.host, issuer.port), Request)

    def finish_request(self, request, client_address):  # in the thread of this connection
        try:
            wrapped = self.issuer.context.wrap_socket(request, server_side=True)
        except OSError:
            return
        self.open.add(wrapped)
        try:
            super().finish_request(wrapped, client_address)
        except (OSError, ValueError):
            pass
        finally:
            self.open.discard(wrapped)
            wrapped.close()

    def end(self):
        """And with it the connections that are kept for a next request."""
        self.shutdown()
        self.server_close()
        for conn in list(self.open):
            try:
                conn.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Request(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format, *args):  # noqa: A002 -- its name there
        pass

    def do_GET(self):
        self.serve({})

    def do_POST(self):
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.serve(dict(urllib.parse.parse_qsl(text, keep_blank_values=True)))

    def serve(self, form):
        issuer, url = self.server.issuer, urllib.parse.urlsplit(self.path)
        path = url.path[len(issuer.path):] if url.path.startswith(issuer.path) else url.path
        form.update(urllib.parse.parse_qsl(url.query))
        issuer.asked.append((path, dict(form)))
        if path in issuer.held:
            issuer.held[path].wait()
        try:
            status, body, fields = 200, *self.answer(issuer, path, form)
        except Refused as why:
            status, body, fields = why.status, {"error": why.word}, {}
        except KeyError as what:
            status, body, fields = 400, {"error": "invalid_request", "error_description": str(what)}, {}
        if path in issuer.answers:
            status, body = issuer.answers[path]
        if path in issuer.lost:
            issuer.lost.remove(path)
            self.close_connection = True
            return
        self.send(302 if "Location" in fields else status, body, fields)

    def answer(self, issuer, path, form):
        """What is said, and fields beside it."""
        if path == DISCOVERY:
            return issuer.document(), {}
        if path == "/keys":
            return {"keys": [key.jwk() for key in issuer.keys]}, {}
        if path == "/auth":
            return "", {"Location": issuer.authorize(form)}
        if path == "/device":
            return "<p>Code: %s" % form.get("user_code", ""), {}
        if path == "/userinfo":
            return issuer.userinfo(self.headers.get("Authorization", "").removeprefix("Bearer ")), {}
        self.know_client(issuer, form)
        if path == "/revoke":
            issuer.revoke(form.get("token"))
            return {}, {}
        by = {"/token": issuer.token, "/device/auth": issuer.start_device, "/introspect": issuer.introspect}
        if path not in by:
            raise Refused("not_found", 404)
        return by[path](form), {}

    def know_client(self, issuer, form):
        kind, _, given = self.headers.get("Authorization", "").partition(" ")
        name, secret = form.get("client_id"), form.get("client_secret")
        if kind == "Basic":
            name, secret = map(urllib.parse.unquote_plus, base64.b64decode(given).decode().split(":", 1))
        form["client_id"] = name
        if name not in issuer.clients or issuer.clients[name] != secret:
            raise Refused("invalid_client", 401)

    def send(self, status, body, fields):
        kind = "text/html" if isinstance(body, str) else "application/json"
        data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), "Cache-Control": "no-store",
                            **fields}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)
