// SPDX-License-Identifier: MIT
// What the core says of ids and values (client/sync/words.h), by the page's table of texts. A
// text is a string with {places}, or an object of plural forms.

/** Which text, and with what in its places. */
const TEXTS = {
	failure: ({ failure, detail }) => [`failure.${failure}`, { detail }],
	refusal: ({ failure, detail }) => [`failure.${failure}`, { detail }],
	sendAgain: ({ count, oldest, isUnsure }) =>
		[isUnsure ? "core.send_unsure" : "core.send_old", { count, when: when(oldest) }],
	sendLost: ({ count }) => ["core.send_lost", { count }],
	gone: ({ isOther }) => [isOther ? "core.gone_other" : "core.gone", {}],
	unsendable: ({ why }) => [`core.unsendable.${why}`, {}],
	notKept: ({ why }) => ["core.not_kept", { why }],
	unsearched: () => ["core.unsearched", {}],
};

function when(ms) {
	return new Date(ms).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}

function filled(text, values) {
	const form = typeof text === "string" ? text : text[values.count === 1 ? "one" : "other"];
	return form.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** A text that the table lacks is told by its name. */
export function coreWords(table, name, values) {
	const [key, inside] = TEXTS[name](values);
	return table[key] === undefined ? key : filled(table[key], inside);
}
