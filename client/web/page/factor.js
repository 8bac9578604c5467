// SPDX-License-Identifier: MIT
// The second factor of one's account: on with an app, off by a code, new recovery codes.
import {ask, askProved} from "./ask.js";
import {notice} from "./bar.js";
import {askChoice, askForm, openDialog} from "./dialog.js";
import {labelled, make} from "./dom.js";
import {linkField} from "./link.js";

const APP = "app"; // what it is called among the credentials: there is one at a time

/** The parameters of NOTE 2FA with this code. */
const noteOf = (lines, code) =>
	lines
		?.filter(({command}) => command === "NOTE")
		.map(({params}) => params)
		.find(([what, found]) => what === "2FA" && found === code);

export async function openFactor(page) {
	try {
		const isOn = Boolean(noteOf(await ask(page, "2FA STATUS"), "ENABLED"));
		const has = noteOf(await ask(page, "2FA LIST"), "CREDENTIAL");
		const acts = isOn ? ["codes", "off"] : ["on"];
		const state = isOn ? has.at(-1) : page.t("factor.none");
		const chosen = await askChoice(page, page.t("factor.title"), state, [
			{value: undefined, text: page.t("dialog.cancel")},
			...acts.map((value) => ({value, text: page.t(`factor.${value}`)})),
		]);

		await {on: turnOn, off: turnOff, codes: renew}[chosen]?.(page);
	} catch (refusal) {
		notice(page, refusal.message);
	}
}

const codeField = (page) =>
	labelled(
		page.t("enter.code"),
		make("input", {type: "text", name: "code", required: true, autocomplete: "one-time-code"}),
	);

/** Asks until act(code) takes one. @returns {Promise<boolean>} whether one was given */
async function withCode(page, words, more, act) {
	for (let wrong = ""; ; ) {
		const answer = await askForm(page, {
			title: page.t("factor.title"),
			intro: page.t(words),
			fields: [codeField(page), make("p", {role: "alert", class: "wrong"}, wrong), more],
			send: page.t("ask.prove"),
		});

		if (!answer) return false;
		try {
			await act(answer.code.replace(/\s/g, ""));
			return true;
		} catch (refusal) {
			wrong = refusal.message;
		}
	}
}

async function turnOn(page) {
	const row = noteOf(await askProved(page, "2FA CHALLENGE TOTP"), "REGISTRATION_CHALLENGE");

	if (!row) return;
	const {secret, uri} = JSON.parse(atob(row[3]));
	const more = [
		linkField(page, page.t("factor.secret"), secret),
		linkField(page, page.t("factor.link"), uri),
	];
	const add = (code) => ask(page, `2FA ADD TOTP ${APP} ${code}`);

	if (await withCode(page, "factor.first", more, add))
		showCodes(page, await askProved(page, "2FA ENABLE"));
}

async function turnOff(page) {
	const remove = (code) => ask(page, `2FA DISABLE TOTP ${code}`);

	if (await withCode(page, "factor.last", [], remove)) notice(page, page.t("factor.is_off"));
}

async function renew(page) {
	showCodes(page, await askProved(page, "2FA RECOVERY"));
}

function showCodes(page, lines) {
	const codes = noteOf(lines, "RECOVERY_CODES")?.slice(2, -1);

	if (!codes) return;
	openDialog(page, {
		title: page.t("factor.recovery"),
		body: [
			make("p", {}, page.t("factor.keep")),
			linkField(page, page.t("factor.recovery"), codes.join(" ")),
		],
		kind: "small",
	});
}
