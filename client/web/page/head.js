// SPDX-License-Identifier: MIT
// The bar above the log: where one is, what it is about, how many are there; and under it, while
// that is not plain "online", what the connection is doing, in words.
import {clock} from "./days.js";
import {lineOf} from "./body.js";
import {make} from "./dom.js";
import {icon, iconButton} from "./icon.js";
import {page, shownTarget, titleOf} from "./page.js";
import {harmless} from "./spans.js";
import {has, say} from "./texts.js";

const CALM_MS = 1500; // so long a connection may take before words are made of it

let title, topic, count, state, later;
let downSince = 0; // since when it is not online, over all tries
let drawn = "";

/** @param {{back: function(), people: function(), room: function()}} acts */
export function startHead(acts) {
	title = make("h1", {class: "title"});
	topic = make("p", {class: "topic", dir: "auto"});
	count = make("button", {type: "button", class: "people-count", on: {click: acts.people}});
	state = make("div", {class: "link-state", role: "status", hidden: true});
	return [make("header", {class: "head"},
		iconButton("back", say("bar.back"), acts.back, {class: "icon-button back"}),
		make("div", {class: "where"}, title, topic), count,
		iconButton("more", say("build.room"), acts.room)), state];
}

export function drawHead() {
	const target = shownTarget();
	const people = target ? page.core.members(target.id).length : 0;
	const now = JSON.stringify([target?.id, target?.topic, target && titleOf(target), people]);

	if (!target || now === drawn)
		return;
	drawn = now;
	title.replaceChildren(make("bdi", {}, target.kind === "server" ? say("rooms.server")
		: harmless(titleOf(target))));
	topic.replaceChildren(...lineOf(harmless(target.topic ?? "")));
	topic.title = target.topic ?? "";
	count.hidden = target.kind !== "room";
	count.replaceChildren(icon("people"), String(people));
	count.setAttribute("aria-label", say("bar.people", {count: people}));
	count.title = say("bar.people", {count: people});
}

/** A try that is young is no news: it is told later, if it lasts. */
export function drawLink() {
	const link = page.core.link();
	const isTried = ["connecting", "login"].includes(link.state);

	downSince = link.state === "online" ? 0 : downSince || Date.now();
	const isYoung = isTried && Date.now() - downSince < CALM_MS;

	clearTimeout(later);
	if (isYoung)
		later = setTimeout(drawLink, CALM_MS);
	state.hidden = isYoung || link.state === "online";
	if (state.hidden) {
		delete state.dataset.words;
		return;
	}
	const words = linkWords(link);
	if (state.dataset.words === words)
		return;
	state.dataset.words = words;
	state.className = `link-state ${link.state}`;
	state.replaceChildren(make("span", {}, words), ...choices(link));
}

function linkWords(link) {
	const why = has(`failure.${link.failure}`) && link.failure !== "NONE"
		? say(`failure.${link.failure}`) : harmless(link.text ?? "");

	if (link.state === "offline")
		return say("bar.offline", {time: clock(link.since)});
	if (isTriedAgain(link))
		return say("bar.trying", {why});
	return link.state === "refused" ? `${say("bar.refused")} ${why}`.trim() : say(`bar.${link.state}`);
}

// The first connection of this page did not come about.
const isTriedAgain = (link) => link.state === "connecting" && link.tries > 1;

function choices(link) {
	if (!["offline", "refused"].includes(link.state) && !isTriedAgain(link))
		return [];
	return [make("button", {type: "button", on: {click: () => page.core.reconnect()}}, say("bar.retry"))];
}
