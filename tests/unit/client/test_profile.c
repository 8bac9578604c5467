// SPDX-License-Identifier: MIT
#include "client/app/profile.h"

#include "common/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct home {
	char dir[32];
	struct folders paths;
};

static int make_home(void **state)
{
	struct home *h = calloc(1, sizeof(*h));
	snprintf(h->dir, sizeof(h->dir), "/tmp/snug-profile-XXXXXX");
	if (!mkdtemp(h->dir))
		return -1;
	folders_init(&h->paths, h->dir);
	*state = h;
	return 0;
}

static int remove_home(void **state)
{
	struct home *h = *state;
	char *last = path_join(h->paths.data, "last", NULL);
	unlink(last);
	free(last);
	rmdir(h->paths.data);
	rmdir(h->dir);
	folders_clear(&h->paths);
	free(h);
	return 0;
}

#define CAPS                                                                                   \
	"sasl message-tags server-time batch labeled-response echo-message standard-replies "  \
	"account-tag account-notify away-notify extended-join invite-notify multi-prefix "     \
	"draft/chathistory draft/event-playback draft/read-marker snug.chat/exactly-once"

static void save_one(struct home *h, const char *host)
{
	struct profile p;
	profile_init(&p, &h->paths, NULL, host, "7000");
	free(p.account);
	p.account = strdup("ann");
	free(p.room);
	p.room = strdup("#lounge");
	p.others =
		(struct link_others){2, {{"b.example.org", "6697"}, {"2001:db8::1", "7001"}}};
	p.pins.count = 2;
	memset(p.pins.at[0], 7, TLS_PIN_LEN);
	memset(p.pins.at[1], 8, TLS_PIN_LEN);
	p.pinned_at = 1790000000123;
	p.has_device = true;
	free(p.caps);
	p.caps = strdup(CAPS);
	assert_null(profile_save(&p));
	profile_clear(&p);
}

static void what_was_saved_is_loaded(void **state)
{
	struct home *h = *state;
	struct profile p;
	char *error;
	save_one(h, "chat.example.org");
	assert_int_equal(profile_load(&p, &h->paths, "chat.example.org", &error), PROFILE_OK);
	assert_string_equal(p.host, "chat.example.org");
	assert_string_equal(p.port, "7000");
	assert_string_equal(p.account, "ann");
	assert_string_equal(p.room, "#lounge");
	assert_int_equal(p.others.count, 2);
	assert_string_equal(p.others.at[0].name, "b.example.org");
	assert_string_equal(p.others.at[0].port, "6697");
	assert_string_equal(p.others.at[1].name, "2001:db8::1");
	assert_string_equal(p.others.at[1].port, "7001");
	assert_true(p.has_device);
	assert_int_equal(p.pins.count, 2);
	assert_int_equal(p.pins.at[0][31], 7);
	assert_int_equal(p.pins.at[1][31], 8);
	assert_int_equal(p.pinned_at, 1790000000123);
	assert_string_equal(p.caps, CAPS);
	profile_remove(&p);
	profile_clear(&p);
}

static void assert_at(struct home *h, size_t at)
{
	struct profile p;
	char *error;
	assert_int_equal(profile_load(&p, &h->paths, "h", &error), PROFILE_OK);
	assert_int_equal(p.at, at);
	profile_clear(&p);
}

static void where_it_answered_last_is_known(void **state)
{
	struct home *h = *state;
	struct profile p;
	char *error;
	save_one(h, "h");
	for (size_t at = 2; at <= 2; at--) {
		assert_int_equal(profile_load(&p, &h->paths, "h", &error), PROFILE_OK);
		assert_true(profile_know_place(&p, at));
		assert_false(profile_know_place(&p, at));
		assert_null(profile_save(&p));
		profile_clear(&p);
		assert_at(h, at);
	}
	// It is none of its places any more.
	assert_int_equal(profile_load(&p, &h->paths, "h", &error), PROFILE_OK);
	p.at = 2;
	p.others.count = 1;
	assert_null(profile_save(&p));
	assert_at(h, 0);
	profile_remove(&p);
	profile_clear(&p);
}

