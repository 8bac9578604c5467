// SPDX-License-Identifier: MIT
// What one sets for oneself: how the page looks, what may ring, who one is, the password, and
// one's own data.
import {ask, askProved, base64, told} from "./ask.js";
import {notice} from "./bar.js";
import {askChoice, askForm, openDialog} from "./dialog.js";
import {button, labelled, make} from "./dom.js";
import {openDevices} from "./devices.js";
import {exportData} from "./export.js";
import {openFactor} from "./factor.js";
import {checkbox, choice, group, lineForm, sender} from "./form.js";
import {logOut} from "./logout.js";
import {notifyForm} from "./notify.js";
import {language, languages} from "./texts.js";
import {themes} from "./theme.js";

const DISTURB_NOT_MS = 8 * 60 * 60 * 1000;

export async function openSettings(page) {
	const quiet = group(page.t("settings.quiet"));
	const shown = openDialog(page, {
		title: page.t("settings.title"),
		body: [
			looks(page),
			quiet,
			notifyForm(page),
			self(page),
			account(page, () => shown.close()),
		],
	});

	await fillQuiet(page, quiet);
	return shown;
}

function looks(page) {
	const rows = themes.map((one) => [one, page.t(`settings.theme_${one}`)]);
	const theme = choice(rows, page.core.kept("theme") || "auto", page.setTheme);
	const tongue = choice(Object.entries(languages), language(), page.setLanguage);

	return group(
		page.t("settings.looks"),
		labelled(page.t("settings.theme"), theme),
		labelled(page.t("settings.language"), tongue),
	);
}

/** Do not disturb, and the hours of quiet: the account's, the same on all devices. */
async function fillQuiet(page, part) {
	const lines = await ask(page, "QUIET LIST").catch(() => []);
	const rows = lines.map((line) => line.params).filter(([verb]) => verb === "ADD");
	const dnd = rows.some(([, kind]) => kind === "dnd");
	const hours = rows.find(([, kind]) => kind === "hours");

	part.append(
		checkbox(page.t("settings.dnd"), dnd, (isOn) => setDnd(page, isOn)),
		hoursForm(page, hours?.[2] ?? ""),
	);
}

function setDnd(page, isOn) {
	const until = new Date(Date.now() + DISTURB_NOT_MS).toISOString();

	return told(page, isOn ? `QUIET ADD dnd * ${until}` : "QUIET DEL dnd *");
}

function hoursForm(page, hours) {
	const [from, to] = hours ? hours.split("-") : ["22:00", "07:00"];
	const begin = make("input", {type: "time", required: true, value: from});
	const end = make("input", {type: "time", required: true, value: to});
	const clear = button(page.t("settings.hours_off"), () => put("DEL hours *", "none"), {
		disabled: !hours,
	});
	const put = async (what, done) => {
		if (await told(page, `QUIET ${what}`, `settings.hours_${done}`))
			clear.disabled = done === "none";
	};

	return lineForm(
		() => put(`ADD hours ${begin.value}-${end.value} *`, "set"),
		labelled(page.t("settings.hours_from"), begin),
		labelled(page.t("settings.hours_to"), end),
		sender(page.t("settings.set")),
		clear,
	);
}

function self(page) {
	const me = page.core.me();
	const display = make("input", {
		maxlength: 64,
		value: me.display ?? "",
		autocomplete: "nickname",
	});
	const away = make("input", {maxlength: 200, value: me.away || ""});

	return group(
		page.t("settings.self", {name: me.name}),
		oneLine(page, "settings.display", display, "METADATA * SET display-name"),
		oneLine(page, "settings.away", away, "AWAY"),
	);
}

/** A field whose text goes behind the command; an empty one takes it back. */
function oneLine(page, text, field, command) {
	const send = () => {
		const value = field.value.trim();

		told(page, value ? `${command} :${value}` : command, "settings.done");
	};

	return lineForm(send, labelled(page.t(text), field), sender(page.t("settings.set")));
}

function account(page, close) {
	const acts = make(
		"div",
		{class: "acts"},
		button(page.t("settings.devices"), () => openDevices(page)),
		button(page.t("settings.password"), () => changePassword(page)),
		button(page.t("settings.factor"), () => openFactor(page)),
		button(page.t("settings.export"), () => exportData(page)),
		button(page.t("settings.logout"), () => askLogOut(page, close)),
		button(page.t("settings.erase"), () => erase(page), {class: "danger"}),
	);

	return group(page.t("settings.account"), acts);
}

function passwordField(text, name, autocomplete, minlength) {
	const rules = {type: "password", name, required: true, autocomplete, minlength};

	return labelled(text, make("input", rules));
}

async function changePassword(page) {
	const others = make("input", {type: "checkbox", name: "others", value: "REVOKE"});
	const answer = await askForm(page, {
		title: page.t("settings.password"),
		intro: page.t("settings.password_what"),
		fields: [
			passwordField(page.t("settings.old"), "old", "current-password"),
			passwordField(page.t("settings.new"), "fresh", "new-password", 12),
			make("label", {class: "check"}, others, page.t("settings.others")),
		],
		send: page.t("settings.password_send"),
	});

	if (!answer) return;
	const words = [base64(answer.old), base64(answer.fresh), answer.others ?? "KEEP"];

	await told(page, `PASSWD ${words.join(" ")}`, "settings.password_set");
}

async function askLogOut(page, close) {
	const sure = await askChoice(
		page,
		page.t("settings.logout"),
		page.t("settings.logout_what"),
		[
			{value: false, text: page.t("dialog.cancel")},
			{value: true, text: page.t("settings.logout"), kind: "danger"},
		],
	);

	if (!sure) return;
	close();
	await logOut(page);
}

async function erase(page) {
	const wish = await askChoice(
		page,
		page.t("settings.erase"),
		page.t("settings.erase_what"),
		[
			{value: "", text: page.t("dialog.cancel")},
			{value: "KEEP", text: page.t("settings.keep")},
			{value: "DELETE", text: page.t("settings.erase_sure"), kind: "danger"},
		],
	);

	if (!wish) return;
	try {
		const lines = await askProved(page, `ACCOUNT ${wish}`);

		if (lines)
			notice(page, lines.at(-1)?.params.at(-1) ?? page.t("settings.done"));
	} catch (refusal) {
		notice(page, refusal.message);
	}
}
