// SPDX-License-Identifier: MIT
// Of several tabs one has the core, its store and the connection: who holds the lock. The
// others say so, offer to take over, and do when the first is closed or dies.
import {button, make} from "./dom.js";
import {show} from "./dialog.js";

const LOCK = "snug";

/**
 * @param {object} of t: texts; begin(): this tab is the one, once; end(): it is no more, and
 *   must write nothing from now on
 */
export function oneTab({t, begin, end}) {
	if (!navigator.locks) {
		begin();
		return;
	}
	const tab = {t, begin, end, hasBegun: false, panel: null, waiting: null};

	request(tab, {ifAvailable: true}, () => wait(tab));
}

/** Holds the lock for as long as the tab lives; refused(): another has it. */
async function request(tab, options, refused) {
	let isHeld = false;

	try {
		await navigator.locks.request(LOCK, options, (lock) => {
			isHeld = Boolean(lock);
			return isHeld ? hold(tab) : refused();
		});
	} catch (error) {
		if (error.name !== "AbortError") throw error;
		if (isHeld) lose(tab);
	}
}

// A tab that had it before has a core that knows nothing of what happened since: it starts
// anew.
function hold(tab) {
	tab.waiting?.abort();
	if (tab.hasBegun) {
		location.reload();
	} else {
		tab.hasBegun = true;
		tab.panel?.close();
		tab.begin();
	}
	return new Promise(() => {});
}

function lose(tab) {
	tab.end();
	wait(tab);
}

function wait(tab) {
	tab.waiting = new AbortController();
	tab.panel = showPanel(tab);
	request(tab, {signal: tab.waiting.signal}, () => {});
}

function showPanel(tab) {
	const heading = make("h1", {id: "elsewhere"}, tab.t("tabs.title"));
	const element = make(
		"dialog",
		{
			class: "dialog elsewhere",
			"aria-labelledby": "elsewhere",
			on: {cancel: (event) => event.preventDefault()},
		},
		make(
			"div",
			{class: "body"},
			heading,
			make("p", {}, tab.t("tabs.what")),
			button(
				tab.t("tabs.here"),
				() => request(tab, {steal: true}, () => {}),
				{class: "main", autofocus: true},
			),
		),
	);

	return show(element);
}
