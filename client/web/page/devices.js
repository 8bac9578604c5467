// SPDX-License-Identifier: MIT
// The devices that may log in: computers by their certificates, browsers and programs by
// tokens. Each can be put out; another one is let in by a link that lives two minutes.
import {ask, askProved, Refusal} from "./ask.js";
import {notice} from "./bar.js";
import {askChoice, openDialog} from "./dialog.js";
import {button, make, name, when} from "./dom.js";
import {linkField} from "./link.js";
import {logOut, ownNumber} from "./logout.js";

export async function openDevices(page) {
	const list = make("ul", {class: "rows devices"});
	const links = make("div");
	const shown = openDialog(page, {
		title: page.t("devices.title"),
		body: [make("p", {class: "hint"}, page.t("devices.what")), list, links],
		actions: [
			button(page.t("devices.let_in"), () => letIn(page, links), {
				class: "main",
			}),
		],
	});
	const draw = () => fill(page, list);

	shown.closed.then(
		page.watch((changes) => {
			if (changes.devices) draw();
		}),
	);
	await draw();
	return shown;
}

// CERT LIST number pin added used :label, CERT TOKEN LIST number kind added used ends :label
async function readDevices(page) {
	const certificates = (await ask(page, "CERT LIST"))
		.map((line) => line.params)
		.filter(([verb, number]) => verb === "LIST" && number !== "*")
		.map((row) => ({
			number: row[1],
			label: row[5],
			added: row[3],
			used: row[4],
			del: `CERT DEL ${row[1]}`,
			kind: "certificate",
		}));
	const tokens = (await ask(page, "CERT TOKEN LIST"))
		.map((line) => line.params)
		.filter(
			([verb, part, number]) =>
				verb === "TOKEN" && part === "LIST" && number !== "*",
		)
		.map((row) => ({
			number: row[2],
			label: row[7],
			added: row[4],
			used: row[5],
			del: `CERT TOKEN DEL ${row[2]}`,
			kind: row[3] === "DEVICE" ? "browser" : "program",
		}));

	return [...certificates, ...tokens].sort((a, b) => b.used.localeCompare(a.used));
}

async function fill(page, list) {
	try {
		const devices = await readDevices(page);
		const own = ownNumber(page);

		list.replaceChildren(
			...devices.map((device) =>
				row(
					page,
					device,
					device.kind === "browser" && device.number === own,
					() => fill(page, list),
				),
			),
		);
	} catch (refusal) {
		list.replaceChildren(make("li", {role: "alert"}, refusal.message));
	}
}

function time(page, text, key) {
	return text === "*"
		? page.t("devices.never")
		: [page.t(key), " ", when(Date.parse(text))];
}

function row(page, device, isThis, again) {
	const revoke = page.t("devices.revoke");

	return make(
		"li",
		{"aria-current": isThis ? "true" : null},
		make(
			"div",
			{},
			make("strong", {}, name(device.label)),
			" ",
			make(
				"small",
				{},
				page.t(isThis ? "devices.this" : `devices.${device.kind}`),
			),
			make(
				"p",
				{class: "hint"},
				time(page, device.used, "devices.used"),
				" · ",
				page.t("devices.added"),
				" ",
				when(Date.parse(device.added)),
			),
		),
		button(
			revoke,
			async () => {
				if (await putOut(page, device, isThis)) again();
			},
			{class: "danger", "aria-label": `${revoke} ${device.label}`},
		),
	);
}

async function putOut(page, device, isThis) {
	const sure = await askChoice(
		page,
		page.t("devices.revoke"),
		page.t(isThis ? "devices.revoke_this" : "devices.revoke_sure", {
			name: device.label,
		}),
		[
			{value: false, text: page.t("dialog.cancel")},
			{value: true, text: page.t("devices.revoke"), kind: "danger"},
		],
	);

	if (!sure) return false;
	if (isThis) {
		await logOut(page);
		return false;
	}
	try {
		return Boolean(await askProved(page, device.del));
	} catch (refusal) {
		notice(page, refusal.message);
		return false;
	}
}

/** Makes the link for another device; the question whether it may comes by itself. */
async function letIn(page, links) {
	try {
		const lines = await askProved(page, "CERT OFFER");
		const [, secret, seconds] =
			lines?.find(({params}) => params[0] === "OFFER")?.params ?? [];

		if (!lines) return;
		if (!secret) throw new Refusal("", page.t("devices.no_offer"));
		links.replaceChildren(
			make(
				"p",
				{role: "status"},
				page.t("devices.offer", {count: Number(seconds) / 60}),
			),
			linkField(
				page,
				page.t("devices.link"),
				`${location.origin}/#device=${secret}`,
			),
		);
		links.querySelector("input").focus();
	} catch (refusal) {
		notice(page, refusal.message);
	}
}
