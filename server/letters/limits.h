// SPDX-License-Identifier: MIT
// The bounds of the server that are not settings and that a client, a peer or an operator can
// meet; docs/PROTOCOL.md says of each who meets what. Sizes that nobody meets stay with the
// code, and say so: "// inside: why".
#pragma once

#define SHARDS_MAX 16

// Connections
#define WIDE_TIMES 4           // what one source may, all of its /48 together may so many times
#define FAILURES_PER_SOURCE 32 // connections of one source that came to nothing, in
#define FAILURES_MS 10000      // ... so long: then its next ones begin
#define PORCH_MS 4             // ... one after the other, with those of all such sources
#define HANDSHAKE_MS 10000     // from accept to a finished TLS handshake
#define LOGIN_MS 30000         // from accept to a finished registration
#define PING_AFTER_MS 90000    // of silence
#define PONG_WITHIN_MS 60000
#define NUDGE_AFTER_MS 60000 // of silence, then a WebSocket is pinged: proxies forget it else
#define HOOK_BODY_MAX (16 * 1024)
#define LOGOUT_BODY_MAX (9 * 1024) // of an issuer: a token of 8 KiB
#define ANSWERS_MAX 100            // to requests of one connection, where it goes on
#define PINGS_PER_MINUTE 120       // that a WebSocket may send
#define SLOW_ALIVE_MS 125000     // a system that is there answers so often when asked for room
#define CLOSE_WITHIN_MS 3000     // to drain the last lines of a connection that is closed
#define STOP_CLOSE_MS 2000       // the same while the server stops
#define CONN_CREDIT 32           // lines a connection may have unread by the hub
#define CREDIT_UNKNOWN 8         // the same before login
#define RECORD_MAX 16384         // bytes of one TLS write
#define OUTQ_MAX (1024 * 1024)   // bytes queued for one connection before it stalls
#define OUTQ_PAUSE (256 * 1024)  // stop reading from it
#define OUTQ_DRAINED (16 * 1024) // a stalled connection is live again below this
#define KEY_UPDATES_PER_MINUTE 8
#define CATCH_UP_MAX (4 * 1024 * 1024) // bytes of a catch-up queued for one connection
#define DISCARD_MAX (64 * 1024)        // bytes of one that is closed and still sends

// Lines (bytes, with the parts of the protocol that share them)
#define TOPIC_MAX 390
#define TALK_MAX 9 // people of a conversation that is no room
#define AWAY_MAX 200
#define REASON_MAX 200
#define REALNAME_MAX 120
#define LABEL_MAX 64
#define KEY_MAX 32
#define ROW_TEXT_MAX 4096        // of a text that is read back at the start
#define TIMED_ID_AHEAD_MS 300000 // that an id's time may be ahead of the server's
#define CLIENT_ID_MAX 64         // a message's id chosen by its sender
#define DEVICE_NAME_MAX 32
#define USERNAME_MAX 20
#define HOST_MAX 64
#define MASK_MAX 200
#define METADATA_KEY_MAX 64
#define EMAIL_MAX 254
#define BATCH_NAME_MAX 32    // of a client's BATCH
#define SERVICE_WORDS_MAX 32 // the rest of the line is left out
#define ANNOUNCE_MAX 390     // with a long nick it still is one line
#define NOTE_MAX 400         // bytes of an audit note

