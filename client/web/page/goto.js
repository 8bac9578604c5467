// SPDX-License-Identifier: MIT
// Go to a room or person by some of its letters (Ctrl+K).
import {make} from "./dom.js";
import {openDialog} from "./dialog.js";
import {page, titleOf} from "./page.js";
import {inOrder} from "./rooms.js";
import {say} from "./texts.js";

const SHOWN_MAX = 12;

/** The letters stand in the name in this order; small is good, -1: they do not. Pure. */
export function scoreOf(letters, name) {
	let at = -1, score = 0;

	for (const letter of letters.toLowerCase()) {
		const next = name.toLowerCase().indexOf(letter, at + 1);
		if (next < 0)
			return -1;
		score += next - at - 1;
		at = next;
	}
	return score;
}

function found(letters) {
	return inOrder().filter((target) => target.kind !== "server")
		.map((target) => ({target, score: scoreOf(letters, titleOf(target))}))
		.filter((one) => one.score >= 0)
		.sort((a, b) => a.score - b.score)
		.slice(0, SHOWN_MAX);
}

export function openGoto() {
	const list = make("ul", {id: "goto-list", role: "listbox", class: "goto",
		"aria-label": say("rooms.list")});
	const field = make("input", {type: "search", role: "combobox", "aria-expanded": "true",
		"aria-controls": "goto-list", "aria-label": say("goto.title"), autocomplete: "off"});
	let all = [], at = 0;
	const draw = () => {
		all = found(field.value);
		at = Math.min(at, Math.max(0, all.length - 1));
		list.replaceChildren(...all.map((one, i) => option(one.target, i, i === at)));
		field.setAttribute("aria-activedescendant", all.length ? `goto-${at}` : "");
		none.hidden = all.length > 0;
	};
	const none = make("p", {role: "status"}, say("goto.none"));
	const shown = openDialog(page, {title: say("goto.title"), body: [field, list, none], first: field});
	const take = (one) => one && shown.close(one.target.id);

	field.addEventListener("input", () => { at = 0; draw(); });
	field.addEventListener("keydown", (event) => {
		const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
		if (step)
			at = (at + step + all.length) % Math.max(1, all.length);
		else if (event.key === "Enter" && !event.isComposing)
			take(all[at]);
		else
			return;
		event.preventDefault();
		if (step)
			draw();
	});
	list.addEventListener("click", (event) => take(all[event.target.closest("[data-at]")?.dataset.at]));
	draw();
	shown.closed.then((id) => id && page.show(id));
}

function option(target, i, isChosen) {
	const count = target.muted ? 0 : target.unread;

	return make("li", {
		id: `goto-${i}`, role: "option", "data-at": i, "aria-selected": String(isChosen),
	}, make("bdi", {}, titleOf(target)), count ? make("span", {class: "badge"}, String(count)) : null);
}
