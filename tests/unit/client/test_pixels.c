// SPDX-License-Identifier: MIT
// A picture as pixels: what passes of kitty's protocol and of sixels, and what does not.
#include "client/ui/pixels.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define G "\x1b_G"
#define ST "\x1b\\"

typedef const char *pixels_fn(struct span bytes, struct buf *out);

static void passes(pixels_fn *read, const char *bytes, const char *wanted)
{
	struct buf out = {0};
	const char *why = read(span_of(bytes), &out);
	if (why)
		fail_msg("\"%s\": %s", bytes, why);
	assert_string_equal(buf_str(&out), wanted);
	buf_clear(&out);
}

static void is_refused(pixels_fn *read, struct span bytes)
{
	struct buf out = {0};
	if (!read(bytes, &out))
		fail_msg("\"" SPAN_FMT "\" passes", SPAN_ARG(bytes));
	assert_int_equal(out.len, 0);
	buf_clear(&out);
}

static void all_are_refused(pixels_fn *read, const char *const *bad, size_t n)
{
	for (size_t i = 0; i < n; i++)
		is_refused(read, span_of(bad[i]));
}

static void kittys_pixels_pass_and_are_written_anew(void **state)
{
	(void)state;
	passes(pixels_kitty,
	       G "a=T,f=32,s=2,v=1,c=9,r=9,m=1" ST G "m=1;AAAA" ST G "m=0;AA==" ST "\n",
	       G "a=T,t=d,q=2,f=32,s=2,v=1,m=1" ST G "m=1;AAAA" ST G "m=0;AA==" ST);
	passes(pixels_kitty, G "f=24,v=1,s=1,a=T;AAAA" ST,
	       G "a=T,t=d,q=2,f=24,s=1,v=1,m=0;AAAA" ST);
}

// Proves X12.
static void kittys_other_sequences_are_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"x",
		G,
		G "a=T,f=32,s=1,v=1;AAAA",
		G "a=T,f=32,s=1,v=1;AAAA\a",
		G "a=T,f=32,s=1,v=1,m=1;AAAA" ST,                 // the rest is missing
		G "a=T,f=32,s=1,v=1;AAAA" ST "x",                 // more behind it
		G "a=T,f=32,s=1,v=1;AAAA" ST G "m=0;AAAA" ST,     // and of its kind
		"x" G "a=T,f=32,s=1,v=1;AAAA" ST,                 // before it
		G "a=T,f=32,s=1,v=1,m=1" ST "\x1b[6n" G "m=0" ST, // between
		G "a=T,f=32,s=1,v=1,t=f;L2V0Yy9wYXNzd2Q=" ST,     // a file
		G "a=T,f=32,s=1,v=1,t=t;L3RtcC9h" ST,             // one that is removed
		G "a=T,f=32,s=1,v=1,t=s;L2E=" ST,                 // memory of others
		G "a=q,f=32,s=1,v=1;AAAA" ST,                     // it would be answered
		G "a=d,d=A" ST,                                   // removes others
		G "a=p,i=1" ST,                                   // another's picture
		G "a=T,f=32,s=1,v=1,i=1;AAAA" ST,
		G "a=T,f=32,s=1,v=1,o=z;AAAA" ST, // may become of any size
		G "a=T,f=100,s=1,v=1;AAAA" ST,    // would be decoded there
		G "a=T,f=32,v=1;AAAA" ST,
		G "a=T,f=32,s=1;AAAA" ST,
		G "a=T,s=1,v=1;AAAA" ST,
		G "a=T,f=32,s=0,v=1;AAAA" ST,
		G "a=T,f=32,s=99999,v=1;AAAA" ST,
		G "a=T,f=32,s=1,v=999999;AAAA" ST,
		G "a=T,f=32,s=-1,v=1;AAAA" ST,
		G "a=T,f=32,s=1,v=1,m=2;AAAA" ST,
		G "a=T,f=32,s=1,v=1,z=-1;AAAA" ST,
		G "a=T,f=32,s=1,v=1;AA AA" ST,
		G "a=T,f=32,s=1,v=1;AAAA\n" ST,
		G "a=T,f=32,s=1,v=1;AA\x1b[6n" ST,
		G "a=T,f=32,s=1,v=1;AAAA;AAAA" ST,
		G "=T" ST,
		G "aa=T" ST,
		G "a=T,f=32,s=1,v=1,m=1" ST G
		  "s=9,m=0;AAAA" ST, // another size behind the first
	};
	struct buf long_one = {0};
	(void)state;
	all_are_refused(pixels_kitty, bad, ARRAY_LEN(bad));
	buf_add_str(&long_one, G "a=T,f=32,s=1,v=1;");
	memset(buf_space(&long_one, 5000), 'A', 5000);
	long_one.len += 5000;
	buf_add_str(&long_one, ST);
	is_refused(pixels_kitty, buf_span(&long_one));
	buf_clear(&long_one);
	is_refused(pixels_kitty, span_from(G "a=T,f=32,s=1,v=1;A\0AA" ST, 24));
}

static void sixels_pass_as_they_are(void **state)
{
	static const char fine[] =
		"\x1bP0;1;0q\"1;1;12;6#0;2;0;0;100#1;2;100;0;0#0!9~$#1??@-#0!12~-" ST;
	(void)state;
	passes(pixels_sixel, fine, fine);
	passes(pixels_sixel, "\x1bPq~\n~" ST "\n", "\x1bPq~\n~" ST);
}

static void what_is_no_sixel_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"~",
		"\x1bP",
		"\x1bPq",
		"\x1bPq~",
		"\x1bPq~\a",
		"\x1bPq~\x1b[6n" ST,
		"\x1bPq~" ST "x",
		"\x1bPq~" ST "\x1b[6n",
		"x\x1bPq~" ST,
		"\x1bP+q544e" ST,  // asks for a capability
		"\x1bP$qm" ST,     // asks for a state
		"\x1bP1$r0m" ST,   // an answer
		"\x1bPtmux;x" ST,  // what tmux passes on
		"\x1bP0;1;0p~" ST, // keys of its own
		"\x1bP0;;0q~" ST,
		"\x1bPq~ ~" ST,
		"\x1bPq~\x7f" ST,
		"\x1bPq~\x9c",
		"\x1bPq~\xc3\xa9" ST,
		"\x1bPq!~" ST,
		"\x1bPq!4097~" ST,
		"\x1bPq!99999999~" ST,
		"\x1bPq!4000~!4000~" ST,
		"\x1bPq\"1;1;9999;1~" ST,
		"\x1bPq#~" ST,
		"\x1bPq#0;2;~" ST,
	};
	struct buf tall = {0};
	(void)state;
	all_are_refused(pixels_sixel, bad, ARRAY_LEN(bad));
	buf_add_str(&tall, "\x1bPq");
	for (int i = 0; i < 700; i++)
		buf_add_str(&tall, "~-");
	buf_add_str(&tall, ST);
	is_refused(pixels_sixel, buf_span(&tall));
	buf_clear(&tall);
	is_refused(pixels_sixel, span_from("\x1bPq~\0~" ST, 8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kittys_pixels_pass_and_are_written_anew),
		cmocka_unit_test(kittys_other_sequences_are_refused),
		cmocka_unit_test(sixels_pass_as_they_are),
		cmocka_unit_test(what_is_no_sixel_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
