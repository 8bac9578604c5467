// SPDX-License-Identifier: MIT
// One server as this computer knows it: address, account, key pin, device key.
//
// Lives in DATA/NAME/ (0700): `profile`, `device.key`, `device.crt` (0600). Holds no
// password. Owner: whoever holds the struct; the client's one thread.
#pragma once

#include "client/app/paths.h"
#include "common/snug_link.h"

#include <stdint.h>

#define PROFILE_NAME_MAX 200

struct profile {
	char *name; // of the folder
	char *dir;  // DATA/NAME
	char *host; // the name that a certificate is verified for
	char *port;
	struct link_others others; // where else it answers
	size_t at;                 // where it answered last: 0 host, n others.at[n - 1]
	char *account;
	char *room;   // first shown, "" or "#name"
	char **rooms; // "#room" or "#room key", joined by us where the server does not remember
	size_t n_rooms;
	char *caps;         // enabled at the last login, blank separated; "" when unknown
	char *password_cmd; // argv, blank separated, whose first line is the password; or NULL
	struct pins pins;   // any of them is right
	bool has_next_pin;  // the server announced that this key comes next
	uint8_t next_pin[TLS_PIN_LEN];
	int64_t pinned_at; // wall ms
	bool is_open;      // the server wants no login
	bool by_ticket;  // ... believes a ticket of Kerberos, which is shown where one is there
	bool has_device; // the server takes this device's certificate as a login
	char *key_file;  // DATA/NAME/device.key
	char *cert_file; // DATA/NAME/device.crt
};

// A new one in memory; `name` NULL: the host's name.
void profile_init(struct profile *p, const struct folders *paths, const char *name,
		  const char *host, const char *port);
void profile_clear(struct profile *p);
// Letters, digits and ".-_:", no leading '.' or '-'.
MUST_USE bool profile_name_is_valid(struct span name);

enum profile_result { PROFILE_OK, PROFILE_NONE, PROFILE_BAD };

// `name` NULL: the one used last. PROFILE_BAD: *error (the caller's) says what is wrong
// with which file; *p is empty unless PROFILE_OK.
MUST_USE enum profile_result profile_load(struct profile *p, const struct folders *paths,
					  const char *name, char **error);
// Makes the folder; writes by rename. NULL, or the error in words (the caller's).
MUST_USE char *profile_save(const struct profile *p);
// Makes device.key and device.crt unless they are there. NULL or the error (the caller's).
MUST_USE char *profile_make_device(struct profile *p);
// From now on these are the server's keys, and `next`, or NULL, the one that it announced.
// Whether that is anything new.
MUST_USE bool profile_know_keys(struct profile *p, const struct pins *pins,
				const uint8_t *next);
// It answered there. Whether that is anything new.
MUST_USE bool profile_know_place(struct profile *p, size_t at);
// Forgets key, certificate and the folder's file.
void profile_remove(const struct profile *p);
// `snug` alone will use this one.
void profile_set_last(const struct profile *p, const struct folders *paths);
// Names of all, sorted; the caller frees each and the array.
MUST_USE char **profile_names(const struct folders *paths, size_t *count);
// "this computer's" name as a device label: at most 32 bytes of names.h letters.
void profile_device_label(char out[static 33]);
