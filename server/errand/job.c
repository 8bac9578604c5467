// SPDX-License-Identifier: MIT
#include "server/errand/job.h"

#include "common/die.h"
#include "server/errand/public_address.h"
#include "server/errand/route.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEAD_MAX 16384 // bytes of an answer's head
#define PORT_HTTPS 443
#define LINE_LEN 1200 // of a field that is sent

struct job {
	const struct job_rules *rules;
	struct errand_request request;
	struct errand_ask letter; // what the request borrows from
	CURL *easy;
	CURLU *url;
	struct curl_slist *fields;
	const struct errand_allow *allow; // NULL: none is about its host and port
	uint16_t port;
	bool is_refused; // an address that its name had,
	bool is_tried;   // and one that was connected to
	size_t head_len, body_len;
	char body[ERRAND_ANSWER_MAX];
};

// Where it goes.

static const struct errand_allow *find_allow(const struct job_rules *rules, struct span host,
					     uint16_t port)
{
	for (size_t i = 0; i < rules->n_allows; i++) {
		if (errand_allow_is_for(&rules->allows[i], host, port))
			return &rules->allows[i];
	}
	return NULL;
}

static bool find_port(struct job *j)
{
	char *text = NULL;
	uint64_t port = 0;
	bool is_fine =
		curl_url_get(j->url, CURLUPART_PORT, &text, CURLU_DEFAULT_PORT) == CURLUE_OK &&
		span_to_u64(span_of(text), &port) && port && port <= UINT16_MAX;

	j->port = (uint16_t)port;
	curl_free(text);
	return is_fine;
}

// What is in front of the host is not for a request (RFC 9110, 4.2.4).
static bool has_user(const struct job *j)
{
	char *text = NULL;
	bool has = curl_url_get(j->url, CURLUPART_USER, &text, 0) == CURLUE_OK;

	curl_free(text);
	return has;
}

