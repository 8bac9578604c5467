// SPDX-License-Identifier: MIT
// What waits for the reader: places with something for them, invitations, and what they saved.
import {told} from "./ask.js";
import {openDialog} from "./dialog.js";
import {button, make, name, when} from "./dom.js";
import {moveFocus} from "./focus.js";
import {jump} from "./search.js";

function rows(page, list, none) {
	const element = make(
		"ul",
		{
			class: "rows",
			on: {
				keydown: (event) =>
					moveFocus(event, [
						...element.querySelectorAll("button.row"),
					]),
			},
		},
		list,
	);

	element.querySelector("button.row")?.setAttribute("autofocus", "");
	return list.length ? element : make("p", {class: "hint"}, none);
}

/** Mentions and unread places, then rooms that somebody asked the reader into. */
export function openInbox(page) {
	const shown = openDialog(page, {
		title: page.t("inbox.title"),
		kind: "wide",
		body: [
			make("h3", {}, page.t("inbox.unread")),
			rows(
				page,
				unreadRows(page, () => shown.close()),
				page.t("inbox.nothing"),
			),
			make("h3", {}, page.t("inbox.invitations")),
			rows(
				page,
				page.core.invitations().map((one) => invitation(page, one)),
				page.t("inbox.no_invitations"),
			),
		],
	});

	return shown;
}

function unreadRows(page, close) {
	return page.core
		.targets()
		.filter(
			(target) =>
				target.unread > 0 && !target.muted && target.kind !== "server",
		)
		.sort((a, b) => b.mentions - a.mentions || b.unread - a.unread)
		.map((target) =>
			make(
				"li",
				{},
				button(
					[
						name(target.people || target.name),
						make(
							"small",
							{},
							page.t("inbox.count", {
								unread: target.unread,
								mentions: target.mentions,
							}),
						),
					],
					() => {
						close();
						page.show(target.id);
					},
					{class: "row"},
				),
			),
		);
}

function invitation(page, {room, by, at}) {
	const row = make(
		"li",
		{},
		name(room),
		" ",
		make(
			"small",
			{},
			by ? page.t("inbox.by", {name: by}) : "",
			" ",
			at ? when(at) : "",
		),
		button(
			page.t("inbox.join"),
			async () => {
				if (await told(page, `JOIN ${room}`)) row.remove();
			},
			{class: "main"},
		),
		button(page.t("inbox.decline"), async () => {
			if (await told(page, `DECLINE ${room}`)) row.remove();
		}),
	);

	return row;
}

/** Saved messages, the newest first; each is gone to, or let go. */
export function openSaved(page) {
	const list = [...page.core.saved()]
		.reverse()
		.map((one) => savedRow(page, one, () => shown.close()));
	const shown = openDialog(page, {
		title: page.t("inbox.saved"),
		kind: "wide",
		body: rows(page, list, page.t("inbox.nothing_saved")),
	});

	return shown;
}

function savedRow(page, one, close) {
	const target = page.core.targets().find((other) => other.name === one.target);
	const row = make(
		"li",
		{},
		button(
			[
				make(
					"span",
					{class: "find-head"},
					one.from ? name(one.from) : null,
					one.from ? " · " : null,
					name(one.target),
					" · ",
					when(one.at),
				),
				make("span", {class: "find-text", dir: "auto"}, one.text),
			],
			() => {
				close();
				jump(page, target?.id ?? page.here(), one.id, one.at);
			},
			{class: "row find"},
		),
		button(page.t("inbox.let_go"), async () => {
			if (await told(page, `SAVED DEL ${one.id}`)) row.remove();
		}),
	);

	return row;
}
