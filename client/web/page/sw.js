// SPDX-License-Identifier: MIT
// The worker: starts the page where there is no network, and shows what it looks like then.
//
// 1. The page itself comes from the server whenever that answers; only else from here.
// 2. What lies under /assets/ never changes under its name: from here first.
// 3. HTML is never given out for an asset: a name that the server does not know is a 404.
// 4. A shell (the page and all that it names) is kept whole or not at all; the two newest stay,
//    since a tab of the one before may still want a part of it.
// Nothing else is touched: /socket, files and every other method go to the network.

const PAGE = "/",
	ASSETS = "/assets/",
	KEPT_SHELLS = 2,
	PATIENCE_MS = 5000,
	TEXT_MAX = 200;
const PUSHED =
	/^(?:@(\S+) )?(?::(\S+) )?([A-Z]+) (?:([^ :]\S*) ?)?(?:([^ :]\S*) ?)?(?::([^]*))?$/;
const SHELL = /^shell-(\d+)$/;

self.addEventListener("install", (event) => {
	event.waitUntil(
		fetchPage()
			.then(keepShell)
			.then(() => self.skipWaiting()),
	);
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
	const url = new URL(event.request.url);

	if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
	if (event.request.mode === "navigate" && url.pathname === PAGE)
		event.respondWith(answerPage(event));
	else if (url.pathname.startsWith(ASSETS)) event.respondWith(answerAsset(event.request));
});

self.addEventListener("notificationclick", (event) => {
	event.notification.close();
	event.waitUntil(openFor(event.notification.data));
});

self.addEventListener("push", (event) =>
	event.waitUntil(showPush(parsePush(event.data?.text() ?? ""))),
);

const fetchPage = () => fetch(PAGE, {cache: "no-store", credentials: "omit"});

const isHtml = (answer) => (answer.headers.get("Content-Type") ?? "").startsWith("text/html");

/** Where a network answers nothing, for seconds, it is none. */
async function answerPage(event) {
	const kept = await caches.match(PAGE);
	const fresh = fetchPage().then((answer) => {
		if (answer.ok && isHtml(answer)) event.waitUntil(keepShell(answer.clone()));
		return answer;
	});

	if (!kept) return fresh;
	return Promise.race([
		fresh
			.then((answer) => (answer.status >= 500 ? kept : answer))
			.catch(() => kept),
		new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, kept)),
	]);
}

async function answerAsset(request) {
	const kept = await caches.match(request, {ignoreSearch: true});

	if (kept) return kept;
	const answer = await fetch(request);

	return isHtml(answer) ? new Response("", {status: 404}) : answer;
}

/** The assets that a page, style or script names. */
function namesIn(text) {
	return [...new Set(text.match(/\/assets\/[\w-]+\.[\w.-]+/g) ?? [])];
}

async function keepShell(answer) {
	const html = await answer.clone().text();
	const kept = await caches.match(PAGE);

	if (!answer.ok || !isHtml(answer) || !namesIn(html).length)
		throw new Error("that was not the page");
	if (kept && (await kept.text()) === html) return;
	const names = (await caches.keys()).filter((name) => SHELL.test(name));
	const next = 1 + Math.max(0, ...names.map((name) => Number(SHELL.exec(name)[1])));

	await fillShell(`shell-${next}`, answer, namesIn(html));
	await dropShells();
}

async function fillShell(name, answer, parts) {
	const cache = await caches.open(name);

	try {
		await Promise.all(parts.map((part) => keepAsset(cache, part)));
		await cache.put(PAGE, answer);
	} catch (error) {
		await caches.delete(name);
		throw error;
	}
}

/** An asset and what it names in its turn, as the script names the core. */
async function keepAsset(cache, part) {
	const got = (await caches.match(part)) ?? (await fetch(part));

	if (!got.ok || isHtml(got)) throw new Error(`${part} is missing`);
	await cache.put(part, got.clone());
	if (!/\.(js|css)$/.test(part)) return;
	for (const inner of namesIn(await got.text())) {
		if (!(await cache.match(inner))) await keepAsset(cache, inner);
	}
}

async function dropShells() {
	const numbers = (await caches.keys())
		.map((name) => Number(SHELL.exec(name)?.[1] ?? 0))
		.filter(Boolean)
		.sort((a, b) => b - a);

	await Promise.all(
		numbers.slice(KEPT_SHELLS).map((number) => caches.delete(`shell-${number}`)),
	);
	// caches.match() asks the oldest first: the page itself stays in the newest alone.
	for (const number of numbers.slice(1, KEPT_SHELLS))
		await caches.open(`shell-${number}`).then((older) => older.delete(PAGE));
}

async function openFor(data) {
	const open = await self.clients.matchAll({type: "window", includeUncontrolled: true});
	const one = open.find((client) => client.focused) ?? open[0];

	if (!one) {
		await self.clients.openWindow(PAGE);
		return;
	}
	one.postMessage({kind: "show", ...data});
	await one.focus();
}

/** A line of IRC: {id, command, params, nick}, or null. */
function parsePush(text) {
	const found = PUSHED.exec(text);

	if (!found) return null;
	const [, tags = "", source = "", command, ...params] = found;
	const id = tags.split(";").find((tag) => tag.startsWith("msgid="));

	return {
		id: id?.slice(6) ?? "",
		nick: source.split("!")[0],
		command,
		params: params.filter((param) => param !== undefined),
	};
}

// Controls, and what turns a text round, are not for a note of the system.
const plain = (text) =>
	text
		.replace(/^\u0001ACTION (.*)\u0001$/, "$1")
		.replace(/[\u0000-\u001f\u007f-\u009f\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]+/g, " ");

/**
 * A browser wants each push to be shown, unless its page is looked at; one note a target, the
 * newest.
 */
async function showPush(push) {
	const open = await self.clients.matchAll({type: "window", includeUncontrolled: true});

	if (open.some((client) => client.visibilityState === "visible" && client.focused)) return;
	const [where = "", text = ""] = push?.params ?? [];
	const isRoom = /^[@+]?#/.test(where);
	const name = isRoom ? where.replace(/^[@+]/, "") : push?.nick;
	const isSaid = push?.command === "PRIVMSG";
	const room = push?.command === "INVITE" ? text || push.params.at(-1) : "";

	await self.registration.showNotification(
		isSaid && isRoom ? `${plain(push.nick)} · ${plain(name)}` : plain(push?.nick || "snug"),
		{
			body: isSaid ? plain(text).slice(0, TEXT_MAX) : plain(room),
			tag: isSaid ? name : room,
			data: isSaid ? {name, id: push.id} : {name: room, id: ""},
			icon: "/assets/icon-192.png",
			badge: "/assets/badge.png",
		},
	);
}
