# SPDX-License-Identifier: MIT
"""A bot as people write them with Debian's python3-irc.  usage: bot.py PORT NAME TOKEN ROOM

Answers "!echo TEXT" by TEXT, in the room or directly. It logs in by PASS and an app token:
the library knows no SASL, and does not quote a password with a space in it.
"""
import ssl
import sys

import irc.bot
import irc.connection


class Echo(irc.bot.SingleServerIRCBot):
    def __init__(self, port, name, token, room):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        factory = irc.connection.Factory(wrapper=context.wrap_socket)
        server = irc.bot.ServerSpec("127.0.0.1", port, f"{name}:{token}")
        super().__init__([server], name, name, reconnection_interval=1, connect_factory=factory)
        self.room = room

    def on_welcome(self, connection, _):
        connection.join(self.room)

    @staticmethod
    def answer(connection, target, text):
        word, _, rest = text.partition(" ")
        if word == "!echo":
            connection.privmsg(target, rest)

    def on_pubmsg(self, connection, event):
        self.answer(connection, event.target, event.arguments[0])

    def on_privmsg(self, connection, event):
        self.answer(connection, event.source.nick, event.arguments[0])


if __name__ == "__main__":
    Echo(int(sys.argv[1]), *sys.argv[2:]).start()