// Proves C3.
static void files_are_private(void **state)
{
	struct home *h = *state;
	struct profile p;
	char *error;
	struct stat st;
	save_one(h, "h");
	assert_int_equal(profile_load(&p, &h->paths, "h", &error), PROFILE_OK);
	assert_null(profile_make_device(&p));
	assert_int_equal(stat(p.dir, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	const char *files[] = {p.key_file, p.cert_file};
	for (int i = 0; i < 2; i++) {
		assert_int_equal(stat(files[i], &st), 0);
		assert_int_equal(st.st_mode & 07777, 0600);
	}
	profile_remove(&p);
	assert_int_not_equal(access(p.key_file, F_OK), 0);
	assert_int_not_equal(access(p.dir, F_OK), 0);
	profile_clear(&p);
}

static void a_device_key_is_made_once(void **state)
{
	struct home *h = *state;
	struct profile p;
	struct buf before = {0}, after = {0};
	profile_init(&p, &h->paths, NULL, "h", "6697");
	assert_null(profile_make_device(&p));
	assert_true(path_read(p.key_file, &before));
	assert_null(profile_make_device(&p));
	assert_true(path_read(p.key_file, &after));
	assert_true(span_eq(buf_span(&before), buf_span(&after)));
	buf_clear(&before);
	buf_clear(&after);
	profile_remove(&p);
	profile_clear(&p);
}

// Proves C3.
static void what_others_can_read_is_refused(void **state)
{
	struct home *h = *state;
	struct profile p;
	char *error, *file = path_join(h->paths.data, "h", "profile");
	save_one(h, "h");
	assert_int_equal(chmod(file, 0644), 0);
	assert_int_equal(profile_load(&p, &h->paths, "h", &error), PROFILE_BAD);
	assert_non_null(strstr(error, "chmod 600"));
	free(error);
	assert_int_equal(chmod(file, 0600), 0);
	assert_int_equal(profile_load(&p, &h->paths, "h", &error), PROFILE_OK);
	profile_remove(&p);
	profile_clear(&p);
	free(file);
}

static void a_mistake_in_the_file_is_named_with_its_line(void **state)
{
	struct home *h = *state;
	struct profile p;
	char *error, *file = path_join(h->paths.data, "h", "profile");
	save_one(h, "h");
	assert_true(file_put(file, SPAN("[server]\nhost = h\nacount = ann\n"), 0600));
	assert_int_equal(profile_load(&p, &h->paths, "h", &error), PROFILE_BAD);
	assert_non_null(strstr(error, "profile:3"));
	free(error);
	assert_true(file_put(file, SPAN("[server]\nhost = h\npin = sha256:abc\n"), 0600));
	assert_int_equal(profile_load(&p, &h->paths, "h", &error), PROFILE_BAD);
	assert_non_null(strstr(error, "pin"));
	free(error);
	profile_init(&p, &h->paths, NULL, "h", "1");
	profile_remove(&p);
	profile_clear(&p);
	free(file);
}

static void the_last_used_is_the_one_without_a_name(void **state)
{
	struct home *h = *state;
	struct profile p, q;
	char *error;
	assert_int_equal(profile_load(&p, &h->paths, NULL, &error), PROFILE_NONE);
	save_one(h, "a");
	assert_int_equal(profile_load(&p, &h->paths, NULL, &error), PROFILE_OK);
	assert_string_equal(p.name, "a");
	save_one(h, "b");
	assert_int_equal(profile_load(&q, &h->paths, "b", &error), PROFILE_OK);
	profile_set_last(&q, &h->paths);
	profile_clear(&q);
	assert_int_equal(profile_load(&q, &h->paths, NULL, &error), PROFILE_OK);
	assert_string_equal(q.name, "b");
	size_t count;
	char **names = profile_names(&h->paths, &count);
	assert_int_equal(count, 2);
	assert_string_equal(names[0], "a");
	free(names[0]);
	free(names[1]);
	free(names);
	profile_remove(&p);
	profile_remove(&q);
	profile_clear(&p);
	profile_clear(&q);
}

static void names_cannot_leave_the_folder(void **state)
{
	(void)state;
	const char *bad[] = {"", ".", "..", "../x", "a/b", "-h", ".h", "a b"};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(profile_name_is_valid(span_of(bad[i])));
	assert_true(profile_name_is_valid(SPAN("chat.example.org")));
	assert_true(profile_name_is_valid(SPAN("::1")));
}

#define AT_HOME(test) cmocka_unit_test_setup_teardown(test, make_home, remove_home)

static void names_and_labels_are_of_letters(void **state)
{
	static const struct {
		const char *name;
		bool is_valid;
	} rows[] = {
		{"chat.example.org", true},
		{"a-b_c:7000%x", true},
		{"A1", true},
		{"", false},
		{".a", false},
		{"-a", false},
		{"a/b", false},
		{"a b", false},
		{"a@", false},
		{"a[", false},
		{"a`", false},
		{"a{", false},
	};
	char name[PROFILE_NAME_MAX + 2], label[33];
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (profile_name_is_valid(span_of(rows[i].name)) != rows[i].is_valid)
			fail_msg("%s", rows[i].name);
	}
	memset(name, 'a', sizeof(name));
	assert_true(profile_name_is_valid(span_from(name, PROFILE_NAME_MAX)));
	assert_false(profile_name_is_valid(span_from(name, PROFILE_NAME_MAX + 1)));
	memset(label, 'x', sizeof(label));
	profile_device_label(label);
	assert_in_range(strlen(label), 1, 32);
	assert_null(strpbrk(label, ". /\""));
}

static void what_is_known_of_keys_changes_once(void **state)
{
	struct profile p = {0};
	struct pins one = {.count = 1}, two = {.count = 1};
	uint8_t next[TLS_PIN_LEN] = {1}, other[TLS_PIN_LEN] = {2};
	(void)state;

	memset(two.at[0], 2, TLS_PIN_LEN);
	assert_true(profile_know_keys(&p, &one, NULL));
	assert_true(p.pinned_at > 0);
	p.pinned_at = 5;
	assert_false(profile_know_keys(&p, &one, NULL));
	// The next key is no other one.
	assert_true(profile_know_keys(&p, &one, next));
	assert_int_equal(p.pinned_at, 5);
	assert_true(p.has_next_pin);
	assert_false(profile_know_keys(&p, &one, next));
	assert_true(profile_know_keys(&p, &one, other));
	assert_memory_equal(p.next_pin, other, TLS_PIN_LEN);
	assert_true(profile_know_keys(&p, &one, NULL));
	assert_false(p.has_next_pin);
	assert_true(profile_know_keys(&p, &two, NULL));
	assert_true(p.pinned_at > 5);
	assert_false(profile_know_place(&p, 0));
	assert_true(profile_know_place(&p, 1));
	assert_false(profile_know_place(&p, 1));
}

static void each_line_that_is_wrong_is_named(void **state)
{
	static const struct {
		const char *more, *error; // NULL: it is loaded
	} rows[] = {
		{"", NULL},
		{"pin = x\n", "pin is malformed"},
		{"also = a b\n", "also is malformed"},
		{"also = a\nalso = b\nalso = c\n", NULL},
		{"also = a\nalso = b\nalso = c\nalso = d\n", "also is malformed"},
		{"last = nonsense here\n", NULL},
		{"pinned = soon\n", NULL},
		{"next_pin = x\n", NULL},
		{"nonsense = x\n", "nonsense"},
	};
	struct home *h = *state;
	char *dir = path_join(h->paths.data, "h", NULL),
	     *file = path_join(dir, "profile", NULL);
	struct profile p;
	char *error = NULL;

	save_one(h, "h");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf text = {0}, was = {0};
		assert_true(path_read(file, &was));
		// Its own section and name of the host, whatever they are called.
		struct span first = buf_span(&was);
		size_t host = (size_t)(strstr(buf_str(&was), "host") - buf_str(&was));
		size_t end = host + span_find(span_after(first, host), '\n') + 1;
		buf_add_span(&text, span_from(first.at, end));
		buf_add_str(&text, rows[i].more);
		assert_true(file_put(file, buf_span(&text), 0600));
		enum profile_result result = profile_load(&p, &h->paths, "h", &error);
		if ((result == PROFILE_OK) != (rows[i].error == NULL) ||
		    (rows[i].error && !strstr(error, rows[i].error)))
			fail_msg("%s: %s", rows[i].more, error ? error : "loaded");
		if (result == PROFILE_OK)
			assert_int_equal(p.at + (size_t)p.pinned_at + p.has_next_pin, 0);
		profile_clear(&p);
		free(error);
		buf_clear(&text);
		buf_clear(&was);
	}
	unlink(file);
	rmdir(dir);
	free(dir);
	free(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_HOME(names_and_labels_are_of_letters),
		AT_HOME(what_is_known_of_keys_changes_once),
		AT_HOME(each_line_that_is_wrong_is_named),
		AT_HOME(what_was_saved_is_loaded),
		AT_HOME(where_it_answered_last_is_known),
		AT_HOME(files_are_private),
		AT_HOME(a_device_key_is_made_once),
		AT_HOME(what_others_can_read_is_refused),
		AT_HOME(a_mistake_in_the_file_is_named_with_its_line),
		AT_HOME(the_last_used_is_the_one_without_a_name),
		cmocka_unit_test(names_cannot_leave_the_folder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
