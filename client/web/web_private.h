// SPDX-License-Identifier: MIT
// What a page of a browser gives this module: the functions of client/web/page/wasm.js, each as
// it is called here. Texts go out as a pointer and a length; they are read before the call
// returns. Where JavaScript answers with a text, it writes at most `max` bytes of it to `out`
// and says how long it is.
//
// One thread.
#pragma once

#include <stddef.h>
#include <stdint.h>

// On another machine (a test) they are what the test gives.
#if __has_attribute(import_module)
#define IMPORT(name) __attribute__((import_module("page"), import_name(#name)))
#else
#define IMPORT(name)
#endif

// Time and dice (client/net/outside.h).
IMPORT(mono_ms) double page_mono_ms(void);
IMPORT(wall_ms) double page_wall_ms(void);
IMPORT(dice) void page_dice(void *to, size_t len);
// timer_due() is called with the timer; setting it anew forgets the time before.
IMPORT(timer_set) void page_timer_set(void *timer, double delay_ms);
IMPORT(timer_stop) void page_timer_stop(void *timer);

// The one WebSocket: socket_up(), socket_line() and socket_down() tell of it, never inside.
IMPORT(socket_open)
void page_socket_open(const char *host, size_t len, const char *port, size_t port_len);
IMPORT(socket_close) void page_socket_close(void);
IMPORT(socket_send) void page_socket_send(const char *line, size_t len);
IMPORT(socket_queued) double page_socket_queued(void);

// A value for JavaScript under construction: what was put is in what was opened last, under a
// key that is a literal here, or NULL in a list.
IMPORT(open_object) void page_open_object(const char *key);
IMPORT(open_list) void page_open_list(const char *key);
IMPORT(close) void page_close(void);
IMPORT(put_text) void page_put_text(const char *key, const char *at, size_t len);
IMPORT(put_number) void page_put_number(const char *key, double number);
IMPORT(put_flag) void page_put_flag(const char *key, int is_so);
IMPORT(put_null) void page_put_null(const char *key);
IMPORT(put_named)
void page_put_named(const char *name, size_t name_len, const char *at,
		    size_t len); // the key is no literal

// What became of the value that was built:
// an unsent message is kept, and unsent_kept() says when (is_new), or is another one now,
IMPORT(store_put) void page_store_put(int is_new);
// something changed: {what, target, id, ...},
IMPORT(changed) void page_changed(void);
// the page is to do {what, name, text}: false, it knows no such act,
IMPORT(act) int page_act(void);
// it is put into words of the page, of this name.
IMPORT(words) size_t page_words(const char *name, size_t len, char *out, size_t max);
// A sentence of the core in the language that is chosen (common/spoken.h); 0: it has none.
IMPORT(spoken) size_t page_spoken(const char *at, size_t len, char *out, size_t max);

IMPORT(store_delete) void page_store_delete(double local_id);
// What is arranged, in the place of what was.
IMPORT(store_arranged) void page_store_arranged(const char *at, size_t len);
// A line of the answer to what was asked (the value built), and its end.
IMPORT(ask_line) void page_ask_line(double number);
IMPORT(ask_end) void page_ask_end(double number, int is_lost);

// What characters are: general category as utf8proc numbers it, small letter, whether it is
// written as wide as it is high; normal forms.
IMPORT(category) int page_category(uint32_t code);
IMPORT(tolower) uint32_t page_tolower(uint32_t code);
IMPORT(is_wide) int page_is_wide(uint32_t code);
IMPORT(normal) size_t page_normal(int form, const char *at, size_t len, char *out, size_t max);

// Last words.
IMPORT(die) void page_die(const char *at, size_t len);
