// SPDX-License-Identifier: MIT
// What is read out: only new texts of the open room, one by one, or how many when many came at
// once. The log itself is not live, so that older pages and drawings stay silent.
import {isSpeech, wrote} from "./units.js";
import {say} from "./texts.js";
import {harmless} from "./spans.js";

const BURST = 3;     // more than that in one frame are told as a number
const KEPT = 20;     // sentences that stay in the region

const region = () => document.getElementById("live");

/** Words for who listens. */
export function announce(text) {
	const line = document.createElement("p");

	line.textContent = text;
	region().append(line);
	while (region().children.length > KEPT)
		region().firstChild.remove();
}

/** @param {object[]} lines new ones of the shown target, from the core */
export function announceLines(lines) {
	const said = lines.filter((line) => isSpeech(line) && !line.self && !line.redacted);

	if (said.length > BURST)
		announce(say("log.burst", {count: said.length}));
	else
		said.forEach((line) => announce(`${line.display || line.from}: ${harmless(wrote(line))}`));
}
