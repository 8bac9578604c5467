// SPDX-License-Identifier: MIT
// A file in the log: a picture where it is one, else its name, which saves it. Only what the
// server vouches for by its first bytes is shown; all else is saved.
import {notice} from "./bar.js";
import {openDialog} from "./dialog.js";
import {button, make} from "./dom.js";
import {addressOf} from "./filehost.js";

const PICTURE = /^image\/(png|jpeg|gif|webp|avif)$/;
const PLAYED = /^(audio\/(mpeg|ogg|opus|mp4)|video\/(mp4|webm))$/;
const PICTURE_MAX = 16 * 1024 * 1024; // bigger ones are fetched when they are wanted
const UNITS = ["B", "KiB", "MiB", "GiB"];

/** "3.1 MiB" */
export function sizeWords(bytes) {
	let i = 0;

	for (; bytes >= 1024 && i < UNITS.length - 1; i++) bytes /= 1024;
	return `${i && bytes < 100 ? bytes.toFixed(1) : Math.floor(bytes)} ${UNITS[i]}`;
}

// Names come from others: no path, nothing hidden.
const safeName = (file) =>
	file.name.replace(/[\p{C}/\\:*?"<>|]/gu, "_").replace(/^\.+/, "") || file.id;

/** Fills the box that row.js made for it. */
export function showFile(page, box, file) {
	const isPicture = PICTURE.test(file.type) && file.size <= PICTURE_MAX;

	box.replaceChildren(
		isPicture ? picture(page, file) : opener(page, file),
		button(page.t("files.save"), () => save(page, file), {class: "quiet", tabindex: -1}),
	);
}

const label = (file) => [make("bdi", {}, file.name), ` ${sizeWords(file.size)}`];

function opener(page, file) {
	const act = PLAYED.test(file.type) || PICTURE.test(file.type) ? open : save;

	return button(label(file), () => act(page, file), {class: "file-name", tabindex: -1});
}

// It is fetched when it comes near the screen.
function picture(page, file) {
	const image = make("img", {alt: file.name});
	const shown = button([image], () => open(page, file), {class: "shown", tabindex: -1});
	const watch = new IntersectionObserver((seen) => {
		if (!seen.some((one) => one.isIntersecting)) return;
		watch.disconnect();
		addressOf(page, file).then(
			(address) => {
				image.src = address;
			},
			(error) => {
				shown.replaceChildren(...label(file), ` ${error.message}`);
			},
		);
	});

	image.addEventListener("error", () => shown.replaceChildren(...label(file)));
	watch.observe(shown);
	return shown;
}

const failed = (page) => (error) => notice(page, error.message);

/** Large, over everything; Esc goes back. */
function open(page, file) {
	addressOf(page, file).then((address) => {
		const kind = file.type.split("/")[0];
		const what =
			kind === "image"
				? make("img", {src: address, alt: file.name})
				: make(kind, {src: address, controls: true});

		openDialog(page, {title: file.name, kind: "lightbox", body: what,
			actions: [button(page.t("files.save"), () => save(page, file))]});
	}, failed(page));
}

function save(page, file) {
	addressOf(page, file).then(
		(address) => make("a", {href: address, download: safeName(file)}).click(),
		failed(page),
	);
}
