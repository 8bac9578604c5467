// SPDX-License-Identifier: MIT
// The whole interface on a pseudo-terminal, for tests: keys are typed into the master, the
// screen is read from it.
#pragma once

#include "client/slash/command.h"
#include "client/model/handle.h"
#include "client/model/picture.h"
#include "client/model/target.h"
#include "client/ui/ui.h"
#include "client/ui/ui_private.h"
#include "common/clock.h"
#include "tests/support/wait.h"
#include "tests/unit/client/vt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

struct fixture {
	struct loop *loop;
	struct model *m;
	struct ui *ui;
	struct intents intents;
	struct buf asked;
	struct vt vt;
	struct buf bytes; // what the terminal got and did not digest yet
	size_t n_bytes;   // in all
	struct termios before;
	bool has_removal; // that can be taken back
	int master, slave;
};

static inline void ask_typed(void *arg, struct target *t, struct span text)
{
	struct fixture *f = arg;
	buf_printf(&f->asked, "typed in %s: " SPAN_FMT "\n", t->name, SPAN_ARG(text));
}

static inline void ask_message(void *arg, struct target *t, enum line_kind kind,
			       struct span text, struct span reply_to)
{
	struct fixture *f = arg;
	buf_printf(&f->asked, "message to %s: " SPAN_FMT " (%s " SPAN_FMT ")\n", t->name,
		   SPAN_ARG(text),
		   kind == LINE_EDIT       ? "edits"
		   : kind == LINE_REACTION ? "reacts to"
		   : kind == LINE_REMOVAL  ? "removes"
					   : "answers",
		   SPAN_ARG(reply_to));
}

static inline bool ask_raw(void *arg, struct span line)
{
	buf_printf(&((struct fixture *)arg)->asked, "raw " SPAN_FMT "\n", SPAN_ARG(line));
	return true;
}

static inline void ask_history(void *arg, struct target *t, struct log_line *before)
{
	buf_printf(&((struct fixture *)arg)->asked, "history of %s before %s\n", t->name,
		   before ? "a gap" : "all");
}

static inline void ask_seek(void *arg, struct target *t, struct span id, int64_t at_ms)
{
	buf_printf(&((struct fixture *)arg)->asked, "seek " SPAN_FMT " %lld in %s\n",
		   SPAN_ARG(id), (long long)at_ms, t->name);
}

static inline void ask_mark(void *arg, struct target *t, int64_t at_ms)
{
	(void)at_ms;
	buf_printf(&((struct fixture *)arg)->asked, "read %s\n", t->name);
}

// For who compares all that is asked: a mark comes when it is due, whatever is done meanwhile.
static inline void ask_no_mark(void *arg, struct target *t, int64_t at_ms)
{
	(void)arg;
	(void)t;
	(void)at_ms;
}

static inline void ask_typing(void *arg, struct target *t, bool active)
{
	(void)arg;
	(void)t;
	(void)active;
}

static inline void ask_id(void *arg, uint64_t id)
{
	(void)arg;
	(void)id;
}

static inline void ask_answer(void *arg, int id, char choice)
{
	buf_printf(&((struct fixture *)arg)->asked, "answer %d %c\n", id, choice);
}

static inline void ask_reconnect(void *arg)
{
	buf_add_str(&((struct fixture *)arg)->asked, "reconnect\n");
}

static inline void ask_quit(void *arg, struct span reason)
{
	(void)reason;
	buf_add_str(&((struct fixture *)arg)->asked, "quit\n");
}

static inline void ask_remove(void *arg, struct target *t, struct span id)
{
	buf_printf(&((struct fixture *)arg)->asked, "remove " SPAN_FMT " in %s\n", SPAN_ARG(id),
		   t->name);
}

static inline void ask_prove(void *arg, int question_id UNUSED, struct span password)
{
	buf_printf(&((struct fixture *)arg)->asked, "prove " SPAN_FMT "\n", SPAN_ARG(password));
}

// As long as the test says that there is one.
static inline bool ask_restore(void *arg, bool any)
{
	struct fixture *f = arg;
	bool had = f->has_removal;
	f->has_removal = false;
	if (had)
		buf_printf(&f->asked, "restore%s\n", any ? " any" : "");
	return had;
}

