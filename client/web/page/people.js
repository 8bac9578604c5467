// SPDX-License-Identifier: MIT
// Who is in a room, and what one can do with one of them.
import {ask, told} from "./ask.js";
import {notice} from "./bar.js";
import {askForm, openDialog} from "./dialog.js";
import {button, labelled, make, name, when} from "./dom.js";
import {moveFocus} from "./focus.js";

/** Letters of a role, the highest first, and the texts that name it. */
const ROLES = [
	["~", "people.founder"],
	["@", "people.moderator"],
	["+", "people.voice"],
];

const rankOf = (prefixes) => {
	const rank = ROLES.findIndex(([sign]) => prefixes.includes(sign));

	return rank < 0 ? ROLES.length : rank;
};

const isSame = (a, b) => a.toLowerCase() === b.toLowerCase();

function prefixesOf(page, target, who) {
	return (
		page.core.members(target.id).find((one) => isSame(one.name, who))?.prefixes ??
		""
	);
}

/** Whether one's own role in the room is that of those who keep order in it. */
export function mayModerate(page, target) {
	return (
		target.kind === "room" &&
		rankOf(prefixesOf(page, target, page.core.me().name)) < ROLES.length - 1
	);
}

function sorted(members) {
	return [...members].sort(
		(a, b) =>
			rankOf(a.prefixes) - rankOf(b.prefixes) ||
			Number(a.absent) - Number(b.absent) ||
			shownAs(a).localeCompare(shownAs(b)),
	);
}

const shownAs = (member) => member.display || member.name;

function stateOf(page, member) {
	const role = ROLES[rankOf(member.prefixes)];
	const words = [
		role ? page.t(role[1]) : null,
		member.isBot ? page.t("people.bot") : null,
		member.absent ? page.t("people.absent") : null,
		member.isAway ? page.t("people.away") : null,
	];

	return words.filter(Boolean).join(", ");
}

function memberRow(page, target, member) {
	const isDisplayed = Boolean(member.display) && member.display !== member.name;

	const words = [
		name(shownAs(member)),
		isDisplayed ? make("small", {}, name(member.name)) : null,
		make("small", {class: "state"}, stateOf(page, member)),
	];

	return button(words, () => openPerson(page, member.name, target.id), {
		"data-member": member.name,
		class: member.absent || member.isAway ? "person faint" : "person",
		tabindex: -1,
	});
}

/** Fills an element with the members of a room; the arrows go through them. */
export function fillMembers(page, element, id) {
	const target = page.core.targets().find((one) => one.id === id);
	const members = target ? sorted(page.core.members(id)) : [];
	const rows = members.map((member) => memberRow(page, target, member));

	const had = element.contains(document.activeElement)
		? document.activeElement.dataset.member
		: undefined;
	const stop = rows.find((row) => row.dataset.member === had) ?? rows[0];

	if (stop) stop.tabIndex = 0;
	element.replaceChildren(
		make(
			"ul",
			{class: "members"},
			rows.map((row) => make("li", {}, row)),
		),
	);
	element.firstChild.addEventListener("keydown", (event) => moveFocus(event, rows));
	if (had !== undefined) stop?.focus();
}

export function openMembers(page, id) {
	const target = page.core.targets().find((one) => one.id === id);
	const list = make("div");
	const shown = openDialog(page, {
		title: page.t("people.members", {room: target.name}),
		kind: "side",
		body: list,
	});
	const stop = page.watch((changes) => {
		if (changes.members?.has(id)) fillMembers(page, list, id);
	});

	fillMembers(page, list, id);
	list.querySelector("button")?.focus();
	shown.closed.then(stop);
	return shown;
}

/** A person: what is known, and what one can do; with a room, also what a moderator can. */
export async function openPerson(page, who, roomId) {
	const room = page.core
		.targets()
		.find((one) => one.id === roomId && one.kind === "room");
	const member = room && page.core.members(room.id).find((one) => isSame(one.name, who));
	const facts = make("dl", {class: "facts"});
	const acts = make("div", {class: "acts"});
	const shown = openDialog(page, {
		title: member ? shownAs(member) : who,
		kind: "small",
		body: [facts, acts],
	});
	const on = {page, who, room, member, shown};

	addFacts(facts, [
		[page.t("people.account"), name(member?.account || who)],
		member
			? [
					page.t("people.role"),
					stateOf(page, member) || page.t("people.member"),
				]
			: null,
	]);
	acts.append(...plainActs(on), ...roomActs(on));
	acts.querySelector("button")?.focus();
	await Promise.all([addWhois(on, facts), addIgnore(on, acts)]);
}

