# SPDX-License-Identifier: MIT
"""Who leaves the organisation is out: of the server within `recheck`, at once by a logout."""
import os
import shutil
import tempfile
import urllib.parse

import bearer
import issuer
import snug
import web
from patience import until
from sso_lies import opaque, secret
from sso_world import AUDIENCE, World

SHORT = "2s"


def who_is_removed_is_out():
    with World(recheck=SHORT) as w:
        w.issuer.person("1", "ann")
        w.issuer.person("2", "bob")
        clients = []
        for subject in ("1", "2"):
            tokens = w.issuer.give(subject, resource=AUDIENCE)
            clients.append(bearer.enter(w.s, tokens["access_token"], refresh=tokens["refresh_token"]))
        # Both are asked about again, and stay.
        until("both to be asked about again", lambda: len(
            [1 for _, form in w.issuer.asked if form.get("grant_type") == "refresh_token"]) >= 4)
        for client in clients:
            client.sync()
        w.issuer.remove("1")
        clients[0].ended()
        clients[1].sync()
        log = w.s.read_log()
        assert "event=signed_out" in log, log
        tokens = w.issuer.give("2", resource=AUDIENCE)
        assert bearer.ask(w.s, tokens["access_token"]).account == "bob"
    return "who was removed is out by himself, who was not is in"


def an_opaque_token_that_is_revoked_is_out():
    believed = issuer.Issuer(tempfile.mkdtemp(prefix="snug-sso-"), audience=AUDIENCE)
    with World(believed, oidc="client_secret_file = %s" % secret(believed.folder), recheck=SHORT) as w:
        opaque(w)
        w.issuer.person("1", "ann")
        tokens = w.issuer.give("1", scope="openid profile")
        client = bearer.enter(w.s, tokens["access_token"])
        n = [path for path, _ in w.issuer.asked].count("/introspect")
        until("the token to be asked about again",
              lambda: [path for path, _ in w.issuer.asked].count("/introspect") > n)
        client.sync()
        w.issuer.revoke(tokens["access_token"])
        client.ended()
        assert bearer.ask(w.s, tokens["access_token"]).code == "904"
        refresh = w.issuer.give("1")["refresh_token"]
        mark = w.mark()
        assert bearer.ask(w.s, refresh).code == "904"
        w.refused("type", mark)
    shutil.rmtree(os.path.dirname(believed.folder), ignore_errors=True)
    return "a token that was revoked is out, a refresh token never in"


def an_issuer_that_is_down_is_waited_for_and_no_longer():
    with World(recheck=SHORT) as w:
        w.issuer.person("1", "ann")
        tokens = w.issuer.give("1", resource=AUDIENCE)
        client = bearer.enter(w.s, tokens["access_token"], refresh=tokens["refresh_token"])
        w.issuer.die()
        client.ended()
        w.issuer.listen()
        assert bearer.ask(w.s, w.issuer.mint("1")).account == "ann"
    return "an issuer that cannot be asked is believed for one lease"


def post(w, token):
    body = "logout_token=" + urllib.parse.quote(token)
    return web.ask(w.web, web.request("/oidc/logout", "POST", body=body.encode(),
                                      Content_Type="application/x-www-form-urlencoded")).status


def a_logout_is_heard_at_once():
    with World(web=snug.free_port()) as w:
        w.issuer.person("1", "ann")
        w.issuer.person("2", "bob")
        ann, bob = (bearer.enter(w.s, w.issuer.mint(subject)) for subject in ("1", "2"))
        bad = [w.issuer.mint("1"), w.issuer.id_token("1"), w.issuer.logout_token("1", claims={"nonce": "x"}),
               w.issuer.logout_token("1", claims={"aud": "games"}), w.issuer.logout_token("1", drop=("events",)),
               w.issuer.logout_token("1", {"alg": "none"}), w.issuer.logout_token("1", claims={"iss": "https://x"}),
               "no token"]
        for token in bad:
            assert post(w, token) == 400, token
        ann.sync()
        token = w.issuer.logout_token("1")
        assert post(w, token) == 200
        ann.ended()
        bob.sync()
        # Nobody logs her out again by what he overheard.
        ann = bearer.enter(w.s, w.issuer.mint("1"))
        assert post(w, token) == 400
        ann.sync()
    return "a logout ends sessions at once, %d that were none did not" % (len(bad) + 1)


def a_password_of_a_bound_account_is_leased():
    with World(recheck=SHORT) as w:
        w.s.user("ann")
        w.s.user("bob")
        assert w.s.run("user", "bind", "ann", "--issuer", w.issuer.url, "--subject", "1").code == 0
        w.issuer.person("1", "anything")
        client = bearer.enter(w.s, w.issuer.mint("1"))
        assert client.account == "ann"
        client.ended()
        late = w.s.client().refused("ann")
        assert " 904 " in late, late
        w.s.client("bob").sync()
        bearer.enter(w.s, w.issuer.mint("1"))
        w.s.client("ann").sync()
    return "a password lets a bound account in while its lease is young"


CASES = (who_is_removed_is_out, an_opaque_token_that_is_revoked_is_out,
         an_issuer_that_is_down_is_waited_for_and_no_longer, a_logout_is_heard_at_once,
         a_password_of_a_bound_account_is_leased)
