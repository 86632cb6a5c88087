import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '@switchboard/kit/config';
import { Fault } from '@switchboard/kit/fault';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Scratch, scratch } from './support/host.ts';

const Schema = z.strictObject({
	name: z.string().default('default'),
	maxBytes: z.int().default(1),
	loud: z.boolean().default(false),
	roots: z.array(z.string()).default([]),
	account: z.strictObject({ host: z.string(), port: z.int() }).optional(),
	accounts: z.array(z.strictObject({ id: z.string() })).default([]),
});
const prefix = 'SWITCHBOARD_TEST';
const load = (env: Record<string, string> = {}, more: object = {}) => loadConfig(Schema, { env, prefix, ...more });

let at: Scratch;
beforeEach(() => {
	at = scratch();
});
afterEach(() => at.remove());

describe('configuration', () => {
	it('is the defaults, then the file, then the environment, then the flags', () => {
		const file = join(at.folder, 'config.json');
		writeFileSync(file, JSON.stringify({ name: 'file', maxBytes: 2, roots: ['/file'] }));
		expect(load()).toMatchObject({ name: 'default', maxBytes: 1 });
		expect(load({}, { file })).toMatchObject({ name: 'file', maxBytes: 2 });
		const env = {
			SWITCHBOARD_CONFIG: '{"maxBytes":3,"loud":true}',
			SWITCHBOARD_TEST_MAX_BYTES: '4',
			SWITCHBOARD_TEST_NAME: 'env',
		};
		expect(load(env, { file })).toMatchObject({ name: 'env', maxBytes: 4, loud: true, roots: ['/file'] });
		expect(load(env, { file, flags: { name: 'flag' } })).toMatchObject({ name: 'flag', maxBytes: 4 });
	});

	it('reads a variable as its setting means it', () => {
		const env = {
			SWITCHBOARD_TEST_NAME: '12345',
			SWITCHBOARD_TEST_LOUD: 'true',
			SWITCHBOARD_TEST_ROOTS: '["/a","/b"]',
			SWITCHBOARD_TEST_ACCOUNT: '{"host":"mail.example.test","port":993}',
		};
		expect(load(env)).toMatchObject({ name: '12345', loud: true, roots: ['/a', '/b'], account: { port: 993 } });
		expect(load({ SWITCHBOARD_TEST_ROOTS: '/only one' })).toMatchObject({ roots: ['/only one'] });
		expect(load({ SWITCHBOARD_TEST_NAME: '{"a":1}' })).toMatchObject({ name: '{"a":1}' });
	});

	it('reads a flag that is given several times', () => {
		expect(load({}, { flags: { roots: ['1', '/b'] } })).toMatchObject({ roots: ['1', '/b'] });
		expect(load({}, { flags: { accounts: ['{"id":"a"}', '{"id":"b"}'] } })).toMatchObject({
			accounts: [{ id: 'a' }, { id: 'b' }],
		});
	});

	it('names every problem in one Fault', () => {
		const problem = () =>
			load({ SWITCHBOARD_CONFIG: '{"maxBytes":"x","unknown":1}', SWITCHBOARD_TEST_ACCOUNT: '{"host":1}' });
		expect(problem).toThrow(Fault);
		expect(problem).toThrow(/maxBytes.*account\.host.*account\.port.*unknown/s);
	});

	it.each([
		['a file that is absent', { file: '/nonexistent.json' }, 'not_found'],
		['a file that is no JSON', { file: '/etc/hostname' }, 'invalid_input'],
		['a variable that is a list', { env: { SWITCHBOARD_CONFIG: '[]' } }, 'invalid_input'],
	])('refuses %s', (_, more, kind) => {
		expect(() => load({}, more)).toThrow(expect.objectContaining({ kind }));
	});

	it('keeps the Fault of a schema that throws one', () => {
		const strict = z.strictObject({
			path: z.string().transform((path) => {
				if (path.startsWith('/')) return path;
				throw new Fault('unsupported', 'Only absolute paths.');
			}),
		});
		expect(() => loadConfig(strict, { env: { SWITCHBOARD_CONFIG: '{"path":"x"}' }, prefix })).toThrow(
			'Only absolute paths.',
		);
	});
});