static bool find_place(struct job *j)
{
	char url[ERRAND_URL_MAX + 1], *host = NULL;

	memcpy(url, j->request.url.at, j->request.url.len);
	url[j->request.url.len] = '\0';
	j->url = curl_url();
	if (!j->url || curl_url_set(j->url, CURLUPART_URL, url, CURLU_PATH_AS_IS) ||
	    !find_port(j) || has_user(j) || curl_url_get(j->url, CURLUPART_HOST, &host, 0))
		return false;
	j->allow = find_allow(j->rules, span_of(host), j->port);
	curl_free(host);
	return j->allow || j->port == PORT_HTTPS;
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

static bool may_connect(const struct job *j, const struct curl_sockaddr *at)
{
	struct cidr address;
	uint16_t port;

	if (!read_address(at, &address, &port) || port != j->port)
		return false;
	if (j->allow && j->allow->n_ranges)
		return errand_allow_has(j->allow, &address);
	return address_is_public(&address) && route_leads_away(j->rules->route, &address);
}

// Libcurl wants a socket to connect to this very address.
static curl_socket_t on_socket(void *arg, UNUSED curlsocktype purpose, struct curl_sockaddr *at)
{
	struct job *j = arg;

	if (!may_connect(j, at)) {
		j->is_refused = true;
		return CURL_SOCKET_BAD;
	}
	j->is_tried = true;
	return socket(at->family, at->socktype | SOCK_CLOEXEC, at->protocol);
}

// What comes.

static size_t on_head(UNUSED char *at, size_t size, size_t count, void *arg)
{
	struct job *j = arg;

	j->head_len += size * count;
	return j->head_len <= HEAD_MAX ? size * count : 0;
}

static size_t on_body(char *at, size_t size, size_t count, void *arg)
{
	struct job *j = arg;
	size_t len = size * count, room = sizeof(j->body) - j->body_len;

	// Less than there is ends it.
	if (len > room)
		len = room;
	memcpy(j->body + j->body_len, at, len);
	j->body_len += len;
	return len;
}

static enum errand_outcome outcome_of(const struct job *j, CURLcode code)
{
	if (j->is_refused && !j->is_tried)
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

struct errand_answer job_answer(const struct job *j, CURLcode code)
{
	struct errand_answer a = {.number = j->request.number};
	curl_off_t after_s = 0;
	long status = 0;

	curl_easy_getinfo(j->easy, CURLINFO_RESPONSE_CODE, &status);
	// With a status it is answered, whatever became of the rest.
	if (status < 200 || status > 599) {
		a.outcome = outcome_of(j, code);
		return a;
	}
	curl_easy_getinfo(j->easy, CURLINFO_RETRY_AFTER, &after_s);
	a.outcome = ERRAND_ANSWERED;
	a.status = (unsigned)status;
	a.retry_after_s = after_s > 0 && after_s <= UINT32_MAX ? (uint32_t)after_s : 0;
	a.body = span_from(j->body, j->body_len);
	return a;
}

// What goes.

static bool add_field(struct job *j, const char *text)
{
	struct curl_slist *longer = curl_slist_append(j->fields, text);

	if (longer)
		j->fields = longer;
	return longer != NULL;
}

static bool add_fields(struct job *j)
{
	char line[LINE_LEN];

	// Libcurl would add these of its own.
	if (!add_field(j, "Expect:") || !add_field(j, "Content-Type:"))
		return false;
	for (enum errand_header h = 0; h < ERRAND_HEADERS; h++) {
		struct span value = j->request.headers[h];

		snprintf(line, sizeof(line), "%s: " SPAN_FMT, errand_header_name(h),
			 SPAN_ARG(value));
		if (value.len && !add_field(j, line))
			return false;
	}
	return true;
}

#define SET(option, value) (curl_easy_setopt(j->easy, option, value) == CURLE_OK)

// Nobody's settings but these, and no way but the one.
static bool set_way(struct job *j)
{
	return SET(CURLOPT_CURLU, j->url) && SET(CURLOPT_PROTOCOLS_STR, "https") &&
	       SET(CURLOPT_PROXY, "") && SET(CURLOPT_FOLLOWLOCATION, 0L) &&
	       SET(CURLOPT_PATH_AS_IS, 1L) && SET(CURLOPT_DNS_CACHE_TIMEOUT, 0L) &&
	       SET(CURLOPT_OPENSOCKETFUNCTION, on_socket) && SET(CURLOPT_OPENSOCKETDATA, j) &&
	       SET(CURLOPT_NOSIGNAL, 1L) && SET(CURLOPT_QUICK_EXIT, 1L) &&
	       SET(CURLOPT_TIMEOUT_MS, (long)ERRAND_MS);
}

static bool set_trust(struct job *j)
{
	return SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
	       SET(CURLOPT_SSL_VERIFYPEER, 1L) && SET(CURLOPT_SSL_VERIFYHOST, 2L) &&
	       SET(CURLOPT_CAINFO, j->rules->ca_file) && SET(CURLOPT_CAPATH, NULL);
}

static bool set_words(struct job *j)
{
	return SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) &&
	       SET(CURLOPT_POSTFIELDSIZE, (long)j->request.body.len) &&
	       SET(CURLOPT_POSTFIELDS, j->request.body.at) &&
	       SET(CURLOPT_HTTPHEADER, j->fields) && SET(CURLOPT_HEADERFUNCTION, on_head) &&
	       SET(CURLOPT_HEADERDATA, j) && SET(CURLOPT_WRITEFUNCTION, on_body) &&
	       SET(CURLOPT_WRITEDATA, j);
}

struct job *job_new(const struct job_rules *rules, const struct errand_request *r,
		    enum errand_outcome *why)
{
	struct job *j = xcalloc(1, sizeof(*j));
	struct errand_ask copy;

	j->rules = rules;
	*why = ERRAND_REFUSED_URL;
	if (errand_ask_write(&copy, r) &&
	    errand_ask_read(&j->letter, span_from(&copy, sizeof(copy)), &j->request) &&
	    find_place(j)) {
		*why = ERRAND_BUSY;
		j->easy = curl_easy_init();
		if (j->easy && add_fields(j) && set_way(j) && set_trust(j) && set_words(j))
			return j;
	}
	job_free(j);
	return NULL;
}

void job_free(struct job *j)
{
	if (!j)
		return;
	curl_easy_cleanup(j->easy);
	curl_slist_free_all(j->fields);
	curl_url_cleanup(j->url);
	free(j);
}

CURL *job_handle(const struct job *j)
{
	return j->easy;
}

struct span job_url(const struct job *j)
{
	return j->request.url;
}
