// SPDX-License-Identifier: MIT
// snug-errand carries HTTPS out for snugd, which connects nowhere itself.
//
// Its words are of the settings: the file of the authorities, then what the operator excepts
// and where an issuer is (errand_allow.h). They come from the starter, so that whoever has
// snugd in hand later cannot widen them.
#include "common/wipe.h"
#include "server/beside/child.h"
#include "server/errand/carrier.h"
#include "server/errand/needed_files.h"
#include "server/errand/route.h"

#include <sys/socket.h>
#include <unistd.h>

#define NAME "snug-errand"

struct errand_program {
	uint32_t walls;
	struct needed_files files;
	struct errand_allow allows[ERRAND_ALLOWS_MAX], issuers[ERRAND_ISSUERS_MAX];
	struct trip_rules rules;
	struct carrier *carrier;
	bool is_over; // snugd has hung up
};

static void say(struct errand_program *p, const void *letter, size_t len)
{
	if (send(STDIN_FILENO, letter, len, MSG_NOSIGNAL) < 0)
		p->is_over = true;
}

static void on_told(void *arg, const struct errand_answer *a)
{
	struct errand_tell l;

	errand_tell_write(&l, a);
	say(arg, &l, errand_tell_size(&l));
	wipe_bytes(&l, errand_tell_size(&l));
}

// False: it is no letter.
static bool take(struct errand_program *p, struct span bytes)
{
	struct beside_letter answer;
	struct errand_ask l;
	struct errand_request r;

	if (child_answer(bytes, p->walls, &answer)) {
		say(p, &answer, sizeof(answer));
		return true;
	}
	if (!errand_ask_read(&l, bytes, &r))
		return false;
	if (needed_files_changed(&p->files))
		on_told(p, &(struct errand_answer){.number = r.number, .outcome = ERRAND_BUSY});
	else
		carrier_take(p->carrier, &r);
	wipe_bytes(&l, sizeof(l));
	return true;
}

static bool read_letters(struct errand_program *p)
{
	char bytes[ERRAND_ASK_LONG + 1];
	ssize_t len;

	while ((len = recv(STDIN_FILENO, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0) {
		bool is_taken = take(p, span_from(bytes, (size_t)len));

		wipe_bytes(bytes, (size_t)len);
		if (!is_taken)
			return false;
	}
	p->is_over = p->is_over || len == 0;
	return true;
}

static enum child_code serve(struct errand_program *p)
{
	while (!p->is_over) {
		carrier_turn(p->carrier, STDIN_FILENO);
		if (!read_letters(p))
			return CHILD_GARBAGE;
		if (carrier_is_idle(p->carrier) && needed_files_changed(&p->files))
			return CHILD_DONE;
	}
	return CHILD_DONE;
}

static bool read_word(struct errand_program *p, struct span word)
{
	struct trip_rules *rules = &p->rules;

	if (rules->n_issuers < ERRAND_ISSUERS_MAX &&
	    errand_issuer_parse(word, &p->issuers[rules->n_issuers])) {
		rules->n_issuers++;
		return true;
	}
	if (rules->n_allows == ERRAND_ALLOWS_MAX ||
	    errand_allow_parse(word, &p->allows[rules->n_allows]))
		return false;
	rules->n_allows++;
	return true;
}

static bool read_words(struct errand_program *p, char **words)
{
	if (!words[0])
		return false;
	p->rules = (struct trip_rules){
		.ca_file = words[0], .allows = p->allows, .issuers = p->issuers};
	for (size_t i = 1; words[i]; i++) {
		if (!read_word(p, span_of(words[i])))
			return false;
	}
	return true;
}

static enum child_code run(char **words)
{
	static struct errand_program p;

	if (!child_is_called(NAME))
		return CHILD_ALONE;
	if (!read_words(&p, words) || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return CHILD_GARBAGE;
	p.rules.route = route_open();
	p.carrier = carrier_new(&p.rules, on_told, &p);
	needed_files_look(&p.files, p.rules.ca_file);
	p.walls = child_shut_but(CHILD_ERRAND, p.files.files, NEEDED_FILES);
	return p.carrier ? serve(&p) : CHILD_GARBAGE;
}

// Without what is done at an exit: it would ask for calls that are shut.
int main(int argc, char **argv)
{
	_exit((int)run(argc > 0 ? argv + 1 : argv));
}
