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
import traceback
import urllib.parse

import bearer
import jose
import provider
import snug
import sso_leases
import sso_lies
import sso_takeover
from issuer import DEVICE
from patience import PATIENCE, until
from person import SNUG, Person
from push_service import Authority
from screen import Screen
from sso_world import AUDIENCE, World

PAGE = "https://chat.example.org/"
CLIENTS = [
    {"client_id": "snug", "redirect_uris": [PAGE], "token_endpoint_auth_method": "none"},
]
IRSSI = """
servers = ({ address = "127.0.0.1"; chatnet = "snug"; port = "%d"; use_tls = "yes"; tls_verify = "no"; autoconnect = "yes"; });
chatnets = { snug = { type = "IRC"; nick = "ann"; sasl_mechanism = "plain"; sasl_username = "ann"; sasl_password = "%s"; }; };
"""
PEOPLE = {"248": {"preferred_username": "ann", "groups": ["chat-admins"]},
          "249": {"preferred_username": "bob", "groups": []}}


class Organised(World):
    """A World whose issuer is oidc-provider, which believes the server's certificate."""

    def __init__(self, clients=None, oidc="", form="jwt", **words):
        folder = tempfile.mkdtemp(prefix="snug-sso-")
        ours = Authority(folder, "ours")
        cert, key = ours.vouch("DNS:localhost")
        os.chmod(key, 0o600)
        with open(os.path.join(folder, "client.secret"), "w", opener=lambda p, flags: os.open(p, flags, 0o600)) as file:
            file.write("s3cret-of-the-server\n")
        believed = provider.Provider(folder, {k: dict(v) for k, v in PEOPLE.items()}, clients or CLIENTS, form,
                                     more_authorities=[ours.pem])
        super().__init__(believed, oidc.replace("FOLDER", folder), init=("--cert", cert, "--key", key), **words)

    def __exit__(self, *what):
        super().__exit__(*what)
        shutil.rmtree(self.issuer.folder, ignore_errors=True)

    def tokens(self, subject, client="snug", scope="openid profile offline_access", **more):
        """By the device grant, whose person says yes in a browser."""
        words = {"client_id": client, "scope": scope, **more}
        status, code = self.issuer.post("/device/auth", **words)
        assert status == 200, code
        self.issuer.browser().approve(code["verification_uri_complete"], subject)
        status, tokens = self.issuer.post("/token", client_id=client, device_code=code["device_code"], grant_type=DEVICE)
        assert status == 200, tokens
        return tokens


class SigningIn:
    """`snug login`, without a terminal: `next_code` gives what its person is shown."""

    def __init__(self, w, person):
        pin = w.s.json("tls", "show")["pin"]
        self.said = []
        self.process = subprocess.Popen(
            [SNUG, "--home", person.home, "login", "--pin", pin, "localhost:%d" % w.s.port], text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
            env={**os.environ, "SSL_CERT_FILE": w.issuer.ca})

    def next_code(self):
        """(address, code)"""
        address = None
        for line in self.process.stderr:
            self.said.append(line)
            if line.startswith("On any device open"):
                address = line.split()[-1]
            if address and line.startswith("and type the code"):
                return address, line.split()[-1]
        raise AssertionError("".join(self.said))

    def end(self):
        """Its exit status; what it said is in `said`."""
        self.said += list(self.process.stderr)
        self.process.stderr.close()
        return self.process.wait(PATIENCE)


def by_the_device_grant():
    with Organised() as w:
        ann = Person("ann")
        try:
            login = SigningIn(w, ann)
            address, code = login.next_code()
            browser = w.issuer.browser()
            browser.get(address)
            browser.submit(user_code=code)
            browser.log_in("248", lambda b: "Sign-in Success" in b.page)
            assert login.end() == 0, login.said
            assert ann.run("join", "#lounge").code == 0
            assert ann.run("send", "#lounge", "signed in").code == 0
            # The key of this computer is the login from now on; of tokens nothing is kept.
            assert ann.tail("#lounge") == ["signed in"]
            for path in ann.files():
                with open(path, "rb") as file:
                    assert b"eyJ" not in file.read(), path
        finally:
            ann.close()
    return "snug login by the device grant, and what it keeps is a key"


