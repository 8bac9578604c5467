# SPDX-License-Identifier: MIT
"""Somebody who would be somebody else by what an issuer says of him. All of these were holes of
programs that people use."""
import bearer
import issuer
from sso_world import AUDIENCE, World


def a_name_that_exists_is_not_taken_over():
    with World() as w:
        w.s.user("ann")
        w.issuer.person("evil", "ann", email="ann@example.org")
        w.issuer.person("folded", "ANN")
        w.issuer.person("other", "bob")
        for subject in ("evil", "folded"):
            for name in ("", "ann"):
                answer = bearer.ask(w.s, w.issuer.mint(subject), name)
                assert answer.code == "904" and not answer.account, answer
        # A name that the client asks for is no more than one of the issuer's.
        assert bearer.ask(w.s, w.issuer.mint("other"), "ann").code == "904"
        assert bearer.ask(w.s, w.issuer.mint("other")).account == "bob"
        assert w.s.client("ann").sync() is not None
        # An administrator may say who it is.
        assert w.s.run("user", "bind", "ann", "--issuer", w.issuer.url, "--subject", "248").code == 0
        w.issuer.person("248", "anything")
        assert bearer.ask(w.s, w.issuer.mint("248")).account == "ann"
        assert bearer.ask(w.s, w.issuer.mint("evil")).code == "904"
    return "a name, a folded name, an e-mail bound nobody; an administrator did"


def who_somebody_is_stays_whatever_he_is_called():
    with World() as w:
        w.issuer.person("1", "ann", email="ann@example.org")
        w.issuer.person("2", "bob", email="bob@example.org")
        assert bearer.ask(w.s, w.issuer.mint("1")).account == "ann"
        assert bearer.ask(w.s, w.issuer.mint("2")).account == "bob"
        # Names and addresses are swapped, and a third one gets the first name.
        w.issuer.person("1", "bob", email="bob@example.org")
        w.issuer.person("2", "ann", email="ann@example.org")
        assert bearer.ask(w.s, w.issuer.mint("1")).account == "ann"
        assert bearer.ask(w.s, w.issuer.mint("2")).account == "bob"
        w.issuer.person("1", "renamed")
        w.issuer.person("3", "ann")
        assert bearer.ask(w.s, w.issuer.mint("1")).account == "ann"
        assert bearer.ask(w.s, w.issuer.mint("3")).code == "904"
    return "swapped, renamed and reused names bound nobody"


def a_subject_of_another_issuer_is_another():
    with World() as w:
        w.issuer.person("1", "ann")
        assert bearer.ask(w.s, w.issuer.mint("1")).account == "ann"
        other = issuer.Issuer(w.dir, audience=AUDIENCE)
        other.person("1", "ann")
        assert bearer.ask(w.s, other.mint("1")).code == "904"
        # The operator changes to that one: nobody of the old one is anybody of it.
        w.s.stop()
        path = w.s.state + "/snugd.conf"
        with open(path) as file:
            text = file.read().replace(w.issuer.url, other.url).replace(w.issuer.ca, other.ca)
        with open(path, "w") as file:
            file.write(text)
        mark = w.mark()
        w.s.start()
        w.up(mark)
        assert bearer.ask(w.s, w.issuer.mint("1")).code == "904"
        assert bearer.ask(w.s, other.mint("1")).code == "904"
        other.person("2", "zoe")
        assert bearer.ask(w.s, other.mint("2")).account == "zoe"
        other.close()
    return "the same subject of another issuer is nobody"


def what_is_no_access_token_is_none():
    with World() as w:
        w.issuer.person("1", "ann")
        tokens = w.issuer.give("1", resource=AUDIENCE)
        mark = w.mark()
        assert bearer.ask(w.s, tokens["id_token"]).code == "904"
        w.refused("type", mark)
        assert bearer.ask(w.s, tokens["refresh_token"]).code == "904"
        assert bearer.ask(w.s, w.issuer.give("1", resource="https://mail.example")["access_token"]).code == "904"
        assert bearer.ask(w.s, tokens["access_token"]).account == "ann"
    return "id_tokens, refresh tokens and tokens for others let nobody in"


def without_leave_nobody_is_made():
    with World(makes="no") as w:
        w.issuer.person("1", "ann")
        mark = w.mark()
        assert bearer.ask(w.s, w.issuer.mint("1")).code == "904"
        w.refused("unbound", mark)
        assert w.s.run("user", "add", "ann", "--password-stdin", stdin="correct horse battery\n").code == 0
        assert bearer.ask(w.s, w.issuer.mint("1")).code == "904"
        assert w.s.run("user", "bind", "ann", "--issuer", w.issuer.url, "--subject", "1").code == 0
        assert bearer.ask(w.s, w.issuer.mint("1")).account == "ann"
        assert w.s.run("user", "unbind", "ann").code == 0
        assert bearer.ask(w.s, w.issuer.mint("1")).code == "904"
    return "where nobody is to be made, nobody was"


def a_group_makes_administrators_while_it_has_them():
    with World(oidc="admin_group = chat-admins") as w:
        w.issuer.person("1", "ann", groups=["chat-admins"])
        w.issuer.person("2", "bob", groups=["chat-admins2"])
        client = bearer.enter(w.s, w.issuer.mint("1"))
        bearer.ask(w.s, w.issuer.mint("2"))

        def roles():
            return [w.s.json("user", "show", name)["role"] for name in ("ann", "bob")]
        assert roles() == ["admin", "user"], roles()
        # A role that was given by hand is another matter.
        assert w.s.run("user", "role", "bob", "admin").code == 0
        w.issuer.person("1", "ann", groups=[])
        for subject in ("1", "2"):
            bearer.ask(w.s, w.issuer.mint(subject))
        client.wait(" MODE ann -o")
        assert roles() == ["user", "admin"], roles()
    return "a group made an administrator, and took it back"


CASES = (a_name_that_exists_is_not_taken_over, who_somebody_is_stays_whatever_he_is_called,
         a_subject_of_another_issuer_is_another, what_is_no_access_token_is_none, without_leave_nobody_is_made,
         a_group_makes_administrators_while_it_has_them)
