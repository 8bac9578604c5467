# SPDX-License-Identifier: MIT
"""Where in a file of SQLite the bytes of rows and of index entries are."""

TABLE_LEAF, TABLE_INNER, INDEX_LEAF, INDEX_INNER = 13, 5, 10, 2


def number(page, at):
    """A varint, and where it ends."""
    value = 0
    for i in range(9):
        byte = page[at + i]
        if i == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 127
        if byte < 128:
            return value, at + i + 1


class File:
    def __init__(self, data):
        self.data = data
        self.size = int.from_bytes(data[16:18], "big")

    def page(self, n):
        return self.data[(n - 1) * self.size:n * self.size]

    def int(self, page, at, length):
        return int.from_bytes(page[at:at + length], "big")

    def here(self, payload, is_table):
        """How much of it is in the cell; the rest is on pages of its own."""
        most = self.size - 35 if is_table else (self.size - 12) * 64 // 255 - 23
        least = (self.size - 12) * 32 // 255 - 23
        if payload <= most:
            return payload
        some = least + (payload - least) % (self.size - 4)
        return some if some <= most else least

    def overflow(self, n, left):
        while n and left > 0:
            length = min(left, self.size - 4)
            yield (n - 1) * self.size + 4, length
            left -= length
            n = self.int(self.page(n), 0, 4)

    def cell(self, n, page, at, kind):
        start = at + 4 if kind == INDEX_INNER else at
        payload, end = number(page, start)
        if kind == TABLE_LEAF:
            end = number(page, end)[1]
        here = self.here(payload, kind == TABLE_LEAF)
        yield (n - 1) * self.size + start, end + here - start
        if here < payload:
            yield from self.overflow(self.int(page, end + here, 4), payload - here)

    def cells(self, root):
        """(offset, length) of what the tree's entries are made of."""
        page = self.page(root)
        head = 100 if root == 1 else 0
        kind = page[head]
        is_inner = kind in (TABLE_INNER, INDEX_INNER)
        first = head + (12 if is_inner else 8)
        if is_inner:
            yield from self.cells(self.int(page, head + 8, 4))
        for i in range(self.int(page, head + 3, 2)):
            at = self.int(page, first + 2 * i, 2)
            if is_inner:
                yield from self.cells(self.int(page, at, 4))
            if kind != TABLE_INNER:
                yield from self.cell(root, page, at, kind)
