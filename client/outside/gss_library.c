// SPDX-License-Identifier: MIT
#include "client/outside/gss_library.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#define NAME "libgssapi_krb5.so.2"

static const struct {
	const char *name;
	size_t at; // in struct gss_library
} calls[] = {
#define GSS_CALL(name) {"gss_" #name, offsetof(struct gss_library, name)},
#include "client/outside/gss_calls.def"
#undef GSS_CALL
};

static bool find(struct gss_library *g, size_t i)
{
	void *found = dlsym(g->handle, calls[i].name);

	memcpy((char *)g + calls[i].at, &found, sizeof(found));
	return found;
}

bool gss_library_open(struct gss_library *g, struct buf *why)
{
	*g = (struct gss_library){.handle = dlopen(NAME, RTLD_NOW | RTLD_LOCAL)};
	if (!g->handle) {
		buf_printf(why, "this computer has no %s", NAME);
		return false;
	}
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		if (find(g, i))
			continue;
		buf_printf(why, "%s has no %s", NAME, calls[i].name);
		gss_library_close(g);
		return false;
	}
	return true;
}

void gss_library_close(struct gss_library *g)
{
	dlclose(g->handle);
	*g = (struct gss_library){0};
}

static void say_one(const struct gss_library *g, OM_uint32 code, int kind, struct buf *out)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 more = 0, minor;

	if (GSS_ERROR(g->display_status(&minor, code, kind, GSS_C_NO_OID, &more, &text)))
		return;
	buf_add(out, text.value, text.length);
	g->release_buffer(&minor, &text);
}

// The library's own number says more, where it has one.
void gss_library_say(const struct gss_library *g, OM_uint32 major, OM_uint32 minor,
		     struct buf *out)
{
	if (minor)
		say_one(g, minor, GSS_C_MECH_CODE, out);
	if (!out->len)
		say_one(g, major, GSS_C_GSS_CODE, out);
}

static bool say_name(const struct gss_library *g, gss_name_t name, struct buf *out)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor;

	if (g->display_name(&minor, name, &text, NULL) != GSS_S_COMPLETE)
		return false;
	buf_add(out, text.value, text.length);
	g->release_buffer(&minor, &text);
	return true;
}

static bool look(const struct gss_library *g, struct buf *words)
{
	gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
	gss_name_t name = GSS_C_NO_NAME;
	OM_uint32 major, minor, ignored, left = 0;
	bool is_there;

	major = g->acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, GSS_C_NO_OID_SET,
				GSS_C_INITIATE, &cred, NULL, NULL);
	if (!GSS_ERROR(major))
		major = g->inquire_cred(&minor, cred, &name, &left, NULL, NULL);
	is_there = !GSS_ERROR(major) && left > 0 && say_name(g, name, words);
	if (!is_there)
		gss_library_say(g, major, minor, words);
	if (name)
		g->release_name(&ignored, &name);
	if (cred)
		g->release_cred(&ignored, &cred);
	return is_there;
}

bool gss_look(struct buf *words)
{
	struct gss_library g;
	bool is_there;

	if (!gss_library_open(&g, words))
		return false;
	is_there = look(&g, words);
	gss_library_close(&g);
	return is_there;
}
