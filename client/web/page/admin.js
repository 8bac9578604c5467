// SPDX-License-Identifier: MIT
// The command line's verbs as forms, for administrators: people, invites, bans, usage, audit.
// Which there are, and what each takes, the server tells; it runs them by the code of its command
// line.
import {askProved} from "./ask.js";
import {askChoice, openDialog} from "./dialog.js";
import {button, labelled, make} from "./dom.js";
import {joinParts, saveFile} from "./export.js";
import {checkbox, sender} from "./form.js";
import {linkField} from "./link.js";
import {tableOf} from "./table.js";
import {parseUsage, usageWords} from "./usage.js";

/** What a page cannot give (a terminal), and what is asked for when it is needed. */
const LEFT_OUT = ["--password-stdin", "--qr", "--confirm"];

const FIRST = "user list";

/** Verbs that take away: asked about before. */
const HARD = /(delete|erase|disable|kick|kill|prune|redact|revoke-all|lockdown|stop)$/;

/** What only tells is shown at once. */
const TELLS = /(list|show|status|usage|bans|members|log)$/;

/** What an answer holds to be handed on. */
const LINK = /^(snug|https|ircs):\/\//;

/** @returns {Promise<{rows: object[], words: string}|null>} null: no proof was given */
async function askAdmin(page, words) {
	const lines = await askProved(page, `ADMIN ${words}`);
	const said = lines?.find((line) => line.command === "NOTE");

	return lines && {
		rows: joinParts("ADMIN", lines).map((line) => JSON.parse(line)),
		words: said?.params.at(-1) ?? "",
	};
}

const titleOf = (verb) => `${verb.noun} ${verb.verb}`.trim();

export async function openAdmin(page) {
	const state = make("p", {role: "status", class: "hint"}, page.t("admin.busy"));
	const body = make("div", {}, state);
	const shown = openDialog(page, {title: page.t("admin.title"), kind: "wide admin", body});

	try {
		const verbs = await askAdmin(page, "VERBS");

		if (verbs) drawVerbs(page, body, verbs.rows.filter(isForPage));
		else shown.close();
	} catch (refusal) {
		state.textContent = refusal.message;
	}
	return shown;
}

const isForPage = (verb) =>
	!parseUsage(verb.usage).some((field) => field.isNeeded && field.value === "FILE");

function drawVerbs(page, body, verbs) {
	const place = make("div", {class: "verb"});
	const choice = make("select", {}, groupsOf(verbs));
	const draw = () =>
		drawVerb(
			page,
			place,
			verbs.find((verb) => titleOf(verb) === choice.value),
		);

	choice.addEventListener("change", draw);
	body.replaceChildren(labelled(page.t("admin.verb"), choice), place);
	draw();
	choice.focus();
}

function groupsOf(verbs) {
	const nouns = [...new Set(verbs.map((verb) => verb.noun))].sort();

	return nouns.map((noun) => {
		const titles = verbs.filter((verb) => verb.noun === noun).map(titleOf);
		const options = titles.map((value) =>
			make("option", {value, selected: value === FIRST}, value),
		);

		return make("optgroup", {label: noun}, options);
	});
}

function drawVerb(page, place, verb) {
	const fields = parseUsage(verb.usage).filter((field) => !LEFT_OUT.includes(field.flag));
	const inputs = new Map(fields.map((field) => [field, inputOf(field)]));
	const answer = make("div", {class: "answer", "aria-live": "polite"});
	const send = sender(page.t("admin.run"), "main");
	const on = {page, verb, answer, send};
	const submit = (event) => {
		event.preventDefault();
		run(
			on,
			usageWords(fields, (field) => inputs.get(field).value()),
		);
	};
	const shown = fields.map((field) => inputs.get(field).shown);

	place.replaceChildren(
		make(
			"form",
			{class: "form", on: {submit}},
			make("p", {class: "hint"}, verb.help),
			make("div", {class: "form line"}, shown),
			send,
		),
		answer,
	);
	if (TELLS.test(titleOf(verb)) && !fields.some((field) => field.isNeeded)) run(on, []);
}

