// SPDX-License-Identifier: MIT
// What changed since the last frame, collected: whoever draws is told once, however much came.

function nothing() {
	return {
		targets: false, link: false, question: false, found: false, listed: false, devices: false,
		own: new Set(), typing: new Set(), members: new Set(), lines: new Map(),
		sought: null, handOut: null, recall: null, alerts: [], said: [],
	};
}

/** How each kind that the core tells (client/web/tab_watch.c) is put. */
const PUT = {
	targets: (all) => (all.targets = true),
	link: (all) => (all.link = all.targets = true),
	question: (all) => (all.question = true),
	found: (all) => (all.found = true),
	devices: (all) => (all.devices = true),
	listed: (all) => (all.listed = true),
	own: (all, { target }) => all.own.add(target),
	typing: (all, { target }) => all.typing.add(target),
	members: (all, { target }) => all.members.add(target),
	alert: (all, { target, id, from, text }) => all.alerts.push({ target, id, from, text }),
	sought: (all, { target, id, how }) => (all.sought = { target, id, how }),
	handOut: (all, { words, link }) => (all.handOut = { words, link }),
	recall: (all, { target, text, replyTo }) => (all.recall = { target, text, replyTo }),
	said: (all, { id }) => all.said.push(id),
	lines(all, { target, id }) {
		if (!all.lines.has(target)) all.lines.set(target, new Set());
		all.lines.get(target).add(id);
	},
};

// No frame comes while the page is hidden, and alerts must not wait for one.
function soon(work) {
	if (globalThis.document && !document.hidden && globalThis.requestAnimationFrame)
		requestAnimationFrame(work);
	else setTimeout(work, 0);
}

/** tell(all): called at most once a frame; before(all) may add to it. */
export function collectChanges(before, tell) {
	let all = nothing();
	let isPlanned = false;

	function out() {
		isPlanned = false;
		const told = all;
		all = nothing();
		before(told);
		tell(told);
	}
	return {
		/** False: there is no such kind. */
		add(change) {
			const put = PUT[change.what];
			if (!put) return false;
			put(all, change);
			if (!isPlanned) soon(out);
			isPlanned = true;
			return true;
		},
	};
}
