import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { digestOf } from '@switchboard/kit/digest';
import { asFault, Fault } from '@switchboard/kit/fault';
import { faultResult, type SkillResult } from '@switchboard/kit/perform';
import { type Artifact, artifactUri, type Card } from '@switchboard/kit/wire';
import type {
	Approval,
	AuditRecord,
	CallOutcome,
	CallRequest,
	Entry,
	Envelope,
	Gateway,
	Job,
	Session,
	Step,
} from '../../src/gateway.ts';

type Act = (request: CallRequest) => Promise<SkillResult>;

/** A Gateway without Agents, journal or policy: enough of one to show what its hosts and operators get. */
export function createMemoryGateway(folder: string): Gateway {
	const sessions = new Map<string, Session & { readonly key: string | undefined }>();
	const jobs = new Map<string, Job>();
	const approvals = new Map<string, Approval>();
	const artifacts = new Map<string, (Artifact & { readonly path: string })[]>();
	const records: AuditRecord[] = [];
	const changes = new Set<() => void>();
	const recorded = new Set<(record: AuditRecord) => void>();
	const settled = new Map<string, () => void>();
	let effects = 0;

	const acts: Record<string, Act> = {
		test_echo: async ({ args }) => ({
			...textResult(String(args.text ?? '')),
			structuredContent: { text: String(args.text ?? '') },
			'x-unknown': 1,
		}),
		test_session: async ({ session }) => ({ ...textResult(session.id), structuredContent: { ...session } }),
		async test_slow({ args, signal, progress }) {
			const steps = Number(args.steps ?? 1);
			for (let step = 1; step <= steps; step += 1) {
				await sleep(Number(args.ms ?? 100) / steps, undefined, { signal });
				progress?.({ progress: step, total: steps, message: `step ${step}` });
			}
			effects += 1;
			// A v1 client forgets who wants progress as soon as it sees the result, and it takes both from one chunk.
			await sleep(Number(args.pause ?? 0));
			return textResult('done');
		},
		test_effects: async () => textResult(String(effects)),
		test_elicit: async ({ host, signal }) =>
			textResult(host.elicit === undefined ? 'cannot ask' : await host.elicit('Do it?', signal)),
		test_roots: async ({ host }) => textResult(JSON.stringify((await host.roots?.()) ?? null)),
		async test_change() {
			for (let count = 0; count < 20; count += 1) for (const tell of changes) tell();
			return textResult('changed');
		},
		test_big: async ({ args }) => textResult('x'.repeat(Number(args.bytes))),
		async test_file({ session, args }) {
			const content = String(args.text ?? 'hello');
			const sha256 = digestOf(content);
			mkdirSync(folder, { recursive: true });
			const path = join(folder, sha256);
			writeFileSync(path, content);
			const artifact = {
				uri: artifactUri(sha256),
				sha256,
				size: content.length,
				name: 'hello.txt',
				mimeType: 'text/plain',
				source: 'own' as const,
				path,
			};
			artifacts.set(session.id, [...(artifacts.get(session.id) ?? []), artifact]);
			return textResult(artifact.uri);
		},
		test_held: hold,
		async test_crash() {
			process.kill(process.pid, 'SIGKILL');
			return textResult('never');
		},
	};

	async function hold({ session, name, host }: CallRequest): Promise<SkillResult> {
		const job: Job = {
			id: `job_${randomUUID()}`,
			session: session.id,
			principal: 'owner',
			agent: 'test',
			skill: name,
			state: 'waiting',
			createdAt: now(),
		};
		const approval: Approval = {
			...{
				id: `a_${randomUUID()}`,
				job: job.id,
				session: session.id,
				principal: 'owner',
				host: host.name,
				agent: 'test',
				skill: name,
			},
			...{
				effect: 'send',
				targets: [],
				text: 'Send it to ann@example.com?',
				reason: 'sending',
				createdAt: now(),
				expiresAt: now(),
				state: 'waiting',
			},
		};
		jobs.set(job.id, job);
		approvals.set(approval.id, approval);
		const done = await waitFor(job.id, Math.min(host.patience, 200));
		if (done?.state === 'denied') throw new Fault('denied', 'The owner said no.');
		if (done?.result !== undefined) return done.result;
		throw new Fault('pending', `It waits for approval as ${job.id}.`, { job: job.id });
	}

	async function waitFor(id: string, ms: number): Promise<Job | undefined> {
		const waited = new AbortController();
		await Promise.race([
			new Promise<void>((done) => settled.set(id, done)),
			sleep(ms, undefined, { signal: waited.signal }).catch(() => {}),
		]);
		waited.abort();
		return jobs.get(id);
	}

	function settle(id: string, state: Job['state'], result: SkillResult): void {
		const job = jobs.get(id);
		if (job === undefined) return;
		jobs.set(id, { ...job, state, settledAt: now(), result });
		settled.get(id)?.();
	}

	async function call(request: CallRequest): Promise<CallOutcome> {
		const started = performance.now();
		const about = { call: randomUUID(), agent: 'test', skill: request.name, artifacts: [] };
		const act = acts[request.name];
		const end = (rest: Pick<CallOutcome, 'status' | 'result' | 'fault'>): CallOutcome => {
			const outcome: CallOutcome = { ...about, ...rest, ms: Math.round(performance.now() - started) } as CallOutcome;
			record(request.session, outcome, request.args);
			return outcome;
		};
		try {
			if (act === undefined) throw new Fault('not_found', 'There is no such Skill.');
			return end({ status: 'done', result: await act(request) });
		} catch (error) {
			const fault = asFault(error);
			const status = isStatus(fault.kind) ? fault.kind : 'failed';
			return end({ status, result: faultResult(fault), fault: fault.toWire() });
		}
	}

	function record({ id, host, principal }: Session, { call, skill, status, ms }: CallOutcome, args: unknown): void {
		const entry: AuditRecord = {
			...{
				seq: records.length + 1,
				at: now(),
				call,
				session: id,
				principal,
				host,
				agent: 'test',
				skill,
				effect: 'read',
				targets: [],
			},
			...{ decision: 'allow', rule: 'reads', status, ms, argsDigest: digestOf(args), hash: '' },
		};
		records.push(entry);
		for (const tell of recorded) tell(entry);
	}

	const entries = Object.keys(acts).map(entryOf);
	return {
		version: '0.1.0',
		catalog: {
			list: async () => entries,
			find: async (name) => entries.find((entry) => entry.name === name),
			onChange(listener) {
				changes.add(listener);
				return () => changes.delete(listener);
			},
		},
		call,
		async ask({ session, host, instruction, signal, onStep }) {
			const [name = '', ...words] = instruction.split(' ');
			const step: Step = {
				text: instruction,
				call: undefined,
				agent: 'test',
				skill: name,
				why: ['its name was said'],
				args: {},
				status: 'done',
				ms: 0,
				summary: '',
				resources: [],
			};
			onStep?.(step, 0, 1);
			const outcome = await call({
				session,
				host,
				name,
				args: { text: words.join(' '), ms: Number(words[0]) || 0 },
				signal,
			});
			const [block] = outcome.result.content;
			const summary = block?.type === 'text' ? block.text : '';
			const done: Step = { ...step, call: outcome.call, status: outcome.status, ms: outcome.ms, summary };
			onStep?.(done, 0, 1);
			return {
				...{ run: randomUUID(), answer: summary, status: envelopeStatus(outcome), steps: [done], by: 'offline' },
				provenance: [{ agent: 'test', skills: [name], source: 'own' }],
			};
		},
		route: async (_session, instruction) => [
			{ text: instruction, decision: { kind: 'none', confidence: 0, candidates: [], agents: [], reasons: ['a test'] } },
		],
		sessions: {
			open({ key, principal, host, folder: where }) {
				const known = [...sessions.values()].find((session) => key !== undefined && session.key === key);
				if (known !== undefined) return known;
				const session = { id: randomUUID(), key, principal, host, folder: where, createdAt: now(), lastUsedAt: now() };
				sessions.set(session.id, session);
				return session;
			},
			list: () => [...sessions.values()],
			get: (id) => sessions.get(id),
			close: async (id) => void sessions.delete(id),
		},
		jobs: {
			list: () => [...jobs.values()],
			get: (id) => jobs.get(id),
			async wait(id, ms, session) {
				const job = jobs.get(id);
				if (job === undefined || (session !== undefined && job.session !== session)) return undefined;
				return job.settledAt === undefined ? await waitFor(id, ms) : job;
			},
			cancel(id) {
				settle(id, 'cancelled', faultResult(new Fault('cancelled', 'It was cancelled.')));
				return true;
			},
		},
		approvals: {
			list: () => [...approvals.values()].filter(({ state }) => state === 'waiting'),
			async answer(id, yes) {
				const approval = approvals.get(id);
				if (approval?.state !== 'waiting') return undefined;
				approvals.set(id, { ...approval, state: yes ? 'approved' : 'denied' });
				if (yes) effects += 1;
				settle(
					approval.job,
					yes ? 'done' : 'denied',
					yes ? textResult('sent') : faultResult(new Fault('denied', 'The owner said no.')),
				);
				return jobs.get(approval.job);
			},
		},
		audit: {
			tail: (count) => records.slice(-count),
			query: ({ skill, status }) =>
				records.filter(
					(entry) =>
						(skill === undefined || entry.skill === skill) && (status === undefined || entry.status === status),
				),
			verify: () => ({ records: records.length }),
			onRecord(listener) {
				recorded.add(listener);
				return () => recorded.delete(listener);
			},
		},
		agents: {
			list: () => [{ name: 'test', title: 'Test', own: true, state: 'ready', skills: entries.length, restarts: 0 }],
		},
		readArtifact: async (session, uri) => artifacts.get(session.id)?.find((artifact) => artifact.uri === uri),
		listArtifacts: async (session) => artifacts.get(session.id) ?? [],
		close: async () => {},
	};
}

function isStatus(kind: string): kind is 'pending' | 'cancelled' | 'denied' {
	return ['pending', 'cancelled', 'denied'].includes(kind);
}

function envelopeStatus({ status }: CallOutcome): Envelope['status'] {
	return status === 'done' || status === 'pending' ? status : 'failed';
}

function entryOf(name: string): Entry {
	const card: Card = {
		...{
			name,
			title: name,
			description: `Does ${name}.`,
			inputSchema: { type: 'object', properties: { text: { type: 'string' } } },
			effect: 'read',
		},
		...{
			world: 'closed',
			reversible: true,
			idempotent: true,
			targets: {},
			prepares: false,
			source: 'own',
			private: false,
			examples: [],
		},
	};
	return {
		agent: 'test',
		name,
		skill: name,
		card,
		tool: { name, description: card.description, inputSchema: card.inputSchema, 'x-unknown': { kept: true } },
	};
}

function textResult(text: string): SkillResult {
	return { content: [{ type: 'text', text }] };
}

function now(): string {
	return new Date().toISOString();
}
