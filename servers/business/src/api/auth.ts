import { Fault } from '@switchboard/kit';
import { createFollow, type JsonObject, objectOf, stringOf } from './json.ts';

/** How a document wants one secret to be sent. */
export interface Scheme {
	readonly name: string;
	readonly type: string;
	readonly place: 'header' | 'query' | 'cookie';
	readonly field: string;
	readonly prefix: 'none' | 'bearer' | 'basic';
}

/** A secret that a request will carry, and where; never the secret. */
export interface SchemeUse {
	readonly scheme: string;
	readonly place: Scheme['place'];
	readonly name: string;
	readonly prefix: Scheme['prefix'];
}

export function schemesOf(document: JsonObject): readonly Scheme[] {
	const follow = createFollow(document);
	return Object.entries(objectOf(objectOf(document.components).securitySchemes)).flatMap(
		([name, raw]) => readScheme(name, follow(raw)) ?? [],
	);
}

function readScheme(name: string, scheme: JsonObject): Scheme | undefined {
	const type = stringOf(scheme.type) ?? '';
	if (type === 'apiKey') {
		const { in: place, name: field } = scheme;
		const isUsable =
			(place === 'header' || place === 'query' || place === 'cookie') &&
			typeof field === 'string' &&
			/^[\w.-]{1,100}$/.test(field);
		return isUsable ? { name, type, place, field, prefix: 'none' } : undefined;
	}
	const bearer: Scheme = { name, type, place: 'header', field: 'authorization', prefix: 'bearer' };
	// An access token that the owner keeps as a secret serves wherever one is wanted.
	if (type === 'oauth2' || type === 'openIdConnect') return bearer;
	const http = stringOf(scheme.scheme)?.toLowerCase();
	if (type !== 'http' || (http !== 'basic' && http !== 'bearer')) return undefined;
	return { ...bearer, type: `http ${http}`, prefix: http };
}

/** The first alternative for which every secret is at hand. */
export function chooseUses(
	security: readonly (readonly string[])[],
	schemes: readonly Scheme[],
	hasSecret: (scheme: string) => boolean,
): readonly SchemeUse[] {
	if (security.length === 0) return [];
	const byName = new Map(schemes.map((scheme) => [scheme.name, scheme]));
	const usable = security.filter((names) => names.every((name) => byName.has(name) && hasSecret(name)));
	// Anonymous comes last: what the owner gave a secret for is called with it.
	const chosen = usable.find((names) => names.length > 0) ?? usable[0];
	if (chosen === undefined) {
		const wanted = security.map((names) => names.map((name) => schemeLabel(byName.get(name))).join(' and '));
		throw new Fault('denied', `This operation needs a secret that is not configured: ${wanted.join(', or ')}.`, {
			hint: 'The owner names a secret reference for the scheme in the Agent’s configuration, under connections or credentials.',
		});
	}
	return chosen.flatMap((name) => {
		const scheme = byName.get(name);
		return scheme === undefined
			? []
			: [{ scheme: name, place: scheme.place, name: scheme.field, prefix: scheme.prefix }];
	});
}

function schemeLabel(scheme: Scheme | undefined): string {
	return scheme === undefined ? 'a scheme that is not supported' : `${scheme.type} in ${scheme.place}`;
}

/** The header, query or cookie value that carries a secret. */
export function secretValue({ prefix, place }: SchemeUse, secret: string): string {
	if (place === 'header' && !/^[\t\x20-\x7e\x80-\xff]*$/.test(secret)) {
		throw new Fault('invalid_input', 'The configured secret holds characters that a header cannot carry.');
	}
	if (prefix === 'bearer') return `Bearer ${secret}`;
	return prefix === 'basic' ? `Basic ${Buffer.from(secret).toString('base64')}` : secret;
}
