import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createCrm } from '../../src/adapters/sqlite/crm.ts';
import type { Op, Planned, Receipt } from '../../src/change.ts';
import type { Connector } from '../../src/connector.ts';
import { parseRef } from '../../src/refs.ts';

export const by = { principal: 'owner', call: 'test' };
export const signal: AbortSignal = new AbortController().signal;

export function temporaryFolder(): { readonly folder: string; remove(): void } {
	const folder = mkdtempSync(join(tmpdir(), 'switchboard-business-'));
	return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** An embedded CRM in a folder of the test's own. */
export function openCrm(currency = 'EUR') {
	const { folder, remove } = temporaryFolder();
	const crm = createCrm(folder, currency);
	return {
		crm,
		folder,
		close() {
			crm.close();
			remove();
		},
	};
}

export async function plan(crm: Connector, ops: readonly Op[]): Promise<Planned & { readonly id: string }> {
	const preview = await crm.preview(ops, by, signal);
	if ('errors' in preview) throw new Error(preview.errors.map(({ op, message }) => `op ${op}: ${message}`).join('; '));
	return { ...preview.planned, id: parseRef(preview.planned.changeId).id };
}

/** Previews and applies in one go. */
export async function write(crm: Connector, ops: readonly Op[]): Promise<Receipt> {
	const { id, hash } = await plan(crm, ops);
	return crm.apply(id, hash, by, signal);
}

export async function create(crm: Connector, entity: string, values: Record<string, unknown>): Promise<string> {
	const { outcomes } = await write(crm, [{ op: 'create', entity, values }]);
	return outcomes[0]?.ref ?? '';
}

export async function read(crm: Connector, ref: string) {
	return crm.get(parseRef(ref), undefined, signal);
}

/** What stands between two processes and one file. */
export interface Applier {
	apply(id: string, hash: string): Promise<string>;
	/** Kills it with SIGKILL, a little after it has begun; true where it had not answered yet. */
	killDuring(id: string, hash: string, afterMs: number): Promise<boolean>;
	close(): Promise<void>;
}

type Child = ChildProcessByStdio<Writable, Readable, null>;

export async function startApplier(folder: string): Promise<Applier> {
	const program = fileURLToPath(new URL('./applier.ts', import.meta.url));
	const child: Child = spawn(process.execPath, ['--conditions=@switchboard/source', program, folder], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
	const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	const next = async () => ((await lines.next()).value as string | undefined) ?? 'gone';
	if ((await next()) !== 'ready') throw new Error('the applier did not start');
	return {
		async apply(id, hash) {
			child.stdin.write(`${id} ${hash}\n`);
			await next();
			return next();
		},
		async killDuring(id, hash, afterMs) {
			child.stdin.write(`${id} ${hash}\n`);
			await next();
			const until = performance.now() + afterMs;
			// Timers are too coarse for a transaction of a few milliseconds.
			while (performance.now() < until);
			child.kill('SIGKILL');
			await exited;
			return (await next()) === 'gone';
		},
		async close() {
			child.stdin.end();
			await exited;
		},
	};
}
