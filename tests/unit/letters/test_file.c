// SPDX-License-Identifier: MIT
// Files: their ids, names and types.
#include "server/letters/file_id.h"
#include "server/letters/file_name.h"
#include "server/letters/file_type.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void an_id_has_one_spelling(void **state UNUSED)
{
	struct file_id id = {{0xff, 0xee, 0xdd, 0xcc, 0xbb, 0xaa, 0x99, 0x88, 0x77, 0x66, 0x55,
			      0x44, 0x33, 0x22, 0x11, 0x01}},
		       back = {{0}};
	char text[FILE_ID_TEXT + 1];
	static const char *const bad[] = {
		"",
		"_-7dzLuqmYh3ZlVEMyIRA",   // a character short
		"_-7dzLuqmYh3ZlVEMyIRAQQ", // ... and one over
		"_-7dzLuqmYh3ZlVEMyIRAR",  // bits behind the last byte
		"/+7dzLuqmYh3ZlVEMyIRAQ",  // the other base64
		"_-7dzLuqmYh3ZlVEMyIRA=",
		"_-7dzLuqmYh3ZlVEMyIR Q",
		"......................",
	};

	file_id_text(&id, text);
	assert_string_equal(text, "_-7dzLuqmYh3ZlVEMyIRAQ");
	assert_true(file_id_parse(span_of(text), &back));
	assert_true(file_id_eq(&id, &back));
	back.bytes[15] ^= 1;
	assert_false(file_id_eq(&id, &back));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct file_id kept = back;

		assert_false(file_id_parse(span_of(bad[i]), &back));
		assert_true(file_id_eq(&kept, &back));
	}
}

// `snug get ID` and `snugd file delete ID` take it as it is shown.
static void an_id_that_would_be_an_option_is_drawn_again(void **state UNUSED)
{
	struct file_id id = {{0xf8}};

	assert_false(file_id_is_word(&id));
	id.bytes[0] = 0xf7;
	assert_true(file_id_is_word(&id));
	id.bytes[0] = 0xfc;
	assert_true(file_id_is_word(&id));
}

