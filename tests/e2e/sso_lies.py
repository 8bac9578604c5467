# SPDX-License-Identifier: MIT
"""An issuer that lies, is slow, or is gone: nobody is let in who should not be, and nobody else
notices."""
import base64
import json
import os
import shutil
import tempfile
import threading

import bearer
import issuer
import lies
from patience import until
from sso_world import AUDIENCE, Beside, World, middle, p99

LOGINS = 30
WAITED_S = 10  # for an answer of the issuer


def no_token_is_believed_that_lies():
    with World() as w:
        w.issuer.person("248", "ann", groups=["admin"])
        assert bearer.ask(w.s, w.issuer.mint("248")).account == "ann"
        told = set()
        for what, (why, make) in lies.LIES.items():
            mark = w.mark()
            answer = bearer.ask(w.s, make(w.issuer, "248"))
            assert answer.code == "904" and not answer.account, (what, answer)
            told.add((json.dumps(answer.failure), answer.lines[-1].split(" ", 2)[2]))
            w.refused(why, mark)
        # The words of a no say nothing of its reason.
        assert len(told) == 1, told
        assert bearer.ask(w.s, w.issuer.mint("248")).account == "ann"
    return "%d lies refused, with equal words" % len(lies.LIES)


def what_is_no_message_is_refused():
    with World() as w:
        w.issuer.person("248", "ann")
        good = w.issuer.mint("248")
        for text in ("", "\x01", "n,,", "n,,\x01auth=Bearer " + good, "p=tls-exporter,,\x01auth=Bearer %s\x01\x01" % good,
                     "n,,\x01auth=Basic YTpi\x01\x01", "n,,\x01auth=Bearer %s\x01auth=Bearer %s\x01\x01" % (good, good),
                     "n,,\x01auth=Bearer %s\r\nX: y\x01\x01" % good, "n,,\x01code=c\x01\x01"):
            client = w.s.client()
            bearer.begin(client)
            assert bearer.say(client, text).code == "904", text
            client.close()
        # It is told so long before the megabyte is over.
        client = w.s.client()
        bearer.begin(client)
        client.send("AUTHENTICATE OAUTHBEARER")
        client.wait("AUTHENTICATE +")
        megabyte = base64.b64encode(bearer.message("e30.e30." + "A" * 1000000).encode()).decode()
        for at in range(0, 12000, bearer.CHUNK):
            client.send("AUTHENTICATE " + megabyte[at:at + bearer.CHUNK])
        client.wait(" 904 ")
        client.close()
        assert bearer.ask(w.s, good).account == "ann"
    return "a token of a megabyte is too long, and nine malformed messages are none"


def an_issuer_that_is_another_is_not_used():
    fakes = {
        "another name": lambda i: i.says.update(issuer="https://evil.example"),
        "keys elsewhere": lambda i: i.says.update(jwks_uri="https://evil.example/keys"),
        "no https": lambda i: i.says.update(token_endpoint=i.url.replace("https", "http") + "/token"),
        "a member twice": lambda i: i.answers.update({issuer.DISCOVERY: (
            200, json.dumps(i.document())[:-1].encode() + b', "issuer": "x"}')}),
        "no JSON": lambda i: i.answers.update({issuer.DISCOVERY: (200, b"<html>")}),
        "keys without any": lambda i: i.answers.update({"/keys": (200, b'{"keys":[]}')}),
        "keys too long": lambda i: i.answers.update({"/keys": (200, b'{"keys":[]' + b" " * 100000 + b"}")}),
    }
    for what, change in fakes.items():
        folder = tempfile.mkdtemp(prefix="snug-sso-")
        liar = issuer.Issuer(folder, audience=AUDIENCE)
        change(liar)
        liar.person("248", "ann")
        with World(liar, is_up=False) as w:
            until(lambda: "the issuer to be refused: " + what, lambda: "event=issuer_down" in w.s.read_log())
            assert bearer.ask(w.s, w.issuer.mint("248")).code == "904", what
        shutil.rmtree(folder)
    return "%d descriptions of itself refused" % len(fakes)


