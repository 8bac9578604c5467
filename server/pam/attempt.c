// SPDX-License-Identifier: MIT
#include "server/pam/attempt.h"

#include "common/die.h"
#include "common/wipe.h"

#include <errno.h>
#include <pwd.h>
#include <security/pam_appl.h>
#include <stdlib.h>

#define RECORD_LEN 65536 // inside: of what the system knows of a person

struct asking {
	const char *password; // NULL: there is none to give
	uint32_t delay_ms;
};

static void forget(struct pam_response *responses, int n)
{
	for (int i = 0; i < n; i++) {
		if (responses[i].resp)
			wipe_bytes(responses[i].resp, strlen(responses[i].resp));
		free(responses[i].resp);
	}
	free(responses);
}

// The one thing that it may ask is the password: there is nobody to ask more.
static int on_asked(int n, const struct pam_message **messages, struct pam_response **out,
		    void *arg)
{
	const struct asking *a = arg;
	struct pam_response *responses;

	if (n <= 0 || n > PAM_MAX_NUM_MSG)
		return PAM_CONV_ERR;
	responses = xcalloc((size_t)n, sizeof(*responses));
	for (int i = 0; i < n; i++) {
		int style = messages[i]->msg_style;

		if (style == PAM_TEXT_INFO || style == PAM_ERROR_MSG)
			continue;
		if (style != PAM_PROMPT_ECHO_OFF || !a->password) {
			forget(responses, n);
			return PAM_CONV_ERR;
		}
		responses[i].resp = xstrdup(a->password);
	}
	*out = responses;
	return PAM_SUCCESS;
}

// PAM would sleep here.
static void on_delay(int result, unsigned us, void *arg)
{
	struct asking *a = arg;

	if (result != PAM_SUCCESS)
		a->delay_ms = us / 1000;
}

static enum door_result result_of(int code, enum door_result no)
{
	switch (code) {
	case PAM_SUCCESS:
		return DOOR_YES;
	case PAM_AUTHINFO_UNAVAIL:
	case PAM_SYSTEM_ERR:
		return DOOR_LATER;
	default:
		return no;
	}
}

static int begin(pam_handle_t **pam, const char *service, const char *name, const char *confdir,
		 const struct pam_conv *talk)
{
	union {
		void (*fn)(int result, unsigned us, void *arg);
		const void *item;
	} delay = {.fn = on_delay};
	int code = confdir ? pam_start_confdir(service, name, talk, confdir, pam)
			   : pam_start(service, name, talk, pam);

	_Static_assert(sizeof(delay.fn) == sizeof(delay.item), "as PAM wants it");
	if (code == PAM_SUCCESS &&
	    pam_set_item(*pam, PAM_FAIL_DELAY, delay.item) != PAM_SUCCESS)
		code = PAM_SYSTEM_ERR;
	return code;
}

static enum door_result go_through(pam_handle_t *pam, enum door_act act)
{
	int quietly = PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK;
	enum door_result result = DOOR_YES;

	if (act == DOOR_PASSWORD)
		result = result_of(pam_authenticate(pam, quietly), DOOR_NO);
	if (result == DOOR_YES)
		result = result_of(pam_acct_mgmt(pam, quietly), DOOR_DISABLED);
	return result;
}

// A stack may have made somebody else of it: that is for whoever asked to judge.
static bool ended_with(const pam_handle_t *pam, struct attempt_said *out)
{
	const void *item = NULL;
	struct span name;

	if (pam_get_item(pam, PAM_USER, &item) != PAM_SUCCESS || !item)
		return false;
	name = span_of(item);
	if (!door_is_name(name))
		return false;
	memcpy(out->name, name.at, name.len);
	out->answer.name = (struct span){out->name, name.len};
	return true;
}

static enum door_result ask_stack(struct asking *a, const char *service, const char *name,
				  const struct door_question *q, const char *confdir,
				  struct attempt_said *out)
{
	struct pam_conv talk = {on_asked, a};
	pam_handle_t *pam = NULL;
	enum door_result result;

	if (begin(&pam, service, name, confdir, &talk) != PAM_SUCCESS) {
		if (pam)
			(void)pam_end(pam, PAM_SYSTEM_ERR);
		return DOOR_LATER;
	}
	result = go_through(pam, q->act);
	if (result == DOOR_YES && !ended_with(pam, out))
		result = DOOR_NO;
	(void)pam_end(pam, result == DOOR_YES ? PAM_SUCCESS : PAM_AUTH_ERR);
	return result;
}

// Who is there, and not one of the system's own.
static enum door_result look_up(const char *name)
{
	char *space = xmalloc(RECORD_LEN);
	struct passwd record, *found = NULL;
	int code = getpwnam_r(name, &record, space, RECORD_LEN, &found);
	enum door_result result = DOOR_UNKNOWN;

	if (found && found->pw_uid >= ATTEMPT_UID_MIN)
		result = DOOR_YES;
	else if (!found && code && code != ENOENT && code != ESRCH)
		result = DOOR_LATER;
	free(space);
	return result;
}

void attempt_ask(const struct door_question *q, const char *confdir, struct attempt_said *out)
{
	char *service = span_dup(q->service), *name = span_dup(q->name);
	char *password = q->act == DOOR_PASSWORD ? span_dup(q->password) : NULL;
	struct asking a = {.password = password};

	*out = (struct attempt_said){.answer = {.number = q->number}};
	out->answer.result = look_up(name);
	if (out->answer.result == DOOR_YES)
		out->answer.result = ask_stack(&a, service, name, q, confdir, out);
	if (out->answer.result != DOOR_YES)
		out->answer.name = (struct span){0};
	out->answer.delay_ms = a.delay_ms;
	if (password)
		wipe_bytes(password, q->password.len);
	free(password);
	free(name);
	free(service);
}
