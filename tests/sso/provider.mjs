// SPDX-License-Identifier: MIT
// oidc-provider of npm behind HTTPS, as an organisation would have it. Settings come as the first
// argument (JSON); orders as lines of JSON by standard input, each answered by a line.
//
// usage: node provider.mjs '{"port": 0, "cert": FILE, "key": FILE, "people": {...}, "clients": [...],
//   "audience": "https://...", "format": "jwt" | "opaque"}'
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// What npm has is in a folder of its own (SNUG_NPM).
const npm = createRequire(process.env.SNUG_NPM + "/");
const { Provider } = await import(pathToFileURL(npm.resolve("oidc-provider")).href);
const { generateKeyPair, exportJWK } = await import(pathToFileURL(createRequire(npm.resolve("oidc-provider")).resolve("jose")).href);

const DEVICE = "urn:ietf:params:oauth:grant-type:device_code";
const given = JSON.parse(process.argv[2]);
const people = given.people;
let keys = [], algorithm = "ES256", nth = 0, provider, answer;

async function make_key() {
	const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
	return { ...(await exportJWK(privateKey)), alg: algorithm, use: "sig", kid: "k" + ++nth };
}

function claims_of(sub) {
	return { sub, ...people[sub] };
}

function configuration() {
	return {
		jwks: { keys },
		clients: given.clients.map((c) => ({
			redirect_uris: [], response_types: c.redirect_uris ? ["code"] : [],
			grant_types: ["refresh_token", DEVICE, ...(c.redirect_uris ? ["authorization_code"] : [])],
			id_token_signed_response_alg: algorithm, ...c })),
		scopes: ["openid", "profile", "offline_access"],
		claims: { openid: ["sub"], profile: ["preferred_username", "groups"] },
		cookies: { keys: ["of nobody in particular"] },
		enabledJWA: { idTokenSigningAlgValues: ["RS256", "ES256", "EdDSA"] },
		// By itself it goes to public addresses alone.
		fetch: (url, { dispatcher, ...options }) => fetch(url, options),
		features: {
			deviceFlow: { enabled: true },
			introspection: { enabled: true, allowedPolicy: () => true },
			revocation: { enabled: true, allowedPolicy: () => true },
			backchannelLogout: { enabled: true },
			resourceIndicators: {
				enabled: true,
				defaultResource: (ctx, client, one) => one,
				useGrantedResource: () => true,
				getResourceServerInfo: (ctx, resource) => ({
					scope: "openid profile offline_access", audience: resource, accessTokenTTL: 300,
					accessTokenFormat: given.format, jwt: { sign: { alg: algorithm } } }),
			},
		},
		// Anybody who may log in gets a refresh token where the scope has it.
		issueRefreshToken: async (ctx, client, code) => code.scopes.has("offline_access"),
		rotateRefreshToken: true,
		extraTokenClaims: (ctx, token) => (token.accountId ? { ...people[token.accountId] } : undefined),
		findAccount: (ctx, sub) => (people[sub] ? { accountId: sub, claims: () => claims_of(sub) } : undefined),
	};
}

function start() {
	provider = new Provider(`https://localhost:${server.address().port}`, configuration());
	provider.on("backchannel.error", (ctx, why) => console.error(why));
	answer = provider.callback();
}

const server = createServer({ cert: readFileSync(given.cert), key: readFileSync(given.key) }, (request, reply) => answer(request, reply));
await new Promise((resolve) => server.listen(given.port, "127.0.0.1", resolve));
keys = [await make_key()];
start();
console.log(JSON.stringify({ url: provider.issuer }));

const orders = {
	// Signs with another key; the old one is published as long as `keep` says.
	async rotate({ to, keep }) {
		algorithm = to;
		keys = [await make_key(), ...(keep ? keys : [])];
		start();
	},
	remove({ subject }) {
		delete people[subject];
	},
	change({ subject, claims }) {
		Object.assign(people[subject], claims);
	},
};
for await (const line of createInterface({ input: process.stdin })) {
	const order = JSON.parse(line);
	await orders[order.act](order);
	console.log(JSON.stringify({ done: order.act }));
}
process.exit(0);
