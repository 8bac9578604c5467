// SPDX-License-Identifier: MIT
// Pictures say nothing beside the picture when they are sent.
#include "client/files/strip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define PLACE "52.5200 N 13.4050 E"

static void add_segment(struct buf *out, unsigned marker, const char *bytes, size_t len)
{
	unsigned char head[] = {0xff, (unsigned char)marker, (unsigned char)((len + 2) >> 8),
				(unsigned char)(len + 2)};
	buf_add(out, head, sizeof(head));
	buf_add(out, bytes, len);
}

#define SEGMENT(out, marker, text) add_segment(out, marker, text, sizeof(text) - 1)

// An Exif with two entries, the second of which says how the picture is turned.
static void add_exif(struct buf *out, bool is_little, unsigned turned)
{
	static const char big[] = "Exif\0\0MM\0*\0\0\0\10\0\2\1\17\0\2\0\0\0\4abc\0"
				  "\1\22\0\3\0\0\0\1\0X\0\0\0\0\0\0" PLACE;
	static const char little[] = "Exif\0\0II*\0\10\0\0\0\2\0\17\1\2\0\4\0\0\0abc\0"
				     "\22\1\3\0\1\0\0\0X\0\0\0\0\0\0\0" PLACE;
	struct buf bytes = {0};
	buf_add(&bytes, is_little ? little : big, sizeof(big) - 1);
	*(char *)memchr(bytes.at, 'X', bytes.len) = (char)turned;
	add_segment(out, 0xe1, bytes.at, bytes.len);
	buf_clear(&bytes);
}

static void add_picture(struct buf *out)
{
	SEGMENT(out, 0xdb, "\0quantisation");
	SEGMENT(out, 0xc0, "\10\0\1\0\1\1\1\21\0");
	SEGMENT(out, 0xda, "\1\1\0\0?\0");
	// Bytes of the picture: a stuffed FF, a restart, and another scan.
	buf_add(out, "abc\xff\0def\xff\xd0ghi", 13);
	SEGMENT(out, 0xc4, "\0huffman");
	SEGMENT(out, 0xda, "\1\1\0\0?\0");
	buf_add(out, "second\xff\xd9", 8);
}

static bool holds(struct span s, const char *text)
{
	return memmem(s.at, s.len, text, strlen(text)) != NULL;
}

static void a_jpeg_loses_all_but_the_picture(void **state)
{
	(void)state;
	struct buf in = {0}, out = {0}, wanted = {0};
	buf_add(&in, "\xff\xd8", 2);
	SEGMENT(&in, 0xe0, "JFIF\0\1\1\0\0\1\0\1\0\0");
	SEGMENT(&in, 0xe0, "JFXX\0\20thumbnail");
	add_exif(&in, false, 1);
	SEGMENT(&in, 0xe1, "http://ns.adobe.com/xap/1.0/\0" PLACE);
	SEGMENT(&in, 0xe2, "ICC_PROFILE\0\1\1colours");
	SEGMENT(&in, 0xe2, "MPF\0more pictures");
	SEGMENT(&in, 0xed, "Photoshop 3.0\0" PLACE);
	SEGMENT(&in, 0xee, "Adobe\0d\0\0\0\0\1");
	SEGMENT(&in, 0xfe, "made by me at " PLACE);
	add_picture(&in);
	buf_add_str(&in, "ftypmp42 a film of " PLACE);
	buf_add(&wanted, "\xff\xd8", 2);
	SEGMENT(&wanted, 0xe0, "JFIF\0\1\1\0\0\1\0\1\0\0");
	SEGMENT(&wanted, 0xe2, "ICC_PROFILE\0\1\1colours");
	SEGMENT(&wanted, 0xee, "Adobe\0d\0\0\0\0\1");
	add_picture(&wanted);
	assert_int_equal(strip_picture(buf_span(&in), &out), STRIP_DONE);
	assert_false(holds(buf_span(&out), PLACE));
	assert_true(span_eq(buf_span(&out), buf_span(&wanted)));
	buf_clear(&in);
	buf_clear(&out);
	buf_clear(&wanted);
}

