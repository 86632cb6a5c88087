import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { connectOverStdio } from '../agents/adapters/mcp-client.ts';
import { entryInFile } from '../connect/connect.ts';
import { type HostKind, hosts } from '../connect/hosts.ts';
import { createConnectionRecord } from '../connect/record.ts';
import { type Finding, finding, ok, problem } from './finding.ts';
import { lastWords } from './last-words.ts';

const HostEntry = z.looseObject({
	command: z.string(),
	args: z.array(z.string()).default([]),
	env: z.record(z.string(), z.string()).default({}),
});

export interface HostFile {
	readonly host: HostKind;
	readonly file: string;
}

/** The configuration of each host where it usually is, and wherever else we were entered. */
export function hostFiles(home: string, env: NodeJS.ProcessEnv): readonly HostFile[] {
	const usual = hosts.map((host) => ({ host, file: host.file({ platform: process.platform, env }) }));
	const elsewhere = createConnectionRecord(home)
		.list()
		.filter(({ file }) => !usual.some((one) => one.file === file))
		.flatMap(({ host: name, file }) => hosts.filter((host) => host.name === name).map((host) => ({ host, file })));
	return [...usual, ...elsewhere];
}

/** Runs the very command a host would, with as little around it as the barest of them gives. */
export function checkHost({ host, file }: HostFile, connectWith: string): Promise<Finding> {
	const check = `host ${host.name}`;
	return finding(check, 'Correct the file.', async () => {
		const entry = entryInFile(host, file);
		if (entry === undefined) return ok(check, `not connected in ${file}`);
		const parsed = HostEntry.safeParse(entry);
		if (!parsed.success) return problem(check, `The entry in ${file} starts nothing.`, connectWith);
		const { tools, ms, why } = await run(parsed.data);
		if (tools === undefined) return problem(check, `The command in ${file} fails: ${why}`, connectWith);
		if (tools === 0) return problem(check, `The command in ${file} lists no Skills.`, 'See the Agents above.');
		return ok(check, `${tools} Skills after ${ms} ms by the command in ${file}`);
	});
}

async function run({
	command,
	args,
	env,
}: z.infer<typeof HostEntry>): Promise<{ tools?: number; ms: number; why: string }> {
	const scratch = mkdtempSync(join(tmpdir(), 'switchboard-doctor-'));
	const stderrFile = join(scratch, 'stderr');
	const begun = performance.now();
	try {
		const bare = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };
		const host = await connectOverStdio({
			agent: 'doctor',
			command,
			args,
			env: { ...bare, ...env },
			cwd: scratch,
			stderrFile,
		});
		try {
			return { tools: (await host.tools()).length, ms: Math.round(performance.now() - begun), why: '' };
		} finally {
			await host.close();
		}
	} catch (error) {
		return { ms: 0, why: lastWords(stderrFile) ?? (error as Error).message };
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
}
