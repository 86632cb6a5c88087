import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSwitchboard } from '../support/switchboard.ts';
import { call, type Form, forms, open, programOf } from './programs.ts';
import { percentile, rate, repeated, sideBySide, type Times, timed } from './timing.ts';

/** A Skill that does next to nothing, so that what is measured is the way to it. */
const skill = 'fs_roots';
const quick = process.argv.includes('--quick');
const rounds = quick ? 2 : 10;
const callsARound = quick ? 50 : 200;
const servers = ['fs-shell', 'browser', 'messaging', 'business'] as const;

const scratch = mkdtempSync(join(tmpdir(), 'switchboard-bench-'));
try {
	print('A call, one after another and 16 at once', await calls());
	print('From start to the list of tools, each Agent alone', await coldStarts());
	print('From start to the list of tools, `switchboard stdio` before a running daemon', await shimStarts());
} finally {
	rmSync(scratch, { recursive: true, force: true });
}

interface Row {
	readonly name: string;
	readonly times: Times;
	/** What it is compared with. */
	readonly to: Times;
	readonly perSecond?: number;
}

async function calls(): Promise<Row[]> {
	const switchboard = createSwitchboard();
	const direct = await open(programOf('servers/fs-shell', 'source'), [switchboard.work], {
		SWITCHBOARD_STATE: join(scratch, 'direct'),
	});
	try {
		const [stdio, http] = [await switchboard.stdio(), await switchboard.http()];
		const clients = { direct, 'through the Gateway, stdio': stdio.client, 'through the Gateway, HTTP': http.client };
		const subjects = Object.entries(clients);
		for (const [, client] of subjects) await repeated(50, () => call(client, skill));
		const times = await sideBySide(
			rounds,
			Object.fromEntries(
				subjects.map(([name, client]) => [name, () => repeated(callsARound, () => call(client, skill))]),
			),
		);
		const rows: Row[] = [];
		for (const [name, client] of subjects) {
			const perSecond = await rate(rounds * callsARound, 16, () => call(client, skill));
			rows.push({ name, times: times[name] ?? [], to: times.direct ?? [], perSecond });
		}
		return rows;
	} finally {
		await direct.close();
		await switchboard.close();
	}
}

async function coldStarts(): Promise<Row[]> {
	const rows: Row[] = [];
	for (const server of servers) {
		const start = (form: Form) => async () => {
			const env = { SWITCHBOARD_STATE: join(scratch, `${server}-${form}`) };
			return [await started(() => open(programOf(`servers/${server}`, form), [], env))];
		};
		const times = await sideBySide(rounds, { source: start('source'), bundle: start('bundle') });
		for (const form of forms) rows.push({ name: `${server}, ${form}`, times: times[form], to: times.source });
	}
	return rows;
}

async function shimStarts(): Promise<Row[]> {
	// Each form has a daemon of its own, since a shim puts a newer build in the place of an older one.
	const homes = { source: createSwitchboard(), bundle: createSwitchboard() };
	try {
		const start = (form: Form) => async () => [
			await started(() => open(programOf('gateway', form), ['stdio'], { SWITCHBOARD_HOME: homes[form].home })),
		];
		for (const form of forms) await start(form)();
		const times = await sideBySide(rounds, { source: start('source'), bundle: start('bundle') });
		return forms.map((form) => ({ name: form, times: times[form], to: times.source }));
	} finally {
		await homes.source.close();
		await homes.bundle.close();
	}
}

/** From spawning to the list; the end is not counted. */
async function started(start: () => ReturnType<typeof open>): Promise<number> {
	let client: Awaited<ReturnType<typeof open>> | undefined;
	const ms = await timed(async () => {
		client = await start();
	});
	await client?.close();
	return ms;
}

function print(title: string, rows: readonly Row[]): void {
	console.log(`\n${title}`);
	console.table(
		Object.fromEntries(
			rows.map(({ name, times, to, perSecond }) => [
				name,
				{
					'p50 ms': rounded(percentile(times, 0.5)),
					'p99 ms': rounded(percentile(times, 0.99)),
					'× first': rounded(percentile(times, 0.5) / percentile(to, 0.5)),
					...(perSecond !== undefined && { 'calls/s': Math.round(perSecond) }),
				},
			]),
		),
	);
}

function rounded(value: number): number {
	return Number(value.toPrecision(3));
}
