// SPDX-License-Identifier: MIT
// Search of all that was said, and going to a day. A find is gone to; the way back is a button.
import {showBar} from "./bar.js";
import {openDialog} from "./dialog.js";
import {button, labelled, make, name, when} from "./dom.js";
import {moveFocus} from "./focus.js";
import {lineForm, sender} from "./form.js";

/** @param {string} [words] to search for at once */
export function openSearch(page, words = "") {
	const here = page.core.targets().find((target) => target.id === page.here());
	const field = make("input", {
		type: "search",
		name: "words",
		value: words,
		enterkeyhint: "search",
		autocomplete: "off",
	});
	const list = make("ul", {class: "finds"});
	const state = make("p", {role: "status", class: "hint"}, page.t("search.how"));
	const form = wordsForm(page, here, field, (room) =>
		begin(search, field.value.trim(), room),
	);
	const shown = openDialog(page, {
		title: page.t("search.title"),
		kind: "wide search",
		first: field,
		body: [form, dayForm(page, () => shown.close()), state, list],
	});
	const search = {page, shown, list, state};

	list.addEventListener("keydown", (event) => moveFocus(event, buttonsOf(list)));
	shown.closed.then(
		page.watch((changes) => {
			if (changes.found) showFound(search);
		}),
	);
	if (words) begin(search, words, null);
	return {...shown, search};
}

/** go(room): null is everywhere */
function wordsForm(page, here, field, go) {
	const inHere = make("input", {type: "checkbox", name: "here"});
	const words = here && page.t("search.here", {name: here.people || here.name});

	return lineForm(
		() => go(inHere.checked ? here.name : null),
		labelled(page.t("search.words"), field),
		sender(page.t("search.go"), "main"),
		here && here.kind !== "server"
			? make("label", {class: "check"}, inHere, words)
			: null,
	);
}

/** A search that was typed ("/search cake") shows what it found, too. */
export function openFound(page) {
	if (!document.querySelector("dialog.search")) showFound(openSearch(page).search);
}

const buttonsOf = (list) => [...list.querySelectorAll("button")];

function begin({page, state, list}, words, room) {
	if (!words) return;
	list.replaceChildren();
	state.textContent = page.t("search.busy");
	page.core.search(room ? `${words} in:${room}` : words);
}

function showFound(search) {
	const {page, list, state} = search;
	const found = page.core.found();

	state.textContent = page.t("search.found", {count: found.length});
	list.replaceChildren(...found.map((one) => make("li", {}, findRow(search, one))));
	buttonsOf(list).forEach((row, i) => {
		row.tabIndex = i ? -1 : 0;
	});
	buttonsOf(list)[0]?.focus();
}

function findRow({page, shown}, one) {
	const target = page.core.targets().find((other) => other.name === one.target);
	const head = make(
		"span",
		{class: "find-head"},
		name(one.display || one.from),
		" · ",
		name(target?.people || one.target),
		" · ",
		when(one.at),
	);

	return button(
		[head, make("span", {class: "find-text", dir: "auto"}, one.text)],
		() => {
			shown.close();
			jump(page, target?.id ?? page.here(), one.id, one.at);
		},
		{class: "find"},
	);
}

/** To a message elsewhere, with a way back to the target one was in. */
export function jump(page, target, id, at) {
	const from = page.here();
	const back = {text: page.t("search.back"), act: () => page.show(from)};

	page.jump(target, id, at);
	showBar(page, page.t("search.jumped"), [back], null);
}

/** "Go to a day" of the target that is shown. */
function dayForm(page, done) {
	const field = make("input", {
		type: "date",
		name: "day",
		required: true,
		max: localDay(Date.now()),
	});
	const go = () => {
		done();
		jump(page, page.here(), "", new Date(`${field.value}T00:00`).getTime());
	};

	return lineForm(
		go,
		labelled(page.t("search.day"), field),
		sender(page.t("search.day_go")),
	);
}

// "2026-11-30" by the reader's clock; toISOString() would tell the day in Greenwich.
function localDay(at) {
	const date = new Date(at);
	const two = (number) => String(number).padStart(2, "0");

	return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
