import { readdirSync } from 'node:fs';
import { defineAgent, defineSkill, Fault } from '@switchboard/kit';
import { connect, portsOf } from '@switchboard/kit/testing';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type FixturePorts, fixture } from './support/fixture.ts';

type Context = Parameters<typeof fixture.ports>[0];

const look = defineSkill({
	name: 'test_look',
	title: 'Look',
	description: 'Looks.',
	effect: 'read',
	world: 'closed',
	input: z.strictObject({}),
	output: z.object({ roots: z.array(z.string()), origins: z.array(z.string()), principal: z.string() }),
	examples: ['look', 'see'],
	run: async (_input, _ports: object, { roots, origins, principal }) => ({
		roots: [...roots],
		origins: [...origins],
		principal,
	}),
});

const agentOf = (ports: (context: Context) => Promise<object> | object, more: object = {}) =>
	defineAgent({
		...fixture,
		config: z.strictObject({}),
		ports: ports as never,
		skills: [look],
		discover: async () => [],
		...more,
	}) as typeof fixture;

describe('a running Agent', () => {
	it('opens nothing to list its Skills, and its ports once, on the first call', async () => {
		const { discover: _, ...fixed } = agentOf(() => ({}));
		const ports = vi.fn(() => ({}));
		const agent = await connect({ ...fixed, ports } as never);
		await agent.cards();
		expect(ports).not.toHaveBeenCalled();
		expect(readdirSync(agent.stateFolder)).toEqual([]);
		await Promise.all([agent.call('test_look'), agent.call('test_look')]);
		expect(ports).toHaveBeenCalledTimes(1);
		await agent.close();
	});

	it('closes in the reverse order of opening, and all of it, whatever fails', async () => {
		const closed: number[] = [];
		const agent = await connect(
			agentOf(({ onClose }) => {
				onClose(() => void closed.push(1));
				onClose(() => {
					throw new Error('stuck');
				});
				onClose(async () => void closed.push(3));
				return {};
			}),
		);
		await agent.call('test_look');
		await agent.close();
		expect(closed).toEqual([3, 1]);
	});

	it('closes what a failed opening had opened before it opens again', async () => {
		const log: string[] = [];
		const agent = await connect(
			agentOf(({ onClose }) => {
				log.push('open');
				onClose(() => void log.push('close'));
				if (log.length === 1) throw new Fault('unavailable', 'Not yet.');
				return {};
			}),
		);
		expect(await agent.fault('test_look')).toMatchObject({ kind: 'unavailable', message: 'Not yet.' });
		await agent.call('test_look');
		expect(log).toEqual(['open', 'close', 'open']);
		await agent.close();
	});

	it('checks an input before it opens anything for it', async () => {
		const ports = vi.fn(() => ({}));
		const agent = await connect(agentOf(ports));
		expect(await agent.fault('test_look', { x: 1 })).toMatchObject({ kind: 'invalid_input' });
		expect(ports).not.toHaveBeenCalled();
		await agent.close();
	});

	it('hands a Skill the folders, origins and principal of its Call', async () => {
		const agent = await connect(
			agentOf(() => ({})),
			{ roots: ['/work'] },
		);
		const { structuredContent } = await agent.call('test_look', {}, { origins: ['http://127.0.0.1:1'] });
		expect(structuredContent).toEqual({ roots: ['/work'], origins: ['http://127.0.0.1:1'], principal: 'owner' });
		await agent.close();
	});

	it('takes no folders and no principal from a host that calls it directly', async () => {
		const agent = await connect(
			agentOf(() => ({})),
			{ caller: 'standalone', roots: ['/'] },
		);
		const { structuredContent } = await agent.call(
			'test_look',
			{},
			{ principal: 'root', origins: ['http://127.0.0.1:1'] },
		);
		expect(structuredContent).toEqual({ roots: [], origins: [], principal: 'owner' });
		await agent.close();
	});

	it('calls a Skill that breaks its own Card an error of ours', async () => {
		const liar = { ...look, prepare: async () => ({ effect: 'destroy', targets: [], preview: '' }) };
		const wrong = { ...look, name: 'test_wrong', run: async () => ({ roots: 'none' }) };
		const agent = await connect(agentOf(() => ({}), { skills: [liar, wrong] }));
		expect(await agent.fault('test_look')).toMatchObject({ kind: 'internal' });
		expect(await agent.fault('test_wrong')).toMatchObject({ kind: 'internal' });
		await agent.close();
	});
});

describe('ports of a test', () => {
	it('work where they are stubbed, and throw by name where not', async () => {
		const ports = portsOf<{ files: { read(): string; write(): void }; other: { do(): void } }>({
			files: { read: () => 'text' },
		});
		expect(ports.files.read()).toBe('text');
		expect(() => ports.files.write()).toThrow('ports.files.write was called and is not stubbed');
		expect(() => ports.other.do()).toThrow('ports.other was called and is not stubbed');
		const agent = await connect(fixture, { config: { ledger: '/dev/null' }, ports: portsOf<FixturePorts>({}) });
		expect(await agent.fault('fixture_secret')).toMatchObject({ kind: 'internal' });
		await agent.close();
	});
});
