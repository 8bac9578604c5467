// SPDX-License-Identifier: MIT
// What the system may refuse: a newcomer, the name of one that is gone, the end of our side.
// The functions stand before those of the library, and call them.
#include "tests/unit/io/world.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

static struct {
	int error;
	unsigned n; // calls that fail
} accepts, names, ends;

#define REAL(name) __extension__((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))
#define FAILS(what)                                                                            \
	do {                                                                                   \
		if ((what).n && (what).n--) {                                                  \
			errno = (what).error;                                                  \
			return -1;                                                             \
		}                                                                              \
	} while (0)

int accept4(int fd, __SOCKADDR_ARG address, socklen_t *len, int flags)
{
	FAILS(accepts);
	return REAL(accept4)(fd, address, len, flags);
}

int getpeername(int fd, __SOCKADDR_ARG address, socklen_t *len)
{
	FAILS(names);
	return REAL(getpeername)(fd, address, len);
}

int shutdown(int fd, int how)
{
	FAILS(ends);
	return REAL(shutdown)(fd, how);
}

static size_t count_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t n = 0;

	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static void shake_all(struct world *w, struct peer *peers, size_t n)
{
	for (size_t i = 0; i < n; i++)
		(void)!tls_handshake(peers[i].tls);
	turn(w);
}

// Of three that wait the first call fails so; how many are served in that turn, and times ten in
// the next: none while it rests.
static size_t served(struct world *w, int error, unsigned n)
{
	struct peer peers[3] = {0};

	for (size_t i = 0; i < ARRAY_LEN(peers); i++) {
		peers[i].fd = net_connect(&w->address);
		peers[i].tls = tls_new(w->client_tls, peers[i].fd, "localhost");
	}
	accepts.error = error;
	accepts.n = n;
	size_t before = count_descriptors();
	loop_turn(w->loop, -1);
	size_t n_served = count_descriptors() - before;
	accepts.n = 0;
	if (!n_served) {
		loop_turn(w->loop, 0);
		n_served = 10 * (count_descriptors() - before);
	}
	// Whoever was not turned away has a turn later.
	size_t n_opened = count(w, INBOX_OPENED), n_gone = error == EMFILE && n == 1;
	WAIT_UNTIL(count(w, INBOX_OPENED) == n_opened + 3 - n_gone, shake_all(w, peers, 3));
	for (size_t i = 0; i < ARRAY_LEN(peers); i++)
		peer_free(&peers[i]);
	turns(w, 10);
	return n_served;
}

static void whoever_cannot_be_taken_now_is_taken_later(void **state UNUSED)
{
	struct world *w = world_new(NULL, 0);

	(void)served(w, 0, 0); // what is opened once is open
	size_t before = count_descriptors();
	assert_int_equal(served(w, 0, 0), 3);
	// It gave up while it waited: the others are taken at once.
	assert_int_equal(served(w, ECONNABORTED, 1), 3);
	assert_int_equal(served(w, EPROTO, 1), 3);
	// No memory: a rest.
	assert_int_equal(served(w, ENOBUFS, 1), 0);
	assert_int_equal(served(w, ENOMEM, 1), 0);
	// Whatever else it is, it is not expected to last.
	assert_int_equal(served(w, EPERM, 1), 30);
	// No descriptors: the first is turned away, so that it does not wait for ever.
	assert_int_equal(served(w, EMFILE, 1), 0);
	assert_int_equal(served(w, ENFILE, 2), 0);
	assert_int_equal(served(w, EMFILE, 2), 0);
	assert_int_equal(count_descriptors(), before);
	world_free(w);
}

static void whoever_is_gone_before_it_is_known_is_not_told_of(void **state UNUSED)
{
	struct world *w = world_new(NULL, 1);
	struct peer p = {.fd = raw_connect(w)};

	names.error = ENOTCONN;
	names.n = 1;
	p.tls = tls_new(w->client_tls, p.fd, "localhost");
	WAIT_UNTIL(!names.n, shake_all(w, &p, 1));
	turns(w, 3);
	assert_int_equal(w->n_heard, 0);
	peer_free(&p);
	// Its place is free.
	p = peer_connect(w);
	assert_int_equal(count(w, INBOX_OPENED), 1);
	peer_free(&p);
	world_free(w);
}

static void whose_side_cannot_be_closed_is_gone(void **state UNUSED)
{
	struct world *w = world_new(NULL, 1);
	struct peer p = peer_connect(w), q;

	ends.error = ENOTCONN;
	ends.n = 1;
	send_item(w, OUTBOX_CLOSE, last_conn(w), 0);
	WAIT_UNTIL(!ends.n, turn(w));
	turns(w, 3);
	assert_int_equal(count(w, INBOX_CLOSED), 1);
	q = peer_connect(w); // it did not hang up, and its place is free
	peer_free(&p);
	peer_free(&q);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whoever_cannot_be_taken_now_is_taken_later),
		cmocka_unit_test(whoever_is_gone_before_it_is_known_is_not_told_of),
		cmocka_unit_test(whose_side_cannot_be_closed_is_gone),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
