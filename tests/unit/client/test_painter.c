// SPDX-License-Identifier: MIT
// A picture is drawn by a program without rights: what comes of one that does what it likes.
#include "client/app/painter_args.h"
#include "client/files/painter.h"
#include "common/buf.h"
#include "common/die.h"
#include "tests/support/wait.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>

// A sanitizer wants more memory and calls than such a program may have.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CAN_RUN false
#else
#define CAN_RUN true
#endif

struct fixture {
	struct loop *loop;
	struct painter *painter;
	struct painter_order order;
	char *guard, *program;
	struct buf end;
	bool is_over;
};

static const char *const no_args[] = {NULL};

static int set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	f->loop = loop_new();
	f->guard = painter_find_beside("snug-picture");
	f->program = painter_find_beside("false_chafa");
	assert_non_null(f->guard);
	assert_non_null(f->program);
	f->order = (struct painter_order){.guard = f->guard,
					  .program = f->program,
					  .args = no_args,
					  .most = 100000,
					  .ms = PATIENCE_MS};
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	painter_free(f->painter);
	loop_free(f->loop);
	free(f->guard);
	free(f->program);
	buf_clear(&f->end);
	free(f);
	return 0;
}

static void on_end(void *arg, struct span bytes, const char *why)
{
	struct fixture *f = arg;
	assert_false(f->is_over);
	buf_reset(&f->end);
	if (why)
		buf_add_str(&f->end, why);
	else
		buf_add_span(&f->end, bytes);
	f->is_over = true;
	painter_free(f->painter); // as may be done inside
	f->painter = NULL;
}

static void start(struct fixture *f, const char *words)
{
	int fd = memfd_create("picture", MFD_CLOEXEC);
	assert_true(write(fd, "GIF89a", 6) == 6);
	assert_true(write(fd, words, strlen(words)) == (ssize_t)strlen(words));
	lseek(fd, 0, SEEK_SET);
	f->order.fd = fd;
	f->is_over = false;
	f->painter = painter_start(f->loop, &f->order, on_end, f);
	close(fd);
	assert_non_null(f->painter);
}

static void ends(struct fixture *f, const char *words, const char *wanted)
{
	start(f, words);
	WAIT_UNTIL(f->is_over, loop_turn(f->loop, STEP_MS));
	assert_string_equal(buf_str(&f->end), wanted);
}

// Proves X11.
static void it_may_do_nothing(void **state)
{
	if (CAN_RUN)
		ends(*state, "try", "nothing of 20\n");
}

static void what_it_says_is_given_on(void **state)
{
	if (CAN_RUN)
		ends(*state, "say \x1b[31mx\n", "\x1b[31mx\n");
}

// Proves X13.
static void it_ends_whatever_it_does(void **state)
{
	struct fixture *f = *state;
	if (!CAN_RUN)
		return;
	ends(f, "write on", "what draws it writes without end");
	ends(f, "crash", "what draws it crashed, or took too much");
	ends(f, "fail", "what draws it cannot read it");
	ends(f, "", "what draws it says nothing");
	f->order.ms = 50;
	ends(f, "never end", "what draws it does not end");
	ends(f, "eat", "what draws it does not end");
}

static void what_does_not_start_is_told(void **state)
{
	struct fixture *f = *state;
	if (!CAN_RUN)
		return;
	f->order.program = "/no/such/chafa";
	ends(f, "say x", "what draws it does not start");
	f->order.program = f->program;
	f->order.guard = "/no/such/guard";
	ends(f, "say x", "what draws it does not start");
}

static void it_ends_with_who_started_it(void **state)
{
	struct fixture *f = *state;
	start(f, "never end");
	painter_free(f->painter); // nothing is left, or the next one would wait for it
	f->painter = NULL;
	assert_false(f->is_over);
}

static void a_picture_is_known_by_its_beginning(void **state)
{
	(void)state;
	assert_true(painter_knows(SPAN("\x89PNG\r\n\x1a\n....")));
	assert_true(painter_knows(SPAN("\xff\xd8\xff\xe0")));
	assert_true(painter_knows(SPAN("GIF87a")));
	assert_true(painter_knows(SPAN("GIF89a")));
	assert_true(painter_knows(SPAN("RIFF....WEBPVP8 ")));
	assert_false(painter_knows(SPAN("")));
	assert_false(painter_knows(SPAN("RIFF....WAVE")));
	assert_false(painter_knows(SPAN("<svg xmlns=")));
	assert_false(painter_knows(SPAN("\x89PNG")));
	assert_false(painter_knows(SPAN("hello")));
}

static void programs_are_found_in_whole_paths_alone(void **state)
{
	const char *before = getenv("PATH");
	char *kept = xstrdup(before ? before : "");
	(void)state;
	setenv("PATH", ".:bin:/nowhere:/bin", 1);
	char *found = painter_find("sh");
	assert_string_equal(found, "/bin/sh");
	assert_null(painter_find("no-such-program"));
	setenv("PATH", ".:", 1);
	assert_null(painter_find("sh"));
	setenv("PATH", kept, 1);
	free(found);
	free(kept);
}

static void has_args(const struct picture_wish *wish, const char *wanted)
{
	struct painter_args args;
	struct buf all = {0};
	for (const char *const *one = painter_args(&args, wish); *one; one++)
		buf_printf(&all, "%s ", *one);
	assert_string_equal(buf_str(&all), wanted);
	buf_clear(&all);
}

static void a_wish_is_what_it_is_asked_for(void **state)
{
	struct picture_wish wish = {.width = 60, .height = 12, .colors = PICTURE_TRUE};
	(void)state;
	has_args(&wish, "--format=symbols --size=60x12 --colors=full --symbols=block "
			"--animate=off --polite=on --optimize=1 --threads=1 - ");
	wish.colors = PICTURE_MONO;
	wish.is_ascii = true;
	has_args(&wish, "--format=symbols --size=60x12 --colors=none --symbols=ascii "
			"--animate=off --polite=on --optimize=1 --threads=1 --fg-only - ");
	wish = (struct picture_wish){
		.form = PICTURE_KITTY, .width = 800, .height = 480, .colors = PICTURE_TRUE};
	has_args(&wish, "--format=kitty --size=100x60 --colors=full --symbols=block "
			"--animate=off --polite=on --optimize=1 --threads=1 --font-ratio=1 - ");
}

#define PAINTER_TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PAINTER_TEST(it_may_do_nothing),
		PAINTER_TEST(what_it_says_is_given_on),
		PAINTER_TEST(it_ends_whatever_it_does),
		PAINTER_TEST(what_does_not_start_is_told),
		PAINTER_TEST(it_ends_with_who_started_it),
		cmocka_unit_test(a_picture_is_known_by_its_beginning),
		cmocka_unit_test(programs_are_found_in_whole_paths_alone),
		cmocka_unit_test(a_wish_is_what_it_is_asked_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
