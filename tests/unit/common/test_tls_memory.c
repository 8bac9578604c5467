// SPDX-License-Identifier: MIT
// Each allocation of OpenSSL fails once, one after the other: what returns an error says so in
// words, leaves no file, and works the next time.
#include "common/tls_vouch.h"
#include "tests/unit/common/tls_pair.h"

#include <limits.h>
#include <sys/wait.h>

#include <openssl/crypto.h>

// All of the first, then fewer: there are thousands.
#define EACH 100

static struct {
	bool is_armed;
	long n, fails_at;
} memory;

static bool is_short(void)
{
	return memory.is_armed && ++memory.n == memory.fails_at;
}

// OpenSSL itself loses some of what it had when it gets no more: what is ours is still counted.
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>

#define EACH_ALONE 20 // of what has a process of its own: here these are dear

// A look for leaks at each end of hundreds of processes takes minutes.
static void leave(int status, void *arg UNUSED)
{
	_exit(status);
}

static void end_soon(void)
{
	on_exit(leave, NULL);
}
#else
#define EACH_ALONE EACH

static void end_soon(void)
{
}

static void __lsan_disable(void)
{
}

static void __lsan_enable(void)
{
}
#endif

static void *take(size_t size, const char *file UNUSED, int line UNUSED)
{
	void *at;

	if (is_short())
		return NULL;
	__lsan_disable();
	at = malloc(size);
	__lsan_enable();
	return at;
}

static void *take_more(void *old, size_t size, const char *file UNUSED, int line UNUSED)
{
	void *at;

	if (is_short())
		return NULL;
	__lsan_disable();
	at = realloc(old, size);
	__lsan_enable();
	return at;
}

static void give_back(void *old, const char *file UNUSED, int line UNUSED)
{
	free(old);
}

// True: it worked. Otherwise *error is set.
typedef bool act_fn(struct pair *p, char **error);

// How often it was made to fail.
static int try_all(struct pair *p, act_fn *act)
{
	int n_failed = 0;

	for (long at = 1;; at += 1 + at / EACH) {
		char *error = NULL;
		bool is_done;

		memory.n = 0;
		memory.fails_at = at;
		memory.is_armed = true;
		is_done = act(p, &error);
		memory.is_armed = false;
		if (is_done ? error != NULL : !error || !error[0])
			fail_msg("allocation %ld failed: %s", at, error ? error : "no words");
		n_failed += !is_done;
		free(error);
		if (memory.n < at)
			return n_failed;
	}
}

static bool make(struct pair *p, char **error)
{
	char cert[64], key[64];
	bool is_made;

	snprintf(cert, sizeof(cert), "%s/new.pem", p->folder);
	snprintf(key, sizeof(key), "%s/new-key.pem", p->folder);
	is_made = tls_make_certificate(cert, key, "chat.example.org", 10, error);
	memory.is_armed = false;
	if (access(cert, F_OK) == 0 || access(key, F_OK) == 0) {
		assert_true(is_made);
		assert_int_equal(unlink(cert), 0);
		assert_int_equal(unlink(key), 0);
	}
	return is_made;
}

static bool save(struct pair *p, char **error)
{
	char cert[64], key[64];
	bool is_saved;

	snprintf(cert, sizeof(cert), "%s/copy.pem", p->folder);
	snprintf(key, sizeof(key), "%s/copy-key.pem", p->folder);
	is_saved = tls_context_save(p->server_context, cert, key, error);
	memory.is_armed = false;
	unlink(cert);
	unlink(key);
	return is_saved;
}

static bool vouch(struct pair *p, char **error)
{
	char file[64];
	bool is_added;

	snprintf(file, sizeof(file), "%s/vouches.pem", p->folder);
	is_added = tls_vouch_add(file, p->server_context, p->client_context, error);
	memory.is_armed = false;
	unlink(file);
	return is_added;
}

static bool shake(struct pair *p, char **error)
{
	enum tls_result server = TLS_WANT_READ, client = TLS_WANT_READ;
	bool is_armed = memory.is_armed;

	memory.is_armed = false;
	connect_streams(p, "chat.example.org");
	memory.is_armed = is_armed;
	for (int i = 0; i < 20 && server < TLS_CLOSED && client < TLS_CLOSED; i++) {
		client = tls_handshake(p->client);
		if (client < TLS_CLOSED)
			server = tls_handshake(p->server);
	}
	memory.is_armed = false;
	if (server == TLS_BROKEN)
		*error = xstrdup(tls_error(p->server));
	else if (client == TLS_BROKEN)
		*error = xstrdup(tls_error(p->client));
	disconnect(p);
	return server == TLS_OK && client == TLS_OK;
}

// In a process of its own: a stream that cannot be made ends it. False: it ended.
static bool is_taken_for(struct pair *p, const char *host, long fails_at, bool *is_short)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		int fds[2];

		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) < 0)
			_exit(3);
		memory.n = 0;
		memory.fails_at = fails_at;
		memory.is_armed = true;
		p->client = tls_new(p->client_context, fds[1], host);
		memory.is_armed = false;
		p->server = tls_new(p->server_context, fds[0], NULL);
		p->server_fd = fds[0];
		p->client_fd = fds[1];
		shake_hands(p);
		_exit((tls_is_verified(p->client) ? 4 : 5) + (memory.n < fails_at ? 2 : 0));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_true(WEXITSTATUS(status) == 1 || WEXITSTATUS(status) >= 4);
	*is_short = WEXITSTATUS(status) < 6;
	return WEXITSTATUS(status) == 4 || WEXITSTATUS(status) == 6;
}

