# SPDX-License-Identifier: MIT
"""Filters of calls by libseccomp, as far as the directives of a unit want them."""
import ctypes
import errno

ALLOW = 0x7fff0000
NATIVE_ONLY = 3  # SCMP_FLTATR_ACT_BADARCH is 2, CTL_NNP 3
EQ, MASKED_EQ, GE = 4, 7, 5

lib = ctypes.CDLL("libseccomp.so.2", use_errno=True)
lib.seccomp_init.restype = ctypes.c_void_p


class Compare(ctypes.Structure):
    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


def refuse(code=errno.EPERM):
    return 0x00050000 | code


def flags(arg, mask, value):
    """Where these bits of an argument are that."""
    return Compare(arg, MASKED_EQ, mask, value)


def equal(arg, value):
    return Compare(arg, MASKED_EQ, 0xffffffff, value)


class Filter:
    """All else is done as `default` says."""

    def __init__(self, default):
        self.default = default
        self.context = ctypes.c_void_p(lib.seccomp_init(ctypes.c_uint32(default)))
        lib.seccomp_attr_set(self.context, NATIVE_ONLY, 0)

    def add(self, action, call, *where):
        number = lib.seccomp_syscall_resolve_name(call.encode())
        if number == -1 or action == self.default:  # no call of this machine
            return
        array = (Compare * len(where))(*where)
        code = lib.seccomp_rule_add_array(self.context, ctypes.c_uint32(action), number, len(where), array)
        assert code == 0, (call, code)

    def load(self):
        code = lib.seccomp_load(self.context)
        assert code == 0, code
