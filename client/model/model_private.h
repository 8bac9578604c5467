// SPDX-License-Identifier: MIT
// Changes that the files of client/model share.
//
// Each counts a new version and tells the watchers.
#pragma once

#include "client/model/model.h"

void tell_line(struct model *m, struct target *t, struct log_line *l);
void tell_redacted(struct model *m, struct target *t, struct log_line *l);
void tell_reacted(struct model *m, struct target *t, struct log_line *l,
		  const struct reacted *what);
void tell_gone(struct model *m, struct target *t, struct log_line *l);
void tell_alert(struct model *m, struct target *t, struct log_line *l);
void tell_page(struct model *m, const struct history_page *page);
void tell_target(struct model *m, struct target *t);
void tell_target_gone(struct model *m, struct target *t);
void tell_arranged(struct model *m, const struct target *t);
void tell_link(struct model *m);
void tell_found(struct model *m);
void tell_sought(struct model *m, struct target *t, struct log_line *l, enum sought how);
void found_clear(struct model *m);
// False: nobody wants it.
bool tell_recall(struct model *m, struct target *t, const struct own *o);
void tell_own(struct model *m, struct target *t, struct own *o);
void tell_question(struct model *m);

// Adds the line, counts it as unread or mention, alerts, lets the oldest go. The new
// line, or the one that held the id; *is_new may be NULL.
struct log_line *target_add_line(struct model *m, struct target *t, const struct line_new *n,
				 bool *is_new);
// An edit was added: its message, if it is here, shows it. Somebody else's stays unused.
void edits_add(struct model *m, struct target *t, struct log_line *edit, struct span id);
// The line was added or changed: it shows the newest of its edits that are here.
void edits_settle(struct target *t, struct log_line *l);
// The line is about to be freed.
void edits_forget(struct target *t, struct log_line *l);
// The line is unread: it counts, and alerts.
MUST_USE bool target_counts(const struct target *t, const struct log_line *l);
// The line was added.
void target_count(struct model *m, struct target *t, const struct log_line *l);
// Counts unread and mentions again, from the read marker on.
void target_recount(struct model *m, struct target *t);
void target_free(struct model *m, struct target *t);
// Under another name, in its new place of the list.
void target_rename(struct model *m, struct target *t, struct span name);
// Takes it out of its target.
void own_free(struct own *o);
// Replaces an owned text.
void set_text(char **text, struct span with);

// Members of a room. NULL: there are as many memberships as the model holds.
struct room_member *member_need(struct model *m, struct target *t, struct person *p);
void member_remove(struct model *m, struct target *t, const struct person *p);
void members_clear(struct model *m, struct target *t);
// Adds or takes one sign of facts->prefix_signs, keeping the highest first.
void member_set_prefix(const struct server_facts *facts, struct room_member *who, char sign,
		       bool add);
// The person under the new name, in the same rooms. Lines of the past keep the old one.
struct person *person_rename(struct model *m, struct person *p, struct span nick);

// Both are cut where they are longer than anybody shows.
void person_set_account(struct person *p, struct span account);
// NULL: here.
void person_set_away(struct person *p, const struct span *text);
void person_free(struct person *p);
// Between two lines: frees whom nothing points at, once there are many.
void people_sweep(struct model *m);
// Between two lines: lets old lines go where the logs hold more than the model may.
void logs_sweep(struct model *m);
// Lets the older half of the log go.
void log_halve(struct model *m, struct target *t);

void typing_set(struct target *t, const struct person *who, int64_t until_ms);
// A line (or, with NULL, all lines) of the target is about to be freed: open pages forget it.
void batches_forget(struct model *m, const struct target *t, const struct log_line *l);
// Frees the names of the histories.
void numbers_clear(struct model *m);
// Frees all open batches.
void batches_clear(struct model *m);
