// SPDX-License-Identifier: MIT
// Files on their way: what is asked of the server, what is said of them, how each ends.
#include "tests/unit/client/files_fixture.h"

#define CREATED "HTTP/1.1 201 Created\r\nLocation: /f/ID\r\nContent-Length: 0\r\n\r\n"
#define HELLO "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
#define NO_TIDE "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
#define AGAIN " (/upload retry)"

static void upload(struct files *f, const char *text)
{
	courier_upload(f->courier, files_den(f), span_of(text));
}

static void upload_tide(struct files *f, const char *caption)
{
	struct buf text = {0};
	buf_printf(&text, "%s %s", f->path, caption);
	upload(f, buf_str(&text));
	buf_clear(&text);
}

static void get(struct files *f, const char *id, const char *path, bool opens)
{
	courier_get(f->courier, files_den(f), span_of(id), span_of(path), opens);
}

// Until nothing is on its way.
static void run(struct files *f)
{
	WAIT_UNTIL(!f->core->e.model->progress, loop_turn(f->loop, STEP_MS));
}

static void expect_file(const char *path, const char *text)
{
	char got[16] = "";
	FILE *in = fopen(path, "r");
	assert_non_null(in);
	got[fread(got, 1, sizeof(got) - 1, in)] = '\0';
	fclose(in);
	assert_string_equal(got, text);
}

static void what_is_sent_is_said_with_its_caption(void **state)
{
	struct files *f = *state;
	char wanted[100];
	f->web.reply = CREATED;
	upload_tide(f, "at noon");
	files_expect_progress(f, "sending tide.txt");
	core_expect_said(f->core, "FILEHOST TOKEN", 1);
	files_give_token(f, "t0ken");
	files_expect_progress(f, "sending tide.txt 0 %");
	run(f);
	assert_true(scripted_heard(&f->web.server, "POST /f?target=%23den HTTP/1.1\n"));
	assert_true(scripted_heard(&f->web.server, "Authorization: Bearer t0ken\n"));
	snprintf(wanted, sizeof(wanted), "#den: at noon %s/ID\n", f->web.url);
	assert_string_equal(buf_str(&f->said), wanted);
	buf_reset(&f->said);
	// The token lives, and there is nothing to say.
	upload_tide(f, "");
	core_expect_said(f->core, "FILEHOST TOKEN", 0);
	run(f);
	snprintf(wanted, sizeof(wanted), "#den: %s/ID\n", f->web.url);
	assert_string_equal(buf_str(&f->said), wanted);
}

static void what_cannot_be_sent_is_told_at_once(void **state)
{
	struct files *f = *state;
	struct model *m = f->core->e.model;
	courier_upload(f->courier, m->server, SPAN("/x"));
	files_expect_told(f, m->server, LINE_ERROR, "not sent: go to a room or a person first");
	upload(f, "\"/x");
	files_expect_told(f, files_den(f), LINE_ERROR,
			  "/upload PATH [CAPTION]: the quotes do not end");
	get(f, "a", "\"/x", false);
	files_expect_told(f, files_den(f), LINE_ERROR,
			  "/get [ID] [PATH]: the quotes do not end");
	upload(f, "/no/such/file");
	files_expect_told(f, files_den(f), LINE_ERROR,
			  "not sent: cannot read /no/such/file: No such file or directory");
	loose_world_break(&f->core->world);
	upload_tide(f, "");
	files_expect_told(f, files_den(f), LINE_ERROR,
			  "tide.txt was not sent: there is no connection right now" AGAIN);
	files_expect_progress(f, NULL);
	m->facts.filehost[0] = '\0';
	upload_tide(f, "");
	files_expect_told(f, files_den(f), LINE_ERROR, "this server takes no files");
	core_expect_said(f->core, "FILEHOST", 0);
}

// What the server says to FILEHOST TOKEN, and what is told of it.
static void without_a_token_nothing_goes(void **state)
{
	static const struct {
		const char *answer, *words;
	} rows[] = {
		{" :h FAIL FILEHOST FULL :no room is left", "no room is left"},
		{" :h FAIL FILEHOST FULL :", "the server lets nobody in there"},
		{" :h ACK", "the server lets nobody in there"},
		{" :h FILEHOST TOKEN", "the server lets nobody in there"},
		{" :h FILEHOST HINT x", "the server lets nobody in there"},
		{" :h 421 ann FILEHOST :x", "the server knows no command FILEHOST"},
		{NULL, "the connection was cut"},
	};
	struct files *f = *state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char words[100];
		buf_reset(&f->core->world.said);
		if (i == 0)
			upload_tide(f, "");
		else
			upload(f, "retry");
		core_expect_said(f->core, "FILEHOST TOKEN", 1);
		files_expect_progress(f, "sending tide.txt");
		if (rows[i].answer)
			core_answer(f->core, "FILEHOST TOKEN", rows[i].answer);
		else
			loose_world_break(&f->core->world);
		snprintf(words, sizeof(words), "tide.txt was not sent: %s" AGAIN,
			 rows[i].words);
		files_expect_told(f, files_den(f), LINE_ERROR, words);
		files_expect_progress(f, NULL);
	}
}

