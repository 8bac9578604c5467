// SPDX-License-Identifier: MIT
#include "server/backup/manifest_private.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/json.h"
#include "server/backup/failed.h"

#include <inttypes.h>
#include <stdlib.h>

static void set_hex(json_t *to, const char *key, const uint8_t *bytes, size_t len)
{
	struct buf text = {0};

	encode_hex(&text, bytes, len);
	json_object_set_new(to, key, json_text(buf_span(&text)));
	buf_clear(&text);
}

static json_t *encode_file(const struct backup_file *f)
{
	json_t *row = json_object();

	json_object_set_new(row, "name", json_text(span_of(f->name)));
	json_object_set_new(row, "size", json_integer(f->size));
	set_hex(row, "blake2b", f->sum, SUM_LEN);
	if (f->sealed_size) {
		json_object_set_new(row, "sealed_size", json_integer(f->sealed_size));
		set_hex(row, "sealed_blake2b", f->sealed_sum, SUM_LEN);
	}
	return row;
}

static void encode_about(const struct backup_manifest *m, json_t *to)
{
	char made[CLOCK_TEXT_LEN + 1], newest[ID_TEXT_LEN + 1] = "";

	clock_text(m->made_ms, made);
	if (m->sequence)
		encode_id(m->sequence, newest);
	json_object_set_new(to, "format", json_integer(m->format));
	json_object_set_new(to, "version", json_text(span_of(m->version)));
	json_object_set_new(to, "schema", json_integer(m->schema));
	set_hex(to, "history", m->history, sizeof(m->history));
	json_object_set_new(to, "sequence", json_string(newest));
	json_object_set_new(to, "made", json_string(made));
	json_object_set_new(to, "page_size", json_integer(m->page_size));
	json_object_set_new(to, "accounts", json_integer(m->accounts));
	json_object_set_new(to, "rooms", json_integer(m->rooms));
	json_object_set_new(to, "messages", json_integer(m->messages));
	json_object_set_new(to, "audit", json_integer(m->audit));
	if (m->format > 1)
		set_hex(to, "audit_head", m->audit_head, sizeof(m->audit_head));
}

void manifest_encode(const struct backup_manifest *m, struct buf *out)
{
	json_t *object = json_object(), *files = json_array();
	struct buf key = {0};

	encode_about(m, object);
	if (m->is_sealed) {
		seal_public_text(&m->sealed_for, &key);
		json_object_set_new(object, "sealed_for", json_text(buf_span(&key)));
	}
	for (size_t i = 0; i < m->n_files; i++)
		json_array_append_new(files, encode_file(&m->files[i]));
	json_object_set_new(object, "files", files);
	json_add_lines(out, object);
	json_decref(object);
	buf_clear(&key);
}

// Read.

static bool take_hex(const char *text, uint8_t *out, size_t len)
{
	struct buf bytes = {0};
	bool is_fine = decode_hex(&bytes, span_of(text)) && bytes.len == len;

	if (is_fine)
		memcpy(out, bytes.at, len);
	buf_clear(&bytes);
	return is_fine;
}

// One name behind the other, so that none comes twice.
static bool is_next(const struct backup_manifest *m, const char *name)
{
	return manifest_is_name(span_of(name)) &&
	       (!m->n_files || strcmp(m->files[m->n_files - 1].name, name) < 0);
}

static bool decode_file(const json_t *row, struct backup_manifest *m)
{
	const char *name, *sum, *sealed_sum = NULL;
	json_int_t size, sealed_size = 0;
	struct backup_file *f;

	if (json_unpack((json_t *)(uintptr_t)row, "{s:s, s:I, s:s, s?I, s?s !}", "name", &name,
			"size", &size, "blake2b", &sum, "sealed_size", &sealed_size,
			"sealed_blake2b", &sealed_sum) < 0 ||
	    size < 0 || sealed_size < 0 || !is_next(m, name))
		return false;
	f = manifest_add(m, name);
	f->size = size;
	f->sealed_size = sealed_size;
	return take_hex(sum, f->sum, SUM_LEN) && m->is_sealed == (sealed_size > 0) &&
	       m->is_sealed == (sealed_sum != NULL) &&
	       (!sealed_sum || take_hex(sealed_sum, f->sealed_sum, SUM_LEN));
}

static bool decode_files(const json_t *files, struct backup_manifest *m)
{
	bool is_fine = json_is_array(files);

	for (size_t i = 0; is_fine && i < json_array_size(files); i++)
		is_fine = decode_file(json_array_get(files, i), m);
	return is_fine && manifest_find(m, BACKUP_DATABASE) && manifest_find(m, BACKUP_PAGES);
}

static bool is_page_size(int64_t n)
{
	return n >= 512 && n <= 65536 && (n & (n - 1)) == 0;
}

static bool decode_about(json_t *object, struct backup_manifest *m, json_t **files)
{
	const char *version, *history, *sequence, *made, *key = NULL, *head = NULL;
	json_int_t schema, page_size, accounts, rooms, messages, audit, format;

	if (json_unpack(object,
			"{s:I, s:s, s:I, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s?s, s?s, "
			"s:o !}",
			"format", &format, "version", &version, "schema", &schema, "history",
			&history, "sequence", &sequence, "made", &made, "page_size", &page_size,
			"accounts", &accounts, "rooms", &rooms, "messages", &messages, "audit",
			&audit, "audit_head", &head, "sealed_for", &key, "files", files) < 0)
		return false;
	m->format = format;
	m->version = xstrdup(version);
	m->schema = schema;
	m->page_size = page_size;
	m->accounts = accounts;
	m->rooms = rooms;
	m->messages = messages;
	m->audit = audit;
	m->is_sealed = key;
	return schema > 0 && is_page_size(page_size) && (format > 1) == (head != NULL) &&
	       (!head || take_hex(head, m->audit_head, sizeof(m->audit_head))) &&
	       take_hex(history, m->history, sizeof(m->history)) &&
	       clock_parse(span_of(made), &m->made_ms) &&
	       (!*sequence || decode_id(span_of(sequence), &m->sequence)) &&
	       (!key || seal_public_parse(span_of(key), &m->sealed_for));
}

bool manifest_decode(struct span text, struct backup_manifest *m, char **error)
{
	json_t *object = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, NULL);
	json_int_t format = 0;
	json_t *files = NULL;
	bool is_fine = object && json_unpack(object, "{s:I}", "format", &format) == 0;

	if (is_fine && format > BACKUP_FORMAT)
		is_fine = failed(error,
				 "it was made by a newer snugd (format %" PRId64
				 ", this one knows %d): use that one",
				 (int64_t)format, BACKUP_FORMAT);
	else if (!is_fine || format < 1 || !decode_about(object, m, &files) ||
		 !decode_files(files, m))
		is_fine = failed(error, "the manifest is not one that snugd writes");
	json_decref(object);
	return is_fine;
}