// Proves C2.
static void a_name_that_cannot_be_kept_is_not_left_out(void **state)
{
	struct pair *p = *state;
	bool is_short = true;
	char *error;

	setenv("SSL_CERT_FILE", p->cert, 1);
	tls_context_free(p->client_context);
	p->client_context = tls_context_client(NULL, NULL, &error);
	unsetenv("SSL_CERT_FILE");
	for (long at = 1; is_short; at++)
		assert_false(is_taken_for(p, "other.example.org", at, &is_short));
	assert_true(is_taken_for(p, "chat.example.org", LONG_MAX, &is_short));
	assert_false(is_taken_for(p, "192.0.2.1", LONG_MAX, &is_short));
}

// What has no way to say that it failed: in a process of its own, which works or ends in words.
typedef void deed_fn(struct pair *p);

static void make_server_context(struct pair *p)
{
	char *error = NULL;

	tls_context_free(tls_context_server(p->cert, p->key, &error));
	free(error);
}

static void make_client_context(struct pair *p)
{
	char *error = NULL;

	tls_context_free(tls_context_client(p->device_cert, p->device_key, &error));
	free(error);
}

static void make_pinned_context(struct pair *p)
{
	char *error = NULL;

	tls_context_free(tls_context_pinned(p->device_cert, p->device_key, &error));
	free(error);
}

static void sum_up(struct pair *p)
{
	uint8_t digest[TLS_PIN_LEN];

	tls_context_digest(p->server_context, digest);
}

static void look_at(struct pair *p)
{
	struct tls_findings found;

	tls_context_check(p->server_context, "chat.example.org", &found);
}

static bool works_or_ends(struct pair *p, deed_fn *deed, long fails_at)
{
	int status;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		end_soon();
		memory.n = 0;
		memory.fails_at = fails_at;
		memory.is_armed = true;
		deed(p);
		memory.is_armed = false;
		exit(memory.n < fails_at ? 4 : 5);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_true(WEXITSTATUS(status) == 1 || WEXITSTATUS(status) >= 4);
	return WEXITSTATUS(status) == 4;
}

static void what_cannot_say_so_ends_it(void **state)
{
	static deed_fn *const deeds[] = {make_server_context, make_client_context,
					 make_pinned_context, sum_up, look_at};

	struct pair *p = *state;

	setenv("SSL_CERT_FILE", p->cert, 1); // a short one
	for (size_t i = 0; i < ARRAY_LEN(deeds); i++) {
		long at = 1;

		while (!works_or_ends(p, deeds[i], at))
			at += 1 + at / EACH_ALONE;
	}
	unsetenv("SSL_CERT_FILE");
}

// A pin that cannot be made is none.
static void a_pin_is_whole_or_nothing(void **state)
{
	struct pair *p = *state;
	static const uint8_t none[TLS_PIN_LEN];
	uint8_t pin[TLS_PIN_LEN], found[TLS_PIN_LEN];

	tls_context_pin(p->server_context, pin);
	for (long at = 1;; at++) {
		memory.n = 0;
		memory.fails_at = at;
		memory.is_armed = true;
		tls_context_pin(p->server_context, found);
		memory.is_armed = false;
		if (memory.n < at)
			break;
		assert_true(!memcmp(found, none, sizeof(none)) ||
			    !memcmp(found, pin, sizeof(pin)));
	}
	assert_memory_equal(found, pin, sizeof(pin));
}

// A word is believed, or it is not; nothing else is for want of memory.
static bool read_word(struct pair *p, char **error)
{
	struct tls_vouches found;
	int64_t since = tls_vouch_since(p->device_key, p->server_context);

	tls_context_add_vouches(p->server_context, p->device_key);
	tls_context_vouches(p->server_context, &found);
	memory.is_armed = false;
	assert_int_equal(found.n, 0);
	if (!since || !found.has_next)
		*error = xstrdup("not believed");
	return !*error;
}

static void a_word_is_believed_or_not(void **state)
{
	struct pair *p = *state;
	char *error;

	unlink(p->device_key);
	assert_true(tls_vouch_add(p->device_key, p->server_context, p->client_context, &error));
	assert_in_range(try_all(p, read_word), 1, 10000);
}

// Proves A4.
static void what_cannot_be_made_is_told_in_words(void **state)
{
	static act_fn *const acts[] = {make, save, vouch, shake};

	for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
		char *error = NULL;

		// What the library makes once for all is there by then.
		if (!acts[i](*state, &error))
			fail_msg("act %zu: %s", i, error);
		assert_in_range(try_all(*state, acts[i]), 1, 10000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_name_that_cannot_be_kept_is_not_left_out),
		TEST(what_cannot_be_made_is_told_in_words),
		TEST(what_cannot_say_so_ends_it),
		TEST(a_pin_is_whole_or_nothing),
		TEST(a_word_is_believed_or_not),
	};

	if (CRYPTO_set_mem_functions(take, take_more, give_back) != 1)
		die(1, "OpenSSL has taken memory already");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
