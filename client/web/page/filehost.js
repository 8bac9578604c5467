// SPDX-License-Identifier: MIT
// Files at the server: they go there and come from there with a token of this connection's
// account, which lives for minutes and is asked for when it is needed.
import {ask} from "./ask.js";

const TOKEN_MS = 8 * 60 * 1000; // of the server's ten
const KEPT_MAX = 40;            // files that stay at hand

let token = null; // {text, until}
const kept = new Map(); // id -> promise of an address within this page

/** A sentence for who reads, by the server where it says one. */
export class FileError extends Error {}

async function freshToken(page, isNew) {
	if (isNew || !token || token.until < Date.now()) {
		const lines = await ask(page, "FILEHOST TOKEN");
		const {params} = lines.find((line) => line.command === "FILEHOST");

		token = {text: params[1], until: Date.now() + TOKEN_MS};
	}
	return token.text;
}

/** @returns {Promise<Blob>} throws a FileError */
async function fetchFile(page, file, isAgain = false) {
	const answer = await fetch(`/f/${file.id}`, {
		headers: {Authorization: `Bearer ${await freshToken(page, isAgain)}`},
		cache: "no-store",
		credentials: "omit",
	}).catch(() => {
		throw new FileError(page.t("files.broken"));
	});

	if (answer.status === 401 && !isAgain) return fetchFile(page, file, true);
	if (answer.status === 404) throw new FileError(page.t("files.gone"));
	if (!answer.ok) throw new FileError(await answer.text());
	return answer.blob();
}

/** An address of the file within this page. @returns {Promise<string>} throws a FileError */
export function addressOf(page, file) {
	if (!kept.has(file.id)) {
		const coming = fetchFile(page, file).then((blob) => URL.createObjectURL(blob));

		coming.catch(() => kept.delete(file.id));
		kept.set(file.id, coming);
		dropOldest();
	}
	return kept.get(file.id);
}

function dropOldest() {
	const [oldest] = kept.keys();

	if (kept.size <= KEPT_MAX) return;
	kept.get(oldest).then(URL.revokeObjectURL, () => {});
	kept.delete(oldest);
}

// RFC 8187: what stays as it is, is what a value may hold.
const encoded = (name) =>
	encodeURIComponent(name).replace(
		/['()*]/g,
		(sign) => `%${sign.charCodeAt(0).toString(16)}`,
	);

/**
 * @param {{blob: Blob, name: string, target: string, onProgress: function(number)}} what
 *   onProgress: 0 to 1
 * @returns {{id: Promise<string>, cancel: function()}} id: throws a FileError, "" after cancel()
 */
export function sendFile(page, what) {
	const request = new XMLHttpRequest();

	return {
		id: freshToken(page, false).then((bearer) => post(page, request, what, bearer)),
		cancel: () => request.abort(),
	};
}

function post(page, request, {blob, name, target, onProgress}, bearer) {
	return new Promise((resolve, reject) => {
		const fail = (words) => reject(new FileError(words));

		request.open("POST", `/f?target=${encodeURIComponent(target)}`);
		request.setRequestHeader("Authorization", `Bearer ${bearer}`);
		request.setRequestHeader("Content-Type", blob.type || "application/octet-stream");
		request.setRequestHeader(
			"Content-Disposition",
			`attachment; filename*=UTF-8''${encoded(name)}`,
		);
		request.upload.addEventListener("progress", (event) =>
			onProgress(event.loaded / event.total),
		);
		request.addEventListener("abort", () => resolve(""));
		request.addEventListener("error", () => fail(page.t("files.broken")));
		request.addEventListener("load", () => {
			if (request.status === 401) token = null;
			if (request.status === 201)
				resolve(request.getResponseHeader("Location").split("/").at(-1));
			else fail(request.responseText || String(request.status));
		});
		request.send(blob);
	});
}
