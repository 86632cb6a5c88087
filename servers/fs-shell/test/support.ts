import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connect, type TestAgent, type TestOptions, textOf } from '@switchboard/kit/testing';
import { afterEach, vi } from 'vitest';
import { fsShell } from '../src/agent.ts';
import type { FsShellPorts } from '../src/ports.ts';

// Real processes and files of 60 MB, on machines that do other things too.
vi.setConfig({ testTimeout: 30_000 });

const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
	for (const clean of cleanups.splice(0).reverse()) await clean();
});

/** What a command came to, as the Agent tells it. */
export interface Outcome {
	readonly exitCode?: number;
	readonly signal?: string;
	readonly timedOut: boolean;
	readonly outputLimited: boolean;
	readonly stdout: string;
	readonly stderr: string;
	readonly stdoutBytes: number;
	readonly stdoutArtifact?: string;
	readonly durationMs: number;
	readonly sandbox: string;
}

/** A folder of this test's own. */
export function folder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
	const path = realpathSync(mkdtempSync(join(tmpdir(), 'fs-shell-')));
	cleanups.push(() => rmSync(path, { recursive: true, force: true }));
	for (const [name, content] of Object.entries(files)) {
		mkdirSync(dirname(join(path, name)), { recursive: true });
		writeFileSync(join(path, name), content);
	}
	return path;
}

/** The real Agent behind a real client, closed after the test. */
export async function start(roots: readonly string[], options: TestOptions<FsShellPorts> = {}): Promise<TestAgent> {
	const agent = await connect(fsShell, { roots, ...options });
	cleanups.push(() => agent.close());
	return agent;
}

/** A call's structured answer, which has to be one. */
export async function answer<T = Record<string, never>>(
	agent: TestAgent,
	name: string,
	args: Record<string, unknown>,
	meta: Parameters<TestAgent['call']>[2] = {},
): Promise<T> {
	const result = await agent.call(name, args, meta);
	if (result.isError) throw new Error(textOf(result));
	return result.structuredContent as T;
}