// Tables
#define TARGETS_MAX 20 // of one PRIVMSG, JOIN, ...
#define ROOMS_PER_ACCOUNT 200
#define SESSIONS_PER_ACCOUNT 50
#define MEMBERS_MAX 65536
#define BANS_PER_ROOM 200
#define HUSHES_MAX 500 // people and conversations that an account ignores or muted
#define SAVED_MAX 200  // messages that an account saved to come back to
#define SLIPS_MAX 50
#define SIGNINS_KEPT 30 // of an account: logins that were not alike
#define SIGNINS_FAILED_KEPT 20
#define SIGNIN_KEEP_MS (90LL * 24 * 60 * 60 * 1000)
#define SIGNINS_LOGGED 30   // lines of the log in a minute, of one source
#define REPORTS_PER_HOUR 10 // of messages, to moderators, by one account
#define ROOM_WAIT_MAX_S 2592000
#define INVITES_MAX 10000
#define INVITES_PER_ACCOUNT 20 // open ones, that it made in a client,
#define INVITE_USES_MAX 100    // ... of so many uses
#define INVITE_DAYS_MAX 30     // ... and days
#define RELAYED_NAME_MAX 64    // bytes of the name of who is heard by way of a bridge
#define HOOKS_MAX 1000
#define HOOKS_PER_ROOM 20
#define HOOK_EVERY_MS 2000 // of one: a message in so long,
#define HOOK_BURST 20      // ... and so many at once
#define MONITOR_MAX 100
#define SUBSCRIPTIONS_PER_ACCOUNT 16          // of Web Push
#define ENDPOINT_MAX 1024                     // bytes of the address of a subscription
#define PARCELS_PER_SUBSCRIPTION 16           // pushes that wait, of one,
#define PARCELS_MAX 8192                      // ... and in all
#define PUSHING_MAX 64                        // that are being carried
#define PUSH_DELAY_MAX_MS 3600000             // that may be set
#define PUSH_TTL_S (7 * 24 * 3600)            // a push service keeps it so long for a device
#define PUSH_TRIES_MS (24LL * 60 * 60 * 1000) // it is tried so long,
#define PUSH_AGAIN_MS 5000                    // ... first after so long, then twice that
#define PUSH_AGAIN_MAX_MS (60LL * 60 * 1000)  // ... at most
#define ATTENDED_MS 180000 // so long after typing, switching or reading somebody is there
#define SUBSCRIPTION_TEST_MS (24LL * 60 * 60 * 1000)      // of which nothing was heard,
#define SUBSCRIPTION_PAGE_MS (14LL * 24 * 60 * 60 * 1000) // ... of a browser's
#define SUBSCRIPTION_KEEP_MS (30LL * 24 * 60 * 60 * 1000)
#define CREDENTIALS_PER_ACCOUNT 64
#define OFFERS_MAX 256       // open links that let in another computer, of all accounts
#define TOKEN_RATE_MAX 60000 // lines a minute, of a token with a rate of its own
#define METADATA_KEYS_MAX 20
#define METADATA_SUBS_MAX 50
#define METADATA_VALUE_MAX 400
#define FLOOD_NEW_MS 10000 // so long after connecting the burst is larger,
#define FLOOD_NEW_TIMES 5  // so many times
#define BACKLOG_MAX 64     // lines of one session that wait for an answer or its budget
#define BINDINGS_MAX 8     // of an account
#define RECHECK_MIN_MS 1000
#define RECHECK_MAX_MS (30LL * 24 * 60 * 60 * 1000)
#define PAM_CACHE_MAX_MS (24LL * 60 * 60 * 1000) // that [pam] cache may be
#define SASL_MAX 8192                            // decoded bytes of one exchange
#define SASL_TICKET_MAX (64 * 1024)              // ... of one of Kerberos
#define PASSWORD_MAX 1024
#define PASSWORD_MIN 12
#define MULTILINE_BYTES_MAX 16384
#define MULTILINE_LINES_MAX 100
#define MODES_PER_LINE 13
#define WHO_MAX 2000
#define WHOWAS_MAX 512
#define CURSORS_PER_ACCOUNT 64
#define METADATA_SYNC_MAX 500
#define MULTILINE_LINES_PER_COST 4

// Long answers
#define TELLING_PAGE 4096        // bytes made in one turn for one connection,
#define LOOKED_PER_TOKEN 1024    // ... or things looked at
#define BYTES_PER_TOKEN 4096     // of an answer, that a token of asking pays
#define STORED_PER_TOKEN 1024    // bytes that a token of saying pays
#define ASKS_PER_LINE 4          // tokens of asking beside a line that one may say, of a rate
#define ALLOWANCE_MS 60000       // so long after connecting asking is paid from an
#define ALLOWANCE_LEAST 250      // ... allowance of so many tokens
#define ALLOWANCE_PER_ROOM 20    // ... and so many for each room and conversation,
#define ALLOWANCE_LOGINS 2       // ... so many times,
#define ALLOWANCE_FULL_MS 600000 // ... whole again after that
#define TELLING_AT_ONCE (16 * 1024) // answers to one line that are made where it runs
#define TELLERS_PER_TURN 32         // connections that get a page in one turn

// History
#define HISTORY_PAGE_MAX 500     // messages of one CHATHISTORY answer
#define REPLAY_MAX 1000000       // messages of a room that an account's own limit may be
#define HISTORY_PAGE_UNASKED 200 // replayed on connect to a client without chathistory
#define HISTORY_LOOK_BACK 50     // shown at a JOIN to such a client
#define SEARCH_MAX 100
#define EDITS_MAX 100                  // of one message,
#define EDITS_READ 200                 // ... by one session after the other
#define QUESTIONS_WAIT_MAX 32          // of an account, for a store that is away
#define QUERIES_MAX 4096               // unanswered, in all
#define HISTORY_PAGE_BYTES (64 * 1024) // of text in one answer; what is over is for the next
#define RECENT_MESSAGES_MAX 4096       // kept in memory for the end of a catch-up
#define RECENT_BYTES_MAX (2 * 1024 * 1024)
#define RECENT_UNKNOWN_MS 30000   // how far a catch-up reaches back when they do not suffice
#define KEEPSAKES_MAX 8192        // client ids kept beside those that are not applied yet
#define CURSOR_QUIET_MS 500       // then live clients without history are asked what they got
#define CURSOR_EVERY_MS 5000      // so often while it goes on
#define CLIENT_TAGS_MAX 4094      // bytes of tags a client may send, without '@' and space
#define SEARCH_EXAMINED_MAX 20000 // candidates looked at
#define USAGE_STRETCH 4096        // messages that one question of `snugd usage` sums up
#define SEARCH_STEPS_MAX 400000   // of the database, for one search
#define SEARCH_WORDS_MAX 32       // the rest is left out
#define SEARCH_PREFIXES_MAX 2     // words that stand for all that begin so
#define STEPS_PER_TOKEN 20000     // of the database, that a token of asking pays

