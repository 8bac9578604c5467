// SPDX-License-Identifier: MIT
// The files of the page: which one a path means, in which coding, and what a browser may do
// with it. They leave from where they lie in the program, a record at a time.
#include "server/io/web_private.h"

#include "server/io/web_assets.h"

// That the page may compile WebAssembly is no way to run text as script; one policy named snug
// may make the address of the page's own worker.
#define RIGHTS                                                                                 \
	"Content-Security-Policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; "  \
	"style-src 'self'; connect-src 'self'; img-src 'self' blob:; media-src 'self' blob:; " \
	"worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "        \
	"frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types snug\r\n"   \
	"Referrer-Policy: no-referrer\r\n"                                                     \
	"Cross-Origin-Opener-Policy: same-origin\r\n"                                          \
	"Cross-Origin-Resource-Policy: same-origin\r\n"                                        \
	"Permissions-Policy: accelerometer=(), autoplay=(), camera=(), "                       \
	"clipboard-read=(), display-capture=(), fullscreen=(), geolocation=(), gyroscope=(), " \
	"hid=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), " \
	"payment=(), picture-in-picture=(), screen-wake-lock=(), serial=(), usb=(), "          \
	"window-management=(), xr-spatial-tracking=()\r\n"                                     \
	"Vary: Accept-Encoding\r\n"

// Who came once by a certificate that an authority vouches for, is to come so for a year.
#define VOUCHED "Strict-Transport-Security: max-age=31536000\r\n"

static const struct web_asset *find_asset(struct span path)
{
	for (size_t i = 0; i < n_web_assets; i++) {
		if (span_eq(path, span_of(web_assets[i].path)))
			return &web_assets[i];
	}
	return NULL;
}

// "br" and "br;q=0.5", but not "br;q=0" (RFC 9110 12.5.3).
static bool takes_brotli(const struct http_request *r)
{
	struct span list = http_field(r, SPAN("Accept-Encoding")), coding;

	while (http_next_token(&list, &coding)) {
		struct span weight = coding, name = span_cut(&weight, ';');

		if (!span_eq_fold(span_trim(name), SPAN("br")))
			continue;
		weight = span_trim(weight);
		return !span_starts_fold(weight, SPAN("q=0")) ||
		       weight.at[weight.len - 1] >= '1';
	}
	return false;
}

bool web_is_strange_worker(const struct http_request *r)
{
	return http_has_field(r, SPAN("Service-Worker")) && !span_eq(r->path, SPAN("/sw.js"));
}

static void show(struct web *w, const struct web_asset *asset)
{
	struct web_request *r = w->request;

	w->phase = WEB_ASKED;
	r->status = 200;
	r->asset = asset;
	r->type = span_of(asset->type);
	r->has_brotli = asset->brotli.len && takes_brotli(&r->head);
	r->goes_on = !r->head.wants_close && r->head.head_len == r->bytes.len;
}

bool web_take_page(struct web *w)
{
	const struct http_request *r = &w->request->head;
	const struct web_asset *asset = w->tls ? find_asset(r->path) : NULL;

	if (!asset)
		return false;
	if (r->method != HTTP_GET && r->method != HTTP_HEAD)
		web_refuse(w, 405, "This is read by GET.", "Allow: GET, HEAD\r\n");
	else if (web_is_strange_worker(r))
		web_refuse(w, 403, "No worker is made of this.", NULL);
	else
		show(w, asset);
	return true;
}

void web_add_page_fields(const struct web *w, struct buf *out)
{
	const struct web_request *r = w->request;

	buf_add_str(out, RIGHTS);
	if (w->world->names->is_vouched)
		buf_add_str(out, VOUCHED);
	if (r->has_brotli)
		buf_add_str(out, "Content-Encoding: br\r\n");
	buf_printf(out, "Cache-Control: %s\r\n",
		   r->asset->has_hash ? "public, max-age=31536000, immutable" : "no-store");
}

struct span web_page_bytes(const struct web_request *r)
{
	return r->has_brotli ? r->asset->brotli : r->asset->bytes;
}
