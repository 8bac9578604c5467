// SPDX-License-Identifier: MIT
// What `snugd status` says of the process, beside the hub's own figures.
#include "server/server_private.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/encode.h"
#include "common/log.h"
#include "server/acme.h"
#include "server/admin_json.h"
#include "server/io/web.h"

#include <sys/stat.h>
#include <unistd.h>

void server_addresses(const struct server *s, const struct transport *way, struct buf *out)
{
	for (size_t i = 0; i < s->n_sockets; i++) {
		char text[NET_TEXT_MAX];

		if (s->sockets[i].transport != way)
			continue;
		net_text(&s->bound[i], text);
		buf_printf(out, "%s%s", out->len ? "," : "", text);
	}
}

void server_say_audit_head(struct server *s)
{
	struct buf head = {0};

	if (memcmp(s->said_chain, s->disk.chain, sizeof(s->said_chain)) == 0)
		return;
	memcpy(s->said_chain, s->disk.chain, sizeof(s->said_chain));
	encode_hex(&head, s->said_chain, sizeof(s->said_chain));
	log_event(LOG_INFO, "audit_head", "head", buf_str(&head), NULL);
	buf_clear(&head);
}

void server_say_ready(const struct server *s)
{
	struct buf lines = {0}, web = {0}, metrics = {0};
	const char *metrics_key;

	server_addresses(s, &tls_lines, &lines);
	server_addresses(s, &web_tls, &web);
	server_addresses(s, &web_plain, &metrics);
	metrics_key = metrics.len ? "metrics" : NULL;
	log_event(LOG_INFO, "ready", "addr", buf_str(&lines), "name", s->config.name,
		  web.len ? "web" : metrics_key, buf_str(web.len ? &web : &metrics),
		  web.len ? metrics_key : NULL, buf_str(&metrics), NULL);
	buf_clear(&lines);
	buf_clear(&web);
	buf_clear(&metrics);
}

int64_t server_resident_bytes(const struct server *s)
{
	char text[128];
	ssize_t got = pread(s->memory, text, sizeof(text), 0);
	struct span rest = span_from(text, got > 0 ? (size_t)got : 0);
	uint64_t pages = 0;

	// Size, then what of it is there, of seven numbers.
	(void)span_cut(&rest, ' ');
	if (!span_to_u64(span_cut(&rest, ' '), &pages))
		return 0;
	return (int64_t)pages * sysconf(_SC_PAGESIZE);
}

static int64_t file_bytes(const char *path, const char *suffix)
{
	struct buf name = {0};
	struct stat about;
	int64_t bytes = 0;

	buf_printf(&name, "%s%s", path, suffix);
	if (stat(buf_str(&name), &about) == 0)
		bytes = about.st_size;
	buf_clear(&name);
	return bytes;
}

// The record has one row, so a column and its cell go together.
static void add(struct admin_answer *a, const char *name, struct cell cell)
{
	admin_answer_column(a, name);
	admin_answer_cell(a, &cell);
}

static void add_text(struct admin_answer *a, const char *name, struct span text)
{
	add(a, name, (struct cell){.kind = CELL_TEXT, .text = text});
}

static void add_number(struct admin_answer *a, const char *name, int64_t n)
{
	add(a, name, (struct cell){.kind = CELL_NUMBER, .number = n});
}

// One that was left behind is no part of a store that is elsewhere.
static void add_file(struct admin_answer *a, const struct server *s, const char *name,
		     const char *suffix)
{
	if (paths_has_file(s->paths))
		add_number(a, name, file_bytes(s->paths->database, suffix));
	else
		add(a, name, (struct cell){.kind = CELL_NONE});
}

static void add_beside(struct admin_answer *a, const struct beside *b, const char *name,
		       enum program p)
{
	struct buf words = {0};

	beside_words(b, p, &words);
	add_text(a, name, buf_span(&words));
	buf_clear(&words);
}

static void add_door(struct admin_answer *a, const struct doorway *d)
{
	struct buf words = {0};

	doorway_words(d, &words);
	add_text(a, "door", buf_span(&words));
	buf_clear(&words);
}

// A form's columns are only added behind the others: the hub's newest stands behind ours.
static void put_last(struct admin_answer *a, struct span name)
{
	for (size_t i = 0; i < a->n_columns; i++) {
		struct span column = a->columns[i];
		struct cell cell = a->cells[i];
		size_t behind = a->n_columns - i - 1;

		if (!span_eq(column, name))
			continue;
		memmove(&a->columns[i], &a->columns[i + 1], behind * sizeof(column));
		memmove(&a->cells[i], &a->cells[i + 1], behind * sizeof(cell));
		a->columns[i + behind] = column;
		a->cells[i + behind] = cell;
		return;
	}
}

