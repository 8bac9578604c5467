// SPDX-License-Identifier: MIT
// Who gets a file: every kind of person, in every kind of place, in each state of the message,
// asking in every way. What is said here of who may is said by hand, and not by may_read().
#include "server/hub/files/file_link.h"
#include "server/hub/pages/retention.h"
#include "server/hub/people/account.h"
#include "server/hub/people/credential.h"
#include "server/letters/limits.h"
#include "tests/unit/hub/files_peer.h"

enum site { ROOM, SINCE_JOINED, DIALOG, PLACES };
enum fate { UNNAMED, SAID, EDITED, REDACTED, EXPIRED, STATES };
// In a dialog the member is the other one of the two, and all others are nobody.
enum person { SENDER, MEMBER, LATER, LEFT, STRANGER, SHUT, PERSONS };
enum way { BEARER, BASIC, LINK, SHARED_LINK, OTHER_LINK, OLD_LINK, BY_HASH, NOTHING, WAYS };

static const char *const names[PERSONS] = {"sender", "member",   "later",
					   "left",   "stranger", "shut"};
static const char *const ways[WAYS] = {"bearer",     "basic",    "link", "shared link",
				       "other link", "old link", "hash", "nothing"};

struct theft {
	struct fixture *f;
	struct peer *peers[PERSONS];
	char tokens[PERSONS][48];                  // "Bearer ..."
	char secrets[PERSONS][TOKEN_TEXT_MAX + 1]; // of app tokens
	char old[PERSONS][FILE_LINK_TEXT + 1];
	struct file_id file, other; // the other one everybody may read
	enum site place;
	enum fate state;
};

static bool may(enum site place, enum fate state, enum person who)
{
	if (who == SHUT || state == REDACTED || state == EXPIRED)
		return false;
	if (who == SENDER)
		return true;
	if (state == UNNAMED)
		return false;
	return who == MEMBER || (who == LATER && place == ROOM);
}

static bool gets_by(enum way way)
{
	return way == BEARER || way == BASIC || way == LINK || way == SHARED_LINK;
}

static void come(struct theft *t, enum person who)
{
	t->peers[who] = fixture_login(t->f, names[who], KNOWING);
	(void)token_new(fixture_account(t->f, names[who]), SPAN("app"), 0, t->secrets[who]);
	(void)bearer(t->peers[who], t->tokens[who]);
}

static void join(struct theft *t, enum person who)
{
	if (t->place != DIALOG)
		peer_join(t->peers[who], "#den");
}

static const char *target(const struct theft *t)
{
	return t->place == DIALOG ? "member" : "#den";
}

static void say(struct theft *t)
{
	struct stream *stream;

	peer_skip(t->peers[SENDER]);
	if (t->state != UNNAMED) {
		peer_send(t->peers[SENDER], "PRIVMSG %s :" SPACE "%s", target(t),
			  id_text(&t->file));
		expect_later(t->peers[SENDER], "@msgid=$m sender PRIVMSG * :*");
	}
	if (t->state == EDITED)
		peer_send(t->peers[SENDER], "@+draft/edit=$m PRIVMSG %s :gone", target(t));
	if (t->state == REDACTED)
		peer_send(t->peers[SENDER], "REDACT %s $m", target(t));
	if (t->state == EXPIRED) {
		stream = shared_file_find(t->f->hub, &t->file)->stream;
		retention_expire(t->f->hub, &(struct rows_target){.stream = stream->id,
								  .id = stream->last});
		fixture_settle(t->f);
	}
}

static void file_link(struct theft *t, const struct file_id *id, enum person of, char out[48])
{
	char sig[FILE_LINK_TEXT + 1];

	file_link_sign(t->f->hub, id, fixture_account(t->f, names[of]), sig);
	snprintf(out, 48, "s=%s", sig);
}

