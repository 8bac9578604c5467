// SPDX-License-Identifier: MIT
// A conversation with the server beside the core's: a few lines to and fro, and it ends.
import {openSocket} from "./socket.js";

const CHUNK = 400; // characters of one AUTHENTICATE
const LINE = /^(?:@\S+ )?(?::\S+ )?(\S+) ?(.*)$/;

/** {command, params} of a line. */
export function parseLine(text) {
	const [, command, rest] = LINE.exec(text) ?? [null, "", ""];
	const at = ` ${rest}`.indexOf(" :");
	const middle = at < 0 ? rest : rest.slice(0, Math.max(0, at - 1));
	const params = middle.split(" ").filter(Boolean);

	return {command, params: at < 0 ? params : [...params, rest.slice(at + 1)]};
}

/** Resolves when the socket is up; what is waited for rejects when it goes down. */
export function openTalk(place, WebSocket) {
	return new Promise((resolve, reject) => {
		const talk = new Talk();
		talk.socket = openSocket({
			onUp: () => resolve(talk),
			onLine: (text) => talk.take(text),
			onDown: (why) => {
				reject(new Error(why));
				talk.end(why);
			},
		}, WebSocket);
		talk.socket.open(place.hostname, place.port || 443);
	});
}

class Talk {
	#lines = [];
	#waits = null; // {wants, resolve, reject}
	#why = null; // it is over
	#coded = "";

	send(...lines) {
		for (const line of lines) this.socket.send(line);
	}

	/** The next line that is wanted; those before it are passed over. */
	hear(wants) {
		return new Promise((resolve, reject) => {
			this.#waits = {wants, resolve, reject};
			this.#look();
		});
	}

	take(text) {
		const line = parseLine(text);

		if (line.command === "PING") this.send(`PONG :${line.params.at(-1)}`);
		else this.#lines.push(line);
		this.#look();
	}

	end(why) {
		this.#why = why;
		this.#look();
	}

	close() {
		this.socket.close();
	}

	#look() {
		while (this.#waits && this.#lines.length) {
			const line = this.#lines.shift();
			const {wants, resolve} = this.#waits;

			if (!wants(line)) continue;
			this.#waits = null;
			resolve(line);
		}
		if (this.#waits && this.#why !== null) this.#waits.reject(new Error(this.#why));
	}

	/** Words of the capabilities that the server has. */
	async offer() {
		const all = [];

		this.send("CAP LS 302");
		for (;;) {
			const {params} = await this.hear(({command, params: [, verb]}) =>
				command === "CAP" && verb === "LS");

			all.push(...params.at(-1).split(" ").filter(Boolean));
			if (params[2] !== "*") return all;
		}
	}

	/** A text of ASCII, as AUTHENTICATE has it. */
	say(text) {
		let coded = btoa(text);

		for (;;) {
			const chunk = coded.slice(0, CHUNK);

			coded = coded.slice(CHUNK);
			this.send(`AUTHENTICATE ${chunk || "+"}`);
			if (chunk.length < CHUNK) return;
		}
	}

	/** The JSON of a challenge whose last piece this is, {} where it is none; null before. */
	challenge(piece) {
		this.#coded += piece === "+" ? "" : piece;
		if (piece.length === CHUNK) return null;
		const coded = this.#coded;

		this.#coded = "";
		try {
			return JSON.parse(atob(coded));
		} catch {
			return {};
		}
	}
}