// Skips what the screen's own terminal does not need to know: modes, probe, title.
static inline void digest(struct fixture *f)
{
	struct buf screen = {0};
	struct span rest = buf_span(&f->bytes);
	while (rest.len) {
		size_t len = 1;
		bool is_mode = span_starts(rest, SPAN("\x1b[?")) ||
			       span_starts(rest, SPAN("\x1b[>")) ||
			       span_starts(rest, SPAN("\x1b[<")) ||
			       span_starts(rest, SPAN("\x1b[2")) ||
			       span_starts(rest, SPAN("\x1b[c"));
		if (span_starts(rest, SPAN("\x1b]"))) {
			while (len < rest.len && rest.at[len] != '\\')
				len++;
			len++;
		} else if (is_mode && !span_starts(rest, SPAN("\x1b[2J"))) {
			len = 2;
			while (len < rest.len &&
			       !((rest.at[len] | 32) >= 'a' && (rest.at[len] | 32) <= 'z'))
				len++;
			if (rest.at[len] == 'H' || rest.at[len] == 'X')
				buf_add(&screen, rest.at, len + 1);
			len++;
		} else if (rest.at[0] != '\a') {
			buf_add(&screen, rest.at, 1);
		}
		rest = span_after(rest, len);
	}
	vt_feed(&f->vt, buf_span(&screen));
	buf_clear(&screen);
	buf_reset(&f->bytes);
}

static inline void drain(struct fixture *f)
{
	char bytes[65536];
	ssize_t got;
	while ((got = read(f->master, bytes, sizeof(bytes))) > 0) {
		buf_add(&f->bytes, bytes, (size_t)got);
		f->n_bytes += (size_t)got;
	}
}

// Turns until a timer of so long has gone off, and with it what was to come sooner.
static inline void turn_for(struct fixture *f, int ms)
{
	bool is_over = false;
	struct loop_timer *timer = loop_timer_new(f->loop, wait_on_timer, &is_over);
	loop_timer_set(timer, ms);
	WAIT_UNTIL(is_over, (loop_turn(f->loop, STEP_MS), drain(f)));
	loop_timer_free(timer);
}

// The keys are read, a lone ESC is one, and a frame is drawn, also in a flood.
static inline void wait_for_frame(struct fixture *f)
{
	turn_for(f, 0);
	turn_for(f, 0);
	turn_for(f, INPUT_ESC_MS);
	turn_for(f, 3 * FRAME_MS);
	turn_for(f, 0);
}

static inline void settle(struct fixture *f)
{
	wait_for_frame(f);
	digest(f);
}

// What the terminal answers, and whether a part of what it gets then is as expected.
static inline void expect_written(struct fixture *f, const char *answer, const char *part)
{
	assert_int_equal(write(f->master, answer, strlen(answer)), strlen(answer));
	wait_for_frame(f);
	if (part[0] &&
	    !memmem(f->bytes.at ? f->bytes.at : "", f->bytes.len, part, strlen(part)))
		fail_msg("\"%s\" was not written but: %.*s", part, (int)f->bytes.len,
			 f->bytes.at);
	digest(f);
}

static inline void type(struct fixture *f, const char *keys)
{
	assert_int_equal(write(f->master, keys, strlen(keys)), strlen(keys));
	settle(f);
}

static inline void say(struct fixture *f, const char *line)
{
	struct msg msg;
	assert_int_equal(msg_parse(&msg, span_of(line)), MSG_OK);
	handle_line(f->m, &msg, 1795349200000);
}

static inline void expect_row(struct fixture *f, int row, const char *part)
{
	struct buf out = {0};
	vt_text(&f->vt, row < 0 ? f->vt.rows + row : row, &out);
	if (!strstr(buf_str(&out), part))
		fail_msg("\"%s\" is not in row %d: \"%s\"", part, row, buf_str(&out));
	buf_clear(&out);
}

