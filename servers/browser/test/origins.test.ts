import { describe, expect, it } from 'vitest';
import { BrowserConfig } from '../src/config.ts';
import { isListed, originRule, refusalOf } from '../src/origins.ts';

const endpoint = (url: string, isTunnel = false) => {
	const { protocol, hostname, port } = new URL(url);
	return {
		...(!isTunnel && { protocol: protocol as 'http:' }),
		hostname,
		port: Number(port) || (protocol === 'https:' ? 443 : 80),
	};
};

describe('an allowed origin', () => {
	it.each([
		['http://127.0.0.1:3000', 'http://127.0.0.1:3000/x', true],
		['http://127.0.0.1:3000/', 'http://127.0.0.1:3000/', true],
		['http://127.0.0.1:3000', 'http://127.0.0.1:3001/', false],
		['http://127.0.0.1:3000', 'https://127.0.0.1:3000/', false],
		['http://127.0.0.1:3000', 'http://localhost:3000/', false],
		['http://127.0.0.1:*', 'http://127.0.0.1:9/', true],
		['http://127.0.0.1', 'http://127.0.0.1/', true],
		['http://127.0.0.1', 'http://127.0.0.1:8080/', false],
		['https://Intranet.example.test', 'https://intranet.example.test/', true],
		['http://[::1]:*', 'http://[::1]:8080/', true],
		['http://localhost:*', 'http://localhost:1/', true],
		['http://app.localhost:*', 'http://app.localhost:1/', true],
		['http://2130706433:80', 'http://127.0.0.1/', true],
	])('%s lets %s pass: %s', (rule, url, passes) => {
		const parsed = originRule(rule);
		expect(parsed).toBeDefined();
		expect(isListed(endpoint(url), parsed === undefined ? [] : [parsed])).toBe(passes);
	});

	it('lets a tunnel pass by host and port, since its scheme cannot be seen', () => {
		const rules = [originRule('http://127.0.0.1:3000')].filter((rule) => rule !== undefined);
		expect(isListed(endpoint('https://127.0.0.1:3000', true), rules)).toBe(true);
		expect(isListed(endpoint('https://127.0.0.1:3001', true), rules)).toBe(false);
	});

	it.each([
		['*'],
		['http://*'],
		['http://*:80'],
		['http://*.example.com'],
		['http://10.0.0.1:*'],
		['http://example.com:*'],
		['http://127.0.0.1.example.com:*'],
		['http://localhost.example.com:*'],
		['file:///'],
		['127.0.0.1:3000'],
		['http://user@127.0.0.1:80'],
		['http://127.0.0.1:80/path'],
		['http://127.0.0.1:80?x'],
		['http://127.0.0.1:99999999'],
		[''],
	])('is not %j', (text) => {
		expect(originRule(text)).toBeUndefined();
		expect(BrowserConfig.safeParse({ allowOrigins: [text] }).success).toBe(false);
	});
});

describe('an address', () => {
	it.each([
		['93.184.215.14', undefined, undefined],
		['2606:2800:21f:cb07:6820:80da:af6b:8b2c', undefined, undefined],
		['127.0.0.1', 'on this machine', undefined],
		['127.255.255.254', 'on this machine', undefined],
		['::1', 'on this machine', undefined],
		['::ffff:127.0.0.1', 'on this machine', undefined],
		['10.0.0.1', 'in a private network', undefined],
		['172.16.0.1', 'in a private network', undefined],
		['192.168.0.1', 'in a private network', undefined],
		['100.64.0.1', 'in a private network', undefined],
		['fd12::1', 'in a private network', undefined],
		['169.254.1.1', 'on the local link', undefined],
		['fe80::1', 'on the local link', undefined],
		['169.254.169.254', 'on the local link', 'on the local link'],
		['::ffff:169.254.169.254', 'on the local link', 'on the local link'],
		['100.100.100.200', 'in a private network', 'in a private network'],
		['fd00:ec2::254', 'in a private network', 'in a private network'],
		['0.0.0.0', 'at an address that is not public', 'at an address that is not public'],
		['255.255.255.255', 'at an address that is not public', 'at an address that is not public'],
		['224.0.0.1', 'at an address that is not public', 'at an address that is not public'],
		['::', 'at an address that is not public', 'at an address that is not public'],
		['64:ff9b::7f00:1', 'at an address that is not public', 'at an address that is not public'],
		['2002:7f00:1::', 'at an address that is not public', 'at an address that is not public'],
		['nonsense', 'at an address that is not public', 'at an address that is not public'],
	])('%s is refused as being %s, and with allowPrivate as being %s', (address, refused, withPrivate) => {
		expect(refusalOf(address, false)).toBe(refused);
		expect(refusalOf(address, true)).toBe(withPrivate);
	});
});
