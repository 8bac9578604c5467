// SPDX-License-Identifier: MIT
// Files come in by the button, out of the clipboard, or dropped anywhere. What becomes of them
// is upload.js's, which is fetched then.
import {make} from "./dom.js";
import {iconButton} from "./icon.js";
import {offerFiles} from "./parts.js";
import {page} from "./page.js";
import {say} from "./texts.js";

/** The button, and the field behind it: on a phone that is the camera, too. */
export function attachButton() {
	const field = make("input", {type: "file", multiple: true, hidden: true, on: {change: () => {
		offer([...field.files]);
		field.value = "";
	}}});

	return [field, iconButton("attach", say("compose.attach"), () => field.click())];
}

/** Once, whatever stands in the page. */
export function watchFiles() {
	// What is copied from a text has a picture of it, too.
	document.addEventListener("paste", (event) =>
		event.clipboardData.types.includes("text/plain") || take(event, event.clipboardData));
	// Without this the browser would leave the page and show the file.
	document.addEventListener("dragover", (event) =>
		event.dataTransfer.types.includes("Files") && event.preventDefault());
	document.addEventListener("drop", (event) => take(event, event.dataTransfer));
}

function take(event, {files}) {
	if (files.length) {
		event.preventDefault();
		offer([...files]);
	}
}

function offer(files) {
	if (page.place && files.length)
		offerFiles(page, files);
}
