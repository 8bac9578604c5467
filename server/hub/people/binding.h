// SPDX-License-Identifier: MIT
// Binding: who somebody else says that an account is (letters/identity.h).
//
// 1. Issuer, subject and tenant together bind, byte for byte, and nothing else does: no name,
//    no address. They bind one account.
// 2. What the issuer is asked again with (its memory) is sealed by a key that is in no
//    database and no ordinary backup of it (hub.sign_in_key): without that key nothing is
//    asked, and the person signs in anew.
// Whether its account is let in by other ways is lease.h's. Owner: account.bindings; main
// thread.
#pragma once

#include "server/hub/people/account.h"
#include "server/letters/limits.h"

struct account_binding {
	struct list in_account;
	struct account *account;
	int64_t id;
	enum identity_way way;
	char *issuer, *subject, *tenant; // tenant: "" none
	int64_t yes_ms;                  // wall, of its last yes; 0: it says no
	int64_t created_ms;
	struct buf sealed; // its memory; empty: none
	bool by_group;     // the account is an administrator by it
	bool own;          // its person bound it, and may unbind it
	struct buf key;    // in hub.bindings
	// The password that it said yes to last (door/kept_yes.h): a PHC string, NULL: none.
	char *kept;
	int64_t kept_ms; // mono, of that yes
	unsigned n_kept; // how often one was kept or forgotten: what was begun before is old
	// Renewal (door/renewal.h): a question is out, and who waits for what comes of it.
	bool is_asked;
	int64_t again_ms; // wall: not before
	unsigned n_said;  // yeses and noes: what was asked before one of them is old
	ticket_id *waiting;
	size_t n_waiting, waiting_space;
};

// Whom it is about: the spans are borrowed.
struct bound_to {
	enum identity_way way;
	struct span issuer, subject, tenant;
};

// Of an answer that says who it is.
MUST_USE struct bound_to bound_to(const struct identity_answer *a);
// Each part is a text of its bounds that a line can have.
MUST_USE bool bound_to_is_fit(const struct bound_to *to);
// NULL: nobody is bound to it.
MUST_USE struct account_binding *binding_find(struct hub *h, const struct bound_to *to);
// Nobody is bound to it, and the account has less than BINDINGS_MAX. The issuer has just said
// yes. Journals.
struct account_binding *binding_new(struct account *a, const struct bound_to *to, bool own);
// The issuer says so now; memory "": what it is asked with stays. Journals.
void binding_yes(struct account_binding *b, struct span memory);
// It says that it is not so: its memory is nothing any more. Journals.
void binding_no(struct account_binding *b);
// The password, to which it said yes then (mono), is kept; or none is any more.
void binding_keep(struct account_binding *b, struct span phc, int64_t at_ms);
void binding_forget(struct account_binding *b);
// No password of the account is kept any more, whoever said yes to it.
void bindings_forget(const struct account *a);
// The account is an administrator by it, or not. Journals when that is another thing.
void binding_set_by_group(struct account_binding *b, bool by_group);
// It can be asked again without the person.
MUST_USE bool binding_is_renewable(const struct account_binding *b);
// Its memory; the caller wipes it. False: there is none, or the key is not here.
MUST_USE bool binding_memory(const struct account_binding *b, struct buf *out);
// What is sealed can be opened with the key that is here.
MUST_USE bool binding_is_open(const struct account_binding *b);
// NULL: the account has no such one.
MUST_USE struct account_binding *binding_by_id(const struct account *a, int64_t id);
// The same by its number as text.
MUST_USE struct account_binding *binding_named(const struct account *a, struct span number);
MUST_USE size_t bindings_count(const struct account *a);
// "https://id.example 1234, tenant 5".
void binding_describe(const struct account_binding *b, struct buf *out);
// How it is written in answers: "oidc", "kerberos", "pam".
MUST_USE const char *identity_way_word(enum identity_way way);
// By what one logs in there.
MUST_USE enum login_way binding_login_way(enum identity_way way);
// Which way an issuer is of, by its form: "krb5:REALM", "pam:SERVICE", "https://...". False:
// it is none of them.
MUST_USE bool identity_way_of(struct span issuer, enum identity_way *way);
// It is by what this computer says, and by the service of that name.
MUST_USE bool binding_is_of_service(const struct account_binding *b, struct span service);
// It is no more. Journals.
void binding_delete(struct account_binding *b);
void binding_load(struct hub *h, const struct entry_binding *row);
// Frees all, without entries.
void bindings_free(struct account *a);
