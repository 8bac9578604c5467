# SPDX-License-Identifier: MIT
"""What an app of a second factor shows, and how one is enrolled over IRC."""
import base64
import hashlib
import hmac
import json
import struct
import time

STEP_S = 30


def step_now():
    return int(time.time()) // STEP_S


def code(secret, step):
    """RFC 6238."""
    mac = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    at = mac[-1] & 15
    return "%06d" % ((struct.unpack(">I", mac[at:at + 4])[0] & 0x7FFFFFFF) % 10**6)


class App:
    """Shows codes that were not used yet: the step of now, or the next one behind the last."""

    def __init__(self, secret):
        self.secret = secret
        self.used = 0

    def next(self):
        self.used = max(self.used + 1, step_now())
        return code(self.secret, self.used)

    def wrong(self):
        """Of no step that is near."""
        good = {code(self.secret, step_now() + i) for i in range(-3, 6)}
        return next(text for text in ("%06d" % i for i in range(10)) if text not in good)


def enrol(client):
    """The app of a client that asked for draft/account-2fa, and the recovery codes."""
    client.send("2FA CHALLENGE totp")
    line = client.wait("REGISTRATION_CHALLENGE")
    told = json.loads(base64.b64decode(line.split("totp ")[1].split()[0]))
    assert told["secret"] in told["uri"], told
    app = App(told["secret"])
    client.send("2FA ADD totp phone " + app.next())
    client.wait("2FA ADD SUCCESS")
    client.send("2FA ENABLE")
    codes = client.wait("RECOVERY_CODES").split("RECOVERY_CODES ")[1].split(" :")[0].split()
    client.wait("2FA ENABLE SUCCESS")
    return app, codes
