// SPDX-License-Identifier: MIT
#include "server/oidc/jwks.h"

#include "common/die.h"
#include "common/json_read.h"

#include <stdlib.h>

struct jwks {
	size_t n;
	struct jose_key keys[JWKS_KEYS_MAX];
};

void jwks_free(struct jwks *keys)
{
	if (!keys)
		return;
	for (size_t i = 0; i < keys->n; i++)
		jose_key_clear(&keys->keys[i]);
	free(keys);
}

static struct jwks *read_keys(const json_t *list)
{
	struct jwks *keys;
	const json_t *jwk;
	size_t i;

	if (!json_is_array(list) || json_array_size(list) > JWKS_KEYS_MAX)
		return NULL;
	keys = xcalloc(1, sizeof(*keys));
	json_array_foreach(list, i, jwk)
		keys->n += jose_key_read(jwk, &keys->keys[keys->n]);
	if (keys->n)
		return keys;
	jwks_free(keys);
	return NULL;
}

struct jwks *jwks_read(struct span json)
{
	json_t *set = json.len <= JWKS_TEXT_MAX ? json_read_object(json) : NULL;
	struct jwks *keys = read_keys(json_object_get(set, "keys"));

	json_decref(set);
	return keys;
}

static bool is_meant(const struct jose_key *key, struct span kid, enum jose_algorithm algorithm)
{
	if (key->algorithm != algorithm)
		return false;
	return !kid.at || (key->kid && span_eq(span_of(key->kid), kid));
}

const struct jose_key *jwks_find(const struct jwks *keys, struct span kid,
				 enum jose_algorithm algorithm)
{
	const struct jose_key *found = NULL;

	for (size_t i = 0; i < keys->n; i++) {
		if (!is_meant(&keys->keys[i], kid, algorithm))
			continue;
		if (found)
			return NULL;
		found = &keys->keys[i];
	}
	return found;
}
