// SPDX-License-Identifier: MIT
// What one sets for oneself: how the page looks, what may ring, who one is, the password, and
// one's own data.
import {ask, askProved, base64, told} from "./ask.js";
import {notice} from "./bar.js";
import {askChoice, askForm, openDialog} from "./dialog.js";
import {button, labelled, make} from "./dom.js";
import {openDevices} from "./devices.js";
import {exportData} from "./export.js";
import {logOut} from "./logout.js";
import {notifyForm} from "./notify.js";

const THEMES = ["auto", "light", "dark"];
const LANGUAGES = [["en", "English"], ["de", "Deutsch"]];
const DISTURB_NOT_MS = 8 * 60 * 60 * 1000;

export async function openSettings(page) {
	const quiet = make("fieldset", {}, make("legend", {}, page.t("settings.quiet")));
	const shown = openDialog(page, {
		title: page.t("settings.title"),
		body: [looks(page), quiet, notifyForm(page), self(page), account(page, () => shown.close())],
	});

	await fillQuiet(page, quiet);
	return shown;
}

function choice(rows, chosen, act) {
	const field = make("select", {on: {change: () => act(field.value)}},
		rows.map(([value, text]) => make("option", {value, selected: value === chosen}, text)));

	return field;
}

function looks(page) {
	const themes = THEMES.map((one) => [one, page.t(`settings.theme_${one}`)]);

	return make("fieldset", {}, make("legend", {}, page.t("settings.looks")),
		labelled(page.t("settings.theme"),
			choice(themes, page.core.kept("theme") || "auto", page.setTheme)),
		labelled(page.t("settings.language"),
			choice(LANGUAGES, document.documentElement.lang, page.setLanguage)));
}

/** Do not disturb, and the hours of quiet: the account's, the same on all devices. */
async function fillQuiet(page, part) {
	const rows = (await ask(page, "QUIET LIST").catch(() => []))
		.filter((line) => line.params[0] === "ADD").map((line) => line.params);
	const dnd = rows.find(([, kind]) => kind === "dnd");
	const hours = rows.find(([, kind]) => kind === "hours");

	part.append(dndSwitch(page, Boolean(dnd)), hoursForm(page, hours?.[2] ?? ""));
}

function dndSwitch(page, isOn) {
	const until = () => new Date(Date.now() + DISTURB_NOT_MS).toISOString();
	const box = make("input", {type: "checkbox", checked: isOn, on: {change: async () => {
		if (!await told(page, box.checked ? `QUIET ADD dnd * ${until()}` : "QUIET DEL dnd *"))
			box.checked = !box.checked;
	}}});

	return make("label", {class: "check"}, box, page.t("settings.dnd"));
}

function hoursForm(page, hours) {
	const [from, to] = hours ? hours.split("-") : ["22:00", "07:00"];
	const begin = make("input", {type: "time", required: true, value: from});
	const end = make("input", {type: "time", required: true, value: to});
	const clear = button(page.t("settings.hours_off"), async () => {
		if (await told(page, "QUIET DEL hours *", "settings.hours_none"))
			clear.disabled = true;
	}, {disabled: !hours});

	return make("form", {class: "form line", on: {submit: async (event) => {
		event.preventDefault();
		if (await told(page, `QUIET ADD hours ${begin.value}-${end.value} *`, "settings.hours_set"))
			clear.disabled = false;
	}}}, labelled(page.t("settings.hours_from"), begin), labelled(page.t("settings.hours_to"), end),
	make("button", {type: "submit"}, page.t("settings.set")), clear);
}

function self(page) {
	const me = page.core.me();
	const display = make("input", {maxlength: 64, value: me.display ?? "", autocomplete: "nickname"});
	const away = make("input", {maxlength: 200, value: me.away || ""});

	return make("fieldset", {}, make("legend", {}, page.t("settings.self", {name: me.name})),
		lineForm(page, page.t("settings.display"), display, () => display.value.trim()
			? `METADATA * SET display-name :${display.value.trim()}`
			: "METADATA * SET display-name"),
		lineForm(page, page.t("settings.away"), away, () => away.value.trim()
			? `AWAY :${away.value.trim()}` : "AWAY"));
}

function lineForm(page, text, field, line) {
	return make("form", {class: "form line", on: {submit: (event) => {
		event.preventDefault();
		told(page, line(), "settings.done");
	}}}, labelled(text, field), make("button", {type: "submit"}, page.t("settings.set")));
}

function account(page, close) {
	return make("fieldset", {class: "acts"}, make("legend", {}, page.t("settings.account")),
		button(page.t("settings.devices"), () => openDevices(page)),
		button(page.t("settings.password"), () => changePassword(page)),
		button(page.t("settings.export"), () => exportData(page)),
		button(page.t("settings.logout"), () => askLogOut(page, close)),
		button(page.t("settings.erase"), () => erase(page), {class: "danger"}));
}

async function changePassword(page) {
	const old = make("input", {type: "password", name: "old", required: true,
		autocomplete: "current-password"});
	const fresh = make("input", {type: "password", name: "fresh", required: true, minlength: 12,
		autocomplete: "new-password"});
	const others = make("input", {type: "checkbox", name: "others", value: "REVOKE"});
	const answer = await askForm(page, {
		title: page.t("settings.password"),
		intro: page.t("settings.password_what"),
		fields: [labelled(page.t("settings.old"), old), labelled(page.t("settings.new"), fresh),
			make("label", {class: "check"}, others, page.t("settings.others"))],
		send: page.t("settings.password_send"),
	});

	if (answer)
		await told(page, `PASSWD ${base64(answer.old)} ${base64(answer.fresh)} ` +
			(answer.others ?? "KEEP"), "settings.password_set");
}

async function askLogOut(page, close) {
	const sure = await askChoice(page, page.t("settings.logout"), page.t("settings.logout_what"), [
		{value: false, text: page.t("dialog.cancel")},
		{value: true, text: page.t("settings.logout"), kind: "danger"},
	]);

	if (!sure)
		return;
	close();
	await logOut(page);
}

async function erase(page) {
	const sure = await askChoice(page, page.t("settings.erase"), page.t("settings.erase_what"), [
		{value: "", text: page.t("dialog.cancel")},
		{value: "KEEP", text: page.t("settings.keep")},
		{value: "DELETE", text: page.t("settings.erase_sure"), kind: "danger"},
	]);

	if (!sure)
		return;
	try {
		const lines = await askProved(page, `ACCOUNT ${sure}`);

		if (lines)
			notice(page, lines.at(-1)?.params.at(-1) ?? page.t("settings.done"));
	} catch (refusal) {
		notice(page, refusal.message);
	}
}