def by_an_answer_that_is_lost():
    """The last poll: the code is used up, so that another one is begun with."""
    with World() as w:
        w.issuer.person("1", "ann")
        ann = Person("ann")
        try:
            login = SigningIn(w, ann)
            _, first = login.next_code()
            w.issuer.lost.append("/token")
            _, second = login.next_code()
            assert first != second and any("lost" in line for line in login.said), login.said
            w.issuer.approve(second, "1")
            assert login.end() == 0, login.said
        finally:
            ann.close()
    return "a lost answer began anew"


def an_app_token_is_for_other_programs():
    with Organised() as w:
        ann = bearer.enter(w.s, w.tokens("248", resource=AUDIENCE)["access_token"])
        ann.send("JOIN #lounge", "CERT TOKEN ADD irssi")
        token = ann.wait(" CERT TOKEN ADD ").split()[5]
        home = os.path.join(w.dir, "irssi")
        os.makedirs(home)
        with open(os.path.join(home, "config"), "w") as config:
            config.write(IRSSI % (w.s.port, token))
        irssi = Screen(["irssi", "--home", home])
        try:
            irssi.wait_for("Welcome to")
            irssi.type("/join #lounge")
            irssi.wait_for("#lounge")
            irssi.type("hello from irssi")
            ann.wait("PRIVMSG #lounge :hello from irssi")
        finally:
            irssi.close()
    return "irssi by an app token, in the room"


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


def active(w, token):
    """Is it still good? A refresh token that was changed for another is not."""
    return w.issuer.post("/token/introspection", client_id="server", client_secret="s3cret-of-the-server",
                         token=token)[1].get("active")


def opaque_tokens_are_asked_about():
    """snug is public, and the server asks in a name of its own."""
    clients = CLIENTS + [{"client_id": "server", "client_secret": "s3cret-of-the-server", "redirect_uris": [PAGE],
                          "token_endpoint_auth_method": "client_secret_basic"}]
    with Organised(clients, "client_id = server\nclients = snug\nclient_secret_file = FOLDER/client.secret",
                   "opaque", recheck=sso_leases.SHORT) as w:
        tokens = w.tokens("248", scope="openid profile", resource=AUDIENCE)
        other = w.tokens("249", resource=AUDIENCE)
        assert tokens["access_token"].count(".") == 0 and bearer.ask(w.s).failure["client_id"] == "snug"
        ann = bearer.enter(w.s, tokens["access_token"])
        mark = w.mark()
        assert bearer.ask(w.s, other["refresh_token"]).code == "904"
        w.refused("type", mark)
        # His refresh token was given to snug, and is changed in its name.
        bob = bearer.enter(w.s, other["access_token"], refresh=other["refresh_token"])
        assert (ann.account, bob.account) == ("ann", "bob")
        until("bob to be asked about again", lambda: not active(w, other["refresh_token"]))
        assert w.issuer.post("/token/revocation", client_id="snug", token=tokens["access_token"])[0] == 200
        ann.ended()
        bob.sync()
        assert bearer.ask(w.s, tokens["access_token"]).code == "904"
    return "opaque tokens by introspection; one that was revoked is out within recheck"


def a_logout_there_is_one_here():
    web = snug.free_port()
    clients = [{**CLIENTS[0], "backchannel_logout_uri": "https://localhost:%d/oidc/logout" % web}]
    with Organised(clients, web=web) as w:
        status, code = w.issuer.post("/device/auth", client_id="snug", scope="openid", resource=AUDIENCE)
        assert status == 200, code
        browser = w.issuer.browser()
        browser.approve(code["verification_uri_complete"], "248")
        status, tokens = w.issuer.post("/token", client_id="snug", device_code=code["device_code"], grant_type=DEVICE)
        assert status == 200, tokens
        ann = bearer.enter(w.s, tokens["access_token"])
        bob = bearer.enter(w.s, w.tokens("249", resource=AUDIENCE)["access_token"])
        browser.get(w.issuer.url + "/session/end")
        browser.submit(logout="yes")
        ann.ended()
        bob.sync()
        assert "event=issuer_logout subject=248" in w.s.read_log()
    return "who logs out there is out here at once"


CASES = (by_the_device_grant, by_an_answer_that_is_lost, an_app_token_is_for_other_programs,
         opaque_tokens_are_asked_about, a_logout_there_is_one_here, by_a_code_of_the_page, a_key_is_changed_in_mid_run, what_else_it_gives_is_no_login,
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
            traceback.print_exc()
            print("sso: %s BROKE" % case.__name__, flush=True)
            bad += 1
    print("sso: %s" % ("%d parts BROKE" % bad if bad else "held"))
    return bad != 0


if __name__ == "__main__":
    sys.exit(main())
