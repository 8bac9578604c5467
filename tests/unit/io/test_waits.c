// SPDX-License-Identifier: MIT
// Whoever waits for us loses neither time nor place.
#include "tests/unit/io/world.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

static void whoever_waits_for_us_is_not_late(void **state)
{
	const struct conn_times times = {PATIENCE_MS, 100, PATIENCE_MS, PATIENCE_MS, 100};
	struct world *w = world_new(&times, 0);
	struct peer waits = peer_connect(w), late;
	conn_id conn = last_conn(w);

	(void)state;
	send_item(w, OUTBOX_HOLD, conn, 1);
	turn(w);
	// The time of one that came behind it is up; its own is not.
	late = peer_connect(w);
	WAIT_UNTIL(late.closed, (turn(w), peer_hears(&late)));
	assert_string_equal(peer_hears(&waits), "");
	assert_false(waits.closed);
	send_item(w, OUTBOX_HOLD, conn, 0);
	WAIT_UNTIL(waits.closed, (turn(w), peer_hears(&waits)));
	assert_string_equal(peer_hears(&waits),
			    "ERROR :Closing link: Registration timed out\r\n");
	peer_free(&waits);
	peer_free(&late);
	world_free(w);
}

static size_t count_ended(const struct peer *peers, size_t n)
{
	char bytes[4096];
	size_t n_ended = 0;

	for (size_t i = 0; i < n; i++) {
		ssize_t got;

		while ((got = recv(peers[i].fd, bytes, sizeof(bytes), 0)) > 0)
			continue;
		n_ended += got == 0 || errno == ECONNRESET;
	}
	return n_ended;
}

// All say hello in the same moment, and nothing more. Those who were not served then, for all
// the others, are given the time once more.
static void whoever_was_put_off_is_given_time(void **state)
{
	const struct conn_times times = {1500, PATIENCE_MS, PATIENCE_MS, PATIENCE_MS,
					 PATIENCE_MS};
	struct world *w = world_new(&times, 0);
	struct peer peers[60] = {0};
	size_t n = ARRAY_LEN(peers);
	struct peer marker = {0};

	(void)state;
	for (size_t i = 0; i < n; i++) {
		peers[i].fd = net_connect(&w->address);
		peers[i].tls = tls_new(w->client_tls, peers[i].fd, "localhost");
		assert_int_equal(tls_handshake(peers[i].tls), TLS_WANT_READ);
	}
	turns(w, 3);
	// It comes behind them, and has nothing to say.
	marker.fd = raw_connect(w);
	WAIT_UNTIL(count_ended(&marker, 1), turn(w));
	assert_in_range(count_ended(peers, n), 1, n - 1);
	WAIT_UNTIL(count_ended(peers, n) == n, turn(w));
	assert_int_equal(w->n_heard, 0);
	for (size_t i = 0; i < n; i++)
		peer_free(&peers[i]);
	close(marker.fd);
	world_free(w);
}

// Proves P5.
static void whoever_dawdles_makes_room_and_whoever_waits_for_us_does_not(void **state)
{
	struct world *w = world_new(NULL, 0);
	struct peer waits = peer_connect(w), dawdles;
	int more[2];

	(void)state;
	send_item(w, OUTBOX_HOLD, last_conn(w), 1);
	dawdles = peer_connect(w);
	struct shard_settings *settings = shard_settings_new(NULL, NULL, 0, 2);
	mailbox_put(shard_mailbox(w->shard), &settings->letter);
	turns(w, 3);
	more[0] = raw_connect(w);
	assert_string_equal(peer_hears(&dawdles), "");
	WAIT_UNTIL(dawdles.closed,
		   (close(more[0]), more[0] = raw_connect(w), peer_hears(&dawdles)));
	assert_non_null(strstr(peer_hears(&dawdles), "Others wait to log in"));
	assert_string_equal(peer_hears(&waits), "");
	assert_false(waits.closed);
	more[1] = raw_connect(w);
	close(more[0]);
	close(more[1]);
	peer_free(&waits);
	peer_free(&dawdles);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whoever_waits_for_us_is_not_late),
		cmocka_unit_test(whoever_was_put_off_is_given_time),
		cmocka_unit_test(whoever_dawdles_makes_room_and_whoever_waits_for_us_does_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
