// SPDX-License-Identifier: MIT
// The rooms of the server: found by their names and topics, entered, and made.
import {ask, told} from "./ask.js";
import {openDialog} from "./dialog.js";
import {button, labelled, make, name, when} from "./dom.js";
import {checkbox, lineForm, sender} from "./form.js";

export async function openDirectory(page) {
	const field = make("input", {type: "search", autocomplete: "off"});
	const list = make("ul", {class: "rows rooms"});
	const state = make("p", {role: "status", class: "hint"}, page.t("directory.busy"));
	const shown = openDialog(page, {
		title: page.t("directory.title"),
		kind: "wide",
		first: field,
		body: [
			labelled(page.t("directory.search"), field),
			state,
			list,
			makeForm(page, enter),
		],
	});
	let rooms = [];

	async function enter(room, key = "") {
		if (!(await told(page, `JOIN ${room} ${key}`.trim()))) return false;
		shown.close();
		showRoom(page, room);
		return true;
	}
	function draw() {
		const wanted = field.value.trim().toLowerCase();
		const found = rooms.filter((one) =>
			`${one.name} ${one.topic}`.toLowerCase().includes(wanted),
		);

		state.textContent = page.t("directory.found", {count: found.length});
		list.replaceChildren(...found.map((one) => roomRow(page, one, enter)));
	}
	field.addEventListener("input", draw);
	try {
		rooms = readRooms(await ask(page, "LIST"));
		draw();
	} catch (refusal) {
		state.textContent = refusal.message;
	}
	return shown;
}

// 322: me, room, present, topic; the most members first.
function readRooms(lines) {
	return lines
		.filter((line) => line.command === "322")
		.map(({tags, params}) => ({
			name: params[1],
			present: Number(params[2]),
			members: Number(tags?.["snug.chat/members"] ?? params[2]),
			said: Date.parse(tags?.["snug.chat/said"] ?? ""),
			topic: params[3] ?? "",
		}))
		.sort((a, b) => b.members - a.members || a.name.localeCompare(b.name));
}

function roomRow(page, room, enter) {
	const isIn = page.core.targets().some((one) => one.name === room.name && one.joined);
	const words = page.t(isIn ? "directory.open" : "directory.join");
	const said = Number.isNaN(room.said) ? null : [" · ", when(room.said)];
	const about = make(
		"div",
		{},
		make("strong", {}, name(room.name)),
		" ",
		make("small", {}, page.t("directory.members", {count: room.members}), said),
		room.topic ? make("p", {class: "find-text", dir: "auto"}, room.topic) : null,
	);

	return make(
		"li",
		{},
		about,
		button(words, () => enter(room.name), {
			class: isIn ? "" : "main",
			"aria-label": `${words} ${room.name}`,
		}),
	);
}

/** The room comes with the answer of JOIN; the model has it by then. */
function showRoom(page, room) {
	const target = page.core
		.targets()
		.find((one) => one.name.toLowerCase() === room.toLowerCase());

	if (target) page.show(target.id);
}

function makeForm(page, enter) {
	const field = make("input", {
		name: "room",
		required: true,
		maxlength: 64,
		autocomplete: "off",
	});
	let isPrivate = false;
	const create = async () => {
		const room = field.value.trim().replace(/^#?/, "#").replace(/\s+/g, "-");

		if ((await enter(room)) && isPrivate) await told(page, `MODE ${room} +is`);
	};

	return lineForm(
		create,
		labelled(page.t("directory.make"), field, page.t("directory.make_hint")),
		checkbox(page.t("room.private"), false, (isOn) => {
			isPrivate = isOn;
		}),
		sender(page.t("directory.make_send")),
	);
}
