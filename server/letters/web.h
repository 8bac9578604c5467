// SPDX-License-Identifier: MIT
// What is asked over HTTP and what the hub says to it: one question, one answer. The pages and
// the upgrade to WebSocket are the shards' own business.
//
// A file that comes is two questions: FILE_PUT, with the head alone, is answered WEB_TAKES with
// the id that it gets, or refused; once the disk has it, FILE_PUT_DONE tells what it is, and is
// answered 201, or refused, and then it is removed from disk by who asked. Where an upload that
// was let in does not come to that (cut, too slow, the disk is full), FILE_PUT_GONE says so: it
// has no answer, and nothing is left of the file. One of the two comes for each WEB_TAKES.
//
// Owner: a question's spans belong to the inbox letter that it came in; an answer's body to
// who gives it, until outbox_answer() has copied it.
#pragma once

#include "common/span.h"
#include "server/letters/file_id.h"
#include "server/letters/ids.h"

// What may be asked: a row of routes.def each.
enum route {
#define ROUTE(name, ...) ROUTE_##name,
#include "server/letters/routes.def"
#undef ROUTE
	ROUTES,
};

struct web_question {
	enum route route;
	struct span host; // the peer's address as text
	uint64_t source;  // what limits count by (net_source)
	struct span rest; // of the path, behind the route's: "TOKEN"; empty where it has none
	struct span type; // Content-Type, as it came; empty: none. PUT_DONE: file_type_of()
	struct span key;  // Idempotency-Key, as it came; empty: none
	struct span body; // whole, within the route's bound
	// Of files:
	struct span query;         // behind '?', as it came
	struct span authorization; // the field, as it came; empty: none
	struct span disposition;   // Content-Disposition, as it came; empty: none
	uint64_t length;           // PUT: Content-Length; PUT_DONE: the same, and on disk
	struct file_id file;       // GET: of the path; PUT_DONE, PUT_GONE: of the answer
	unsigned char hash[FILE_HASH_LEN]; // PUT_DONE: of what is on disk
};

enum web_then {
	WEB_SAYS,  // that is all
	WEB_TAKES, // FILE_PUT: let in as `file`; only that field counts
	WEB_GIVES, // FILE_GET: `file` is sent, as name, type and size say
};

struct web_answer {
	unsigned status;  // 200
	unsigned retry_s; // Retry-After; 0: none
	entry_no after;   // does not leave before this entry is durable
	struct span body; // plain text of the route's type
	enum web_then then;
	struct file_id file; // also of a 201: Location is made of it
	struct span name;    // GIVES: of the file, any bytes
	struct span type; // GIVES: shown as that if it is one of file_type.h, else to be saved
	uint64_t size;    // GIVES: in bytes
};