static void a_token_that_is_over_is_asked_for_once_more(void **state)
{
	struct files *f = *state;
	f->web.reply = CREATED;
	f->web.no_token = "old";
	upload_tide(f, "");
	files_give_token(f, "old");
	WAIT_UNTIL(core_said(f->core, "FILEHOST TOKEN"), loop_turn(f->loop, STEP_MS));
	files_expect_progress(f, "sending tide.txt");
	assert_string_equal(buf_str(&f->said), "");
	files_give_token(f, "new");
	run(f);
	assert_true(scripted_heard(&f->web.server, "Authorization: Bearer new\n"));
	assert_non_null(strstr(buf_str(&f->said), "/f/ID\n"));
}

static void a_token_that_is_never_taken_is_not_asked_for_forever(void **state)
{
	struct files *f = *state;
	f->web.no_token = "old";
	upload_tide(f, "");
	files_give_token(f, "old");
	WAIT_UNTIL(core_said(f->core, "FILEHOST TOKEN"), loop_turn(f->loop, STEP_MS));
	files_give_token(f, "old");
	run(f);
	core_expect_said(f->core, "FILEHOST TOKEN", 0);
	files_expect_told(f, files_den(f), LINE_ERROR,
			  "tide.txt was not sent: the server answers 401" AGAIN);
	// Who says so has two more tries.
	upload(f, "retry");
	WAIT_UNTIL(core_said(f->core, "FILEHOST TOKEN"), loop_turn(f->loop, STEP_MS));
	files_expect_progress(f, "sending tide.txt");
}

static void what_failed_goes_again_when_it_is_said(void **state)
{
	struct files *f = *state;
	upload(f, "retry");
	files_expect_told(f, files_den(f), LINE_INFO, "no file failed to be sent");
	f->web.reply = NO_TIDE;
	upload_tide(f, "x");
	files_give_token(f, "t0ken");
	run(f);
	files_expect_told(f, files_den(f), LINE_ERROR,
			  "tide.txt was not sent: the server answers 404" AGAIN);
	assert_string_equal(buf_str(&f->said), "");
	f->web.reply = CREATED;
	upload(f, "retry");
	run(f);
	assert_non_null(strstr(buf_str(&f->said), "#den: x https://"));
	upload(f, "retry");
	files_expect_told(f, files_den(f), LINE_INFO, "no file failed to be sent");
}

static void all_that_is_on_its_way_is_stopped(void **state)
{
	struct files *f = *state;
	upload(f, "cancel");
	files_expect_told(f, files_den(f), LINE_INFO, "no file is on its way");
	upload_tide(f, "");
	upload(f, "cancel");
	files_expect_told(f, files_den(f), LINE_INFO, "stopped: 1 file");
	files_expect_progress(f, NULL);
	upload_tide(f, "");
	upload_tide(f, "");
	core_expect_said(f->core, "FILEHOST TOKEN", 1);
	files_expect_progress(f, "2 files on their way");
	files_give_token(f, "t0ken");
	files_expect_progress(f, "2 files on their way 0 %");
	upload(f, "cancel");
	files_expect_told(f, files_den(f), LINE_INFO, "stopped: 2 files");
	files_expect_progress(f, NULL);
}

static void only_so_many_wait(void **state)
{
	struct files *f = *state;
	for (int i = 0; i < COURIER_WAITING_MAX; i++)
		upload_tide(f, "");
	files_expect_progress(f, "32 files on their way");
	upload_tide(f, "");
	files_expect_told(f, files_den(f), LINE_ERROR,
			  "32 files are on their way: one more has to wait");
	files_come(f, "a", "");
	get(f, "a", "", false);
	files_expect_told(f, files_den(f), LINE_ERROR,
			  "32 files are on their way: one more has to wait");
	upload(f, "cancel");
	files_expect_told(f, files_den(f), LINE_INFO, "stopped: 32 files");
}

