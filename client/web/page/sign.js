// SPDX-License-Identifier: MIT
// Signing in at the issuer that the server names: by authorization code with PKCE (RFC 7636),
// which the server exchanges, so that the page asks nobody but the server. Which issuer that is,
// is asked by an empty bearer (RFC 7628, 4.3). Fetched when somebody without a device comes.
//
// The login is a short one of its own, unseen by others: it is let in by the code, gets this
// browser a token as any device has one, and ends. What has to be known on the way back is kept
// in this tab alone (sessionStorage), and only until then.
import {browserName} from "./device.js";
import {button} from "./dom.js";
import {openTalk} from "./talk.js";
import {page} from "./page.js";
import {say} from "./texts.js";

const KEPT = "snug.sign-in";
const CAPS = ["sasl", "standard-replies", "snug.chat/devices", "snug.chat/no-presence"];
const WELL_KNOWN = "/.well-known/openid-configuration";
const END = "\u0001";

/**
 * Offers it on the form, where the server does; or goes on with what one came back with.
 * @param {HTMLElement} form of name and password
 * @param {{back: string, failed: string, busy: function(boolean), enter: function(),
 *         refuse: function(string)}} enter back: what stood behind the ? of the address, or "";
 *         failed: the failure that sends one here
 */
export async function offerSignIn(form, enter) {
	const back = new URLSearchParams(enter.back);

	if (!page.core.place) return;
	if (back.has("state") && await comeBack(back, enter)) return;
	const needed = await ask().catch(() => null);
	if (!needed || !form.isConnected) return;
	const host = new URL(needed["openid-configuration"]).host;

	form.querySelector("h1")
		.after(button(say("sign.at", {host}), () => goThere(needed, enter.failed), {class: "main"}));
}

// ---- there

/** What the server says is needed; null: it asks no issuer. */
async function ask() {
	const {talk, json} = await authenticate({});

	talk.close();
	return json && isPlace(json.authorization_endpoint) && isPlace(json["openid-configuration"]) &&
		json["openid-configuration"].endsWith(WELL_KNOWN) ? json : null;
}

function isPlace(text) {
	try {
		return new URL(text).protocol === "https:";
	} catch {
		return false;
	}
}

const base64url = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
	.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const dice = (count) => base64url(crypto.getRandomValues(new Uint8Array(count)));
const redirect = () => `${location.origin}/`;

async function goThere(needed, failed) {
	const kept = {state: dice(16), verifier: dice(32), renews: failed === "SIGN_IN_AGAIN",
		issuer: needed["openid-configuration"].slice(0, -WELL_KNOWN.length)};
	const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(kept.verifier));
	const url = new URL(needed.authorization_endpoint);
	const asked = {response_type: "code", client_id: needed.client_id, redirect_uri: redirect(),
		scope: needed.scope, state: kept.state, code_challenge: base64url(hash),
		code_challenge_method: "S256", resource: needed.resource};

	for (const [name, value] of Object.entries(asked))
		if (value) url.searchParams.set(name, value);
	sessionStorage.setItem(KEPT, JSON.stringify(kept));
	location.assign(url);
}

// ---- and back

/** Whether one is in. */
async function comeBack(back, enter) {
	enter.busy(true);
	const why = await takeCode(back).catch(() => say("sign.lost"));

	enter.busy(false);
	if (why) enter.refuse(why);
	else enter.enter();
	return !why;
}

/** "", or why not. */
async function takeCode(back) {
	const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");

	sessionStorage.removeItem(KEPT);
	// Who says otherwise where it comes from (RFC 9207) is another one.
	if (kept?.state !== back.get("state") || isAnother(kept.issuer, back.get("iss")))
		return say("sign.other");
	if (back.get("error") === "access_denied") return say("sign.denied");
	if (!back.get("code")) return say("sign.error", {why: back.get("error") ?? "?"});
	return logIn({code: back.get("code"), verifier: kept.verifier, redirect: redirect()}, kept.renews);
}

const isAnother = (issuer, said) => said !== null && said.replace(/\/$/, "") !== issuer.replace(/\/$/, "");

/** "", or why not. Behind it this browser has a token; renews: the one it had is good again. */
async function logIn(pairs, renews) {
	const {talk, account, words} = await authenticate(pairs);

	if (!account) {
		talk.close();
		return say("sign.refused", {why: words});
	}
	if (renews && page.core.device()?.name === account) {
		talk.close();
		return "";
	}
	talk.send(`NICK ${account}`, `USER ${account} 0 * :${account}`, "CAP END");
	await talk.hear((line) => line.command === "001");
	talk.send(`CERT TOKEN ADD ${browserName()} DEVICE`);
	const made = await talk.hear((line) => (line.command === "CERT" && line.params[1] === "ADD") ||
		(line.command === "FAIL" && line.params[0] === "CERT"));

	talk.close();
	if (made.command === "FAIL")
		return say("sign.refused", {why: made.params.at(-1)});
	await page.core.keepDevice(account, made.params[3]);
	return "";
}

// ---- OAUTHBEARER

/** {talk, json}: refused, or asked; {talk, account}: in; {talk}: it is not offered. */
async function authenticate(pairs) {
	const talk = await openTalk(page.core.place);
	const offered = await talk.offer();
	const sasl = offered.find((word) => word.startsWith("sasl=")) ?? "";

	if (!sasl.slice(5).split(",").includes("OAUTHBEARER")) return {talk};
	const names = offered.map((word) => word.split("=")[0]);
	talk.send(`CAP REQ :${CAPS.filter((cap) => names.includes(cap)).join(" ")}`);
	talk.send("AUTHENTICATE OAUTHBEARER");
	await talk.hear((line) => line.command === "AUTHENTICATE");
	const all = Object.entries({auth: "Bearer ", ...pairs});

	talk.say(`n,,${END}${all.map(([key, value]) => `${key}=${value}${END}`).join("")}${END}`);
	return {talk, ...await outcome(talk)};
}

// 900 NICK MASK ACCOUNT, or a challenge that is a refusal, and 904; words may come before it.
async function outcome(talk) {
	let json = null, account = "", said = "";

	for (;;) {
		const {command, params} = await talk.hear(() => true);

		if (command === "AUTHENTICATE" && (json = talk.challenge(params[0]))) talk.say(END);
		if (command === "900") account = params[2];
		if (command === "FAIL") said = params.at(-1);
		if (command === "903") return {account};
		if (/^90[2-8]$/.test(command)) return {json, words: said || params.at(-1)};
	}
}
