// SPDX-License-Identifier: MIT
// Pictures to be shown: one after another they are fetched and drawn, and each wish has its one
// answer.
#include "client/app/gallery.h"
#include "client/files/painter.h"
#include "tests/unit/client/files_fixture.h"

#define PNG ";snug.chat/file-name=a.png;snug.chat/file-type=image/png;snug.chat/file-size="
#define ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\nGIF89asay hello "
#define NO_CHAFA "chafa draws pictures, and is not installed here (apt install chafa)"

// A sanitizer wants more memory and calls than such a program may have.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CAN_RUN false
#else
#define CAN_RUN true
#endif

struct shown {
	struct files *f;
	struct gallery *g;
	char *path;         // of programs, as it was
	struct buf answers; // "ID: …" or "ID, no: …", a line each
	size_t n;
};

static void on_picture(void *arg, const struct picture_answer *a)
{
	struct shown *s = arg;
	buf_printf(&s->answers, SPAN_FMT "%s: ", SPAN_ARG(a->wish->id), a->why ? ", no" : "");
	buf_add_span(&s->answers, a->why ? span_of(a->why) : a->bytes);
	buf_add_char(&s->answers, '\n');
	s->n++;
}

// Where programs are looked for is a folder of the test: in it is chafa, a false one.
static int set_up(void **state)
{
	static struct shown s;
	void *f = NULL;
	char link[64], *program = painter_find_beside("false_chafa");
	files_set_up(&f);
	s = (struct shown){.f = f};
	s.path = strdup(getenv("PATH"));
	s.g = gallery_new(s.f->loop, &s.f->core->e);
	struct model_watch watch = {.arg = &s, .on_picture = on_picture};
	model_watch(s.f->core->e.model, &watch);
	snprintf(link, sizeof(link), "%s/chafa", s.f->folder);
	assert_non_null(program);
	assert_int_equal(symlink(program, link), 0);
	free(program);
	setenv("PATH", s.f->folder, 1);
	s.f->web.reply = ANSWER;
	*state = &s;
	return 0;
}

static int tear_down(void **state)
{
	struct shown *s = *state;
	void *f = s->f;
	setenv("PATH", s->path, 1);
	free(s->path);
	gallery_free(s->g);
	gallery_free(NULL);
	buf_clear(&s->answers);
	return files_tear_down(&f);
}

static void wish(struct shown *s, const char *id)
{
	struct picture_wish w = {
		.id = span_of(id), .form = PICTURE_BLOCKS, .width = 10, .height = 5};
	gallery_show(s->g, files_den(s->f), &w);
}

static void expect(struct shown *s, const char *answers)
{
	assert_string_equal(buf_str(&s->answers), answers);
	buf_reset(&s->answers);
	s->n = 0;
}

static void wait_for(struct shown *s, size_t n)
{
	WAIT_UNTIL(s->n == n, loop_turn(s->f->loop, STEP_MS));
}

static void what_is_no_picture_is_not_fetched(void **state)
{
	struct shown *s = *state;
	core_hear(s->f->core, "@msgid=t :bob!b@h PRIVMSG #den :hi");
	files_come(s->f, "pdf", ";snug.chat/file-type=application/pdf");
	files_come(s->f, "big", PNG "16777217");
	wish(s, "none");
	expect(s, "none, no: there is no picture in it\n");
	wish(s, "t");
	expect(s, "t, no: there is no picture in it\n");
	wish(s, "pdf");
	expect(s, "pdf, no: there is no picture in it\n");
	wish(s, "big");
	expect(s, "big, no: it is larger than 16 MiB: /get keeps it\n");
	core_expect_said(s->f->core, "FILEHOST", 0);
}

static void pictures_are_drawn_one_after_another(void **state)
{
	struct shown *s = *state;
	files_come(s->f, "a", PNG "16777216");
	files_come(s->f, "b", PNG "1");
	wish(s, "a");
	wish(s, "b");
	core_expect_said(s->f->core, "FILEHOST TOKEN", 1);
	files_give_token(s->f, "t0ken");
	wait_for(s, 2);
	if (CAN_RUN)
		expect(s, "a: hello \nb: hello \n");
	assert_true(scripted_heard(&s->f->web.server, "GET /f/Fa HTTP/1.1\n"));
	assert_true(scripted_heard(&s->f->web.server, "GET /f/Fb HTTP/1.1\n"));
	core_expect_said(s->f->core, "FILEHOST", 0);
}

static void a_pass_that_is_over_is_asked_for_once_more(void **state)
{
	struct shown *s = *state;
	files_come(s->f, "a", PNG "1");
	s->f->web.no_token = "old";
	wish(s, "a");
	files_give_token(s->f, "old");
	WAIT_UNTIL(core_said(s->f->core, "FILEHOST TOKEN"), loop_turn(s->f->loop, STEP_MS));
	assert_int_equal(s->n, 0);
	files_give_token(s->f, "old");
	wait_for(s, 1);
	expect(s, "a, no: the server answers 401\n");
	core_expect_said(s->f->core, "FILEHOST", 0);
}

static void what_cannot_be_had_says_why(void **state)
{
	struct shown *s = *state;
	files_come(s->f, "a", PNG "1");
	files_come(s->f, "b", PNG "1");
	wish(s, "a");
	wish(s, "b");
	// Each asks anew: the server may think better of it.
	core_answer(s->f->core, "FILEHOST TOKEN", " :h ACK");
	expect(s, "a, no: the server lets nobody in there\n");
	files_give_token(s->f, "t0ken");
	s->f->web.reply = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
	wait_for(s, 1);
	expect(s, "b, no: the server answers 404\n");
	s->f->web.reply = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<svg>";
	wish(s, "a");
	wait_for(s, 1);
	expect(s, "a, no: it is no PNG, JPEG, GIF or WebP\n");
	s->f->web.reply = ANSWER;
	setenv("PATH", "/no/such/folder", 1);
	wish(s, "a");
	wait_for(s, 1);
	expect(s, "a, no: " NO_CHAFA "\n");
	snprintf(s->f->core->e.model->facts.filehost, 16, "http://x");
	files_come(s->f, "c", PNG "1");
	wish(s, "c");
	expect(s, "c, no: its address is none\n");
}

static void without_a_connection_there_are_none(void **state)
{
	struct shown *s = *state;
	files_come(s->f, "a", PNG "1");
	wish(s, "a");
	loose_world_break(&s->f->core->world);
	expect(s, "a, no: the connection was cut\n");
	wish(s, "a");
	expect(s, "a, no: there is no connection right now\n");
}

static void only_so_many_are_waited_for(void **state)
{
	struct shown *s = *state;
	files_come(s->f, "a", PNG "1");
	for (int i = 0; i < GALLERY_WAITING_MAX; i++)
		wish(s, "a");
	assert_int_equal(s->n, 0);
	wish(s, "a");
	expect(s, "a, no: too many pictures are waited for\n");
}

#define SHOWN(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SHOWN(what_is_no_picture_is_not_fetched),
		SHOWN(pictures_are_drawn_one_after_another),
		SHOWN(a_pass_that_is_over_is_asked_for_once_more),
		SHOWN(what_cannot_be_had_says_why),
		SHOWN(without_a_connection_there_are_none),
		SHOWN(only_so_many_are_waited_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
