// SPDX-License-Identifier: MIT
// The way between a browser and the server: whole until it is cut. The browser knows this end only.
import {once} from "node:events";
import {connect, createServer} from "node:net";

export class Wire {
	#open = new Map(); // the browser's sockets, each with the server's
	#left = Infinity;  // bytes until all are cut

	/** @param {import("./server.mjs").Server} server whose origin is this end from now on */
	static async before(server) {
		const made = new Wire();

		made.end = createServer((socket) => made.#join(socket, server.webPort));
		made.end.listen(0, "127.0.0.1");
		await once(made.end, "listening");
		server.origin = `https://${server.name}:${made.end.address().port}`;
		return made;
	}

	/** All connections end when this many more bytes have passed, whichever way. */
	cutAfter(bytes) {
		this.#left = bytes;
	}

	/** All connections end now. */
	cut() {
		this.#left = Infinity;
		for (const [one, other] of this.#open) {
			one.destroy();
			other.destroy();
		}
	}

	close() {
		this.cut();
		this.end.close();
	}

	#join(socket, port) {
		const other = connect(port, "127.0.0.1");

		this.#open.set(socket, other);
		this.#pass(socket, other);
		this.#pass(other, socket);
		socket.on("close", () => this.#open.delete(socket));
	}

	#pass(from, to) {
		from.on("data", (bytes) => {
			to.write(bytes.subarray(0, this.#left));
			this.#left -= bytes.length;
			if (this.#left <= 0)
				this.cut();
		});
		from.on("error", () => to.destroy());
		from.on("close", () => to.destroy());
	}
}
