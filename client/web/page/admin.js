// SPDX-License-Identifier: MIT
// The command line's verbs as forms, for administrators: people, invites, bans, usage, audit.
// Which there are, and what each takes, the server tells; it runs them by the code of its
// command line.
import {askProved} from "./ask.js";
import {askChoice, openDialog} from "./dialog.js";
import {button, labelled, make, when} from "./dom.js";
import {joinParts, saveFile} from "./export.js";
import {linkField} from "./link.js";
import {checkbox} from "./form.js";
import {parseUsage, usageWords} from "./usage.js";

/** What a page cannot give (a file, a terminal), and what is asked for when it is needed. */
const LEFT_OUT = ["--password-stdin", "--qr", "--confirm"];

const FIRST = "user list";

/** Verbs that take away: asked about before. */
const HARD = /(delete|erase|disable|kick|kill|prune|redact|revoke-all|lockdown|stop)$/;

const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const SECRET = /^(snug|https|ircs):\/\//;

async function askAdmin(page, words) {
	const lines = await askProved(page, `ADMIN ${words}`);

	return lines && joinParts("ADMIN", lines).map((line) => JSON.parse(line));
}

const titleOf = (verb) => `${verb.noun} ${verb.verb}`.trim();

export async function openAdmin(page) {
	const state = make("p", {role: "status", class: "hint"}, page.t("admin.busy"));
	const body = make("div", {}, state);
	const shown = openDialog(page, {
		title: page.t("admin.title"),
		kind: "wide admin",
		body,
	});

	try {
		const verbs = await askAdmin(page, "VERBS");

		if (verbs) drawVerbs(page, body, verbs.filter(isForPage));
		else shown.close();
	} catch (refusal) {
		state.textContent = refusal.message;
	}
	return shown;
}

const isForPage = (verb) =>
	!parseUsage(verb.usage).some((field) => field.isNeeded && field.value === "FILE");

function drawVerbs(page, body, verbs) {
	const nouns = [...new Set(verbs.map((verb) => verb.noun))].sort();
	const place = make("div", {class: "verb"});
	const choice = make(
		"select",
		{on: {change: () => draw()}},
		nouns.map((noun) =>
			make(
				"optgroup",
				{label: noun},
				verbs
					.filter((verb) => verb.noun === noun)
					.map((verb) =>
						make(
							"option",
							{
								value: titleOf(verb),
								selected:
									titleOf(verb) === FIRST,
							},
							titleOf(verb),
						),
					),
			),
		),
	);
	const draw = () =>
		drawVerb(
			page,
			place,
			verbs.find((verb) => titleOf(verb) === choice.value),
		);

	body.replaceChildren(labelled(page.t("admin.verb"), choice), place);
	draw();
	choice.focus();
}

function drawVerb(page, place, verb) {
	const fields = parseUsage(verb.usage).filter((field) => !LEFT_OUT.includes(field.flag));
	const inputs = new Map(fields.map((field) => [field, inputOf(page, field)]));
	const answer = make("div", {class: "answer", "aria-live": "polite"});
	const send = make("button", {type: "submit", class: "main"}, page.t("admin.run"));
	const form = make(
		"form",
		{
			class: "form",
			on: {
				submit: (event) => {
					event.preventDefault();
					run(page, verb, wordsIn(fields, inputs), answer, send);
				},
			},
		},
		make("p", {class: "hint"}, verb.help),
		make(
			"div",
			{class: "form line"},
			fields.map((field) => inputs.get(field).shown),
		),
		send,
	);

	place.replaceChildren(form, answer);
	if (
		!fields.some((field) => field.isNeeded) &&
		!HARD.test(titleOf(verb)) &&
		isAsking(verb)
	)
		run(page, verb, [], answer, send);
}

/** Shown at once: what only tells. */
const isAsking = (verb) => /(list|show|status|usage|bans|members)$/.test(titleOf(verb));

/** One field of a usage. @returns {{shown: HTMLElement, value: function(): string|boolean}} */
function inputOf(page, field) {
	const text = field.flag
		? field.flag.slice(2).replaceAll("-", " ")
		: field.value.toLowerCase();
	let isOn = false;

	if (field.value === null)
		return {
			shown: checkbox(text, false, (value) => {
				isOn = value;
			}),
			value: () => isOn,
		};
	const input = field.choices
		? make(
				"select",
				{},
				[field.isNeeded ? null : "", ...field.choices]
					.filter((one) => one !== null)
					.map((one) => make("option", {value: one}, one)),
			)
		: make("input", {
				required: field.isNeeded,
				autocomplete: "off",
				placeholder: field.value,
			});

	return {shown: labelled(text, input), value: () => input.value.trim()};
}

const wordsIn = (fields, inputs) => usageWords(fields, (field) => inputs.get(field).value());

async function run(page, verb, words, answer, send) {
	if (HARD.test(titleOf(verb)) && !(await isSure(page, verb, words))) return;
	send.disabled = true;
	try {
		const rows = await askAdmin(
			page,
			`RUN :${JSON.stringify([...titleOf(verb).split(" "), ...words])}`,
		);

		answer.replaceChildren(...(rows ? answerOf(page, verb, rows) : []));
	} catch (refusal) {
		answer.replaceChildren(make("p", {role: "alert"}, refusal.message));
	} finally {
		send.disabled = false;
	}
}

function isSure(page, verb, words) {
	const text = [titleOf(verb), ...words].join(" ");

	return askChoice(page, page.t("admin.title"), page.t("admin.sure", {verb: text}), [
		{value: false, text: page.t("dialog.cancel")},
		{value: true, text: page.t("admin.run"), kind: "danger"},
	]);
}

function answerOf(page, verb, rows) {
	if (!rows.length)
		return [make("p", {}, page.t(isAsking(verb) ? "admin.none" : "admin.done"))];
	const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
	const links = rows
		.flatMap((row) => Object.values(row))
		.filter((value) => typeof value === "string" && SECRET.test(value));

	return [
		...links.map((link) => linkField(page, page.t("admin.link"), link)),
		table(columns, rows),
		button(page.t("admin.save"), () =>
			saveFile(
				`${titleOf(verb).replaceAll(" ", "-")}.jsonl`,
				rows.map((row) => `${JSON.stringify(row)}\n`).join(""),
			),
		),
	];
}

function table(columns, rows) {
	return make(
		"div",
		{class: "table", tabindex: 0, role: "group"},
		make(
			"table",
			{},
			make(
				"thead",
				{},
				make(
					"tr",
					{},
					columns.map((one) => make("th", {scope: "col"}, one)),
				),
			),
			make(
				"tbody",
				{},
				rows.map((row) =>
					make(
						"tr",
						{},
						columns.map((one) =>
							make(
								"td",
								{dir: "auto"},
								cell(row[one]),
							),
						),
					),
				),
			),
		),
	);
}

function cell(value) {
	if (value === null || value === undefined) return "";
	if (typeof value === "string" && TIME.test(value)) return when(Date.parse(value));
	return typeof value === "object" ? JSON.stringify(value) : String(value);
}
