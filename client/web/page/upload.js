// SPDX-License-Identifier: MIT
// "Send this?": files that are to go to the room one is in, and how far they are. A message
// tells of a file once the server has it; what failed can be tried again, its words with it.
import {openDialog} from "./dialog.js";
import {button, labelled, make} from "./dom.js";
import {notice} from "./bar.js";
import {sendFile} from "./filehost.js";
import {checkbox} from "./form.js";
import {sizeWords} from "./file.js";

const DRAWN = /^image\/(jpeg|png)$/;

export function offerFiles(page, files) {
	if (!page.core.link().takesFiles) {
		notice(page, page.t("files.none"));
		return;
	}
	const target = page.core.targets().find((one) => one.id === page.here());
	const words = make("input", {type: "text", name: "words", autocomplete: "off"});
	let isWhole = false;
	const previews = files.map((file) => preview(page, file));
	const form = make(
		"form",
		{class: "form", method: "dialog"},
		make("ul", {class: "offered"}, previews),
		labelled(page.t("files.words"), words),
		files.some((file) => DRAWN.test(file.type))
			? checkbox(page.t("files.whole"), false, (isOn) => {
					isWhole = isOn;
				})
			: null,
		make("button", {type: "submit", class: "main"}, page.t("files.send")),
	);
	const shown = openDialog(page, {
		title: page.t("files.title", {name: target.people || target.name}),
		body: form,
		kind: "files",
		first: words,
	});

	form.addEventListener("submit", (event) => {
		event.preventDefault();
		shown.close();
		sendAll(page, target, files, words.value.trim(), isWhole);
	});
}

function preview(page, file) {
	const picture = make("img", {alt: "", hidden: true});

	if (file.type.startsWith("image/")) {
		picture.src = URL.createObjectURL(file);
		picture.addEventListener("load", () => {
			picture.hidden = false;
			URL.revokeObjectURL(picture.src);
		});
	}
	return make("li", {}, picture, make("bdi", {}, file.name), ` ${sizeWords(file.size)}`);
}

// One after another, in their order.
async function sendAll(page, target, files, words, isWhole) {
	for (const [i, file] of files.entries())
		await sendOne(page, target, file, i ? "" : words, isWhole);
}

async function sendOne(page, target, file, words, isWhole) {
	const blob = isWhole ? file : await withoutTraces(file);
	const row = rowOf(page, file.name);

	for (;;) {
		const sending = sendFile(page, {
			blob,
			name: file.name,
			target: target.name,
			onProgress: row.progress,
		});

		row.wait(sending.cancel);
		try {
			tell(page, target, await sending.id, words);
			break;
		} catch (error) {
			if (!(await row.failed(error.message))) break;
		}
	}
	row.end();
}

function tell(page, target, id, words) {
	const address = `${location.origin}/f/${id}`;

	if (id)
		page.core.message(
			target.id,
			"message",
			words ? `${words} ${address}` : address,
		);
}

/** Drawn anew, a picture has no place, camera or time in it any more. */
async function withoutTraces(file) {
	if (!DRAWN.test(file.type)) return file;
	const picture = await createImageBitmap(file).catch(() => null);

	if (!picture) return file;
	const canvas = new OffscreenCanvas(picture.width, picture.height);

	canvas.getContext("2d").drawImage(picture, 0, 0);
	return canvas.convertToBlob({type: file.type, quality: 0.92});
}

// ---- how far it is

function rowOf(page, name) {
	const bar = make("progress", {max: 1, value: 0, "aria-label": name});
	const state = make("span", {role: "status"});
	const acts = make("span", {class: "acts"});
	const element = make("div", {class: "upload"}, make("bdi", {}, name), bar, state, acts);
	const choose = (...choices) =>
		acts.replaceChildren(
			...choices.map(([key, act]) => button(page.t(key), act)),
		);

	page.bars.before(element);
	return {
		progress: (part) => {
			bar.value = part;
		},
		wait(cancel) {
			state.textContent = "";
			bar.value = 0;
			choose(["files.cancel", cancel]);
		},
		/** @returns {Promise<boolean>} it is to be tried again */
		failed(why) {
			state.textContent = why;
			return new Promise((resolve) =>
				choose(
					["files.again", () => resolve(true)],
					["files.drop", () => resolve(false)],
				),
			);
		},
		end: () => element.remove(),
	};
}