function addFacts(list, rows) {
	for (const [what, value] of rows.filter(Boolean))
		list.append(make("dt", {}, what), make("dd", {}, value));
}

/** 311 user, 301 away, 317 since when, 319 rooms that both are in */
async function addWhois({page, who}, facts) {
	try {
		const lines = await ask(page, `WHOIS ${who}`);
		const of = (numeric) => lines.find((line) => line.command === numeric)?.params;
		const since = Number(of("317")?.[3]) * 1000;

		addFacts(facts, [
			of("301") ? [page.t("people.away"), of("301").at(-1)] : null,
			of("311") ? [page.t("people.real_name"), of("311").at(-1)] : null,
			of("319") ? [page.t("people.rooms"), of("319").at(-1)] : null,
			since ? [page.t("people.since"), when(since)] : null,
		]);
	} catch (refusal) {
		addFacts(facts, [[page.t("people.whois"), refusal.message]]);
	}
}

function isMe({page, who}) {
	return isSame(who, page.core.me().name);
}

function plainActs(on) {
	const {page, who, shown} = on;

	return isMe(on)
		? []
		: [
				button(
					page.t("people.write"),
					() => {
						shown.close();
						writeTo(page, who);
					},
					{class: "main"},
				),
			];
}

/** Opens the conversation with somebody. */
export function writeTo(page, who) {
	page.core.typed(page.here(), `/query ${who}`);
	const target = page.core.targets().find((one) => isSame(one.name, who));

	if (target) page.show(target.id);
}

async function addIgnore(on, acts) {
	const {page, who} = on;

	if (isMe(on)) return;
	const rows = await ask(page, "QUIET LIST").catch(() => []);
	let ignored = rows.some(
		(line) =>
			line.params[0] === "ADD" &&
			line.params[1] === "ignore" &&
			isSame(line.params[2], who),
	);
	const words = () => page.t(ignored ? "people.unignore" : "people.ignore");
	const toggle = button(words(), async () => {
		if (
			await told(
				page,
				ignored
					? `QUIET DEL ignore ${who}`
					: `QUIET ADD ignore ${who} *`,
			)
		)
			ignored = !ignored;
		toggle.textContent = words();
	});

	acts.append(toggle);
}

/** What a moderator does to somebody: text, line to the server, whether it wants a reason. */
function orders({who, room, member}) {
	const prefixes = member?.prefixes ?? "";
	const mode = (sign, letter) => `MODE ${room.name} ${sign}${letter} ${who}`;

	return [
		prefixes.includes("@")
			? ["people.deop", mode("-", "o")]
			: ["people.op", mode("+", "o")],
		prefixes.includes("+")
			? ["people.devoice", mode("-", "v")]
			: ["people.give_voice", mode("+", "v")],
		["people.kick", `KICK ${room.name} ${who}`, true],
		["people.ban", mode("+", "b"), true],
	];
}

function roomActs(on) {
	const {page, room} = on;

	if (!room || !on.member || isMe(on) || !mayModerate(page, room)) return [];
	return orders(on).map(([text, line, isHard]) =>
		button(
			page.t(text),
			() => (isHard ? orderHard(on, text, line) : order(on, line)),
			{class: isHard ? "danger" : ""},
		),
	);
}

async function order({page, shown}, line) {
	if (await told(page, line)) shown.close();
}

// A ban alone puts nobody out who is in: a kick follows.
async function orderHard(on, text, line) {
	const {page, room, who} = on;
	const reason = make("input", {name: "reason", maxlength: 200});
	const answer = await askForm(page, {
		title: `${page.t(text)}: ${who}`,
		fields: [labelled(page.t("people.reason"), reason)],
		send: page.t(text),
		danger: true,
	});
	const kick = `KICK ${room.name} ${who} :${answer?.reason ?? ""}`;

	if (!answer) return;
	if (text === "people.ban" && !(await told(page, line))) return;
	if (await told(page, kick)) {
		on.shown.close();
		notice(page, page.t("people.out", {name: who, room: room.name}));
	}
}
