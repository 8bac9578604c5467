// SPDX-License-Identifier: MIT
// One connection: parsed lines in, queued lines out, whatever transport carries them.
//
// Nothing is written while events are handled: what changed is noted in the lists of
// struct conn_env, and conn_flush() runs once a turn for each. A connection that ended
// stays allocated, found by no id, until the end of the turn (conn_reap).
// Owner: the shard whose conn_env it carries.
#pragma once

#include "common/cidr.h"
#include "common/frame.h"
#include "common/list.h"
#include "common/loop.h"
#include "common/map.h"
#include "common/net.h"
#include "server/io/conn_table.h"
#include "server/io/failures.h"
#include "server/io/io_counts.h"
#include "server/io/silence.h"
#include "server/io/transport.h"
#include "server/letters/inbox.h"
#include "server/letters/limits.h"

#include <stdbool.h>

// How long a connection may take for each stage; limits.h, but for tests.
struct conn_times {
	int64_t handshake_ms, login_ms, ping_after_ms, pong_within_ms, close_within_ms;
};

// A connection waits in one of these; each has one time-out, so each is in order.
enum conn_stage {
	STAGE_LOGIN,   // since accept
	STAGE_QUIET,   // since the last byte, until it is nudged; where the transport does that
	STAGE_IDLE,    // since the last byte; also of one whose login waits for us
	STAGE_NUDGED,  // since the last byte, of one that was nudged
	STAGE_PONG,    // since PING was queued
	STAGE_MOVING,  // since a piece of a file moved on
	STAGE_CLOSING, // since the end was decided
	STAGES,
};

// What all connections of a shard share.
struct conn_env {
	struct loop *loop;
	struct carrier_world world;
	struct io_counts *counts;   // borrowed
	const struct cidr *proxies; // that are believed for whom they connect; borrowed
	size_t n_proxies;
	int64_t connections_per_source; // not logged in; 0: no limit
	struct conn_table table;
	struct conn_times times;
	bool binds;             // the hub wants to know what binds to a stream
	int64_t nudge_after_ms; // of silence, where the transport has a nudge
	int64_t transfer_ms;    // for each piece of a file
	struct mailbox *mailbox,
		*files; // of the shard; of the files' thread, or NULL. Borrowed
	size_t n_transfers, transfers_max;
	int64_t transfers_per_source;
	struct idmap transferring; // source -> number of files that are on their way
	struct inbox *inbox;       // of this turn; NULL until there is an event
	entry_no durable;          // the gate
	struct list stages[STAGES];
	struct list shaking;  // no finished handshake yet, by time of accept
	struct list porch;    // have not begun, by time of accept (by their `shaking`)
	struct list ready;    // to be read although poll() will not say so
	struct list dirty;    // to be flushed at the end of this turn
	struct list gated;    // wait for the gate
	struct list held;     // wait for the end of a silence
	struct list dead;     // to be reported at the end of this turn
	struct list told;     // reported, to be freed once the report is posted
	struct idmap sources; // source -> number of connections that are not logged in
	size_t n_unknown;     // not logged in, in all
	size_t n_lingering;   // have said all they had to
	struct failures failures;
	int64_t strangers_us; // spent in this turn on those who are not logged in
	struct line *ping;
	struct silence silence;
	struct loop_timer *timer, *porch_timer;
	int64_t porch_ms;         // between two that leave the porch
	int64_t wakes_at;         // when the timer is set to; INT64_MAX: not at all
	char scratch[RECORD_MAX]; // one record
};

enum conn_state {
	CONN_SILENT, // no byte came yet: its carrier is not open
	CONN_SHAKING,
	CONN_OPEN,
	CONN_CLOSING,   // the last lines leave
	CONN_LINGERING, // they have: waits for the peer to hang up
	CONN_DEAD,
};

enum conn_flow {
	FLOW_LIVE,
	FLOW_STALLED,  // over OUTQ_MAX: live lines are dropped
	FLOW_CATCH_UP, // the hub was told to page what was missed
};

struct conn {
	struct conn_env *env;
	conn_id id;
	int fd;
	uint8_t state;         // enum conn_state
	uint8_t stage;         // enum conn_stage
	uint8_t flow;          // enum conn_flow
	entry_no queued_after; // of the last live line that was queued
	bool is_known;         // logged in
	bool has_spoken;       // a first line came
	bool tells;            // the hub waits for INBOX_TAKEN
	bool was_put_off;      // others went before it while it was to be served
	bool is_on_porch;      // it waits until it may begin
	bool awaits_proxy;     // the header of a proxy is still to come
	bool is_answered;      // what it asked: it closes, or asks again, once that has left
	bool has_asked;        // and was answered, and may ask again
	bool is_offered;       // half of a record of the queue may be with its transport
	uint32_t told_silence; // of which it was told
	bool read_wants_write, write_wants_read, write_blocked;
	struct list staged, shaking, ready, out; // membership in env's lists
	int64_t since;                           // when it entered its stage
	int64_t accepted_at;
	int64_t login_left_ms; // of its time to log in, while it waits for us
	uint64_t source, wide;
	struct buf told; // of a proxy: its header, then for whom it is, until the hub knows
	struct loop_fd *watch;
	struct carrier carrier;
	struct conveyance *transfer; // NULL: no file is on its way
	struct frame frame;
	struct frame kept; // lines of a silence that the hub cannot take yet: before the others
	bool is_kept_full;
	struct outq outq;
	struct outq aside; // passes a silence: before what is held
	struct line *pong; // to its newest PING; NULL: there was none, or no silence can come
	int64_t pinged_at;
	uint32_t credit;
	entry_no close_after;
	uint8_t parting;     // enum parting: who closes it,
	char *farewell;      // ... and why, for its transport
	const char *epitaph; // why it ended, if the hub is still to be told; static text
};

