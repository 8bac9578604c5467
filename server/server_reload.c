// SPDX-License-Identifier: MIT
// What may change while the server runs: the whole is read and checked first, then
// taken up at once, or not at all.
#include "server/server_private.h"

#include "common/encode.h"
#include "common/log.h"

#include <stdlib.h>
#include <string.h>

// A context each, since a shard's is its own.
static bool make_contexts(const struct server *s, const struct config *c,
			  struct tls_context **contexts, struct buf *errors)
{
	for (unsigned i = 0; i < s->n_shards; i++) {
		char *error = NULL;

		contexts[i] = config_tls(c, s->paths, &error);
		if (contexts[i])
			continue;
		buf_printf(errors, "%s\n", error);
		free(error);
		return false;
	}
	return true;
}

static void free_contexts(struct tls_context **contexts)
{
	for (unsigned i = 0; i < SHARDS_MAX; i++)
		tls_context_free(contexts[i]);
}

static void use_settings(struct server *s, struct tls_context **contexts)
{
	server_use_contexts(s, contexts);
	hasher_set(s->hasher, s->config.argon2_memory, s->config.argon2_passes);
	server_set_oidc(s);
	server_configure_hub(s);
}

static void apply_settings(struct server *s, struct config *fresh,
			   struct tls_context **contexts)
{
	config_keep(fresh, &s->config);
	config_clear(&s->config);
	s->config = *fresh;
	server_set_log(s);
	if (s->standby)
		server_load_waiting(s);
	else
		use_settings(s, contexts);
	log_event(LOG_INFO, "reloaded", NULL);
}

static bool is_same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

// A file that was not named at the start may be in a folder that was shut.
static void explain_sandbox(const struct server *s, const struct config *fresh,
			    struct buf *errors)
{
	if (!s->sandbox.files || (is_same(fresh->certificate, s->config.certificate) &&
				  is_same(fresh->key, s->config.key) &&
				  is_same(fresh->motd_file, s->config.motd_file) &&
				  is_same(fresh->oidc_secret_file, s->config.oidc_secret_file)))
		return;
	buf_add_str(errors, "after its start it reads only the folders that were named then: "
			    "start the server anew for another folder\n");
}

bool server_can_reload(const struct server *s, struct buf *errors)
{
	struct tls_context *contexts[SHARDS_MAX] = {0};
	struct config fresh;
	bool is_fine = config_read(&fresh, s->paths, errors) &&
		       make_contexts(s, &fresh, contexts, errors);

	if (!is_fine)
		explain_sandbox(s, &fresh, errors);
	config_clear(&fresh);
	free_contexts(contexts);
	return is_fine;
}

// Whoever pinned the key in force would be shut out by another.
static bool is_confirmed(const struct server *s, const struct tls_context *fresh,
			 const char *confirmed, struct buf *errors)
{
	uint8_t pin[TLS_PIN_LEN];
	struct buf text = {0};
	bool is_fine;

	tls_context_pin(fresh, pin);
	encode_b64url(&text, pin, sizeof(pin));
	is_fine = !memcmp(pin, s->pin, sizeof(pin)) || !strcmp(confirmed, buf_str(&text));
	if (!is_fine)
		buf_printf(errors,
			   "the certificate has another key than the one in force, and links "
			   "and clients are held to that one: put it back; or, when people "
			   "will be given the new one,\n  snugd reload --confirm=%s --state "
			   "%s\n",
			   buf_str(&text), s->paths->state);
	buf_clear(&text);
	return is_fine;
}

static struct admin_answer *refuse_reload(enum admin_code code, struct buf *errors)
{
	struct admin_answer *answer = admin_answer_new(0);

	log_event(LOG_ERROR, "reload_failed", "why", buf_str(errors), NULL);
	buf_add_str(errors, "nothing was changed: the server goes on with what it had");
	answer->code = code;
	answer->words = arena_dup(&answer->arena, buf_span(errors));
	return answer;
}

struct admin_answer *server_reload(struct server *s, const char *confirmed)
{
	struct tls_context *contexts[SHARDS_MAX] = {0};
	struct admin_answer *answer;
	struct buf errors = {0};
	struct config fresh;

	server_tell_reloading(s);
	server_reopen_log(s);
	if (!config_read(&fresh, s->paths, &errors) ||
	    !make_contexts(s, &fresh, contexts, &errors)) {
		explain_sandbox(s, &fresh, &errors);
		answer = refuse_reload(ADMIN_FAILED, &errors);
		config_clear(&fresh);
	} else if (!is_confirmed(s, contexts[0], confirmed, &errors)) {
		answer = refuse_reload(ADMIN_UNCONFIRMED, &errors);
		config_clear(&fresh);
	} else {
		answer = server_changes(s, &fresh, contexts[0]);
		apply_settings(s, &fresh, contexts);
		// Who waits has no hub, and the audit log is another's to write.
		if (!s->standby)
			server_audit_changes(s, answer);
	}
	free_contexts(contexts);
	buf_clear(&errors);
	server_tell_reloaded(s);
	return answer;
}
