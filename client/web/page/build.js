// SPDX-License-Identifier: MIT
// The three panes, put together once, and again in another language.
import {edit, focusComposer, insert, keepDraft, reply, showComposer, startComposer} from "./compose.js";
import {drawHead, drawLink, startHead} from "./head.js";
import {drawRooms, startRooms} from "./rooms.js";
import {goBack, startPanes} from "./panes.js";
import {iconButton} from "./icon.js";
import {logList, showLog, startLog, toNewest, watchLog} from "./log.js";
import {make} from "./dom.js";
import {openGoto} from "./goto.js";
import {page} from "./page.js";
import {say} from "./texts.js";
import {startKeys} from "./keys.js";

const byId = (id) => document.getElementById(id);

export function build() {
	fill();
	startPanes();
	startKeys();
	watchLog();
	window.addEventListener("pagehide", keepDraft);
	page.rebuild = () => {
		fill();
		drawRooms();
		if (page.place)
			showAgain();
	};
}

function fill() {
	const [head, state] = startHead({back: goBack, people: () => undefined});

	byId("list").setAttribute("aria-label", say("rooms.list"));
	byId("list").replaceChildren(make("header", {class: "list-head"},
		make("strong", {class: "network"}, "snug"),
		iconButton("search", say("rooms.goto"), openGoto)), startRooms());
	byId("talk").replaceChildren(head, state, startLog(), startComposer({emoji: () => undefined}));
	byId("talk").setAttribute("aria-label", say("log.messages"));
	Object.assign(page, {log: logList(), reply, edit, insert, newest: toNewest, focus: focusComposer});
}

function showAgain() {
	drawHead();
	drawLink();
	showLog(page.place);
	showComposer();
}
