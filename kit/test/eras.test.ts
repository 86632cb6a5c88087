import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { metaKeys } from '@switchboard/kit/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eras, type Host, type Scratch, scratch, startHost, until } from './support/host.ts';

describe.each(eras)('an Agent started by a host that speaks %s', (era) => {
	let at: Scratch;
	let host: Host;
	let answer: 'accept' | 'decline' | 'cancel';
	let asked: string[];
	let before: number;

	const call = (name: string, args: Record<string, unknown> = {}) => host.client.callTool({ name, arguments: args });
	const faultOf = async (name: string, args: Record<string, unknown> = {}) =>
		(await call(name, args))._meta?.[metaKeys.fault];
	/** What this test has done to the world. */
	const effects = (): string[] => at.ledger().slice(before);

	beforeAll(async () => {
		at = scratch();
		mkdirSync(join(at.folder, 'scripts'));
		host = await startHost(at, {
			era,
			env: { FIXTURE_SECRET: 'corréct horse+battery', SWITCHBOARD_FIXTURE_SCRIPTS: join(at.folder, 'scripts') },
			elicit: (message) => {
				asked.push(message);
				return answer;
			},
		});
		await call('fixture_echo', { text: 'opens the ports' });
	});
	beforeEach(() => {
		answer = 'accept';
		asked = [];
		before = at.ledger().length;
	});
	afterAll(async () => {
		await host.close();
		at.remove();
	});

	it('speaks that era and says who it is', () => {
		expect(host.client.getNegotiatedProtocolVersion()).toBe(era);
		expect(host.client.getServerVersion()).toMatchObject({ name: 'fixture', version: '1.2.3' });
		expect(host.client.getInstructions()).toBe('Does what a kit has to cope with.');
	});

	it('lists its Skills twice alike, with annotations and without Cards', async () => {
		const { tools } = await host.client.listTools();
		expect(tools.map(({ name }) => name).slice(0, 3)).toEqual(['fixture_echo', 'fixture_outside', 'fixture_note']);
		expect(tools[0]?.annotations).toMatchObject({ readOnlyHint: true, openWorldHint: false });
		expect(tools[0]).not.toHaveProperty('_meta');
		expect((await host.client.listTools()).tools).toEqual(tools);
	});

	it('shows Cards to a caller that asks for them', async () => {
		const { tools } = await host.client.listTools({ _meta: { [metaKeys.card]: true } });
		const card = tools.find(({ name }) => name === 'fixture_send')?._meta?.[metaKeys.card];
		expect(card).toMatchObject({ effect: 'send', world: 'open', prepares: true, reversible: false });
	});

	it('lists, runs and forgets the Skills it discovers, and leaves out the unsound ones', async () => {
		const scripts = ['script_b', 'script_a', 'fixture_echo', 'NotAName'].map((name) =>
			join(at.folder, 'scripts', name),
		);
		for (const script of scripts) writeFileSync(script, '');
		const { tools } = await host.client.listTools();
		expect(tools.slice(9).map(({ name }) => name)).toEqual(['script_a', 'script_b']);
		expect((await call('script_a')).structuredContent).toEqual({ text: 'script_a' });
		for (const script of scripts) rmSync(script);
		expect((await host.client.listTools()).tools).toHaveLength(9);
		expect(await faultOf('script_a')).toMatchObject({ kind: 'not_found' });
		await until(() => host.stderr().includes('discovered Skill left out'));
	});

	it('answers a call with text and data', async () => {
		const result = await call('fixture_echo', { text: 'hello' });
		expect(result).toMatchObject({ content: [{ type: 'text', text: 'hello' }], structuredContent: { text: 'hello' } });
		expect(result.isError).toBeFalsy();
	});

	it('names what is wrong with an input, and the next call works', async () => {
		expect(await faultOf('fixture_echo', { text: '', more: 1 })).toMatchObject({
			kind: 'invalid_input',
			message: expect.stringMatching(/text.*more/s),
		});
		expect(await faultOf('fixture_nothing')).toMatchObject({ kind: 'not_found' });
		expect((await call('fixture_echo', { text: 'x' })).structuredContent).toEqual({ text: 'x' });
	});

	it('asks its owner before an effect that was not allowed, and does it once when told yes', async () => {
		expect((await call('fixture_send', { text: 'hello' })).structuredContent).toEqual({ text: 'hello' });
		expect(asked).toEqual(['Send a letter?\nTo ada@example.test: hello']);
		expect(effects()).toEqual(['send hello']);
	});

	it.each(['decline', 'cancel'] as const)('does nothing when its owner says %s', async (said) => {
		answer = said;
		expect(await faultOf('fixture_send', { text: 'hello' })).toMatchObject({ kind: 'denied' });
		expect(effects()).toEqual([]);
	});

	it('does nothing when what it would do changed while it was asked about', async () => {
		expect(await faultOf('fixture_send', { text: 'changing' })).toMatchObject({ kind: 'conflict' });
		expect(effects()).toEqual([]);
	});

	it('does nothing for a host that wants only to see what would be done', async () => {
		for (const less of [{ dryRun: true }, { prepare: true }]) {
			// A preview is no output, so the SDK's own check of outputs does not apply.
			const params = { name: 'fixture_send', arguments: { text: 'hello' }, _meta: { [metaKeys.call]: less } };
			const result = await host.client.request(
				{ method: 'tools/call', params },
				z.looseObject({ _meta: z.looseObject({}) }),
			);
			expect(result._meta[metaKeys.prepared]).toMatchObject({
				effect: 'send',
				preview: 'To ada@example.test: hello',
			});
		}
		expect([...effects(), ...asked]).toEqual([]);
	});

	it('tells progress that only rises, and passes a cancellation on to the Skill', async () => {
		const seen: number[] = [];
		const controller = new AbortController();
		const running = host.client.callTool(
			{ name: 'fixture_slow', arguments: { steps: [2, 5, 5, 3, 8] } },
			{ onprogress: ({ progress }) => seen.push(progress), signal: controller.signal },
		);
		await until(() => effects().includes('slow begun') && seen.length === 6);
		controller.abort('enough');
		await expect(running).rejects.toThrow();
		await until(() => effects().includes('slow cancelled'));
		expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
		expect(seen.at(-1)).toBe(8);
	});

	it('keeps stdout for the protocol', async () => {
		expect((await call('fixture_noisy')).structuredContent).toEqual({ text: 'quiet' });
		await until(() => host.stderr().includes('a stray line') && host.stderr().includes('forged'));
	});

	it('gives no secret away: not in a result, a failure or the log', async () => {
		const told = JSON.stringify(await call('fixture_secret'));
		const failed = JSON.stringify(await call('fixture_secret', { fail: true }));
		await until(() => host.stderr().includes('careless'));
		for (const text of [told, failed, host.stderr()]) {
			expect(text).toContain('[secret]');
			expect(text).not.toContain('corréct horse');
			expect(text).not.toContain(encodeURIComponent('corréct'));
			expect(text).not.toContain(Buffer.from('user:corréct horse+battery').toString('base64').slice(12, 24));
		}
	});

	it('offers the Artifacts of its Session as resources', async () => {
		const { client } = host;
		const result = await call('fixture_file', { size: 3 });
		const { uri } = result.structuredContent as { uri: string };
		expect(result.content).toMatchObject([
			{ type: 'text' },
			{ type: 'image' },
			{ type: 'resource_link', uri, size: 3 },
		]);
		expect((await client.listResources()).resources).toMatchObject([{ uri, name: 'x.txt', mimeType: 'text/plain' }]);
		expect((await client.readResource({ uri })).contents).toMatchObject([{ uri, text: 'xxx' }]);
		await expect(client.readResource({ uri: uri.replace(/.{8}$/, '00000000') })).rejects.toThrow(/not found/i);
		const huge = (await call('fixture_file', { size: 17 * 1024 * 1024 })).structuredContent as { uri: string };
		await expect(client.readResource(huge)).rejects.toThrow(/at most/);
	});

	it('answers calls that run at the same time, each with its own', async () => {
		const texts = Array.from({ length: 50 }, (_, index) => `text ${index}`);
		const results = await Promise.all(texts.map((text) => call('fixture_echo', { text })));
		expect(results.map(({ structuredContent }) => structuredContent)).toEqual(texts.map((text) => ({ text })));
		expect(at.ledger().filter((line) => line === 'opened')).toHaveLength(1);
	});

	it.each([{}, { elicitation: { url: {} } }])(
		'refuses what it would have to ask about where the host has only %j',
		async (capabilities) => {
			const silent = await startHost(at, { era, capabilities });
			const { _meta } = await silent.client.callTool({ name: 'fixture_send', arguments: { text: 'hello' } });
			expect(_meta?.[metaKeys.fault]).toMatchObject({ kind: 'denied', hint: expect.stringContaining('--allow send') });
			await silent.close();
			expect(effects()).not.toContain('send hello');
		},
	);
});