// Where people's browsers go; "": none would take the certificate.
static void add_page(struct admin_answer *a, const struct server *s)
{
	struct hub_config hub;
	struct buf page = {0};

	config_for_hub(&s->config, s->pin, s->is_vouched, address_port(&s->bound[0]), &hub);
	if (hub.has_page)
		snug_link_print_page(&page, &hub.link, hub.web_port);
	add_text(a, "page", span_from(page.at, span_find(buf_span(&page), '#')));
	buf_clear(&page);
}

// What became of the last time that the authority was asked for a certificate; "": none is.
static void add_authority(struct admin_answer *a, const struct server *s)
{
	char at[CLOCK_TEXT_LEN + 1];
	struct acme_last last;
	struct buf words = {0};

	if (s->config.acme_server && !acme_last_read(s->paths, &last)) {
		buf_add_str(&words, "not asked yet: snugd tls acme");
	} else if (s->config.acme_server) {
		clock_text(last.at_ms, at);
		buf_printf(&words, "%s %s: %s", at, last.is_done ? "asked" : "gave nothing",
			   last.words);
	}
	add_text(a, "authority", buf_span(&words));
	buf_clear(&words);
}

// Whose word is taken for who somebody is; "": nobody's.
static void add_issuer(struct admin_answer *a, const struct server *s)
{
	struct buf words = {0};

	server_oidc_words(s, &words);
	add_text(a, "issuer", buf_span(&words));
	buf_clear(&words);
}

void server_add_facts(const struct server *s, struct admin_answer *a)
{
	struct buf addresses = {0}, web = {0}, certificate = {0}, log = {0};
	struct buf head = {0};

	if (a->code != ADMIN_DONE || a->n_rows != 1)
		return;
	// The hub's cells may have spare space behind them; ours are counted by it.
	a->cells_space = a->n_columns;
	server_addresses(s, &tls_lines, &addresses);
	server_addresses(s, &web_tls, &web);
	add_number(a, "pid", getpid());
	add_text(a, "listen", buf_span(&addresses));
	add_text(a, "web", buf_span(&web));
	add_page(a, s);
	add_number(a, "io-threads", s->config.io_threads);
	add_number(a, "memory", server_resident_bytes(s));
	add_file(a, s, "database", "");
	add_file(a, s, "wal", "-wal");
	add_number(a, "commit-us", s->disk.commit_us);
	add_number(a, "longest-turn-us", loop_longest_us(s->loop));
	add_number(a, "longest-turn-lately-us", loop_longest_lately_us(s->loop));
	add(a, "certificate-expires",
	    (struct cell){.kind = CELL_TIME, .number = s->certificate_expires});
	server_certificate_words(s, &certificate);
	add_text(a, "certificate", buf_span(&certificate));
	add(a, "sandbox",
	    (struct cell){.kind = CELL_BOOL, .number = s->sandbox.files && s->sandbox.calls});
	add_text(a, "needs-restart", buf_span(&s->waiting));
	add_beside(a, s->beside, "errand", PROGRAM_ERRAND);
	add_door(a, s->doorway);
	server_log_words(s, &log);
	add_text(a, "log", buf_span(&log));
	add_number(a, "log-lost", log_lost());
	put_last(a, SPAN("lockdown"));
	encode_hex(&head, s->disk.chain, sizeof(s->disk.chain));
	add_text(a, "audit-head", buf_span(&head));
	add_authority(a, s);
	add_issuer(a, s);
	buf_clear(&addresses);
	buf_clear(&web);
	buf_clear(&certificate);
	buf_clear(&log);
	buf_clear(&head);
}

void server_say_signins(struct hub_out *out)
{
	for (size_t i = 0; i < out->n_signins; i++) {
		struct signin_line *l = &out->signins[i];
		char n[LOG_NUMBER_LEN];

		const char *more = l->why ? "why" : l->is_kept ? "cached" : NULL;

		// What a stranger chose stands last: fail2ban reads what is before it.
		if (l->left_out)
			log_event(LOG_INFO, l->event, "source", l->source, "n",
				  log_number(n, l->left_out), NULL);
		else
			log_event(LOG_INFO, l->event, "source", l->source, "account",
				  l->account, "way", l->way, more ? more : "device",
				  l->why ? l->why
				  : more ? "yes"
					 : l->device,
				  more ? "device" : NULL, l->device, NULL);
	}
	hub_signins_free(out);
}