static void a_turned_picture_stays_turned(void **state)
{
	(void)state;
	for (unsigned turned = 0; turned <= 9; turned++) {
		for (int is_little = 0; is_little <= 1; is_little++) {
			struct buf in = {0}, out = {0};
			buf_add(&in, "\xff\xd8", 2);
			add_exif(&in, is_little, turned);
			add_picture(&in);
			assert_int_equal(strip_picture(buf_span(&in), &out), STRIP_DONE);
			assert_false(holds(buf_span(&out), PLACE));
			bool is_said = turned >= 2 && turned <= 8;
			assert_int_equal(holds(buf_span(&out), "Exif"), is_said);
			if (is_said)
				assert_int_equal(out.at[2 + 29], turned);
			// It says so again, and nothing else.
			struct buf again = {0};
			assert_int_equal(strip_picture(buf_span(&out), &again), STRIP_DONE);
			assert_true(span_eq(buf_span(&again), buf_span(&out)));
			buf_clear(&again);
			buf_clear(&in);
			buf_clear(&out);
		}
	}
}

static void add_chunk(struct buf *out, const char *type, const char *bytes, size_t len)
{
	unsigned char head[] = {0, 0, (unsigned char)(len >> 8), (unsigned char)len};
	buf_add(out, head, 4);
	buf_add(out, type, 4);
	buf_add(out, bytes, len);
	buf_add(out, "crc!", 4);
}

#define CHUNK(out, type, text) add_chunk(out, type, text, sizeof(text) - 1)
#define PNG "\x89PNG\r\n\x1a\n"

static void a_png_loses_all_but_the_picture(void **state)
{
	(void)state;
	struct buf in = {0}, out = {0}, wanted = {0};
	buf_add(&in, PNG, 8);
	CHUNK(&in, "IHDR", "\0\0\0\1\0\0\0\1\10\6\0\0\0");
	CHUNK(&in, "eXIf", PLACE);
	CHUNK(&in, "tEXt", "Comment\0" PLACE);
	CHUNK(&in, "iTXt", "XML:com.adobe.xmp\0" PLACE);
	CHUNK(&in, "zTXt", PLACE);
	CHUNK(&in, "tIME", "\7\350\1\1\0\0\0");
	CHUNK(&in, "prVt", PLACE);
	CHUNK(&in, "gAMA", "\0\0\261\217");
	CHUNK(&in, "IDAT", "pixels");
	CHUNK(&in, "IEND", "");
	buf_add_str(&in, PLACE);
	buf_add(&wanted, PNG, 8);
	CHUNK(&wanted, "IHDR", "\0\0\0\1\0\0\0\1\10\6\0\0\0");
	CHUNK(&wanted, "gAMA", "\0\0\261\217");
	CHUNK(&wanted, "IDAT", "pixels");
	CHUNK(&wanted, "IEND", "");
	assert_int_equal(strip_picture(buf_span(&in), &out), STRIP_DONE);
	assert_true(span_eq(buf_span(&out), buf_span(&wanted)));
	buf_clear(&in);
	buf_clear(&out);
	buf_clear(&wanted);
}

// Cut off anywhere it is refused, never sent as it is.
static void what_cannot_be_followed_is_refused(void **state)
{
	(void)state;
	struct buf jpeg = {0}, png = {0}, out = {0};
	buf_add(&jpeg, "\xff\xd8", 2);
	add_exif(&jpeg, true, 6);
	add_picture(&jpeg);
	for (size_t len = 3; len < jpeg.len; len++)
		assert_int_equal(strip_picture(span_from(jpeg.at, len), &out), STRIP_BAD);
	buf_add(&png, PNG, 8);
	CHUNK(&png, "IHDR", "\0\0\0\1\0\0\0\1\10\6\0\0\0");
	CHUNK(&png, "IEND", "");
	for (size_t len = 8; len < png.len; len++)
		assert_int_equal(strip_picture(span_from(png.at, len), &out), STRIP_BAD);
	assert_int_equal(out.len, 0);
	buf_clear(&jpeg);
	buf_clear(&png);
}

static void other_files_are_let_alone(void **state)
{
	(void)state;
	static const char *const others[] = {"", "\xff", "GIF89a", "%PDF-1.7", "\x89PNG"};
	struct buf out = {0};
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		assert_int_equal(strip_picture(span_of(others[i]), &out), STRIP_OTHER);
	assert_int_equal(out.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_jpeg_loses_all_but_the_picture),
		cmocka_unit_test(a_turned_picture_stays_turned),
		cmocka_unit_test(a_png_loses_all_but_the_picture),
		cmocka_unit_test(what_cannot_be_followed_is_refused),
		cmocka_unit_test(other_files_are_let_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
