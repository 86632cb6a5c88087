import { Fault } from '@switchboard/kit';

/** A server of an account, as its settings name it. */
export interface Endpoint {
	readonly account: string;
	readonly server: 'imap' | 'smtp';
	readonly host: string;
	readonly port: number;
}

const unreachable = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL', 'EACCES']);
const unknownName = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EDNS', 'EAI_FAIL']);
const untrusted =
	/^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_.*|CERT_(UNTRUSTED|SIGNATURE_FAILURE|CHAIN_TOO_LONG|REVOKED)|INVALID_CA)$/;
const slow = new Set([
	'ETIMEDOUT',
	'CONNECT_TIMEOUT',
	'GREETING_TIMEOUT',
	'UPGRADE_TIMEOUT',
	'ETIMEOUT',
	'ESOCKETTIMEDOUT',
]);
const spokeNoTls = new Set([
	'ERR_SSL_WRONG_VERSION_NUMBER',
	'EPROTO',
	'ERR_SSL_PACKET_LENGTH_TOO_LONG',
	'ERR_SSL_UNSUPPORTED_PROTOCOL',
]);

/** What kept a connection from being made, with the setting that decides it; undefined for what is no network's fault. */
export function networkFault(error: unknown, { account, server, host, port }: Endpoint): Fault | undefined {
	const codes = codesOf(error);
	const is = (set: ReadonlySet<string>) => codes.some((code) => set.has(code));
	const where = `The ${server.toUpperCase()} server of account ${account} (${host}:${port})`;
	const setting = (name: string) => `accounts[${account}].${name}`;
	const fault = (kind: 'unavailable' | 'timeout', message: string, hint: string, retryable: boolean) =>
		new Fault(kind, `${where} ${message}.`, { hint, retryable, cause: error });
	if (codes.some((code) => untrusted.test(code))) {
		return fault(
			'unavailable',
			'has a certificate that no known authority signed',
			`Set ${setting('ca')} to the PEM file of its authority; verification is never switched off.`,
			false,
		);
	}
	if (codes.includes('ERR_TLS_CERT_ALTNAME_INVALID')) {
		return fault(
			'unavailable',
			'has a certificate for another name',
			`Set ${setting(`${server}.host`)} to the name in its certificate.`,
			false,
		);
	}
	if (codes.includes('CERT_HAS_EXPIRED') || codes.includes('CERT_NOT_YET_VALID')) {
		return fault(
			'unavailable',
			'has a certificate that is not valid today',
			'Its operator must renew it, or the clock here is wrong.',
			false,
		);
	}
	if (is(spokeNoTls)) {
		return fault(
			'unavailable',
			'does not speak TLS there as configured',
			`Check ${setting(`${server}.tls`)} (implicit or starttls) and ${setting(`${server}.port`)}.`,
			false,
		);
	}
	if (is(unknownName))
		return fault(
			'unavailable',
			'has a name that cannot be resolved',
			`Check ${setting(`${server}.host`)} and the network.`,
			true,
		);
	if (is(unreachable))
		return fault(
			'unavailable',
			'takes no connection',
			`Check ${setting(`${server}.host`)} and ${setting(`${server}.port`)}, and whether it runs.`,
			true,
		);
	if (is(slow)) return fault('timeout', 'did not answer in time', 'Try again later.', true);
	return undefined;
}

/** The codes of an error and of those it came from. */
export function codesOf(error: unknown): string[] {
	const codes: string[] = [];
	let current: unknown = error;
	for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth++) {
		const { code, originalCode, cause, _err } = current as {
			code?: unknown;
			originalCode?: unknown;
			cause?: unknown;
			_err?: unknown;
		};
		for (const one of [code, originalCode]) if (typeof one === 'string') codes.push(one);
		current = cause ?? _err;
	}
	return codes;
}
