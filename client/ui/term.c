// SPDX-License-Identifier: MIT
#include "client/ui/term.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PENDING_MAX (256 * 1024)

// Title kept, alternate screen, bracketed paste, focus events; the wheel sends no arrows,
// which would turn over the input history.
#define ENTER "\x1b[22;0t\x1b[?1049h\x1b[?1007s\x1b[?1007l\x1b[?2004h\x1b[?1004h\x1b[2J"
#define LEAVE                                                                                  \
	"\x1b[?2026l\x1b[?1007r\x1b[?1004l\x1b[?2004l\x1b[0m\x1b[?25h\x1b[23;0t\x1b[?1049l"

bool term_has_screen(const char *name)
{
	static const char *const without[] = {"",     "dumb",  "unknown", "network",
					      "vt52", "vt100", "vt102",   "ansi-m"};
	for (size_t i = 0; name && i < ARRAY_LEN(without); i++) {
		if (strcmp(name, without[i]) == 0)
			return false;
	}
	return name != NULL;
}

bool term_init(struct term *t, int fd_in, int fd_out)
{
	*t = (struct term){.fd_in = fd_in, .fd_out = fd_out, .fd_write = fd_out};
	if (!isatty(fd_out) || tcgetattr(fd_in, &t->saved) != 0)
		return false;
	// O_NONBLOCK on the description that the shell shares would outlive us.
	const char *name = ttyname(fd_out);
	int fd = name ? open(name, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1;
	if (fd >= 0)
		t->fd_write = fd;
	return true;
}

static void set_raw(const struct term *t)
{
	struct termios raw = t->saved;
	raw.c_iflag &=
		~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
	raw.c_oflag &= ~(tcflag_t)OPOST;
	raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	raw.c_cflag &= ~(tcflag_t)(CSIZE | PARENB);
	raw.c_cflag |= CS8;
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(t->fd_in, TCSADRAIN, &raw);
}

void term_open(struct term *t)
{
	if (t->is_open)
		return;
	t->is_open = true;
	set_raw(t);
	term_put(t, SPAN(ENTER));
}

void term_close(struct term *t)
{
	if (!t->is_open)
		return;
	t->is_open = false;
	if (t->has_kitty)
		term_put_whole(t, SPAN("\x1b[<u"));
	if (t->has_clusters)
		term_put_whole(t, SPAN("\x1b[?2027l"));
	t->has_kitty = t->has_clusters = false;
	term_put_whole(t, SPAN(LEAVE));
	// The last words may wait a little for a slow terminal.
	for (int i = 0; i < 50 && !term_push(t); i++)
		usleep(10000);
	tcsetattr(t->fd_in, TCSADRAIN, &t->saved);
}

void term_clear(struct term *t)
{
	term_close(t);
	if (t->fd_write != t->fd_out)
		close(t->fd_write);
	buf_clear(&t->pending);
}

void term_size(const struct term *t, int *cols, int *rows)
{
	struct winsize size;
	*cols = 80;
	*rows = 24;
	if (ioctl(t->fd_out, TIOCGWINSZ, &size) != 0 || !size.ws_col || !size.ws_row)
		return;
	*cols = size.ws_col < 1000 ? size.ws_col : 1000;
	*rows = size.ws_row < 500 ? size.ws_row : 500;
}

void term_cell(const struct term *t, int *width, int *height)
{
	struct winsize size;
	*width = *height = 0;
	if (ioctl(t->fd_out, TIOCGWINSZ, &size) != 0 || !size.ws_col || !size.ws_row)
		return;
	*width = size.ws_xpixel / size.ws_col;
	*height = size.ws_ypixel / size.ws_row;
}

// In the second row: a report from the first one looks like F3.
static void put_samples(struct term *t)
{
	static const char *const samples[SAMPLE_COUNT] = {[SAMPLE_JOINED] =
								  "👩‍👩‍👧‍👦",
							  [SAMPLE_TONE] = "👍🏽",
							  [SAMPLE_VS16] = "❤️",
							  [SAMPLE_FLAG] = "🇩🇪",
							  [SAMPLE_ISOLATE] = "\u2068\u2069",
							  [SAMPLE_MARK] = "कि",
							  [SAMPLE_VOWEL] = "กำ",
							  [SAMPLE_LETTER] = "ශ්\u200dර"};
	// Apple's answers while it still shows what was asked.
	const char *program = getenv("TERM_PROGRAM");
	if (program && strcmp(program, "Apple_Terminal") == 0)
		return;
	for (size_t i = 0; i < SAMPLE_COUNT; i++) {
		term_put(t, SPAN("\x1b[2;1H"));
		term_put(t, span_of(samples[i]));
		term_put(t, SPAN("\x1b[6n\x1b[2K"));
	}
}

// XTVERSION, synchronized output, cluster widths, kitty keyboard, background, samples; DA1
// ends it: every terminal answers that one.
void term_probe(struct term *t)
{
	term_put(t, SPAN("\x1b[>q\x1b[?2026$p\x1b[?2027$p\x1b[?u\x1b]11;?\x1b\\"));
	term_probe_widths(t);
}

// A picture of one pixel, to be looked at and not shown.
void term_ask_pixels(struct term *t)
{
	term_put(t, SPAN("\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"));
}

void term_probe_widths(struct term *t)
{
	put_samples(t);
	term_put(t, SPAN("\x1b[c"));
}

void term_put(struct term *t, struct span bytes)
{
	if (t->pending.len + bytes.len <= PENDING_MAX)
		term_put_whole(t, bytes);
}

void term_put_whole(struct term *t, struct span bytes)
{
	buf_add_span(&t->pending, bytes);
}

bool term_push(struct term *t)
{
	size_t done = 0;
	while (done < t->pending.len) {
		ssize_t n = write(t->fd_write, t->pending.at + done, t->pending.len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN)
			done = t->pending.len; // the terminal is gone: SIGHUP follows
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	buf_drop(&t->pending, done);
	return t->pending.len == 0;
}

void term_title(struct term *t, struct span title)
{
	term_put(t, SPAN("\x1b]0;"));
	term_put(t, title);
	term_put(t, SPAN("\x1b\\"));
}

// Only what is safe in a signal handler, and nothing remembered: sane modes are better
// than none. The default action follows (SA_RESETHAND).
static void on_fault_in_lines(int signal_number)
{
	struct termios sane;
	if (tcgetattr(STDIN_FILENO, &sane) == 0) {
		sane.c_iflag |= ICRNL | IXON | BRKINT;
		sane.c_oflag |= OPOST;
		sane.c_lflag |= ECHO | ICANON | ISIG | IEXTEN;
		tcsetattr(STDIN_FILENO, TCSANOW, &sane);
	}
	raise(signal_number);
}

static void on_fault(int signal_number)
{
	ssize_t done = write(STDOUT_FILENO, LEAVE, sizeof(LEAVE) - 1);
	(void)done;
	on_fault_in_lines(signal_number);
}

static void guard(void (*handler)(int signal_number))
{
	static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
	struct sigaction action = {.sa_handler = handler, .sa_flags = (int)SA_RESETHAND};
	for (size_t i = 0; i < ARRAY_LEN(faults); i++)
		sigaction(faults[i], &action, NULL);
}

void term_guard(void)
{
	guard(on_fault);
}

void term_guard_modes(void)
{
	guard(on_fault_in_lines);
}
