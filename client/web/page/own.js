// SPDX-License-Identifier: MIT
// What one said and the server has not stored yet: it stands below all that is stored, with
// where it is now in words.
import {bodyOf} from "./body.js";
import {make} from "./dom.js";
import {page} from "./page.js";
import {say} from "./texts.js";

const LEFT = new Set(["refused", "held", "lost"]); // until the person decides
const acts = {reaction: "own.reacts", removal: "own.removes", topic: "own.topic", edit: "own.edits"};

export const ownKey = (own) => `own ${own.localId}`;

/** One of core.own() as a list item. */
export function ownRow(own) {
	return make("li", {class: `row own ${own.state}`, "data-own": own.localId, tabindex: -1},
		make("div", {class: "message"},
			make("div", {class: "body"}, ...what(own)),
			make("div", {class: "state"}, make("span", {}, state(own)), ...choices(own))));
}

const what = (own) => own.kind in acts
	? [make("p", {class: "act", dir: "auto"}, say(acts[own.kind], {text: own.text}))]
	: bodyOf(own.text, "");

function state(own) {
	if (own.state === "refused" && own.reason)
		return say("own.refused.why", {why: own.reason});
	return say(`own.${own.state}`);
}

function choices(own) {
	if (!LEFT.has(own.state))
		return [];
	const choice = (key, act) => make("button",
		{type: "button", on: {click: () => act.call(page.core, own.localId)}}, say(key));

	return [choice("own.retry", page.core.retry), choice("own.drop", page.core.drop)];
}
