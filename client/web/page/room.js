// SPDX-License-Identifier: MIT
// A room or conversation: its topic, who may do what in it, what of it rings, how others come
// in, and the way out.
import {ask, told} from "./ask.js";
import {askChoice, openDialog} from "./dialog.js";
import {button, labelled, make, name, when} from "./dom.js";
import {checkbox, choice, group, lineForm, sender} from "./form.js";
import {linkField} from "./link.js";
import {mayModerate} from "./people.js";

/** Modes that have a word, as client/slash/mode_words.def: letters, and the text. */
const SWITCHES = [
	["is", "room.private"],
	["m", "room.moderated"],
	["t", "room.topic_lock"],
	["n", "room.members_only"],
];

const ALERTS = ["all", "mentions", "none"];

/** What is set of a room that one has open. */
export function openRoom(page, id) {
	const target = page.core.targets().find((one) => one.id === id);
	const on = {page, target};
	const isRoom = target.kind === "room";
	const way = page.t(isRoom ? "room.leave" : "room.close");

	on.shown = openDialog(page, {
		title: target.people || target.name,
		body: isRoom ? roomParts(on) : alertsPart(on),
		actions: [button(way, () => leave(on), {class: "danger"})],
	});
	return on.shown;
}

function roomParts(on) {
	return [
		topicForm(on),
		alertsPart(on),
		mayModerate(on.page, on.target) ? switches(on) : null,
		inviteForm(on),
		invitesPart(on),
	];
}

function topicForm({page, target}) {
	const field = make("input", {name: "topic", value: target.topic ?? "", maxlength: 300});
	const set = () =>
		told(page, `TOPIC ${target.name} :${field.value.trim()}`, "room.topic_set");

	return lineForm(set, labelled(page.t("room.topic"), field), sender(page.t("room.set")));
}

function alertsPart({page, target}) {
	const typed = (command) => page.core.typed(target.id, command);
	const rows = ALERTS.map((one) => [one, page.t(`room.alerts_${one}`)]);
	const field = choice(rows, target.alerts, (value) => typed(`/alert ${value}`));

	return group(
		page.t("room.alerts"),
		labelled(page.t("room.alerts_what"), field),
		checkbox(page.t("room.mute"), target.muted, () => typed("/mute")),
		checkbox(page.t("room.pin"), target.pinned, () => typed("/pin")),
	);
}

function switches({page, target}) {
	const boxes = SWITCHES.map(([letters, text]) => {
		const isOn = (target.modes ?? "").includes(letters[0]);

		return checkbox(page.t(text), isOn, (wanted) =>
			told(page, `MODE ${target.name} ${wanted ? "+" : "-"}${letters}`),
		);
	});

	return group(page.t("room.rights"), boxes);
}

function inviteForm({page, target}) {
	const field = make("input", {name: "who", required: true, autocomplete: "off"});
	const send = async () => {
		const line = `INVITE ${field.value.trim()} ${target.name}`;

		if (await told(page, line, "room.invited")) field.value = "";
	};

	return lineForm(
		send,
		labelled(page.t("room.invite"), field),
		sender(page.t("room.invite_send")),
	);
}

/** Links for people who have no account yet: a new one, and those that are open. */
function invitesPart(on) {
	const {page} = on;

	on.links = make("div", {class: "links"});
	return group(
		page.t("room.links"),
		make("p", {class: "hint"}, page.t("room.links_what")),
		make(
			"div",
			{class: "acts"},
			button(page.t("room.link_make"), () => makeLink(on)),
			button(page.t("room.links_show"), () => showLinks(on)),
		),
		on.links,
	);
}

async function makeLink({page, target, links}) {
	try {
		const [line] = await ask(page, `INVITELINK ADD ${target.name}`);
		const link = webLink(target, line.params.at(-1));

		links.prepend(linkField(page, page.t("room.link"), link));
	} catch (refusal) {
		links.prepend(make("p", {role: "alert"}, refusal.message));
	}
}

/** The link of the page for what the server told as a snug: link. */
export function webLink(target, words) {
	const token = /[,?&#]invite=([^,&#]+)/.exec(words)?.[1];
	const room = encodeURIComponent(target.name.replace(/^#/, ""));

	return token ? `${location.origin}/#${room},invite=${token}` : words;
}

async function showLinks(on) {
	const {page, links} = on;
	const lines = await ask(page, "INVITELINK LIST").catch(() => []);
	const rows = lines.filter(({params}) => params[0] === "LIST" && params[1] !== "*");
	const list = rows.map((row) => openLink(on, row.params));

	links.replaceChildren(
		list.length
			? make("ul", {class: "rows"}, list)
			: make("p", {}, page.t("room.links_none")),
	);
}

function openLink({page}, [, number, room, left, uses, until]) {
	const revoke = async () => {
		if (await told(page, `INVITELINK DEL ${number}`)) row.remove();
	};
	const row = make(
		"li",
		{},
		make("span", {}, name(room), " ", page.t("room.link_left", {left, uses}), " "),
		when(Date.parse(until)),
		button(page.t("room.link_revoke"), revoke),
	);

	return row;
}

async function leave(on) {
	const {page, target, shown} = on;

	if (target.kind === "room" && !(await isSure(on))) return;
	shown.close();
	page.core.typed(target.id, "/part");
}

function isSure({page, target}) {
	return askChoice(
		page,
		page.t("room.leave"),
		page.t("room.leave_sure", {room: target.name}),
		[
			{value: false, text: page.t("dialog.cancel")},
			{value: true, text: page.t("room.leave"), kind: "danger"},
		],
	);
}
