// SPDX-License-Identifier: MIT
// The opening handshake (RFC 6455 4.2) and the subprotocols of IRCv3 websocket.
#include "common/encode.h"
#include "common/tls_sha1.h"
#include "common/websocket.h"

#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11" // RFC 6455 1.3
#define KEY_LEN 16

void websocket_accept(struct span key, struct buf *out)
{
	uint8_t sum[TLS_SHA1_LEN];
	struct buf both = {0};

	buf_add_span(&both, key);
	buf_add_str(&both, GUID);
	tls_sha1(buf_span(&both), sum);
	buf_clear(&both);
	encode_b64(out, sum, sizeof sum);
}

static bool is_key(struct span key)
{
	struct buf bytes = {0};
	bool is_one = decode_b64(&bytes, key) && bytes.len == KEY_LEN;

	buf_clear(&bytes);
	return is_one;
}

static bool is_known(struct span token, enum websocket_op *op)
{
	if (span_eq(token, SPAN("text.ircv3.net")))
		*op = WEBSOCKET_TEXT;
	else if (span_eq(token, SPAN("binary.ircv3.net")))
		*op = WEBSOCKET_BINARY;
	else
		return false;
	return true;
}

struct span websocket_subprotocol(const struct http_request *r, enum websocket_op *op)
{
	*op = WEBSOCKET_TEXT;
	for (size_t i = 0; i < r->n_fields; i++) {
		struct span list = r->fields[i].value, token;

		if (!span_eq_fold(r->fields[i].name, SPAN("Sec-WebSocket-Protocol")))
			continue;
		while (http_next_token(&list, &token)) {
			if (is_known(token, op))
				return token;
		}
	}
	return SPAN("");
}

static unsigned judge(const struct http_request *r, const char **why)
{
	if (r->method != HTTP_GET) {
		*why = "A WebSocket begins with GET.";
		return 405;
	}
	if (!r->wants_upgrade || !http_has_token(r, SPAN("Upgrade"), SPAN("websocket"))) {
		*why = "Here is a WebSocket: ask for the upgrade.";
		return 426;
	}
	if (!span_eq(http_field(r, SPAN("Sec-WebSocket-Version")), SPAN("13"))) {
		*why = "Only version 13 of WebSocket is spoken here.";
		return 426;
	}
	if (!is_key(http_field(r, SPAN("Sec-WebSocket-Key")))) {
		*why = "Sec-WebSocket-Key is not the base64 of 16 bytes.";
		return 400;
	}
	return 0;
}

static void put_fields(const struct http_request *r, struct buf *fields, enum websocket_op *op)
{
	struct span chosen = websocket_subprotocol(r, op);

	buf_add_str(fields, "Upgrade: websocket\r\nConnection: Upgrade\r\n");
	buf_add_str(fields, "Sec-WebSocket-Accept: ");
	websocket_accept(http_field(r, SPAN("Sec-WebSocket-Key")), fields);
	buf_add_str(fields, "\r\n");
	if (chosen.len)
		buf_printf(fields, "Sec-WebSocket-Protocol: " SPAN_FMT "\r\n",
			   SPAN_ARG(chosen));
}

bool websocket_shake(const struct http_request *r, int64_t at_ms, struct buf *out,
		     enum websocket_op *op, unsigned *status, const char **why)
{
	struct buf fields = {0};

	*status = judge(r, why);
	if (*status)
		return false;
	put_fields(r, &fields, op);
	http_answer(out, &(struct http_answer){
				 .status = 101, .more = buf_span(&fields), .at_ms = at_ms});
	buf_clear(&fields);
	return true;
}
