# SPDX-License-Identifier: MIT
"""The scripts of the world: the client shows what `printf` shows on the same terminal.

tmux is asked for both: which letters stand on the screen, and how far the cursor went.
"""
import json
import os
import sys
import tempfile
import unittest

import snug
from patience import until
from person import Person, link
from screen import Screen

SCRIPTS = {
    "Thai": "คำ น้ำใจ ที่นี่", "Lao": "ນ້ຳ ພາສາລາວ", "Hindi": "नाम हिन्दी क्षि स्त्री",
    "Nepali": "नेपाली र्‍य", "Marathi": "मराठी ऱ्हा", "Bengali": "বাংলা ভাষা কো",
    "Gurmukhi": "ਪੰਜਾਬੀ ਕਿਤਾਬ", "Gujarati": "ગુજરાતી ભાષા", "Oriya": "ଓଡ଼ିଆ ଭାଷା କୋ",
    "Tamil": "தமிழ் மொழி கௌ", "Telugu": "తెలుగు భాష మీరు కృ", "Kannada": "ಕನ್ನಡ ಭಾಷೆ ಕೊ",
    "Malayalam": "മലയാളം ഭാഷ കോ", "Sinhala": "සිංහල කො ශ්‍රී", "Tibetan": "བོད་སྐད་ ཀཱི",
    "Burmese": "မြန်မာစာ ကြောင့်", "Khmer": "ភាសាខ្មែរ កាំ", "Javanese": "ꦧꦱꦗꦮ ꦏꦺꦴ",
    "Balinese": "ᬩᬲᬩᬮᬶ ᬓᭀ", "Sundanese": "ᮘᮞ ᮞᮥᮔ᮪ᮓ ᮊᮦ", "Tai Tham": "ᨽᩣᩈᩣ ᨠᩮᩣ",
    "Cham": "ꨌꩌ ꨆꨮ ꨆꨳ", "Meetei": "ꯃꯤꯇꯩ ꯀꯣ", "Limbu": "ᤕᤰᤌᤢᤱ ᤁᤡ", "Lepcha": "ᰕᰬ ᰀᰧ",
    "Buginese": "ᨅᨔ ᨕᨘᨁᨗ ᨕᨙ", "Chakma": "𑄌𑄋𑄴𑄟𑄳𑄦 𑄇𑄬", "Brahmi": "𑀩𑁆𑀭𑀸", "Kaithi": "𑂍𑂰𑂨",
    "Saurashtra": "ꢱꣃꢬꢵ", "Hanunoo": "ᜱᜨ᜴ᜨᜳ", "Tagalog": "ᜊ᜔ᜌᜒ", "Dogra": "𑠖𑠬𑠊",
    "Mongolian": "ᠮᠣᠩᠭᠣᠯ", "Thaana": "ދިވެހި", "Nko": "ߒߞߏ ߒ߫", "Syriac": "ܫܠܵܡܵܐ",
    "Korean": "한국어 한국", "Japanese": "日本語 か\u3099", "Chinese": "中文", "Greek": "Ελληνικά ά",
    "Cyrillic": "Русский й", "Vietnamese": "Tiếng Việt ệ", "Amharic": "አማርኛ", "Georgian": "ქართული",
    "Armenian": "Հայերեն", "Cherokee": "ᏣᎳᎩ",
}

# Around what runs from the right the client puts marks without a width.
ISOLATES = {0x2068: None, 0x2069: None}

# Prints each word on a row of its own and asks where the cursor stands behind it.
PRINTS = """
import json, os, sys, tty
tty.setraw(0)
words, columns = json.load(open(sys.argv[1])), []
for row, word in enumerate(words):
    os.write(1, f"\\033[{row + 1};1H{word}\\033[6n".encode())
    answer = b""
    while not answer.endswith(b"R"):
        answer += os.read(0, 1)
    columns.append(int(answer[:-1].split(b";")[1]) - 1)
json.dump(columns, open(sys.argv[2], "w"))
os.write(1, b"\\r\\nprinted")
"""


def printed(words):
    """What tmux shows for each word, and how many cells it takes."""
    with tempfile.TemporaryDirectory() as folder:
        given, told = os.path.join(folder, "given"), os.path.join(folder, "told")
        with open(given, "w", encoding="utf-8") as file:
            json.dump(words, file)
        screen = Screen([sys.executable, "-c", PRINTS, given, told], 80, len(words) + 4)
        try:
            rows = screen.wait_for("printed").split("\n")
            with open(told, encoding="utf-8") as file:
                return [(row.rstrip(), cells) for row, cells in zip(rows, json.load(file))]
        finally:
            screen.close()


class Scripts(unittest.TestCase):
    def setUp(self):
        self.server = snug.Server(port=snug.free_port())
        self.addCleanup(self.server.close)
        self.server.start()
        self.ann, self.bob = Person("ann"), Person("bob")
        for person in self.ann, self.bob:
            self.addCleanup(person.close)
            person.join(link(self.server))
        self.shown = printed(list(SCRIPTS.values()))

    def open(self):
        screen = self.ann.open(width=80, height=24)
        screen.wait_for("online", "#lounge", "ann ›")
        return screen

    def input_row(self, screen):
        """The text of the input, and where the cursor stands in it."""
        column = int(screen.tmux("display-message", "-p", "-t", "0", "#{cursor_x}"))
        row = screen.text().rstrip("\n").split("\n")[-1]
        return row.translate(ISOLATES).rstrip(), column

    def test_the_input_is_what_printf_shows(self):
        screen = self.open()
        row, start = self.input_row(screen)
        for (name, word), (text, cells) in zip(SCRIPTS.items(), self.shown):
            wanted = f"{row} {text}".rstrip(), start + cells
            screen.type(word, enter=False)
            until(lambda: f"{name}: {wanted} but {self.input_row(screen)}",
                  lambda: self.input_row(screen) == wanted)
            # In the middle of it, too: what stands behind the cursor moves.
            screen.keys("C-a")
            screen.type("x", enter=False)
            until(lambda: f"{name}: x{text} on:\n{screen.text()}",
                  lambda: self.input_row(screen) == (f"{row} x{text}".rstrip(), start + 1))
            screen.keys("C-e", "C-u")
            until(lambda: f"{name}: the input to be empty", lambda: self.input_row(screen) == (row, start))

    def log(self, screen):
        """What the rows of the log say, or None while one of them says what nobody said."""
        texts = [text + "|" for text, _ in self.shown]
        found = []
        for row in screen.text().split("\n")[1:-3]:
            said = row.split("│", 1)[-1].translate(ISOLATES).rstrip()
            text = next((text for text in texts if said.endswith("  " + text)), None)
            if text:
                found.append(text)
            elif said and "joined" not in said and "──" not in said:
                return None
        return found

    def test_the_log_is_what_printf_shows_while_it_scrolls(self):
        for word in SCRIPTS.values():
            self.assertEqual(self.bob.run("send", "#lounge", word + "|").code, 0)
        texts = [text + "|" for text, _ in self.shown]
        screen = self.open()
        seen = set()
        for key in [None] + ["PageUp"] * 2 + ["PageDown"] * 2:
            if key:
                before = screen.text()
                screen.keys(key)
                until(f"{key} to scroll", lambda: screen.text() != before)
            page = until(lambda: f"no stale cell behind {key} on:\n{screen.text()}",
                         lambda: self.log(screen))
            start = texts.index(page[0])
            self.assertEqual(page, texts[start:start + len(page)])
            seen.update(page)
        self.assertEqual(seen, set(texts))
        screen.wait_for(texts[-1])


if __name__ == "__main__":
    unittest.main()
