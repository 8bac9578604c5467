// SPDX-License-Identifier: MIT
// The one dialog: a native <dialog>, so that what lies behind it is inert and Esc closes it.
//
// Whatever closes it, closed comes true once, the element is gone, and the focus is back
// where it was (focus.js). A dialog opened from a dialog lies on top of it and gives the
// focus back to it.
import {button, identify, make} from "./dom.js";
import {giveFocusBack, whoHasFocus} from "./focus.js";
import {iconButton} from "./icon.js";

/**
 * @param {{t: function(string, object=): string}} page
 * @param {object} what
 *   title: its heading; body: nodes; actions: buttons of its foot; kind: a class more;
 *   first: who has the focus at first (else what has autofocus, else the first that can)
 * @returns {{element: HTMLDialogElement, close: function(any=), closed: Promise<any>}}
 *   closed: what close() was given; undefined after Esc or the cross
 */
export function openDialog(page, {title, body, actions = [], kind = "", first}) {
	const heading = make("h2", {}, title);
	const cross = iconButton("close", page.t("dialog.close"), () => shown.close());
	const element = make(
		"dialog",
		{class: `dialog ${kind}`.trim()},
		make("header", {}, heading, cross),
		make("div", {class: "body"}, body),
		make("div", {class: "bars", role: "status"}),
		actions.length ? make("footer", {}, actions) : null,
	);
	const shown = show(element);

	element.setAttribute("aria-labelledby", identify(heading));
	(first ?? element.querySelector("[autofocus]") ?? firstIn(element))?.focus();
	return shown;
}

// The cross comes first in order, but is not what a dialog is for.
function firstIn(element) {
	return element.querySelector(
		".body :is(button, input, select):not(:disabled, [tabindex='-1']), footer *",
	);
}

/** An element that is a <dialog> already, shown over all; what openDialog() returns. */
export function show(element) {
	const was = whoHasFocus();
	let answer;
	const closed = new Promise((resolve) => {
		element.addEventListener("close", () => {
			element.remove();
			// Unless what was chosen in it has put the focus somewhere meanwhile.
			if (!whoHasFocus()) giveFocusBack(was);
			resolve(answer);
		});
	});

	element.addEventListener("pointerdown", (event) => {
		if (event.target === element && !isInside(element, event)) element.close();
	});
	document.body.append(element);
	element.showModal();
	return {
		element,
		closed,
		close(value) {
			answer = value;
			element.close();
		},
	};
}

// A click beside a dialog hits the dialog too: its backdrop is a part of it.
function isInside(element, event) {
	const box = element.getBoundingClientRect();

	return (
		event.clientX >= box.left &&
		event.clientX <= box.right &&
		event.clientY >= box.top &&
		event.clientY <= box.bottom
	);
}

/**
 * A question with named answers.
 * @param {Array<{value: any, text: string, kind?: string}>} choices kind: "danger", "main"
 * @returns {Promise<any>} the value, undefined where nothing was chosen
 */
export function askChoice(page, title, text, choices) {
	const buttons = choices.map((choice) =>
		button(choice.text, () => shown.close(choice.value), {
			class: choice.kind ?? "",
		}),
	);
	const shown = openDialog(page, {
		title,
		body: make("p", {}, text),
		actions: buttons,
		kind: "small",
		first: buttons[0],
	});

	return shown.closed;
}

/**
 * A form of fields in a dialog. @returns {Promise<Object<string, string>|undefined>} by field
 * names
 * @param {Node[]} fields with names; @param {string} send the button's words
 * @param {{text: string, value: any}} [other] a way round the form: what it answers instead
 */
export function askForm(page, {title, intro, fields, send, other, danger = false}) {
	const submit = make(
		"button",
		{type: "submit", class: danger ? "danger" : "main"},
		send,
	);
	const form = make(
		"form",
		{method: "dialog", class: "form"},
		intro ? make("p", {}, intro) : null,
		fields,
	);
	const shown = openDialog(page, {
		title,
		body: [form, other ? button(other.text, () => shown.close(other.value)) : null],
		actions: [button(page.t("dialog.cancel"), () => shown.close()), submit],
		kind: "small",
		first: form.querySelector("input, select, textarea"),
	});

	submit.setAttribute("form", identify(form));
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		shown.close(Object.fromEntries(new FormData(form)));
	});
	return shown.closed;
}
