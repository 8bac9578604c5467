// SPDX-License-Identifier: MIT
// The signs of buttons: symbols that index.html holds. They say nothing to screen readers.
import {make} from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
	const svg = document.createElementNS(SVG, "svg");
	const use = document.createElementNS(SVG, "use");

	svg.setAttribute("class", "icon");
	svg.setAttribute("aria-hidden", "true");
	use.setAttribute("href", `#icon-${name}`);
	svg.append(use);
	return svg;
}

/** A button that shows a sign and is called `label`. */
export function iconButton(sign, label, act, attributes = {}) {
	return make("button", {
		type: "button", class: "icon-button", title: label, "aria-label": label,
		on: {click: act}, ...attributes,
	}, icon(sign));
}
