// SPDX-License-Identifier: MIT
// A link to be handed on: shown whole, copied by a button.
import {notice} from "./bar.js";
import {button, labelled, make} from "./dom.js";

/** Puts a text where it can be pasted from, and says whether it did. */
export async function copy(page, text) {
	try {
		await navigator.clipboard.writeText(text);
		notice(page, page.t("link.copied"));
	} catch {
		notice(page, page.t("link.not_copied"));
	}
}

export function linkField(page, text, link) {
	const field = make("input", {
		type: "text",
		readonly: true,
		value: link,
		on: {focus: () => field.select()},
	});

	return make(
		"div",
		{class: "link"},
		labelled(text, field),
		button(page.t("link.copy"), () => copy(page, link)),
	);
}
