// SPDX-License-Identifier: MIT
#include "server/errand/trip.h"

#include "common/die.h"
#include "common/wipe.h"
#include "server/errand/public_address.h"
#include "server/errand/route.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEAD_MAX 16384 // inside: bytes of an answer's head, of which none is passed on
#define PORT_HTTPS 443
#define LINE_LEN 8640 // of a field that is sent

struct trip {
	const struct trip_rules *rules;
	struct errand_request request;
	struct errand_ask letter; // what the request borrows from
	CURL *easy;
	CURLU *url;
	struct curl_slist *fields;
	const struct errand_allow *allow; // NULL: none is about its host and port
	uint16_t port;
	bool is_refused; // an address that its name had,
	bool is_tried;   // and one that was connected to
	size_t head_len, body_len, body_max;
	char *body; // body_max, wiped
};

// Where it goes.

static const struct errand_allow *find_allow(const struct trip *t, struct span host)
{
	bool is_issuer = t->request.kind == ERRAND_ISSUER;
	const struct errand_allow *rows = is_issuer ? t->rules->issuers : t->rules->allows;
	size_t n = is_issuer ? t->rules->n_issuers : t->rules->n_allows;

	for (size_t i = 0; i < n; i++) {
		if (errand_allow_is_for(&rows[i], host, t->port))
			return &rows[i];
	}
	return NULL;
}

static bool find_port(struct trip *t)
{
	char *text = NULL;
	uint64_t port = 0;
	bool is_fine =
		curl_url_get(t->url, CURLUPART_PORT, &text, CURLU_DEFAULT_PORT) == CURLUE_OK &&
		span_to_u64(span_of(text), &port) && port && port <= UINT16_MAX;

	t->port = (uint16_t)port;
	curl_free(text);
	return is_fine;
}

// What is in front of the host is not for a request (RFC 9110, 4.2.4).
static bool has_user(const struct trip *t)
{
	char *text = NULL;
	bool has = curl_url_get(t->url, CURLUPART_USER, &text, 0) == CURLUE_OK;

	curl_free(text);
	return has;
}

static bool find_place(struct trip *t)
{
	char url[ERRAND_URL_MAX + 1], *host = NULL;

	memcpy(url, t->request.url.at, t->request.url.len);
	url[t->request.url.len] = '\0';
	t->url = curl_url();
	if (!t->url || curl_url_set(t->url, CURLUPART_URL, url, CURLU_PATH_AS_IS) ||
	    !find_port(t) || has_user(t) || curl_url_get(t->url, CURLUPART_HOST, &host, 0))
		return false;
	t->allow = find_allow(t, span_of(host));
	curl_free(host);
	return t->allow || (t->request.kind == ERRAND_PUSH && t->port == PORT_HTTPS);
}

static bool read_address(const struct curl_sockaddr *at, struct cidr *address, uint16_t *port)
{
	char text[INET6_ADDRSTRLEN];
	const struct sockaddr_in *four = (const void *)&at->addr;
	const struct sockaddr_in6 *six = (const void *)&at->addr;
	const void *bytes = at->family == AF_INET ? (const void *)&four->sin_addr
						  : (const void *)&six->sin6_addr;

	if (at->family != AF_INET && at->family != AF_INET6)
		return false;
	*port = ntohs(at->family == AF_INET ? four->sin_port : six->sin6_port);
	return inet_ntop(at->family, bytes, text, sizeof(text)) &&
	       cidr_parse(span_of(text), address);
}

static bool may_connect(const struct trip *t, const struct curl_sockaddr *at)
{
	struct cidr address;
	uint16_t port;

	if (!read_address(at, &address, &port) || port != t->port)
		return false;
	if (t->request.kind == ERRAND_ISSUER)
		return true;
	if (t->allow && t->allow->n_ranges)
		return errand_allow_has(t->allow, &address);
	return address_is_public(&address) && route_leads_away(t->rules->route, &address);
}

// Libcurl wants a socket to connect to this very address.
static curl_socket_t on_socket(void *arg, UNUSED curlsocktype purpose, struct curl_sockaddr *at)
{
	struct trip *t = arg;

	if (!may_connect(t, at)) {
		t->is_refused = true;
		return CURL_SOCKET_BAD;
	}
	t->is_tried = true;
	return socket(at->family, at->socktype | SOCK_CLOEXEC, at->protocol);
}

// What comes.

static size_t on_head(UNUSED char *at, size_t size, size_t count, void *arg)
{
	struct trip *t = arg;

	t->head_len += size * count;
	return t->head_len <= HEAD_MAX ? size * count : 0;
}

static size_t on_body(char *at, size_t size, size_t count, void *arg)
{
	struct trip *t = arg;
	size_t len = size * count, room = t->body_max - t->body_len;

	// Less than there is ends it.
	if (len > room)
		len = room;
	memcpy(t->body + t->body_len, at, len);
	t->body_len += len;
	return len;
}

static enum errand_outcome outcome_of(const struct trip *t, CURLcode code)
{
	if (t->is_refused && !t->is_tried)
		return ERRAND_REFUSED_ADDRESS;
	if (code == CURLE_OPERATION_TIMEDOUT)
		return ERRAND_TIMEOUT;
	if (code == CURLE_COULDNT_RESOLVE_HOST)
		return ERRAND_NO_NAME;
	if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE)
		return ERRAND_NO_TRUST;
	if (code == CURLE_COULDNT_CONNECT || code == CURLE_SSL_CONNECT_ERROR ||
	    code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR || code == CURLE_GOT_NOTHING)
		return ERRAND_NO_CONNECTION;
	return ERRAND_NO_HTTP;
}

