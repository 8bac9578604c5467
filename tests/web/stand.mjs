// SPDX-License-Identifier: MIT
// Serves client/web/page as snugd does (same paths, same policy), with double.js in the place
// of the core and its store.  usage: node stand.mjs  (prints its port)
import {execFileSync} from "node:child_process";
import {createServer} from "node:http";
import {readFile} from "node:fs/promises";

const root = new URL("../../client/web/page/", import.meta.url);
const here = new URL("./", import.meta.url);
const kinds = {html: "text/html; charset=utf-8", js: "text/javascript", css: "text/css",
	svg: "image/svg+xml", json: "application/json", webmanifest: "application/manifest+json"};
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " +
	"connect-src 'self'; img-src 'self' blob:; media-src 'self' blob:; worker-src 'self'; " +
	"manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types snug";

async function content(path) {
	if (path === "/")
		return readFile(new URL("index.html", root));
	const name = path.replace(/^\/(assets\/)?/, "");
	if (name === "emoji.json")
		return execFileSync("awk", ["-f", "emoji.awk", "../../model/emoji.def"], {cwd: root});
	if (name === "core.js" || name === "store.js")
		return readFile(new URL("double.js", here));
	return readFile(new URL(name === "app.js" ? "main.js" : name, root));
}

async function answer(request, response) {
	const path = new URL(request.url, "http://stand/").pathname;

	try {
		const body = await content(path);
		const kind = path === "/" ? "html" : path.split(".").at(-1);
		response.writeHead(200, {"Content-Type": kinds[kind] ?? "application/octet-stream",
			"Content-Security-Policy": policy, "Cache-Control": "no-store"});
		response.end(body);
	} catch {
		response.writeHead(404).end();
	}
}

export async function stand() {
	const server = createServer(answer);
	await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
	return server;
}

if (process.argv[1] === new URL(import.meta.url).pathname)
	console.log((await stand()).address().port);
