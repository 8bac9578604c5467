// SPDX-License-Identifier: MIT
// What a half-typed word may become, as a list above the field: the core knows names, rooms,
// emoji and commands. It opens by itself behind @ # : and /, else by Tab.
import {announce} from "./live.js";
import {make} from "./dom.js";
import {page} from "./page.js";
import {say} from "./texts.js";

const OPENS = /(?:^\/\S*|(?:^|\s)(?:[@#]\S+|:\w{2,}))$/;
const SHOWN_MAX = 8;

let field, box, changed;
let open = null; // {start, end, items, at}: the word, what it may become, which is chosen

/** @param {HTMLTextAreaElement} of @param {function()} onChange its text was replaced */
export function startCompletion(of, onChange) {
	field = of;
	changed = onChange;
	box = make("ul", {id: "candidates", class: "candidates", role: "listbox", hidden: true,
		"aria-label": say("compose.candidates")});
	// Before the field loses the focus.
	box.addEventListener("pointerdown", (event) => {
		const item = event.target.closest("[data-at]");
		event.preventDefault();
		if (item)
			take(Number(item.dataset.at));
	});
	field.addEventListener("blur", close);
	return box;
}

/** The text or the cursor changed. */
export function updateCompletion() {
	const before = field.value.slice(0, field.selectionStart);

	if (OPENS.test(before))
		ask();
	else
		close();
}

// True: the word may become something.
function ask() {
	const end = field.selectionStart;
	const {start, items} = page.core.complete(page.place, field.value, end);

	if (!items.length)
		return close();
	open = {start, end, items: items.slice(0, SHOWN_MAX), at: 0};
	draw();
	return true;
}

function close() {
	open = null;
	box.hidden = true;
	field.removeAttribute("aria-activedescendant");
	field.removeAttribute("aria-controls");
	return false;
}

function draw() {
	box.replaceChildren(...open.items.map((item, i) => make("li", {
		id: `candidate-${i}`, role: "option", "data-at": i, dir: "auto",
		"aria-selected": String(i === open.at),
	}, item.trim())));
	box.hidden = false;
	field.setAttribute("aria-controls", "candidates");
	field.setAttribute("aria-activedescendant", `candidate-${open.at}`);
	announce(open.items[open.at].trim());
}

/** A key in the field. True: it was the list's. */
export function completesKey(event) {
	if (event.ctrlKey || event.altKey || event.metaKey)
		return false;
	const used = open ? keyOfList(event) : keyOfField(event);

	if (used)
		event.preventDefault();
	return used;
}

// Tab completes a word; where there is none it goes on as everywhere.
function keyOfField(event) {
	const word = /\S+$/.test(field.value.slice(0, field.selectionStart));

	if (event.key !== "Tab" || event.shiftKey || !word || !ask())
		return false;
	if (open.items.length === 1)
		take(0);
	return true;
}

function keyOfList(event) {
	switch (event.key) {
	case "ArrowDown": return move(1);
	case "ArrowUp": return move(-1);
	case "Tab": return take(open.at);
	case "Enter": return isWhole() ? close() : take(open.at);
	case "Escape": close(); return true;
	default: return false;
	}
}

// "/help" is all that "/help" may become: Enter sends it.
function isWhole() {
	const word = field.value.slice(open.start, open.end);

	return open.items[open.at].trim() === word;
}

function move(step) {
	open.at = (open.at + step + open.items.length) % open.items.length;
	draw();
	return true;
}

function take(at) {
	field.setRangeText(open.items[at], open.start, open.end, "end");
	close();
	changed();
	return true;
}