static void set_up(struct theft *t)
{
	const int64_t past = (FILE_LINK_HOURS + 1) * 3600000LL;
	char link[48];

	for (enum person who = 0; who < PERSONS; who++)
		come(t, who);
	peer_join(t->peers[SENDER], "#all");
	for (enum person who = MEMBER; who < PERSONS; who++)
		peer_join(t->peers[who], "#all");
	t->other = put_file(t->peers[SENDER], "target=%23all");
	peer_send(t->peers[SENDER], "PRIVMSG #all :" SPACE "%s", id_text(&t->other));
	join(t, SENDER);
	if (t->place == SINCE_JOINED)
		peer_send(t->peers[SENDER], "MODE #den +H");
	join(t, MEMBER);
	join(t, LEFT);
	join(t, SHUT);
	t->file = put_file(t->peers[SENDER], t->place == DIALOG ? "target=member" : "");
	t->f->hub->now.wall_ms -= past;
	for (enum person who = 0; who < PERSONS; who++) {
		file_link(t, &t->file, who, link);
		memcpy(t->old[who], link + 2, sizeof(t->old[who]));
	}
	t->f->hub->now.wall_ms += past;
	say(t);
	join(t, LATER);
	if (t->place != DIALOG)
		peer_send(t->peers[LEFT], "PART #den");
	admin_answer_free(fixture_verb(t->f, "user disable shut --confirm shut", NULL));
}

static unsigned ask_as(struct theft *t, enum person who, enum way way)
{
	struct file_id id = t->file;
	struct buf field = {0}, pair = {0};
	char query[64] = "";
	unsigned status;

	if (way == BEARER || way == SHARED_LINK)
		buf_add_str(&field, t->tokens[who]);
	if (way == BASIC) {
		buf_printf(&pair, "%s:%s", names[who], t->secrets[who]);
		buf_add_str(&field, "Basic ");
		encode_b64(&field, pair.at, pair.len);
	}
	if (way == LINK || way == BY_HASH)
		file_link(t, &id, who, query);
	if (way == SHARED_LINK)
		file_link(t, &id, SENDER, query);
	if (way == OTHER_LINK)
		file_link(t, &t->other, who, query);
	if (way == OLD_LINK)
		snprintf(query, sizeof(query), "s=%s", t->old[who]);
	if (way == BY_HASH)
		id = (struct file_id){{7}}; // of put_done()
	status = get_file(t->f, &id, buf_span(&field), query).answer.status;
	buf_clear(&field);
	buf_clear(&pair);
	return status;
}

// Refused means the same words as of what never was, or that one is nobody.
static unsigned look(struct theft *t)
{
	unsigned n = 0;

	for (enum person who = 0; who < PERSONS; who++) {
		if (who != SHUT)
			(void)bearer(t->peers[who], t->tokens[who]);
		for (enum way way = 0; way < WAYS; way++, n++) {
			bool gets = may(t->place, t->state, who) && gets_by(way);
			unsigned status = ask_as(t, who, way);
			unsigned no = way == NOTHING || who == SHUT ? 401 : 404;

			if (gets ? status != 200 : status != no && status != 404)
				fail_msg("place %d, state %d, %s by %s: %u", (int)t->place,
					 (int)t->state, names[who], ways[way], status);
		}
	}
	return n;
}

// Proves F1.
static void who_may_not_read_it_gets_no_file(void **state)
{
	unsigned n = 0;

	for (enum site place = 0; place < PLACES; place++) {
		for (enum fate of = 0; of < STATES; of++) {
			struct hub_config config = files_config();
			struct theft t = {.f = *state, .place = place, .state = of};

			fixture_renew(t.f, &config);
			set_up(&t);
			n += look(&t);
		}
	}
	assert_int_equal(n, PLACES * STATES * PERSONS * WAYS);
}

// A shared link is worth what its account is: it ends with that one's rights.
static void a_link_that_was_shared_ends_with_the_rights_of_its_account(void **state)
{
	struct theft t = {.f = *state, .place = ROOM, .state = SAID};
	char link[48];

	set_up(&t);
	file_link(&t, &t.file, MEMBER, link);
	assert_int_equal(get_file(t.f, &t.file, SPAN(""), link).answer.status, 200);
	peer_send(t.peers[SENDER], "KICK #den member");
	assert_int_equal(get_file(t.f, &t.file, SPAN(""), link).answer.status, 404);
	link[10] = link[10] == 'A' ? 'B' : 'A';
	assert_int_equal(get_file(t.f, &t.file, SPAN(""), link).answer.status, 404);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST_WITH(who_may_not_read_it_gets_no_file, files_set_up),
		HUB_TEST_WITH(a_link_that_was_shared_ends_with_the_rights_of_its_account,
			      files_set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
