// SPDX-License-Identifier: MIT
// Forms and their parts, as dialogs have them.
import {make} from "./dom.js";

/** Fields in a line; act() when they are sent, and nothing leaves the page. */
export function lineForm(act, ...children) {
	const submit = (event) => {
		event.preventDefault();
		act();
	};

	return make("form", {class: "form line", on: {submit}}, ...children);
}

/** The button that sends a form. */
export const sender = (text, kind = "") => make("button", {type: "submit", class: kind}, text);

export const group = (text, ...children) =>
	make("fieldset", {}, make("legend", {}, text), ...children);

/**
 * A box with its words. act(isOn) does it; where that turns out false, it was not done, and the
 * box is as before.
 */
export function checkbox(text, isOn, act) {
	const box = make("input", {type: "checkbox", checked: isOn});

	box.addEventListener("change", async () => {
		if ((await act(box.checked)) === false) box.checked = !box.checked;
	});
	return make("label", {class: "check"}, box, text);
}

/** One of rows of [value, text]; act(value). */
export function choice(rows, chosen, act) {
	const options = rows.map(([value, text]) =>
		make("option", {value, selected: value === chosen}, text),
	);
	const field = make("select", {on: {change: () => act(field.value)}}, options);

	return field;
}
