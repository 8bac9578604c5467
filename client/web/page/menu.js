// SPDX-License-Identifier: MIT
// A menu: acts under each other, by arrows, first letters and their own keys.
//
// It is a dialog, too (Esc, the focus goes back); on a small screen it comes from below.
import {make} from "./dom.js";
import {show} from "./dialog.js";
import {moveFocus} from "./focus.js";

/**
 * @param {{x: number, y: number}} at where it opens, in the window
 * @param {string} label what it is a menu of
 * @param {Array<{text: string, key?: string, act: function(), kind?: string}>} items
 * @param {Node} [top] what stands above them, as the row of reactions
 */
export function openMenu(at, label, items, top) {
	const rows = items.map((item) =>
		make(
			"button",
			{
				type: "button",
				role: "menuitem",
				class: item.kind ?? "",
				tabindex: -1,
				"aria-keyshortcuts": item.key,
			},
			make("span", {}, item.text),
			item.key ? make("kbd", {"aria-hidden": "true"}, item.key) : null,
		),
	);
	const element = make(
		"dialog",
		{class: "menu", "aria-label": label},
		top,
		make("div", {role: "menu", "aria-label": label}, rows),
	);
	const shown = show(element);
	const take = (i) => {
		shown.close();
		shown.closed.then(items[i].act);
	};

	rows.forEach((row, i) => row.addEventListener("click", () => take(i)));
	element.addEventListener("keydown", (event) => onKey(event, rows, items, take));
	place(element, at);
	rows[0].tabIndex = 0;
	rows[0].focus();
	return shown;
}

function onKey(event, rows, items, take) {
	if (event.ctrlKey || event.metaKey || event.altKey) return;
	const at = items.findIndex((item) => item.key === event.key);
	const named = rows.findIndex((row) =>
		row.textContent.toLowerCase().startsWith(event.key.toLowerCase()),
	);

	if (at >= 0) {
		event.preventDefault();
		take(at);
	} else if (!moveFocus(event, rows) && named >= 0) {
		rows[named].focus();
	}
}

// Near the point and wholly in the window; CSS has the last word on a small screen.
function place(element, at) {
	const box = element.getBoundingClientRect();
	const x = Math.max(8, Math.min(at.x, window.innerWidth - box.width - 8));
	const y = Math.max(8, Math.min(at.y, window.innerHeight - box.height - 8));

	element.style.setProperty("--x", `${x}px`);
	element.style.setProperty("--y", `${y}px`);
}
