// SPDX-License-Identifier: MIT
// The page's own age. The worker (sw.js) starts it without the network; and when the server has
// come back with a newer page, this one gives way to it: by itself while nobody looks and
// nothing waits to be sent, else by a button.
import {notice, showBar} from "./bar.js";

const WORKER = "/sw.js";
const WAITING = ["keeping", "queued", "sending"];

/** The one address that a policy of this page lets be a script: require-trusted-types-for. */
function workerUrl() {
	const rule = {
		createScriptURL(url) {
			if (url !== WORKER) throw new TypeError(`no script: ${url}`);
			return url;
		},
	};

	return window.trustedTypes
		? window.trustedTypes.createPolicy("snug", rule).createScriptURL(WORKER)
		: WORKER;
}

/** @returns {Promise<string>} "" or why this browser starts the page with a network alone */
async function startWorker() {
	if (!("serviceWorker" in navigator)) return "missing";
	try {
		await navigator.serviceWorker.register(workerUrl(), {updateViaCache: "none"});
		return "";
	} catch (error) {
		return error.name;
	}
}

const ownScript = () => document.querySelector("script[type=module]")?.getAttribute("src");

/** The script of a page as the server has it; what is no page of ours has none. */
export function scriptOf(html) {
	return /<script type="?module"? src="?(\/assets\/[^"\s>]+)/.exec(html)?.[1] ?? null;
}

export function isAllSent(core) {
	return core
		.targets()
		.every((target) =>
			core.own(target.id).every((one) => !WAITING.includes(one.state)),
		);
}

export function watchVersion(page) {
	const state = {page, isNew: false, isWanted: false, wasOnline: false};

	startWorker().then((why) => {
		page.noWorker = why;
	});
	page.watch((changes) => {
		if (changes.link) onLink(state);
		if (changes.own || changes.targets) giveWay(state);
	});
	document.addEventListener("visibilitychange", () => giveWay(state));
}

// A server that was replaced had to end the connection: the page is looked at after each
// return.
async function onLink(state) {
	const isOnline = state.page.core.link().state === "online";
	const isBack = isOnline && state.wasOnline === "gone";

	if (isOnline) state.wasOnline = true;
	else if (state.wasOnline === true) state.wasOnline = "gone";
	if (!isBack || state.isNew) return;
	const answer = await fetch("/", {cache: "no-store"}).catch(() => null);
	const script = answer?.ok ? scriptOf(await answer.text()) : null;

	if (script && script !== ownScript()) offer(state);
}

function offer(state) {
	const {page} = state;

	state.isNew = true;
	showBar(
		page,
		page.t("version.new"),
		[
			{
				text: page.t("version.reload"),
				act: () => {
					state.isWanted = true;
					if (!giveWay(state))
						notice(page, page.t("version.waits"));
				},
			},
		],
		null,
	);
	giveWay(state);
}

// A draft is kept by the face at each letter, so that it is there again.
function giveWay(state) {
	const isTime = state.isWanted || document.visibilityState === "hidden";

	if (!state.isNew || !isTime || !isAllSent(state.page.core)) return false;
	location.reload();
	return true;
}
