// SPDX-License-Identifier: MIT
// The one WebSocket: a line is a text message.

const SUBPROTOCOL = "text.ircv3.net";

/**
 * `events`: onUp(), onLine(line), onDown(why). Nothing of a socket that was closed, or in whose
 * place another was opened, is told any more. WebSocket: the browser's, or a test's.
 */
export function openSocket(events, WebSocket = globalThis.WebSocket) {
	let socket = null;

	function close() {
		const old = socket;
		socket = null;
		if (old) old.close();
	}

	function end(one, why) {
		if (one !== socket) return;
		socket = null;
		events.onDown(why);
	}

	return {
		open(host, port) {
			close();
			const place = host.includes(":") ? `[${host}]` : host;
			const one = new WebSocket(`wss://${place}:${port}/socket`, [SUBPROTOCOL]);
			socket = one;
			one.onopen = () => one === socket && events.onUp();
			one.onmessage = (event) => one === socket && events.onLine(event.data);
			// Why is told by the server alone, in its last words; a browser says nothing.
			one.onerror = () => {}; // onclose comes behind it
			one.onclose = (event) => end(one, event.reason);
		},
		close,
		send: (line) => socket && socket.send(line),
		queued: () => (socket ? socket.bufferedAmount : 0),
	};
}
