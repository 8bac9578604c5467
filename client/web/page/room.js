// SPDX-License-Identifier: MIT
// A room or conversation: its topic, who may do what in it, what of it rings, how others come in,
// and the way out.
import {ask, told} from "./ask.js";
import {askChoice, openDialog} from "./dialog.js";
import {button, labelled, make, name, when} from "./dom.js";
import {linkField} from "./link.js";
import {mayModerate} from "./people.js";

/** Modes that have a word, as client/slash/mode_words.def: letters, and the text. */
const SWITCHES = [["is", "room.private"], ["m", "room.moderated"], ["t", "room.topic_lock"],
	["n", "room.members_only"]];

const ALERTS = ["all", "mentions", "none"];

/** What is set of a room that one has open. */
export function openRoom(page, id) {
	const target = page.core.targets().find((one) => one.id === id);
	const isRoom = target.kind === "room";
	const on = {page, target};
	const parts = [
		isRoom ? topicForm(on) : null,
		alertsForm(on),
		isRoom && mayModerate(page, target) ? switches(on) : null,
		isRoom ? inviteForm(on) : null,
		isRoom ? invitesPart(on) : null,
	];

	on.shown = openDialog(page, {
		title: target.people || target.name,
		body: parts.filter(Boolean),
		actions: [button(page.t(isRoom ? "room.leave" : "room.close"), () => leave(on),
			{class: "danger"})],
	});
	return on.shown;
}

/** A form of one field and one button; act(value) is told what stands in it. */
function oneField(text, field, send, act) {
	return make("form", {class: "form line", on: {submit: (event) => {
		event.preventDefault();
		act(field.value.trim());
	}}}, labelled(text, field), make("button", {type: "submit"}, send));
}

function topicForm({page, target}) {
	const field = make("input", {name: "topic", value: target.topic ?? "", maxlength: 300});

	return oneField(page.t("room.topic"), field, page.t("room.set"), (topic) =>
		told(page, `TOPIC ${target.name} :${topic}`, "room.topic_set"));
}

function alertsForm({page, target}) {
	const choice = make("select", {on: {change: () =>
		page.core.typed(target.id, `/alert ${choice.value}`)}},
	ALERTS.map((one) => make("option", {value: one, selected: target.alerts === one},
		page.t(`room.alerts_${one}`))));
	const toggle = (key, isOn, command) => checkbox(page.t(key), isOn,
		() => page.core.typed(target.id, command));

	return make("fieldset", {}, make("legend", {}, page.t("room.alerts")),
		labelled(page.t("room.alerts_what"), choice),
		toggle("room.mute", target.muted, "/mute"),
		toggle("room.pin", target.pinned, "/pin"));
}

/** A box with its words; act(isOn). */
export function checkbox(text, isOn, act) {
	const box = make("input", {type: "checkbox", checked: isOn});

	box.addEventListener("change", () => act(box.checked, box));
	return make("label", {class: "check"}, box, text);
}

function switches({page, target}) {
	return make("fieldset", {}, make("legend", {}, page.t("room.rights")),
		SWITCHES.map(([letters, text]) => checkbox(page.t(text),
			(target.modes ?? "").includes(letters[0]), async (isOn, box) => {
				if (!await told(page, `MODE ${target.name} ${isOn ? "+" : "-"}${letters}`))
					box.checked = !isOn;
			})));
}

function inviteForm({page, target}) {
	const field = make("input", {name: "who", required: true, autocomplete: "off"});

	return oneField(page.t("room.invite"), field, page.t("room.invite_send"), async (who) => {
		if (await told(page, `INVITE ${who} ${target.name}`, "room.invited"))
			field.value = "";
	});
}

/** Links for people who have no account yet: a new one, and those that are open. */
function invitesPart(on) {
	const {page} = on;
	const list = make("div", {class: "links"});

	on.links = list;
	return make("fieldset", {}, make("legend", {}, page.t("room.links")),
		make("p", {class: "hint"}, page.t("room.links_what")),
		button(page.t("room.link_make"), () => makeLink(on)),
		button(page.t("room.links_show"), () => showLinks(on)),
		list);
}

async function makeLink({page, target, links}) {
	try {
		const [line] = await ask(page, `INVITELINK ADD ${target.name}`);
		const words = line.params.at(-1);

		links.prepend(linkField(page, page.t("room.link"), webLink(target, words)));
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
	const rows = (await ask(page, "INVITELINK LIST").catch(() => []))
		.filter((line) => line.params[0] === "LIST" && line.params[1] !== "*");

	links.replaceChildren(rows.length ? make("ul", {class: "rows"}, rows.map((row) => openLink(on, row)))
		: make("p", {}, page.t("room.links_none")));
}

function openLink({page}, {params: [, number, room, left, uses, until]}) {
	const row = make("li", {}, name(room), " ", page.t("room.link_left", {left, uses}), " ",
		when(Date.parse(until)),
		button(page.t("room.link_revoke"), async () => {
			if (await told(page, `INVITELINK DEL ${number}`))
				row.remove();
		}));

	return row;
}

async function leave({page, target, shown}) {
	const sure = target.kind !== "room" || await askChoice(page, page.t("room.leave"),
		page.t("room.leave_sure", {room: target.name}), [
			{value: false, text: page.t("dialog.cancel")},
			{value: true, text: page.t("room.leave"), kind: "danger"},
		]);

	if (sure) {
		shown.close();
		page.core.typed(target.id, "/part");
	}
}
