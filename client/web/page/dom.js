// SPDX-License-Identifier: MIT
// Elements. Text enters the page here and is never read as HTML.

// `el("button", {class: "plain", type: "button", onclick: f, "aria-label": text}, child...)`:
// functions are listeners, true is an empty attribute, false, null and undefined are none. A
// child is a node, a string, or nothing.
export function el(tag, attributes = {}, ...children) {
	const made = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes))
		set(made, name, value);
	made.append(...children.filter((child) => child !== null && child !== undefined));
	return made;
}

export function set(element, name, value) {
	if (typeof value === "function")
		element.addEventListener(name.slice(2), value);
	else if (value === false || value === null || value === undefined)
		element.removeAttribute(name);
	else
		element.setAttribute(name, value === true ? "" : value);
}

export const byId = (id) => document.getElementById(id);

const SVG = "http://www.w3.org/2000/svg";

// One of the signs that index.html holds as symbols; it says nothing to screen readers.
export function icon(name) {
	const svg = document.createElementNS(SVG, "svg");
	const use = document.createElementNS(SVG, "use");
	svg.setAttribute("class", "icon");
	svg.setAttribute("aria-hidden", "true");
	use.setAttribute("href", `#icon-${name}`);
	svg.append(use);
	return svg;
}

// A button that shows a sign and is called `label`.
export function iconButton(name, label, onclick, attributes = {}) {
	return el("button", {type: "button", class: "icon-button", title: label,
		"aria-label": label, onclick, ...attributes}, icon(name));
}
