// SPDX-License-Identifier: MIT
// Elements made in one expression. Text goes in as text and no other way, without what hides or
// turns it (spans.js).
import {harmless} from "./spans.js";

/**
 * make("button", {class: "quiet", on: {click: act}}, "Save"): an attribute that is false,
 * null or undefined is left out, one that is true stands empty; children are nodes, texts, or
 * nothing.
 */
export function make(kind, attributes = {}, ...children) {
	const element = document.createElement(kind);

	for (const [name, value] of Object.entries(attributes)) {
		if (name === "on") listen(element, value);
		else if (value === true) element.setAttribute(name, "");
		else if (value !== false && value !== null && value !== undefined)
			element.setAttribute(name, value);
	}
	element.append(
		...children
			.flat(Infinity)
			.filter((child) => child !== null && child !== undefined)
			.map((child) => (typeof child === "string" ? harmless(child) : child)),
	);
	return element;
}

function listen(element, handlers) {
	for (const [name, handler] of Object.entries(handlers))
		element.addEventListener(name, handler);
}

/** A button that never submits what it stands in. */
export function button(text, act, attributes = {}) {
	return make("button", {type: "button", on: {click: act}, ...attributes}, text);
}

/** A name of somebody or something, which must not turn the text round it. */
export function name(text) {
	return make("bdi", {}, text);
}

/** label and field, bound to each other; field.id is made where it has none. */
export function labelled(text, field, hint) {
	const hintId = `${identify(field)}-hint`;

	if (hint) field.setAttribute("aria-describedby", hintId);
	return make(
		"div",
		{class: "field"},
		make("label", {for: field.id}, text),
		field,
		hint ? make("p", {class: "hint", id: hintId}, hint) : null,
	);
}

let made = 0;

/** The element's id, which it gets where it has none. */
export function identify(element) {
	if (!element.id) element.id = `made-${++made}`;
	return element.id;
}

/** A time in the language of the page, by the reader's clock. */
export function when(at) {
	const format = new Intl.DateTimeFormat(document.documentElement.lang || undefined, {
		dateStyle: "medium",
		timeStyle: "short",
	});

	return make("time", {datetime: new Date(at).toISOString()}, format.format(at));
}
