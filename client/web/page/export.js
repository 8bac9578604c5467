// SPDX-License-Identifier: MIT
// All that the server has of oneself, page by page, as one file of JSON lines.
import {askProved} from "./ask.js";
import {notice, showBar} from "./bar.js";

/** Puts the parts of long lines together: EXPORT + begins or goes on, EXPORT * ends a line. */
export function joinParts(verb, lines) {
	let begun = "";
	const whole = [];

	for (const {command, params} of lines) {
		if (command !== verb) continue;
		begun += params.at(-1);
		if (params[0] === "*") {
			whole.push(begun);
			begun = "";
		}
	}
	return whole;
}

const nextPlace = (lines) =>
	lines.find((line) => line.command === "NOTE" && line.params[1] === "EXPORT_PAGE")
		?.params[2];

export async function exportData(page) {
	const rows = [];

	try {
		for (let place = ""; place !== "*";) {
			const lines = await askProved(page, `ACCOUNT EXPORT ${place}`.trim());

			if (!lines) return;
			rows.push(...joinParts("EXPORT", lines));
			place = nextPlace(lines) ?? "*";
			showBar(page, page.t("export.busy", {count: rows.length}), [], null);
		}
		saveFile(`${page.core.me().name}.jsonl`, `${rows.join("\n")}\n`);
		notice(page, page.t("export.done", {count: rows.length}));
	} catch (refusal) {
		notice(page, refusal.message);
	}
}

/** A text of this page's, as a file of the person's. */
export function saveFile(name, text) {
	const link = document.createElement("a");

	link.href = URL.createObjectURL(new Blob([text], {type: "application/jsonl"}));
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), 0);
}
