// SPDX-License-Identifier: MIT
// Pushes that wake this browser while no page is open: it is the server's to send them, by the
// browser's own push service, which reads nothing of them.
import {ask} from "./ask.js";

const decoded = (text) =>
	Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) =>
		sign.charCodeAt(0),
	);

const encoded = (bytes) =>
	btoa(String.fromCharCode(...new Uint8Array(bytes)))
		.replaceAll("+", "-")
		.replaceAll("/", "_")
		.replace(/=+$/, "");

const manager = async () => (await navigator.serviceWorker?.getRegistration())?.pushManager;

/** Of another key it is worth nothing any more. */
async function isOf(subscription, vapid) {
	const key = subscription.options?.applicationServerKey;

	if (key && encoded(key) === vapid) return true;
	await subscription.unsubscribe();
	return false;
}

/** Once in each connection: the server may have forgotten, or have another key. */
export async function keepPushed(page) {
	const {vapid} = page.core.link();
	const pushes = await manager();

	if (!vapid || !pushes || page.core.kept("notify") !== "on") return;
	let subscription = await pushes.getSubscription();

	if (!subscription || !(await isOf(subscription, vapid)))
		subscription = await pushes.subscribe({
			userVisibleOnly: true,
			applicationServerKey: decoded(vapid),
		});
	const keys = ["p256dh", "auth"].map((name) => `${name}=${encoded(subscription.getKey(name))}`);

	await ask(page, `WEBPUSH REGISTER ${subscription.endpoint} ${keys.join(";")}`);
}

/** This browser is woken no more. */
export async function endPushes(page) {
	const subscription = await (await manager())?.getSubscription();

	if (!subscription) return;
	await ask(page, `WEBPUSH UNREGISTER ${subscription.endpoint}`).catch(() => {});
	await subscription.unsubscribe();
}
