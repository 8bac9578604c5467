#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes alike.def: what each character looks like, of ICU's table of confusables (Unicode UTS #39).

Debian's unicode-data does not have that table; libicu does. Of a character that is one of others
in the forms NFD and NFKD nothing is written: it is taken apart first.  usage: alike.py >alike.def
"""
import ctypes
import ctypes.util
import re
import unicodedata

LIBRARY = ctypes.util.find_library("icui18n")
VERSION = re.search(r"\.so\.(\d+)", LIBRARY).group(1)
LONGEST = 6  # characters that one looks like: alike.c


def function(name, *types, result=ctypes.c_int32):
    found = getattr(ctypes.CDLL(LIBRARY), "%s_%s" % (name, VERSION))
    found.argtypes, found.restype = types, result
    return found


def main():
    code = ctypes.POINTER(ctypes.c_int)
    checker = function("uspoof_open", code, result=ctypes.c_void_p)(ctypes.c_int(0))
    skeleton = function("uspoof_getSkeletonUTF8", ctypes.c_void_p, ctypes.c_uint32, ctypes.c_char_p,
                        ctypes.c_int32, ctypes.c_char_p, ctypes.c_int32, code)
    print("// SPDX-License-Identifier: MIT")
    print("// Made by alike.py, of ICU %s. ALIKE(character, what it looks like...), in order." % VERSION)
    line = ""
    for c in range(0x20, 0x110000):
        if 0xd800 <= c <= 0xdfff or unicodedata.normalize("NFKD", chr(c)) != chr(c):
            continue
        text, out = chr(c).encode(), ctypes.create_string_buffer(100)
        n = skeleton(checker, 0, text, len(text), out, len(out), ctypes.c_int(0))
        like = out.raw[:n].decode()
        if like == chr(c):
            continue
        assert len(like) <= LONGEST, hex(c)
        row = "ALIKE(0x%x, %s)" % (c, ", ".join("0x%x" % ord(each) for each in like))
        if len(line) + len(row) > 94:
            print(line)
            line = ""
        line += " " * bool(line) + row
    print(line)


main()
