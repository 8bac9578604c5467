// SPDX-License-Identifier: MIT
// The picker of emoji: the terminal's table (client/model/emoji.def), loaded when first wanted;
// words narrow it, arrows move in it, Enter takes.
import {button, identify, make} from "./dom.js";
import {openDialog} from "./dialog.js";
import {remember} from "./recent.js";
import {step} from "./focus.js";

const COLUMNS = 8;

let table = null;

async function loadTable() {
	if (!table) {
		const answer = await fetch("/assets/emoji.json");

		if (!answer.ok) throw new Error(`emoji.json: ${answer.status}`);
		table = await answer.json();
	}
	return table;
}

/** Rows of [sign, names] whose names have the word: those that begin with it first. */
export function searchEmoji(rows, word) {
	const wanted = word.trim().toLowerCase().replace(/^:|:$/g, "");
	const rank = ([, names]) =>
		names.split(" ").some((one) => one.startsWith(wanted))
			? 0
			: names.includes(wanted)
				? 1
				: 2;

	return rows
		.map((row) => [rank(row), row])
		.filter(([place]) => place < 2)
		.sort(([a], [b]) => a - b)
		.map(([, row]) => row);
}

/** @returns {Promise<string|undefined>} the emoji that was chosen */
export function pickEmoji(page) {
	const grid = make("div", {
		role: "listbox",
		class: "emoji",
		"aria-label": page.t("emoji.title"),
	});
	const field = make("input", {
		type: "search",
		role: "combobox",
		autocomplete: "off",
		"aria-expanded": "true",
		"aria-controls": identify(grid),
		"aria-label": page.t("emoji.search"),
		placeholder: page.t("emoji.search"),
	});
	const named = make("p", {class: "hint", role: "status"});
	const shown = openDialog(page, {
		title: page.t("emoji.title"),
		kind: "picker",
		body: [field, grid, named],
		first: field,
	});
	const picker = {
		page,
		field,
		grid,
		named,
		at: 0,
		rows: [],
		found: [],
		take(sign) {
			remember(page.core, sign);
			shown.close(sign);
		},
	};
	const draw = () => fill(picker, searchEmoji(picker.rows, field.value));

	field.addEventListener("input", draw);
	field.addEventListener("keydown", (event) => onKey(picker, event));
	loadTable().then(
		(rows) => {
			picker.rows = rows;
			draw();
		},
		(error) => {
			named.textContent = error.message;
		},
	);
	return shown.closed;
}

function fill(picker, found) {
	picker.found = found;
	picker.grid.replaceChildren(
		...found.map(([sign, names]) =>
			button(sign, () => picker.take(sign), {
				role: "option",
				tabindex: -1,
				"aria-label": names.split(" ")[0].replaceAll("_", " "),
			}),
		),
	);
	mark(picker, 0);
}

function mark(picker, at) {
	const options = [...picker.grid.children];

	picker.at = at;
	options.forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
	if (options[at]) {
		picker.field.setAttribute("aria-activedescendant", identify(options[at]));
		options[at].scrollIntoView({block: "nearest"});
	} else {
		picker.field.removeAttribute("aria-activedescendant");
	}
	picker.named.textContent = options[at]
		? picker.found[at][1]
				.split(" ")
				.map((one) => `:${one}:`)
				.join(" ")
		: picker.page.t("emoji.none");
}

function onKey(picker, event) {
	const at = step(event.key, picker.at, picker.found.length, COLUMNS);

	if (event.key === "Enter" && !event.isComposing && picker.found[picker.at]) {
		event.preventDefault();
		picker.take(picker.found[picker.at][0]);
	} else if (at !== null && !event.isComposing) {
		event.preventDefault();
		mark(picker, at);
	}
}