def ask_many(w, n):
    """Logins that wait for an answer of the issuer, each in a thread."""
    answers = []

    def one():
        answers.append(bearer.ask(w.s, "opaque-token-of-nobody"))
    threads = [threading.Thread(target=one) for _ in range(n)]
    for thread in threads:
        thread.start()
    return threads, answers


def opaque(w):
    w.issuer.clients["snug"] = "secret-of-the-server"
    w.issuer.is_opaque = True


def secret(folder):
    path = os.path.join(folder, "client.secret")
    with open(path, "w", opener=lambda p, flags: os.open(p, flags, 0o600)) as file:
        file.write("secret-of-the-server\n")
    return path


# Proves J8.
def a_slow_issuer_delays_only_its_own():
    believed = issuer.Issuer(tempfile.mkdtemp(prefix="snug-sso-"), audience=AUDIENCE)
    with World(believed, oidc="client_secret_file = %s" % secret(believed.folder)) as w:
        opaque(w)
        w.issuer.person("248", "ann")
        beside = Beside(w.s)
        quiet = beside.times(LOGINS)
        held = w.issuer.hold("/introspect")
        threads, answers = ask_many(w, 8)
        until("the issuer to be asked", lambda: any(path == "/introspect" for path, _ in w.issuer.asked))
        loaded = beside.times(LOGINS)
        for thread in threads:
            thread.join()
        assert all(a.code == "904" and any("TEMPORARILY_UNAVAILABLE" in line for line in a.lines) for a in answers), answers
        held.set()
        del w.issuer.held["/introspect"]
        assert bearer.ask(w.s, w.issuer.give("248")["access_token"]).account == "ann"
        shutil.rmtree(os.path.dirname(believed.folder))
        # One who waited for the issuer would have done so for ten seconds.
        assert middle(loaded) < 3 * middle(quiet) and max(loaded) < WAITED_S / 2, (quiet, loaded)
    return "a silent issuer delayed nobody else: the slowest hundredth of logins %.0f ms, before %.0f ms" % (
        p99(loaded) * 1000, p99(quiet) * 1000)


def a_dead_issuer_keeps_nobody_out_who_is_known():
    with World() as w:
        w.issuer.person("248", "ann")
        client = bearer.enter(w.s, w.issuer.mint("248"))
        beside = Beside(w.s)
        token = w.issuer.mint("248")
        w.issuer.die()
        # Its keys are known: who has a token is let in.
        assert bearer.ask(w.s, token).account == "ann"
        answer = bearer.ask(w.s, "opaque-token", refresh="a-refresh-token")
        assert answer.code == "904" and any("TEMPORARILY_UNAVAILABLE" in line for line in answer.lines), answer
        beside.times(3)
        client.sync()
        w.issuer.listen()
    return "a dead issuer kept in whom it knew"


def keys_change_in_mid_run():
    with World() as w:
        w.issuer.person("248", "ann")
        old = w.issuer.mint("248")
        assert bearer.ask(w.s, old).account == "ann"
        w.issuer.rotate("RS256", keep=False)
        assert bearer.ask(w.s, w.issuer.mint("248")).account == "ann"
        # What the old key signed is worth nothing since the new ones are known.
        mark = w.mark()
        assert bearer.ask(w.s, old).code == "904"
        w.refused("key", mark)
        # Unknown names of keys do not have it ask again and again.
        n = [path for path, _ in w.issuer.asked].count("/keys")
        for _ in range(5):
            assert bearer.ask(w.s, w.issuer.mint("248", {"kid": "nobody"})).code == "904"
        assert [path for path, _ in w.issuer.asked].count("/keys") == n
    return "a new key is found, the old one forgotten, and it is asked once a minute"


CASES = (no_token_is_believed_that_lies, what_is_no_message_is_refused, an_issuer_that_is_another_is_not_used,
         a_slow_issuer_delays_only_its_own, a_dead_issuer_keeps_nobody_out_who_is_known, keys_change_in_mid_run)
