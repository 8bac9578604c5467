// SPDX-License-Identifier: MIT
// Served in the place of sw.js this ends a worker that went wrong: what it kept goes, it lets
// go of the page, and each open page comes anew from the server.
self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => event.waitUntil(end()));

async function end() {
	for (const name of await caches.keys()) await caches.delete(name);
	await self.registration.unregister();
	for (const client of await self.clients.matchAll({type: "window"}))
		client.navigate(client.url);
}
