// SPDX-License-Identifier: MIT
// Rows of an answer as a table: a column for each name that one of them has.
import {make, when} from "./dom.js";

const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** @param {object[]} rows; @param {string} label what they are */
export function tableOf(rows, label) {
	const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
	const heads = columns.map((one) => make("th", {scope: "col"}, one));
	const lines = rows.map((row) =>
		make(
			"tr",
			{},
			columns.map((one) => make("td", {dir: "auto"}, cell(row[one]))),
		),
	);

	return make(
		"div",
		{class: "table", tabindex: 0, role: "group", "aria-label": label},
		make("table", {}, make("thead", {}, make("tr", {}, heads)), make("tbody", {}, lines)),
	);
}

function cell(value) {
	if (value === null || value === undefined) return "";
	if (typeof value === "string" && TIME.test(value)) return when(Date.parse(value));
	return typeof value === "object" ? JSON.stringify(value) : String(value);
}
