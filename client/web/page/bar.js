// SPDX-License-Identifier: MIT
// A bar above the line one writes in: one sentence that stays for some seconds, perhaps with a
// button. There is one at a time; it is read out.
import {button, make} from "./dom.js";

const SAY_MS = 5000;

/** The core waits as long before it sends a removal (removals.h). */
const UNDO_MS = 5000;

/**
 * @param {Array<{text: string, act: function()}>} acts
 * @param {number|null} ms how long it stays; null: until one of its acts, or the next bar
 * @returns {function()} takes it away
 */
export function showBar(page, text, acts, ms) {
	const bar = make("div", {class: "bar"}, make("span", {}, text));
	const timer = ms === null ? 0 : setTimeout(() => bar.remove(), ms);
	const end = () => {
		clearTimeout(timer);
		bar.remove();
	};

	for (const one of acts) {
		bar.append(
			button(one.text, () => {
				end();
				one.act();
			}),
		);
	}
	place(page).replaceChildren(bar);
	page.announce(text);
	return end;
}

// What lies behind an open dialog is neither seen nor read out: there the bar is the dialog's.
function place(page) {
	return [...document.querySelectorAll("dialog[open] .bars")].at(-1) ?? page.bars;
}

/** One sentence, for some seconds. */
export function notice(page, text) {
	showBar(page, text, [], SAY_MS);
}

/** Says that a message was removed and how to have it back: by the button, or by Ctrl+Z. */
export function removeWithUndo(page) {
	const end = showBar(
		page,
		page.t("bar.removed"),
		[{text: page.t("bar.undo"), act: undo}],
		UNDO_MS,
	);
	const timer = setTimeout(stop, UNDO_MS);

	function undo() {
		stop();
		page.core.restore();
	}
	function stop() {
		clearTimeout(timer);
		document.removeEventListener("keydown", onKey);
	}
	function onKey(event) {
		if (
			event.key !== "z" ||
			!(event.ctrlKey || event.metaKey) ||
			hasText(event.target)
		)
			return;
		event.preventDefault();
		end();
		undo();
	}
	document.addEventListener("keydown", onKey);
}

// In a field with something in it Ctrl+Z is the field's.
function hasText(element) {
	return Boolean(element.value);
}
