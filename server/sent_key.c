// SPDX-License-Identifier: MIT
#include "server/sent_key.h"

#include "common/buf.h"
#include "common/encode.h"
#include "common/file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static char *file_of(const struct paths *p)
{
	return path_in(p->state, "next.sent");
}

static void pin_of(const struct tls_context *tls, struct buf *out)
{
	uint8_t pin[TLS_PIN_LEN];

	tls_context_pin(tls, pin);
	encode_b64url(out, pin, sizeof(pin));
}

void sent_key_note(const struct paths *p, const struct tls_context *next)
{
	struct buf pin = {0};
	char *file = file_of(p);

	pin_of(next, &pin);
	(void)!file_put(file, buf_span(&pin), 0600);
	free(file);
	buf_clear(&pin);
}

bool sent_key_is(const struct paths *p, const struct tls_context *next)
{
	struct buf pin = {0};
	char *file = file_of(p), text[64];
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text));
	bool is_it;

	pin_of(next, &pin);
	is_it = len > 0 && span_eq(span_from(text, (size_t)len), buf_span(&pin));
	if (fd >= 0)
		close(fd);
	free(file);
	buf_clear(&pin);
	return is_it;
}

bool sent_key_is_any(const struct paths *p)
{
	char *file = file_of(p);
	bool is = path_exists(file);

	free(file);
	return is;
}
