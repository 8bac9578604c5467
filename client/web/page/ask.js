// SPDX-License-Identifier: MIT
// A question to the server and its whole answer, and the proof that it may want first.
import {notice} from "./bar.js";
import {askChoice, askForm} from "./dialog.js";
import {labelled, make} from "./dom.js";

/** Why a request came to nothing: code of FAIL or the numeric, and the server's words. */
export class Refusal extends Error {
	constructor(code, words) {
		super(words);
		this.code = code;
	}
}

const FIRST_ERROR = 400,
	LAST_ERROR = 599;

function refusalIn(lines) {
	const fail = lines.find((line) => line.command === "FAIL");
	const numeric = lines.find((line) => {
		const number = Number(line.command);

		return number >= FIRST_ERROR && number <= LAST_ERROR;
	});

	if (fail) return new Refusal(fail.params[1], fail.params.at(-1));
	return numeric ? new Refusal(numeric.command, numeric.params.at(-1)) : null;
}

/**
 * @param {string} line as it goes to the server
 * @param {{isPrivate?: boolean}} [how] as core.ask() has it: false for what changes something
 * @returns {Promise<Array<{tags: object, source: string, command: string, params: string[]}>>}
 *   all lines of the answer; throws a Refusal
 */
export function ask(page, line, how = {}) {
	return new Promise((resolve, reject) => {
		const lines = [];
		const end = (isLost) => {
			const refusal = refusalIn(lines);

			if (isLost) reject(new Refusal("OFFLINE", page.t("ask.offline")));
			else if (refusal) reject(refusal);
			else resolve(lines);
		};

		page.core.ask(
			line,
			(answer, isLost) => (answer ? lines.push(answer) : end(isLost)),
			how,
		);
	});
}

/**
 * As ask(), and says how it went: the text of that key, or the server's refusal.
 * @param {string} [done] nothing is said of what can be seen anyway
 * @returns {Promise<boolean>} whether it was done
 */
export async function told(page, line, done) {
	try {
		await ask(page, line, {isPrivate: false});
	} catch (refusal) {
		notice(page, refusal.message);
		return false;
	}
	if (done) notice(page, page.t(done));
	return true;
}

/** UTF-8 as padded base64, as passwords go to the server. */
export function base64(text) {
	const bytes = new TextEncoder().encode(text);

	return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** Six digits are a code of a second factor: no password is as short. */
function proof(typed) {
	const code = typed.trim();

	return /^\d{6}$/.test(code) ? `CODE ${code}` : base64(typed);
}

/**
 * As ask(); where the server wants to know first that it is really the person, they are asked
 * for their password or for a yes on another device, and the line goes out again.
 * @returns {Promise<object[]|null>} null: the person gave up
 */
export async function askProved(page, line) {
	for (;;) {
		try {
			return await ask(page, line);
		} catch (refusal) {
			if (refusal.code !== "STEP_UP_REQUIRED") throw refusal;
		}
		if (!(await prove(page))) return null;
	}
}

async function prove(page) {
	let wrong = null;

	for (;;) {
		const answer = await askProof(page, wrong);

		if (!answer) return false;
		try {
			if (answer.others) return await askOthers(page);
			await ask(page, `CERT PROVE ${proof(answer.password)}`);
			return true;
		} catch (refusal) {
			wrong = refusal.message;
		}
	}
}

/**
 * How one proves who one is.
 * @returns {Promise<{password?: string, others?: boolean}|undefined>}
 */
export function askProof(page, wrong) {
	const field = make("input", {
		type: "password",
		name: "password",
		required: true,
		autocomplete: "current-password",
	});

	return askForm(page, {
		title: page.t("ask.prove_title"),
		intro: page.t("ask.prove_why"),
		fields: [
			labelled(page.t("ask.password"), field),
			make("p", {role: "alert", class: "wrong"}, wrong),
		],
		send: page.t("ask.prove"),
		other: {text: page.t("ask.other"), value: {others: true}},
	});
}

/** The code of an app, for a login. @returns {Promise<string|undefined>} */
export async function askCode(page, intro) {
	const field = make("input", {
		type: "text",
		name: "code",
		required: true,
		autocomplete: "one-time-code",
	});
	const answer = await askForm(page, {
		title: page.t("enter.code"),
		intro,
		fields: [labelled(page.t("enter.code"), field)],
		send: page.t("enter.code.go"),
	});

	return answer?.code.trim();
}

// The yes comes as a line of its own, later: what was asked for is then simply tried again.
async function askOthers(page) {
	await ask(page, "CERT PROVE");
	return askChoice(page, page.t("ask.prove_title"), page.t("ask.others_wait"), [
		{value: true, text: page.t("ask.others_said"), kind: "main"},
	]);
}
