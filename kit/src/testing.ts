import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { z } from 'zod';
import type { Agent } from './agent.ts';
import type { Effect } from './effect.ts';
import type { FaultWire } from './fault.ts';
import { createLog } from './log.ts';
import type { SkillResult } from './perform.ts';
import { runAgent } from './run-agent.ts';
import { type CallMeta, type Card, metaKeys, Prepared } from './wire.ts';

export interface TestOptions<Ports> {
	/** Stubs, by `portsOf`; the Agent's real ports where absent. */
	readonly ports?: Ports;
	readonly config?: Record<string, unknown>;
	/** `gateway` (default) performs what it is told; `standalone` asks by elicitation. */
	readonly caller?: 'gateway' | 'standalone';
	readonly allow?: readonly Effect[];
	readonly roots?: readonly string[];
	/** Answers elicitation; without it the test host cannot be asked. */
	readonly elicit?: (message: string) => boolean;
	/** Where Agent and artifacts keep state; a folder of the test's own where absent. */
	readonly stateFolder?: string;
}

export interface TestAgent {
	readonly client: Client;
	readonly stateFolder: string;
	/** Calls a Skill as the Gateway does: prepares first where the Skill wants it, then does what was prepared. */
	call(name: string, args?: Record<string, unknown>, meta?: Partial<CallMeta>): Promise<SkillResult>;
	/** What a call would do. */
	prepare(name: string, args?: Record<string, unknown>, meta?: Partial<CallMeta>): Promise<Prepared>;
	/** The Fault a call ends in; throws where it succeeds. */
	fault(name: string, args?: Record<string, unknown>, meta?: Partial<CallMeta>): Promise<FaultWire>;
	cards(): Promise<readonly Card[]>;
	close(): Promise<void>;
}

const Loose = z.looseObject({});
let calls = 0;

/** Starts an Agent in this process behind a real MCP client. */
export async function connect<Ports, Config extends z.ZodObject>(
	agent: Agent<Ports, Config>,
	options: TestOptions<Ports> = {},
): Promise<TestAgent> {
	const { caller = 'gateway', allow = agent.allow, elicit } = options;
	const stateFolder = options.stateFolder ?? mkdtempSync(join(tmpdir(), 'switchboard-test-'));
	const log = createLog(agent.name, process.env.SWITCHBOARD_LOG ?? 'silent');
	const running = runAgent(
		agent,
		agent.config.parse(options.config ?? {}) as z.infer<Config>,
		{ log, allow, stateFolder, caller },
		options.ports,
	);
	const server = running.server();
	const client = new Client(
		{ name: 'test-host', version: '1.0.0' },
		{ capabilities: elicit === undefined ? {} : { elicitation: { form: {} } } },
	);
	if (elicit !== undefined) {
		client.setRequestHandler('elicitation/create', async ({ params }) => ({
			action: elicit(params.message) ? 'accept' : 'decline',
		}));
	}
	const [near, far] = InMemoryTransport.createLinkedPair();
	await server.connect(far);
	await client.connect(near);

	async function send(name: string, args: Record<string, unknown>, meta: Partial<CallMeta>): Promise<SkillResult> {
		calls += 1;
		const call = {
			id: `call-${calls}`,
			session: 'test',
			principal: 'owner',
			...(options.roots && { roots: [...options.roots] }),
			...meta,
		};
		return (await client.request(
			{ method: 'tools/call', params: { name, arguments: args, _meta: { [metaKeys.call]: call } } },
			Loose,
		)) as unknown as SkillResult;
	}

	async function cards(): Promise<readonly Card[]> {
		const { tools } = await client.request(
			{ method: 'tools/list', params: { _meta: { [metaKeys.card]: true } } },
			z.looseObject({ tools: z.array(z.looseObject({})) }),
		);
		return tools.map((tool) => (tool._meta as Record<string, Card>)[metaKeys.card] as Card);
	}

	async function prepare(
		name: string,
		args: Record<string, unknown> = {},
		meta: Partial<CallMeta> = {},
	): Promise<Prepared> {
		const result = await send(name, args, { ...meta, prepare: true });
		if (result.isError) throw new Error(textOf(result));
		return Prepared.parse(result._meta?.[metaKeys.prepared]);
	}

	async function call(
		name: string,
		args: Record<string, unknown> = {},
		meta: Partial<CallMeta> = {},
	): Promise<SkillResult> {
		if (caller === 'standalone' || meta.digest !== undefined) return send(name, args, meta);
		const prepared = await send(name, args, { ...meta, prepare: true });
		if (prepared.isError) return prepared;
		return send(name, args, { ...meta, digest: Prepared.parse(prepared._meta?.[metaKeys.prepared]).digest });
	}

	return {
		client,
		stateFolder,
		call,
		prepare,
		cards,
		async fault(name, args = {}, meta = {}) {
			const result = await call(name, args, meta);
			if (!result.isError) throw new Error(`${name} succeeded: ${textOf(result)}`);
			return result._meta?.[metaKeys.fault] as FaultWire;
		},
		async close() {
			await client.close();
			await running.close();
			if (options.stateFolder === undefined) rmSync(stateFolder, { recursive: true, force: true });
		},
	};
}

/** The text a host would show. */
export function textOf(result: SkillResult): string {
	return result.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}

/** Ports for a test: what is stubbed works, anything else throws by name. */
export function portsOf<Ports extends object>(stubs: { readonly [Name in keyof Ports]?: Partial<Ports[Name]> }): Ports {
	return strict(stubs, 'ports') as Ports;
}

function strict(stubs: object, path: string): object {
	return new Proxy(stubs, {
		get(target, name) {
			if (typeof name === 'symbol' || name === 'then') return Reflect.get(target, name);
			const value = Reflect.get(target, name);
			if (value === undefined) throw new Error(`${path}.${name} was called and is not stubbed`);
			return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
				? strict(value, `${path}.${name}`)
				: value;
		},
	});
}

/** Processor time this process has used, in ms: what work costs, whatever else the machine is doing. */
export function processorMs(): number {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1_000;
}