/** One field of a usage. @returns {{shown: HTMLElement, value: function(): string|boolean}} */
function inputOf(field) {
	const text = field.flag?.slice(2).replaceAll("-", " ") ?? field.value.toLowerCase();

	if (field.value === null) {
		const shown = checkbox(text, false, () => true);

		return {shown, value: () => shown.querySelector("input").checked};
	}
	const input = field.choices ? choicesOf(field) : textOf(field);

	return {shown: labelled(text, input), value: () => input.value.trim()};
}

function choicesOf({choices, isNeeded}) {
	const values = isNeeded ? choices : ["", ...choices];

	return make(
		"select",
		{},
		values.map((value) => make("option", {value}, value)),
	);
}

const textOf = ({value, isNeeded}) =>
	make("input", {required: isNeeded, autocomplete: "off", placeholder: value});

async function run(on, words) {
	const {page, verb, answer, send} = on;

	if (HARD.test(titleOf(verb)) && !(await isSure(page, [titleOf(verb), ...words])))
		return;
	send.disabled = true;
	try {
		const told = await runConfirmed(on, words);

		answer.replaceChildren(...(told ? answerOf(page, verb, told) : []));
	} catch (refusal) {
		answer.replaceChildren(make("p", {role: "alert"}, refusal.message));
	} finally {
		send.disabled = false;
	}
}

/** Where the server wants it said again, its words are shown, and a yes says it again. */
async function runConfirmed({page, verb}, words) {
	const line = (more) =>
		`RUN :${JSON.stringify([...titleOf(verb).split(" "), ...words, ...more])}`;

	try {
		return await askAdmin(page, line([]));
	} catch (refusal) {
		if (refusal.code !== "NEEDS_CONFIRMATION") throw refusal;
		const sure = await askChoice(page, page.t("admin.title"), refusal.message, [
			{value: false, text: page.t("dialog.cancel")},
			{value: true, text: page.t("admin.anyway"), kind: "danger"},
		]);

		return sure ? askAdmin(page, line(confirmation(verb, words, refusal.message))) : null;
	}
}

/**
 * "--confirm" for each place of the words and for each name that the server's words want it with
 * (a room's with its #, the pin of a key), or alone where it takes no value.
 */
export function confirmation(verb, words, said = "") {
	const fields = parseUsage(verb.usage);
	const confirm = fields.find((field) => field.flag === "--confirm");
	const withValue = fields.filter((field) => field.flag && field.value !== null);
	const places = words.filter(
		(word, i) =>
			!word.startsWith("--") &&
			!withValue.some((field) => field.flag === words[i - 1]),
	);

	const wanted = [...said.matchAll(/--confirm (\S+)/g)].map(([, name]) => name);

	return confirm?.value
		? [...new Set([...places, ...wanted])].flatMap((one) => ["--confirm", one])
		: ["--confirm"];
}

function isSure(page, words) {
	return askChoice(
		page,
		page.t("admin.title"),
		page.t("admin.sure", {verb: words.join(" ")}),
		[
			{value: false, text: page.t("dialog.cancel")},
			{value: true, text: page.t("admin.run"), kind: "danger"},
		],
	);
}

function answerOf(page, verb, {rows, words}) {
	const said = words || page.t(rows.length ? "admin.done" : "admin.none");
	const links = rows
		.flatMap((row) => Object.values(row))
		.filter((value) => typeof value === "string" && LINK.test(value));
	const save = () => saveFile(`${titleOf(verb).replaceAll(" ", "-")}.jsonl`, linesOf(rows));

	return [
		make("p", {}, said),
		...links.map((link) => linkField(page, page.t("admin.link"), link)),
		...(rows.length
			? [tableOf(rows, titleOf(verb)), button(page.t("admin.save"), save)]
			: []),
	];
}

const linesOf = (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
