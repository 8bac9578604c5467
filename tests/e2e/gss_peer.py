# SPDX-License-Identifier: MIT
"""Another client's GSS-API: Debian's python3-gssapi, in the Python that has it, asked line by line.

As a program it answers; as a module it is Peer, which asks."""
import base64
import json
import subprocess
import sys

from patience import PATIENCE

SYSTEM_PYTHON = "/usr/bin/python3"  # where Debian's packages are


class Peer:
    """What is said to irc@localhost by the tickets of a cache. Bytes in, bytes out."""

    def __init__(self, env, service="irc@localhost"):
        self.process = subprocess.Popen([SYSTEM_PYTHON, __file__, service], env=env, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, act, data=b"", **more):
        self.process.stdin.write(json.dumps({"act": act, "data": base64.b64encode(data).decode(),
                                             **more}) + "\n")
        self.process.stdin.flush()
        return base64.b64decode(self.process.stdout.readline())

    def begin(self, bound=None, mutual=True):
        return self.ask("begin", bound=base64.b64encode(bound).decode() if bound else None,
                        mutual=mutual)

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(PATIENCE)


def answer(state, question, service):
    import gssapi  # pylint: disable=import-outside-toplevel
    from gssapi.raw import ChannelBindings  # pylint: disable=import-outside-toplevel
    data = base64.b64decode(question["data"])
    if question["act"] == "begin":
        name = gssapi.Name(service, gssapi.NameType.hostbased_service)
        bound = question["bound"] and ChannelBindings(
            application_data=base64.b64decode(question["bound"]))
        flags = [gssapi.RequirementFlag.mutual_authentication] if question["mutual"] else []
        state["context"] = gssapi.SecurityContext(name=name, usage="initiate", flags=flags,
                                                  mech=gssapi.MechType.kerberos,
                                                  channel_bindings=bound or None)
        return state["context"].step()
    if question["act"] == "step":
        return state["context"].step(data) or b""
    if question["act"] == "unwrap":
        return state["context"].unwrap(data).message
    return state["context"].wrap(data, False).message


if __name__ == "__main__":
    known = {}
    for line in sys.stdin:
        print(base64.b64encode(answer(known, json.loads(line), sys.argv[1])).decode(), flush=True)