// Where files go: as the settings say, as HOME is, and what is told then.
static void what_comes_is_kept_where_the_settings_say(void **state)
{
	struct files *f = *state;
	char home[64], set[64], words[140], in[100];
	const char *before = getenv("HOME");
	snprintf(home, sizeof(home), "%s/home", f->folder);
	snprintf(set, sizeof(set), "%s/set", f->folder);
	struct {
		char *folder;
		const char *path, *in;
	} rows[] = {
		{(char[]){""}, "", "home/Downloads/chart.txt"},
		{NULL, "", "home/Downloads/chart (2).txt"},
		{(char[]){"~/maps"}, "", "home/maps/chart.txt"},
		{set, "", "set/chart.txt"},
		{set, "mine.txt", "mine.txt"},
	};
	f->web.reply = HELLO;
	files_come(f, "a", ";snug.chat/file-name=chart.txt");
	setenv("HOME", home, 1);
	assert_int_equal(mkdir(home, 0700), 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		f->config.folder = rows[i].folder;
		snprintf(in, sizeof(in), "%s/%s", f->folder, rows[i].path);
		get(f, "a", rows[i].path[0] ? in : "", false);
		files_expect_progress(f, "fetching chart.txt");
		if (i == 0)
			files_give_token(f, "t0ken");
		run(f);
		snprintf(in, sizeof(in), "%s/%s", f->folder, rows[i].in);
		expect_file(in, "hello");
		snprintf(words, sizeof(words), "chart.txt is kept as %s", in);
		files_expect_told(f, files_den(f), LINE_INFO, words);
	}
	assert_true(scripted_heard(&f->web.server, "GET /f/Fa HTTP/1.1\n"));
	if (before)
		setenv("HOME", before, 1);
}

static void what_comes_is_opened_when_that_was_asked(void **state)
{
	struct files *f = *state;
	char words[240], in[64], opener[120], link[80];
	f->web.reply = HELLO;
	f->config.folder = f->folder;
	files_come(f, "a", "");
	snprintf(link, sizeof(link), "%s/seen", f->folder);
	assert_int_equal(mkdir(link, 0700), 0);
	snprintf(opener, sizeof(opener), "ln  -s -t %s", link);
	snprintf(in, sizeof(in), "%s/file", f->folder);
	struct {
		char *opener;
		enum line_kind kind;
		const char *more;
	} rows[] = {
		{opener, LINE_INFO, ", and opened"},
		{(char[]){"/no/such/opener"}, LINE_ERROR,
		 "; \"/no/such/opener\" does not start: /set files.opener names what opens "
		 "files"},
		{NULL, LINE_ERROR,
		 "; \"\" does not start: /set files.opener names what opens files"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		f->config.opener = rows[i].opener;
		get(f, "a", "", true);
		if (i == 0)
			files_give_token(f, "t0ken");
		run(f);
		snprintf(words, sizeof(words), "file is kept as %s%s", in, rows[i].more);
		files_expect_told(f, files_den(f), rows[i].kind, words);
		assert_int_equal(unlink(in), 0);
	}
	strcat(link, "/file");
	struct stat st;
	WAIT_UNTIL(lstat(link, &st) == 0, loop_turn(f->loop, STEP_MS));
}

// It is not there, or the message has none; who asked asks again.
static void what_does_not_come_is_told(void **state)
{
	struct files *f = *state;
	f->web.reply = NO_TIDE;
	f->config.folder = f->folder;
	core_hear(f->core, "@msgid=t :bob!b@h PRIVMSG #den :hi");
	get(f, "t", "", false);
	get(f, "no-such-id", "", false);
	files_expect_progress(f, NULL);
	files_come(f, "a", "");
	get(f, "a", "", false);
	files_give_token(f, "t0ken");
	run(f);
	files_expect_told(f, files_den(f), LINE_ERROR,
			  "file was not fetched: the server answers 404");
	upload(f, "retry");
	files_expect_told(f, files_den(f), LINE_INFO, "no file failed to be sent");
	snprintf(f->core->e.model->facts.filehost, 16, "http://x");
	upload_tide(f, "");
	files_expect_told(
		f, files_den(f), LINE_ERROR,
		"tide.txt was not sent: the server's address for files is none" AGAIN);
	files_come(f, "b", "");
	get(f, "b", "", false);
	files_expect_told(f, files_den(f), LINE_ERROR,
			  "file was not fetched: its address is none");
}

#define FILES(fn) cmocka_unit_test_setup_teardown(fn, files_set_up, files_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FILES(what_is_sent_is_said_with_its_caption),
		FILES(what_cannot_be_sent_is_told_at_once),
		FILES(without_a_token_nothing_goes),
		FILES(a_token_that_is_over_is_asked_for_once_more),
		FILES(a_token_that_is_never_taken_is_not_asked_for_forever),
		FILES(what_failed_goes_again_when_it_is_said),
		FILES(all_that_is_on_its_way_is_stopped),
		FILES(only_so_many_wait),
		FILES(what_comes_is_kept_where_the_settings_say),
		FILES(what_comes_is_opened_when_that_was_asked),
		FILES(what_does_not_come_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