// Logins
#define THROTTLES_MAX 65536      // the oldest go first
#define THROTTLES_SAVED_MAX 2048 // of each of three kinds
#define LOGIN_WAIT_MAX_MS 60000
#define KNOWN_SOURCES_MAX 16 // of an account
#define PATIENT_MS 5000      // whoever waited so long for us and gave up keeps its place
#define PLACE_KEPT_MS 120000
#define LEFT_PLACES_MAX 4096 // that are kept, in all; a quarter of them for one source
#define SLOW_LOGIN_MS 5000   // then somebody is told how it goes without waiting

#define SASL_LONG_MAX 256       // exchanges at once that passed SASL_MAX,
#define SASL_LONG_PER_SOURCE 32 // ... and of one source

// Hashing
#define ARGON2_MEMORY_MIN (19LL * 1024 * 1024)
#define ARGON2_PASSES_MIN 2
#define HASH_THREADS_MAX 16
// Of what is configured, imported or read from the database: one login must not take the
// machine.
#define ARGON2_MEMORY_MAX (1024LL * 1024 * 1024)
#define ARGON2_PASSES_MAX 64
#define ARGON2_LANES_MAX 16
#define BCRYPT_COST_MAX 14

// Files
#define FILE_MAX_MAX (1024LL * 1024 * 1024) // that file_max may be
#define FILE_WEIGHT_LEAST (64 * 1024)       // what the smallest counts for
#define FILE_TYPE_MAX 100                   // of what its sender calls its type
#define FILES_PER_MESSAGE 4
#define FILE_UNNAMED_MS (24LL * 60 * 60 * 1000) // then an upload that is in no message goes
#define FILE_TEND_MS (60LL * 1000)              // such are looked for at most so often
#define FILE_TOKENS_MAX 32                      // of one account: the oldest goes first
#define FILE_TOKEN_MS (10LL * 60 * 1000)
#define FILE_LINK_HOURS 24          // a signed link works so long
#define FILE_UPLOADS_PER_ACCOUNT 16 // at once
#define FILE_UPLOADS_MAX 1024       // ... of all

// Journal
#define JOURNAL_AHEAD_MAX 65536 // entries the hub may run ahead of the tables,
#define JOURNAL_AHEAD_BYTES (128LL * 1024 * 1024) // ... and bytes of memory, or half of them

// Disk
#define DISK_LOW_BYTES (64LL * 1024 * 1024) // free space below this: new writes are refused
#define BALLAST_BYTES (16LL * 1024 * 1024)  // kept to get through a full disk with
#define DISK_FULL_MS 5000 // a commit is tried again before the process must end
#define PROOF_MS 1500     // after so long without one a server takes itself for deposed

// Files
#define FILE_NAME_MAX 200 // bytes of what one is called: of a longer one the ending is kept
#define TRANSFERS_MAX 256 // on their way at once, in or out, of all shards together,
#define TRANSFERS_PER_SOURCE 32 // ... and of one source in one shard
#define TRANSFER_STEP_MS 60000  // a transfer moves on by 64 KiB in so long, or ends
#define FILES_LEAVE_BYTES (128LL * 1024 * 1024) // free space that no upload takes

// Operators
#define ADMIN_REQUEST_MAX (64 * 1024 * 1024) // an import of a hundred thousand accounts
#define ADMIN_ACTS_MAX 1000                  // of one request: they share a turn of the hub
#define PAST_MAX 20000                       // messages of one request that imports some
#define ADMIN_CLIENTS_MAX 32
#define ADMIN_AWAY_MS 10000 // a verb waits for a store that is away, then says so
#define ADMIN_FOUND_MAX 1000
#define ADMIN_CHAT_ROWS_MAX 100
#define KERBEROS_REALMS_MAX 16
#define KERBEROS_SERVICE_MAX 64
#define LOG_LEVEL_MAX_MS 86400000 // that is not the configured one
#define MOTD_MAX (64 * 1024)
#define READERS_MAX 2
