# SPDX-License-Identifier: MIT
"""npm's oidc-provider on this machine, and the people who use it in a browser without a screen."""
import html.parser
import http.cookiejar
import json
import os
import re
import shutil
import ssl
import subprocess
import urllib.error
import urllib.parse
import urllib.request

import snug
from push_service import Authority

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.join(HERE, "..", "sso")
NPM = os.path.abspath(os.path.join(snug.BIN, "..", "npm-sso"))


def install():
    """What the lock file says, once."""
    lock, installed = os.path.join(SOURCE, "package-lock.json"), os.path.join(NPM, "installed")
    with open(lock, "rb") as file:
        wanted = file.read()
    if os.path.exists(installed):
        with open(installed, "rb") as file:
            if file.read() == wanted:
                return
    os.makedirs(NPM, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(os.path.join(SOURCE, name), NPM)
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=NPM, check=True,
                   stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    shutil.copy(lock, installed)


class Provider:
    """people: {subject: claims}. clients: what it is told of programs, each a dict."""

    def __init__(self, folder, people, clients=None, form="jwt", port=0, more_authorities=()):
        install()
        authority = Authority(folder, "provider")
        self.ca, self.folder = authority.pem, folder
        cert, key = authority.vouch("DNS:localhost", "IP:127.0.0.1")
        given = {"port": port, "cert": cert, "key": key, "people": people, "format": form,
                 "clients": clients or [{"client_id": "snug", "application_type": "native",
                                         "token_endpoint_auth_method": "none"}]}
        # It tells others of logouts, and believes whom these are vouched for by.
        trusted = os.path.join(folder, "trusted.pem")
        with open(trusted, "w") as file:
            for path in more_authorities:
                with open(path) as one:
                    file.write(one.read())
        self.log = open(os.path.join(folder, "provider.log"), "w")
        self.process = subprocess.Popen(
            ["node", os.path.join(SOURCE, "provider.mjs"), json.dumps(given)], text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self.log, env={**os.environ, "SNUG_NPM": NPM, "NODE_EXTRA_CA_CERTS": trusted})
        self.url = self.heard()["url"]

    def heard(self):
        """Its next word; what it warns of on the same stream is passed over."""
        while line := self.process.stdout.readline():
            if line.startswith("{"):
                return json.loads(line)
        self.log.flush()
        with open(self.log.name) as file:
            raise AssertionError("the provider ended:\n" + file.read())

    def order(self, act, **words):
        self.process.stdin.write(json.dumps({"act": act, **words}) + "\n")
        self.process.stdin.flush()
        assert self.heard() == {"done": act}

    def browser(self, more_authorities=()):
        return Browser(self, more_authorities)

    def post(self, path, **form):
        """What a program asks it: (status, JSON)."""
        request = urllib.request.Request(self.url + path, data=urllib.parse.urlencode(form).encode())
        context = ssl.create_default_context(cafile=self.ca)
        try:
            with urllib.request.urlopen(request, context=context) as answer:
                return answer.status, json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as refused:
            return refused.code, json.loads(refused.read())

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        self.log.close()


class Forms(html.parser.HTMLParser):
    """Of a page, its forms: (action, {name: value})."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        words = dict(attrs)
        if tag == "form":
            self.found.append((words.get("action", ""), {}))
        elif tag in ("input", "button") and self.found and words.get("name"):
            self.found[-1][1][words["name"]] = words.get("value") or ""


class Browser:
    """Somebody before forms, with the cookies of before."""

    def __init__(self, provider, more_authorities):
        context = ssl.create_default_context(cafile=provider.ca)
        for path in more_authorities:
            context.load_verify_locations(path)
        self.stopped = None

        class Redirects(urllib.request.HTTPRedirectHandler):
            def redirect_request(this, request, file, code, why, headers, to):
                if not to.startswith(provider.url):  # back to the program: that is read, not fetched
                    self.stopped = to
                    return None
                return super().redirect_request(request, file, code, why, headers, to)

        self.opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=context), Redirects(),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.url, self.page = None, ""

    def get(self, url, form=None):
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        try:
            with self.opener.open(url, data) as answer:
                self.url, self.page = answer.url, answer.read().decode()
        except urllib.error.HTTPError as end:
            self.url, self.page = end.url, end.read().decode()
        return self.page

    def submit(self, **filled):
        """The first form, filled in."""
        action, fields = Forms(self.page).found[0]
        fields = {name: value for name, value in fields.items() if name not in ("abort",)}
        return self.get(urllib.parse.urljoin(self.url, action), {**fields, **filled})

    def log_in(self, subject, done):
        """Walks the forms as `subject` until done(self): the code, the login, the consent."""
        for _ in range(8):
            if done(self):
                return self
            assert Forms(self.page).found, self.page
            fields = Forms(self.page).found[0][1]
            self.submit(**({"login": subject, "password": "any"} if "login" in fields else {}))
        raise AssertionError("the forms did not end:\n" + self.page)

    def approve(self, address, subject):
        """What stands in the QR code of a device, opened by its person."""
        self.get(address)
        return self.log_in(subject, lambda b: re.search("Sign-in Success", b.page))

    def authorize(self, url, subject):
        """By the address of the authorization endpoint to where it leads back."""
        self.get(url)
        self.log_in(subject, lambda b: b.stopped)
        return self.stopped
