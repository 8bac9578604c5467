// SPDX-License-Identifier: MIT
// What alerts, and the desktop that is told by notify-send.
#include "client/model/arrange.h"
#include "tests/unit/client/ui_fixture.h"

#include <signal.h>

static char dir[] = "/tmp/snug-alert-XXXXXX";
static char told_file[64];

static const char *in_dir(const char *name)
{
	static char path[64];
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

// A notify-send that writes down its arguments, one call a line.
static int make_notify_send(void **state)
{
	static const char script[] =
		"#!/bin/sh\n(for a; do printf '[%s]' \"$a\"; done; echo) >>";
	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(told_file, sizeof(told_file), "%s", in_dir("told"));
	int fd = open(in_dir("notify-send"), O_CREAT | O_WRONLY | O_CLOEXEC, 0700);
	assert_true(fd >= 0);
	assert_true(dprintf(fd, "%s%s\n", script, told_file) > 0);
	close(fd);
	struct buf path = {0};
	buf_printf(&path, "%s:%s", dir, getenv("PATH"));
	setenv("PATH", buf_str(&path), 1);
	buf_clear(&path);
	return 0;
}

static int remove_all(void **state)
{
	(void)state;
	unlink(told_file);
	unlink(in_dir("notify-send"));
	return rmdir(dir);
}

static void read_told(char *got, size_t size)
{
	int fd = open(told_file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	ssize_t len = read(fd, got, size - 1);
	got[len > 0 ? len : 0] = '\0';
	close(fd);
}

static void expect_told(const char *wanted)
{
	static char got[2000];
	got[0] = '\0';
	WAIT_UNTIL(strlen(got) >= strlen(wanted), (wait_step(), read_told(got, sizeof(got))));
	assert_string_equal(got, wanted);
}

static void say_at(struct fixture *f, int second, const char *text)
{
	char line[200];
	snprintf(line, sizeof(line), "@time=2026-11-22T12:00:%02d.000Z :bob!b@h PRIVMSG %s",
		 second, text);
	say(f, line);
	settle(f);
}

static void notify_send_is_run_on_this_desktop_only(void **state)
{
	struct fixture *f = *state;
	struct ui_settings settings;
	ui_settings_init(&settings);
	type(f, "\x1b[O");
	unsetenv("SSH_CONNECTION");
	say_at(f, 1, "#den :ann: no bus");
	setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere", 1);
	setenv("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22", 1);
	say_at(f, 2, "#den :ann: from afar");
	unsetenv("SSH_CONNECTION");
	settings.notify = false;
	ui_set_settings(f->ui, &settings);
	say_at(f, 3, "#den :ann: no desktop wanted");
	settings.notify = true;
	settings.notify_command = "cat";
	ui_set_settings(f->ui, &settings);
	say_at(f, 4, "#den :ann: another program");
	settings.notify_command = NULL;
	ui_set_settings(f->ui, &settings);
	say_at(f, 5, "#den :--help ann <b>\\033 & $(halt)\x1b[2J");
#define FIRST "[--app-name=snug][--][bob in #den][--help ann &lt;b&gt;\\\\033 &amp; $(halt)]\n"
	expect_told(FIRST);
	settings.notify_text = false;
	ui_set_settings(f->ui, &settings);
	say_at(f, 6, "ann :a secret");
#define SECOND FIRST "[--app-name=snug][--][bob]\n"
	expect_told(SECOND);
	type(f, "\x1bP>|kitty(0.32)\x1b\\");
	say_at(f, 7, "ann :the terminal tells");
	// A program that was run for it would have told before this one.
	settings.notify_command = "notify-send marker";
	ui_set_settings(f->ui, &settings);
	say_at(f, 8, "ann :by a program");
	expect_told(SECOND "[marker]\n");
}

static void every_message_rings_where_all_alert(void **state)
{
	struct fixture *f = *state;
	type(f, "\x1b[O");
	say_at(f, 1, "#den :hello");
	wait_for_frame(f);
	assert_null(memmem(f->bytes.at, f->bytes.len, "\a", 1));
	arrange_alerts(f->m, f->m->current, ALERTS_ALL);
	digest(f);
	say(f, "@time=2026-11-22T12:00:02.000Z :bob!b@h PRIVMSG #den :hello again");
	wait_for_frame(f);
	assert_non_null(memmem(f->bytes.at, f->bytes.len, "\a", 1));
}

static size_t bells(struct fixture *f)
{
	size_t count = 0;
	wait_for_frame(f);
	for (size_t i = 0; i < f->bytes.len; i++)
		count += f->bytes.at[i] == '\a';
	digest(f);
	return count;
}

// What is said now rings each time, also at once; of what was missed one tells enough.
static void each_mention_rings(void **state)
{
	struct fixture *f = *state;
	struct ui_settings settings;
	type(f, "\x1b[O");
	say(f, "@time=2026-11-22T12:00:01.000Z :bob!b@h PRIVMSG #den :ann: one");
	say(f, "@time=2026-11-22T12:00:02.000Z :bob!b@h PRIVMSG #den :ann: two");
	say(f, "@time=2026-11-22T12:00:03.000Z :bob!b@h PRIVMSG #den :nobody");
	say(f, "@time=2026-11-22T12:00:04.000Z :bob!b@h PRIVMSG #den :ann: three");
	assert_int_equal(bells(f), 3);
	say(f, ":srv MARKREAD #den timestamp=2026-11-22T11:00:00.000Z");
	say(f, ":srv BATCH +h chathistory #den");
	say(f, "@batch=h;time=2026-11-22T12:00:05.000Z;msgid=x :bob!b@h PRIVMSG #den :ann: 4");
	say(f, "@batch=h;time=2026-11-22T12:00:06.000Z;msgid=y :bob!b@h PRIVMSG #den :ann: 5");
	say(f, ":srv BATCH -h");
	assert_int_equal(bells(f), 0); // three rang just now
	f->ui->alerted_at = 0;
	say(f, ":srv BATCH +i chathistory #den");
	say(f, "@batch=i;time=2026-11-22T12:00:07.000Z;msgid=z :bob!b@h PRIVMSG #den :ann: 6");
	say(f, "@batch=i;time=2026-11-22T12:00:08.000Z;msgid=a :bob!b@h PRIVMSG #den :ann: 7");
	say(f, ":srv BATCH -i");
	assert_int_equal(bells(f), 1);
	ui_settings_init(&settings);
	settings.bell = false;
	ui_set_settings(f->ui, &settings);
	say(f, "@time=2026-11-22T12:00:09.000Z :bob!b@h PRIVMSG #den :ann: silent");
	assert_int_equal(bells(f), 0);
}

int main(void)
{
	setenv("TZ", "UTC", 1);
	signal(SIGPIPE, SIG_IGN); // as the program does
	const struct CMUnitTest tests[] = {
		TEST(notify_send_is_run_on_this_desktop_only),
		TEST(every_message_rings_where_all_alert),
		TEST(each_mention_rings),
	};
	return cmocka_run_group_tests(tests, make_notify_send, remove_all);
}