static inline bool row_holds(struct fixture *f, int row, const char *part)
{
	struct buf out = {0};
	vt_text(&f->vt, row < 0 ? f->vt.rows + row : row, &out);
	bool holds = strstr(buf_str(&out), part);
	buf_clear(&out);
	return holds;
}

static inline void expect_asked(struct fixture *f, const char *asked)
{
	assert_string_equal(buf_str(&f->asked), asked);
	buf_reset(&f->asked);
}

static inline void open_terminal(struct fixture *f)
{
	struct winsize size = {.ws_row = 24, .ws_col = 80};
	f->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
	assert_true(f->master >= 0 && grantpt(f->master) == 0 && unlockpt(f->master) == 0);
	f->slave = open(ptsname(f->master), O_RDWR | O_NOCTTY);
	assert_true(f->slave >= 0);
	ioctl(f->slave, TIOCSWINSZ, &size);
	tcgetattr(f->slave, &f->before);
	vt_init(&f->vt, 80, 24, 0);
}

static inline void ask_upload(void *arg, struct target *t, struct span text)
{
	buf_printf(&((struct fixture *)arg)->asked, "upload %s " SPAN_FMT "\n", t->name,
		   SPAN_ARG(text));
}

static inline void ask_get(void *arg, struct target *t, struct span id, struct span path,
			   bool opens)
{
	buf_printf(&((struct fixture *)arg)->asked, "get %s " SPAN_FMT " \"" SPAN_FMT "\"%s\n",
		   t->name, SPAN_ARG(id), SPAN_ARG(path), opens ? " opens" : "");
}

static inline void ask_picture(void *arg, struct target *t, const struct picture_wish *wish)
{
	buf_printf(&((struct fixture *)arg)->asked, "picture " SPAN_FMT " of %s as %d, %dx%d\n",
		   SPAN_ARG(wish->id), t->name, wish->form, wish->width, wish->height);
}

static inline int set_up(void **state)
{
	static struct fixture f;
	struct ui_settings settings;
	size_t n_commands;
	f = (struct fixture){.loop = loop_new(), .m = model_new(SPAN("ann"))};
	f.intents = (struct intents){
		&f,         ask_typed, ask_message, ask_raw,    ask_history,   ask_mark,
		ask_typing, ask_id,    ask_id,      ask_answer, ask_reconnect, ask_quit,
		NULL,       NULL,      NULL,        NULL,       ask_remove,    ask_restore,
		ask_seek,   ask_prove, ask_upload,  ask_get,    ask_picture,   NULL};
	open_terminal(&f);
	unsetenv("TMUX");
	unsetenv("DBUS_SESSION_BUS_ADDRESS"); // nobody's desktop is told of tests
	ui_settings_init(&settings);
	settings.ascii = false;
	say(&f, ":srv 001 ann :hi");
	say(&f, ":ann!a@h JOIN #den");
	say(&f, ":srv 353 ann = #den :@bob bert ann");
	f.ui = ui_new(f.loop, f.m, &f.intents, &settings, f.slave, f.slave);
	assert_non_null(f.ui);
	const struct command_help *commands = command_list(&n_commands);
	ui_set_commands(f.ui, commands, n_commands);
	*state = &f;
	settle(&f);
	return 0;
}

static inline int tear_down(void **state)
{
	struct fixture *f = *state;
	struct termios after;
	ui_free(f->ui);
	tcgetattr(f->slave, &after);
	assert_int_equal(after.c_lflag, f->before.c_lflag);
	assert_int_equal(after.c_iflag, f->before.c_iflag);
	drain(f);
	assert_non_null(memmem(f->bytes.at, f->bytes.len, "\x1b[?1049l", 8));
	loop_free(f->loop);
	model_free(f->m);
	buf_clear(&f->asked);
	buf_clear(&f->bytes);
	close(f->master);
	close(f->slave);
	return 0;
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

static inline int set_up_unmarked(void **state)
{
	int result = set_up(state);
	((struct fixture *)*state)->intents.mark_read = ask_no_mark;
	return result;
}

#define UNMARKED(fn) cmocka_unit_test_setup_teardown(fn, set_up_unmarked, tear_down)