struct errand_answer trip_answer(const struct trip *t, CURLcode code)
{
	struct errand_answer a = {.number = t->request.number};
	curl_off_t after_s = 0;
	long status = 0;

	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	// With a status it is answered, whatever became of the rest.
	if (status < 200 || status > 599) {
		a.outcome = outcome_of(t, code);
		return a;
	}
	if (curl_easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &after_s) != CURLE_OK ||
	    after_s < 0)
		after_s = 0;
	a.outcome = ERRAND_ANSWERED;
	a.status = (unsigned)status;
	a.retry_after_s = after_s < UINT32_MAX ? (uint32_t)after_s : UINT32_MAX;
	a.body = span_from(t->body, t->body_len);
	return a;
}

// What goes.

static bool add_field(struct trip *t, const char *text)
{
	struct curl_slist *longer = curl_slist_append(t->fields, text);

	if (longer)
		t->fields = longer;
	return longer != NULL;
}

static bool add_value(struct trip *t, enum errand_header h)
{
	struct span value = t->request.headers[h];
	char line[LINE_LEN];
	bool is_added;

	if (!value.len)
		return true;
	snprintf(line, sizeof(line), "%s: " SPAN_FMT, errand_header_name(h), SPAN_ARG(value));
	is_added = add_field(t, line);
	wipe_bytes(line, sizeof(line));
	return is_added;
}

static bool add_fields(struct trip *t)
{

	// Libcurl would add these of its own.
	if (!add_field(t, "Expect:") || !add_field(t, "Content-Type:"))
		return false;
	for (enum errand_header h = 0; h < ERRAND_HEADERS; h++) {
		if (!add_value(t, h))
			return false;
	}
	return true;
}

// Nobody's settings but these, and no way but the one. False: this libcurl has not all of them.

static bool set_numbers(const struct trip *t)
{
	const struct {
		CURLoption option;
		long value;
	} rows[] = {
		{CURLOPT_FOLLOWLOCATION, 0},
		{CURLOPT_PATH_AS_IS, 1},
		{CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
		{CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
		{CURLOPT_SSL_VERIFYPEER, 1},
		{CURLOPT_SSL_VERIFYHOST, 2},
		{CURLOPT_DNS_CACHE_TIMEOUT, 0},
		{CURLOPT_NOSIGNAL, 1},
		{CURLOPT_QUICK_EXIT, 1}, // a name that is still looked up is not waited for
		{CURLOPT_TIMEOUT_MS, ERRAND_MS},
		{CURLOPT_POSTFIELDSIZE, (long)t->request.body.len},
		// Set last: it takes the body back.
		{CURLOPT_HTTPGET, t->request.method == ERRAND_GET},
	};
	bool is_fine = true;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		is_fine = is_fine &&
			  curl_easy_setopt(t->easy, rows[i].option, rows[i].value) == CURLE_OK;
	return is_fine;
}

static bool set_pointers(struct trip *t)
{
	const struct {
		CURLoption option;
		const void *value;
	} rows[] = {
		{CURLOPT_CURLU, t->url},
		{CURLOPT_PROTOCOLS_STR, "https"},
		{CURLOPT_PROXY, ""},
		{CURLOPT_CAINFO, t->rules->ca_file},
		{CURLOPT_CAPATH, NULL},
		{CURLOPT_POSTFIELDS, t->request.body.at},
		{CURLOPT_HTTPHEADER, t->fields},
		{CURLOPT_OPENSOCKETDATA, t},
		{CURLOPT_HEADERDATA, t},
		{CURLOPT_WRITEDATA, t},
	};
	bool is_fine = true;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		is_fine = is_fine &&
			  curl_easy_setopt(t->easy, rows[i].option, rows[i].value) == CURLE_OK;
	return is_fine;
}

static bool set_functions(const struct trip *t)
{
	return curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETFUNCTION, on_socket) == CURLE_OK &&
	       curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, on_head) == CURLE_OK &&
	       curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK;
}

// Its own copy of the request.
static bool keep(struct trip *t, const struct errand_request *r)
{
	struct errand_ask copy;
	bool is_kept = errand_ask_write(&copy, r) &&
		       errand_ask_read(&t->letter, span_from(&copy, errand_ask_size(&copy)),
				       &t->request);

	wipe_bytes(&copy, sizeof(copy));
	t->body_max = errand_answer_max(r->kind);
	t->body = xcalloc(1, t->body_max);
	return is_kept;
}

struct trip *trip_new(const struct trip_rules *rules, const struct errand_request *r,
		      enum errand_outcome *why)
{
	struct trip *t = xcalloc(1, sizeof(*t));

	t->rules = rules;
	*why = ERRAND_REFUSED_URL;
	if (keep(t, r) && find_place(t)) {
		*why = ERRAND_BUSY;
		t->easy = curl_easy_init();
		if (t->easy && add_fields(t) && set_pointers(t) && set_numbers(t) &&
		    set_functions(t))
			return t;
	}
	trip_free(t);
	return NULL;
}

static void wipe_fields(const struct trip *t)
{
	for (struct curl_slist *f = t->fields; f; f = f->next)
		wipe_bytes(f->data, strlen(f->data));
}

void trip_free(struct trip *t)
{
	if (!t)
		return;
	curl_easy_cleanup(t->easy);
	wipe_fields(t);
	curl_slist_free_all(t->fields);
	curl_url_cleanup(t->url);
	wipe_bytes(t->body, t->body_max);
	free(t->body);
	wipe_bytes(&t->letter, sizeof(t->letter));
	free(t);
}

CURL *trip_handle(const struct trip *t)
{
	return t->easy;
}

struct span trip_url(const struct trip *t)
{
	return t->request.url;
}

enum errand_kind trip_kind(const struct trip *t)
{
	return t->request.kind;
}
