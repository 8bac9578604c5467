// SPDX-License-Identifier: MIT
// How the page calls for its reader: the count in the title, a dot on the sign of the tab, and
// notifications of the system, once they were allowed.
//
// Permission is asked for in a click alone, and offered only after somebody called for the
// reader.
import {notice, showBar} from "./bar.js";
import {button, make} from "./dom.js";
import {endPushes, keepPushed} from "./parts.js";
import {harmless} from "./spans.js";

const TEXT_MAX = 200;

const canNotify = () => "Notification" in window;

/** What waits for the reader: calls everywhere, and all that was said to them alone. */
function countWaiting(core) {
	return core
		.targets()
		.filter((target) => !target.muted)
		.reduce(
			(sum, target) =>
				sum +
				(target.kind === "person" ? target.unread : target.mentions),
			0,
		);
}

export function watchAlerts(page) {
	let count = -1;

	const draw = () => {
		const here = page.core.targets().find((target) => target.id === page.here());
		const waiting = countWaiting(page.core);

		document.title = titleOf(here, waiting);
		if (Boolean(waiting) !== Boolean(count > 0) || count < 0) markIcon(waiting > 0);
		if (waiting !== count) markApp(waiting);
		count = waiting;
	};

	page.watch((changes) => {
		if (changes.targets) draw();
		if (changes.targets) closeRead(page);
		if (changes.link) bePushed(page);
		for (const alert of changes.alerts ?? []) onAlert(page, alert);
	});
	navigator.serviceWorker?.addEventListener("message", (event) =>
		onWorker(page, event.data),
	);
	draw();
}

let pushedSince = 0; // the connection in which the server was told how to wake this browser

function bePushed(page) {
	const {state, since, vapid} = page.core.link();

	if (state !== "online" || !vapid || since === pushedSince) return;
	pushedSince = since;
	setPushed(page);
}

// Without pushes the page calls as long as it is open.
function setPushed(page) {
	const act = page.core.kept("notify") === "on" ? keepPushed : endPushes;

	act(page).catch((error) => console.warn("snug: pushes:", error.message));
}

export function titleOf(target, waiting) {
	const place =
		target && target.kind !== "server"
			? `${harmless(target.people || target.name)} · snug`
			: "snug";

	return waiting ? `(${waiting}) ${place}` : place;
}

// The number on the sign of an installed page.
function markApp(waiting) {
	if ("setAppBadge" in navigator)
		(waiting ? navigator.setAppBadge(waiting) : navigator.clearAppBadge()).catch(
			() => {},
		);
}

async function markIcon(isMarked) {
	const link = document.querySelector("link[rel=icon]");

	if (!link) return;
	link.dataset.plain ??= link.href;
	if (link.href.startsWith("blob:")) URL.revokeObjectURL(link.href);
	link.href = isMarked ? await markedIcon(link.dataset.plain) : link.dataset.plain;
}

async function markedIcon(plain) {
	const image = new Image();
	const canvas = make("canvas", {width: 64, height: 64});
	const pen = canvas.getContext("2d");

	image.src = plain;
	await image.decode().catch(() => {});
	if (image.width) pen.drawImage(image, 0, 0, 64, 64);
	pen.beginPath();
	pen.arc(48, 16, 14, 0, 2 * Math.PI);
	pen.fillStyle = "#d33c2f";
	pen.fill();
	return new Promise((resolve) =>
		canvas.toBlob((blob) => resolve(URL.createObjectURL(blob))),
	);
}

function isLookedAt(page, target) {
	return (
		document.visibilityState === "visible" &&
		document.hasFocus() &&
		page.here() === target
	);
}

function onAlert(page, alert) {
	if (!canNotify() || isLookedAt(page, alert.target)) return;
	if (Notification.permission === "granted" && page.core.kept("notify") !== "off")
		show(page, alert);
	else if (Notification.permission === "default" && page.core.kept("notify") !== "no")
		offer(page);
}

// Offered again in the settings alone, once it was declined.
function offer(page) {
	showBar(
		page,
		page.t("notify.offer"),
		[
			{text: page.t("notify.yes"), act: () => allow(page)},
			{text: page.t("notify.no"), act: () => page.core.keep("notify", "no")},
		],
		null,
	);
}

async function allow(page) {
	const answer = await Notification.requestPermission();

	page.core.keep("notify", answer === "granted" ? "on" : "no");
	setPushed(page);
	notice(page, page.t(answer === "granted" ? "notify.allowed" : "notify.refused"));
	return answer === "granted";
}

const registration = () => navigator.serviceWorker?.getRegistration();

async function show(page, alert) {
	const target = page.core.targets().find((one) => one.id === alert.target);
	const title = harmless(
		target?.kind === "room"
			? `${alert.from} · ${target.people || target.name}`
			: alert.from,
	);
	const options = {
		body: harmless(alert.text).slice(0, TEXT_MAX),
		tag: target?.name ?? "",
		data: {target: alert.target, id: alert.id},
		icon: "/assets/icon-192.png",
		badge: "/assets/badge.png",
	};
	const worker = await registration();

	if (worker?.active) {
		worker.showNotification(title, options);
		return;
	}
	const shown = new Notification(title, options);

	shown.addEventListener("click", () => {
		window.focus();
		page.show(alert.target);
		shown.close();
	});
}

// What was read, here or on another device, calls no more.
async function closeRead(page) {
	const worker = await registration();
	const unread = new Set(
		page.core
			.targets()
			.filter((one) => one.unread > 0)
			.map((one) => one.name),
	);

	for (const one of (await worker?.getNotifications()) ?? []) {
		if (!unread.has(one.tag)) one.close();
	}
}

/** The worker tells which notification was clicked. */
function onWorker(page, data) {
	if (data?.kind !== "show") return;
	const target = data.target ?? page.core.targetNamed(data.name);

	window.focus();
	if (data.id) page.jump(target, data.id, 0);
	else page.show(target);
}

/** The part of the settings: what the browser allows, and the button that asks it. */
export function notifyForm(page) {
	const state = make("p", {class: "hint", role: "status"});
	const toggle = button("", async () => {
		if (canNotify() && Notification.permission === "default") await allow(page);
		else
			page.core.keep(
				"notify",
				page.core.kept("notify") === "off" ? "on" : "off",
			);
		setPushed(page);
		draw();
	});

	function draw() {
		const permission = canNotify() ? Notification.permission : "missing";
		const isOff = permission !== "granted" || page.core.kept("notify") === "off";

		state.textContent = page.t(
			`notify.state_${
				permission === "granted" && isOff ? "off" : permission
			}`,
		);
		toggle.textContent = page.t(isOff ? "notify.turn_on" : "notify.turn_off");
		toggle.hidden = permission === "denied" || permission === "missing";
	}
	draw();
	return make("fieldset", {}, make("legend", {}, page.t("notify.title")), state, toggle);
}
