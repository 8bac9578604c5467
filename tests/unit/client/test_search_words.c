// SPDX-License-Identifier: MIT
// from: and in: among what is searched for.
#include "client/model/search_words.h"

#include "client/model/complete.h"
#include "tests/unit/client/model_fixture.h"

static void expect(struct fixture *f, const char *typed, const char *wanted)
{
	struct buf line = {0}, words = {0};
	bool is_asked = search_words_ask(f->m, span_of(typed), &line, &words);
	assert_string_equal(buf_str(is_asked ? &line : &words), wanted);
	buf_clear(&line);
	buf_clear(&words);
}

static void names_narrow_a_search(void **state)
{
	struct fixture *f = *state;
	expect(f, "cake", "this server cannot search");
	say(f->m, ":srv CAP ann ACK :soju.im/search");
	expect(f, "cake", "SEARCH limit=100;text=cake");
	expect(f, "from:bob in:#den  good cake",
	       "SEARCH limit=100;text=good\\scake;from=bob;in=#den");
	expect(f, "cake in:den From:@BOB", "SEARCH limit=100;text=cake;from=bob;in=#den");
	expect(f, "from:me", "SEARCH limit=100;from=ann");
	// Who left long ago may still be found.
	expect(f, "from:zoe x;y", "SEARCH limit=100;text=x\\:y;from=zoe");
	say(f->m, ":cem!c@h PRIVMSG ann :hi");
	expect(f, "in:cem hi", "SEARCH limit=100;text=hi;in=cem");
}

static void a_wrong_place_is_named(void **state)
{
	struct fixture *f = *state;
	expect(f, "in:#dne cake", "not searched: you have no room or conversation called #dne");
	expect(f, "in:bob cake", "not searched: you have no room or conversation called bob");
	expect(f, "cake in:", "not searched: a name is missing behind in:");
	expect(f, "from: cake", "not searched: a name is missing behind from:");
}

static void what_is_loaded_is_searched_the_same_way(void **state)
{
	struct fixture *f = *state;
	struct search_words w;
	struct buf why = {0};
	say(f->m, "@msgid=a1 :bob!b@h PRIVMSG #den :Cake");
	const struct log_line *l = scrollback_find(&den(f)->log, SPAN("a1"));
	static const struct {
		const char *typed;
		bool fits;
	} rows[] = {{"cake", true},           {"from:bob", true}, {"from:bob ak", true},
		    {"from:cem cake", false}, {"pie", false},     {"", false},
		    {"in:#den", true}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_true(search_words_parse(&w, f->m, span_of(rows[i].typed), &why));
		if (search_words_fit(&w, l) != rows[i].fits)
			fail_msg("\"%s\"", rows[i].typed);
		search_words_clear(&w);
	}
	buf_clear(&why);
}

static void names_are_completed_behind_their_keys(void **state)
{
	static const char *const rows[][2] = {{"/search from:b", "from:bob "},
					      {"/search from:@b", NULL},
					      {"/search cake in:d", "in:#den "},
					      {"in:#d", "in:#den "},
					      {"in:ce", "in:cem "},
					      {"in:x", NULL},
					      {"from:zo", "from:zoe "},
					      {"zo", NULL}};
	struct fixture *f = *state;
	say(f->m, ":cem!c@h PRIVMSG ann :hi");
	// Who is not in the room, but spoke there.
	say(f->m, "@msgid=z1 :zoe!z@h PRIVMSG #den :hi");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct completion c;
		struct span text = span_of(rows[i][0]);
		complete(f->m, den(f), text, text.len, NULL, 0, &c);
		assert_int_equal(c.count, rows[i][1] ? 1 : 0);
		if (c.count)
			assert_string_equal(c.items[0], rows[i][1]);
		completion_clear(&c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_narrow_a_search),
		TEST(a_wrong_place_is_named),
		TEST(what_is_loaded_is_searched_the_same_way),
		TEST(names_are_completed_behind_their_keys),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