void conn_env_init(struct conn_env *env, struct loop *loop, unsigned shard);
// Frees the connections too.
void conn_env_clear(struct conn_env *env);

// A fresh connection on an accepted descriptor, which is its own from now on.
void conn_open(struct conn_env *env, int fd, const struct net_address *peer,
	       const struct transport *transport);
// Whether more of that source, or of the wide one around it, are not logged in than may be.
MUST_USE bool conn_has_too_many(const struct conn_env *env, const struct net_address *peer);
// It is of this address, says a proxy.
void conn_set_source(struct conn *c, const struct net_address *source);
// Whether this address is that of a proxy, whose connections begin with a header.
MUST_USE bool conn_is_of_proxy(const struct conn_env *env, const struct net_address *peer,
			       const struct transport *transport);
// Reads on in the header. True once it is whole and the connection may go on.
MUST_USE bool conn_proxy_has_told(struct conn *c);
// Queues a line. Dropped when the connection is stalled, unless it is for catching up.
void conn_queue(struct conn *c, struct line *l, bool catch_up);
void conn_give_credit(struct conn *c, uint32_t count);
void conn_logged_in(struct conn *c);
// Its login waits for us: only a silence ends it now. Or it goes on, where its time stood.
void conn_hold(struct conn *c, bool holds);
void conn_live(struct conn *c);
// Answers INBOX_TAKEN as soon as less than OUTQ_PAUSE is queued.
void conn_tell(struct conn *c);
// What it asked is answered: with words, or a file begins to come or to leave.
void conn_answer(struct conn *c, const struct web_answer *answer);
// The answer itself; it closes, or asks again, once that and what follows has left.
void conn_say(struct conn *c, const struct web_answer *answer);
// It counts among those who are logged in, or not.
void conn_set_known(struct conn *c, bool is_known);
// One more of that source, or one less (-1).
void conn_count_source(struct idmap *sources, uint64_t source, int change);
// The time of that stage begins now, or began then.
void conn_enter(struct conn *c, enum conn_stage stage);
void conn_enter_since(struct conn *c, enum conn_stage stage, int64_t since);
// What waits too long is looked for at this time at the latest.
void conn_wake_by(struct conn_env *env, int64_t at);
// It has the time of a handshake from now on.
void conn_begin(struct conn *c);
// It is about to end: if it came to nothing, that counts for its source.
void conn_failed(const struct conn *c);
// Puts one that has not begun on the porch, if much of its source came to nothing lately.
void conn_step_up(struct conn *c);
// The first of those on the porch may begin; for porch_timer.
void conn_let_in(struct conn_env *env);
// Takes no more lines from either side; ends when what is queued has left, but not
// before entry `after` is durable.
void conn_close(struct conn *c, entry_no after, enum parting parting, struct span reason);

// Reads what may wait inside the transport or the frame.
void conn_read(struct conn *c);
// What that means for the connection.
void conn_read_stopped(struct conn *c, enum tls_result result);
// One write for all that may leave.
void conn_flush(struct conn *c);
// Has it flushed at the end of this turn, even if nothing but the gate was waited for.
void conn_flush_soon(struct conn *c);
// Says why to the peer, then closes.
void conn_part(struct conn *c, enum parting parting, struct span reason);
// The time of all who wait for us begins anew.
void conn_wait_anew(struct conn_env *env);
// The answer has left, and its transport lets it ask again: it has the time of a handshake.
void conn_ask_again(struct conn *c);
// Its handshake, or next question, does not come: ends at once; the former is counted. The
// reason is a literal: it is kept.
void conn_give_up(struct conn *c, struct span reason);
// Ends at once, without a word; it is counted why. The reason is a literal: it is kept.
void conn_refuse(struct conn *c, enum io_refusal why, struct span reason);
// Ends at once, without a word. The reason is a literal: it is kept.
void conn_end(struct conn *c, struct span reason);
// The connection's place in a list of the environment, unless it is in one already.
static inline void conn_join(struct list *head, struct list *item)
{
	if (list_is_empty(item))
		list_add(head, item);
}
// Whether lines of it may be handed on now.
MUST_USE bool conn_can_hand_on(const struct conn *c);
// Whether lines may be taken from it now: in a silence more than those, for the PINGs in them.
MUST_USE bool conn_can_read(const struct conn *c);
// Asks the loop for what the connection's state needs.
void conn_watch(struct conn *c);
// A sign of life: the silence begins anew.
void conn_heard(struct conn *c);
// The loop's handler for its descriptor.
void conn_on_ready(void *arg, unsigned events);
// An event in this turn's inbox letter; of one that may be gone.
struct inbox_event *conn_env_event(struct conn_env *env, enum inbox_kind kind, conn_id conn);
// Of one that is there.
struct inbox_event *conn_event(struct conn *c, enum inbox_kind kind);
// Where what such an event points to is kept.
MUST_USE struct arena *conn_arena(struct conn *c);
// Reports what ended, some in each turn, to this turn's inbox letter.
void conn_mourn(struct conn_env *env);
// Closes and frees what was reported; after the letter is posted, so that whoever sees the
// end of a connection finds that the hub knows of it. False when there is more to report.
MUST_USE bool conn_reap(struct conn_env *env);
// Ends whatever has waited too long; gives the time of the next check.
int64_t conn_expire(struct conn_env *env);