static void no_name_is_harmful(void **state UNUSED)
{
	static const struct {
		const char *name, *clean;
	} rows[] = {
		{"holiday 1.jpg", "holiday 1.jpg"},
		{"Stra\xc3\x9f"
		 "e.pdf",
		 "Stra\xc3\x9f"
		 "e.pdf"},
		{"", "file"},
		{"  ", "file"},
		{".", "_"},
		{"..", "_."},
		{"../../etc/passwd", "_._.._etc_passwd"},
		{".bashrc", "_bashrc"},
		{"C:\\new\\a.txt", "C:_new_a.txt"},
		{"a\r\nSet-Cookie: x=y", "a__Set-Cookie: x=y"},
		{"a\tb\x01\x7f.png", "a_b__.png"},
		{"\"quoted\"; filename=b", "\"quoted\"; filename=b"},
		{"photo\u202egpj.exe\u202c", "photo_gpj.exe_"},
		{"photo\u2066gpj.exe\u2069", "photo_gpj.exe_"},
		{"a\xe2\x80\x8b"
		 "b.png",
		 "a_b.png"}, // U+200B
		{"a.png.exe", "a.png.exe"},
		{"caf\xe9.png", "caf_.png"}, // no UTF-8
		{" a.png ", "a.png"},
		{" .bashrc", "_bashrc"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf out = {0}, again = {0};

		file_name_clean(span_of(rows[i].name), &out);
		assert_string_equal(buf_str(&out), rows[i].clean);
		file_name_clean(buf_span(&out), &again);
		assert_string_equal(buf_str(&again), rows[i].clean);
		buf_clear(&out);
		buf_clear(&again);
	}
}

static void a_long_name_keeps_its_ending(void **state UNUSED)
{
	struct buf name = {0}, out = {0};

	while (name.len < 996)
		buf_add_char(&name, 'a');
	buf_add_str(&name, ".png");
	file_name_clean(buf_span(&name), &out);
	assert_int_equal(out.len, FILE_NAME_MAX);
	assert_string_equal(buf_str(&out) + FILE_NAME_MAX - 5, "a.png");
	buf_clear(&name);
	buf_clear(&out);
}

// No character is cut in two, and an ending that is a name by itself is none.
static void a_long_name_is_cut_between_characters(void **state UNUSED)
{
	struct buf name = {0}, out = {0};

	buf_add_str(&name, "a.");
	while (name.len < 900)
		buf_add_str(&name, "\u00e9");
	file_name_clean(buf_span(&name), &out);
	assert_int_equal(out.len, FILE_NAME_MAX);
	assert_true(span_starts(buf_span(&name), buf_span(&out)));
	buf_reset(&name);
	buf_clear(&out);
	buf_add_str(&name, "a");
	while (name.len < 900)
		buf_add_str(&name, "\u00e9");
	file_name_clean(buf_span(&name), &out);
	assert_int_equal(out.len, FILE_NAME_MAX - 1);
	buf_clear(&name);
	buf_clear(&out);
}

#define ROW(bytes, type)                                                                       \
	{                                                                                      \
		{bytes, sizeof(bytes) - 1}, type                                               \
	}
static const struct {
	struct span first;
	const char *type;
} types[] = {
	ROW("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
	ROW("\x89PNG\r\n\x1a", FILE_TYPE_OTHER),
	ROW("\xff\xd8\xff\xe0", "image/jpeg"),
	ROW("\xff\xd8", FILE_TYPE_OTHER),
	ROW("GIF89a", "image/gif"),
	ROW("GIF87a....", "image/gif"),
	ROW("GIF88a", FILE_TYPE_OTHER),
	ROW("RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
	ROW("RIFF\x10\0\0\0WEBPVP8X", "image/webp"),
	ROW("RIFF\x10\0\0\0WAVEfmt ", FILE_TYPE_OTHER),
	ROW("\0\0\0\x1c"
	    "ftypavif",
	    "image/avif"),
	ROW("\0\0\0\x1c"
	    "ftypM4A ",
	    "audio/mp4"),
	ROW("\0\0\0\x1c"
	    "ftypisom",
	    "video/mp4"),
	ROW("\0\0\0\x1c"
	    "ftypqt  ",
	    FILE_TYPE_OTHER),
	ROW("\0\0\0\x1c"
	    "ftyp",
	    FILE_TYPE_OTHER),
	ROW("ID3\x04", "audio/mpeg"),
	ROW("\xff\xfb\x90", "audio/mpeg"),
	ROW("\xff\xfe<\0h\0t\0m\0l\0", FILE_TYPE_OTHER), // UTF-16
	ROW("OggS\0\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\x13OpusHead", "audio/ogg"),
	ROW("OggS\0\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\x1e\1vorbis", "audio/ogg"),
	ROW("OggS\0\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\x2a\x80theora",
	    FILE_TYPE_OTHER),
	ROW("\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1\x42\x82\x84webm", "video/webm"),
	ROW("\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1\x42\x82\x88matroska", FILE_TYPE_OTHER),
	ROW("", FILE_TYPE_OTHER),
	ROW("<svg xmlns=", FILE_TYPE_OTHER),
	ROW("<!doctype html>", FILE_TYPE_OTHER),
	ROW("%PDF-1.7", FILE_TYPE_OTHER),
	ROW(" \x89PNG\r\n\x1a\n", FILE_TYPE_OTHER),
};

// Proves X9.
static void a_file_is_what_its_first_bytes_say(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		struct span type = file_type_of(types[i].first);

		assert_true(span_eq(type, span_of(types[i].type)));
		assert_true(file_type_is_shown(type) != span_eq(type, SPAN(FILE_TYPE_OTHER)));
	}
	assert_false(file_type_is_shown(SPAN("")));
	assert_false(file_type_is_shown(SPAN("image/svg+xml")));
	assert_false(file_type_is_shown(SPAN("text/html")));
	assert_false(file_type_is_shown(SPAN("Image/PNG")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_id_has_one_spelling),
		cmocka_unit_test(an_id_that_would_be_an_option_is_drawn_again),
		cmocka_unit_test(no_name_is_harmful),
		cmocka_unit_test(a_long_name_keeps_its_ending),
		cmocka_unit_test(a_long_name_is_cut_between_characters),
		cmocka_unit_test(a_file_is_what_its_first_bytes_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
