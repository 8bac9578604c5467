#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""People sign in with what their organisation has: npm's oidc-provider, a real snugd and its
clients; then with an issuer that lies, is slow, gone, and with people who would be others.

Each part prints a line; the exit status says whether all held. Words on the command line name the
cases that are played.
"""
import hashlib
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.parse

import bearer
import jose
import provider
import snug
import sso_leases
import sso_lies
import sso_takeover
from patience import PATIENCE
from person import SNUG, Person
from sso_world import AUDIENCE, World, certificate_of

PAGE = "https://chat.example.org/"
CLIENTS = [
    {"client_id": "snug", "redirect_uris": [PAGE], "token_endpoint_auth_method": "none"},
]
PEOPLE = {"248": {"preferred_username": "ann", "groups": ["chat-admins"]},
          "249": {"preferred_username": "bob", "groups": []}}


class Organised(World):
    """A World whose issuer is oidc-provider."""

    def __init__(self, clients=None, form="jwt", more=(), **words):
        folder = tempfile.mkdtemp(prefix="snug-sso-")
        believed = provider.Provider(folder, {k: dict(v) for k, v in PEOPLE.items()}, clients or CLIENTS, form,
                                     more_authorities=more)
        super().__init__(believed, **words)

    def __exit__(self, *what):
        super().__exit__(*what)
        shutil.rmtree(self.issuer.folder, ignore_errors=True)

    def tokens(self, subject, client="snug", scope="openid profile offline_access", **more):
        """By the device grant, whose person says yes in a browser."""
        words = {"client_id": client, "scope": scope, **more}
        status, code = self.issuer.post("/device/auth", **words)
        assert status == 200, code
        self.issuer.browser().approve(code["verification_uri_complete"], subject)
        status, tokens = self.issuer.post("/token", client_id=client, device_code=code["device_code"],
                                          grant_type="urn:ietf:params:oauth:grant-type:device_code",
                                          **{k: v for k, v in more.items() if k == "client_secret"})
        assert status == 200, tokens
        return tokens


def log_in(w, person, subject):
    """`snug login`, and its person with the telephone."""
    pin = w.s.json("tls", "show")["pin"]
    done = subprocess.Popen([SNUG, "--home", person.home, "login", "--pin", pin, "localhost:%d" % w.s.port], text=True,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            start_new_session=True, env={**os.environ, "SSL_CERT_FILE": w.issuer.ca})
    said, address, shown = [], None, None
    for line in done.stderr:
        said.append(line)
        if line.startswith("On any device open"):
            address = line.split()[-1]
        if line.startswith("and type the code"):
            shown = line.split()[-1]
        if address and shown:
            break
    assert shown, (said, done.wait(PATIENCE))
    rest = []
    reader = threading.Thread(target=lambda: rest.extend(done.stderr), daemon=True)
    reader.start()
    browser = w.issuer.browser()
    browser.get(address)
    browser.submit(user_code=shown)
    browser.log_in(subject, lambda b: "Sign-in Success" in b.page)
    code = done.wait(PATIENCE)
    reader.join(PATIENCE)
    assert code == 0, (said, rest)
    person.has_been_here()
    return "".join(said + rest)


def by_the_device_grant():
    with Organised() as w:
        ann = Person("ann")
        try:
            log_in(w, ann, "248")
            link = w.s.run("invite", "create", "--room", "lounge").out.strip()
            assert link
            assert ann.run("send", "#lounge", "signed in").code in (0, 1)
            # This computer has a key of its own from now on.
            assert ann.run("devices").code == 0
            for path in ann.files():
                with open(path, "rb") as file:
                    assert b"eyJ" not in file.read(), path
        finally:
            ann.close()
    return "snug login by the device grant"


def by_a_code_of_the_page():
    with Organised() as w:
        failure = bearer.ask(w.s).failure
        verifier = secrets.token_urlsafe(32)
        asked = {"client_id": "snug", "response_type": "code", "redirect_uri": PAGE, "state": "s", "prompt": "consent",
                 "scope": failure["scope"], "code_challenge_method": "S256", "resource": failure["resource"],
                 "code_challenge": jose.b64(hashlib.sha256(verifier.encode()).digest())}
        back = w.issuer.browser().authorize(failure["authorization_endpoint"] + "?" + urllib.parse.urlencode(asked), "248")
        code = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))["code"]
        words = {"code": code, "verifier": verifier, "redirect": PAGE}
        assert bearer.ask(w.s, **{**words, "verifier": secrets.token_urlsafe(32)}).code == "904"
        client = bearer.enter(w.s, **words)
        assert client.account == "ann"
        assert bearer.ask(w.s, **words).code == "904"
    return "a code of the page, exchanged by the server, once"


def a_key_is_changed_in_mid_run():
    with Organised() as w:
        old = w.tokens("248", resource=AUDIENCE)["access_token"]
        client = bearer.enter(w.s, old)
        w.issuer.order("rotate", to="RS256", keep=False)
        new = w.tokens("249", resource=AUDIENCE)["access_token"]
        assert bearer.ask(w.s, new).account == "bob"
        assert bearer.ask(w.s, old).code == "904"
        client.sync()
    return "keys rotated from ES256 to RS256 under people who stay in"


def what_else_it_gives_is_no_login():
    with Organised() as w:
        tokens = w.tokens("248", resource=AUDIENCE)
        for name in ("id_token", "refresh_token"):
            assert bearer.ask(w.s, tokens[name]).code == "904", name
        other = w.tokens("248", resource="https://mail.example.org")
        mark = w.mark()
        assert bearer.ask(w.s, other["access_token"]).code == "904"
        w.refused("audience", mark)
        assert bearer.ask(w.s, tokens["access_token"]).account == "ann"
    return "its id_tokens, refresh tokens and tokens for others let nobody in"


def who_is_removed_there_is_out_here():
    with Organised(recheck=sso_leases.SHORT) as w:
        sessions = []
        for subject in ("248", "249"):
            t = w.tokens(subject, resource=AUDIENCE)
            sessions.append(bearer.enter(w.s, t["access_token"], refresh=t["refresh_token"]))
        w.issuer.order("remove", subject="248")
        sessions[0].ended()
        sessions[1].sync()
    return "a person removed there is out here within recheck"


CASES = (by_the_device_grant, by_a_code_of_the_page, a_key_is_changed_in_mid_run, what_else_it_gives_is_no_login,
         who_is_removed_there_is_out_here, *sso_lies.CASES, *sso_takeover.CASES, *sso_leases.CASES)


def main():
    provider.install()
    bad = 0
    for case in CASES:
        if sys.argv[1:] and case.__name__ not in sys.argv[1:]:
            continue
        try:
            print("sso: %s" % case(), flush=True)
        except Exception:  # the others are played all the same
            import traceback
            traceback.print_exc()
            print("sso: %s BROKE" % case.__name__, flush=True)
            bad += 1
    print("sso: %s" % ("%d parts BROKE" % bad if bad else "held"))
    return bad != 0


if __name__ == "__main__":
    sys.exit(main())
