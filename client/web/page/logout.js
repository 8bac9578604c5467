// SPDX-License-Identifier: MIT
// Logging out of this browser: the server forgets its token, the browser what it kept.
import {ask} from "./ask.js";
import {endPushes} from "./push.js";

/** The number by which the server lists this browser, of snug_NUMBER_SECRET; "": none yet. */
export function ownNumber(page) {
	return page.core.device()?.token.split("_")[1] ?? "";
}

/**
 * Without a connection the token stays on the server, worth nothing without this browser; the
 * list of devices shows it.
 */
export async function logOut(page) {
	const number = ownNumber(page);

	await endPushes(page).catch(() => {});
	if (number) await ask(page, `CERT TOKEN DEL ${number} CONFIRM`).catch(() => {});
	await page.core.forget();
	location.reload();
}
