import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Which code a process runs: the package's version, and when it was built. */
export interface Build {
	readonly version: string;
	/** Milliseconds; in a checkout, when its newest source was saved. */
	readonly stamp: number;
}

/** The code of this process. `SWITCHBOARD_BUILD` sets the stamp, so that a long session of edits keeps one daemon. */
export function thisBuild(env: NodeJS.ProcessEnv = process.env): Build {
	const file = fileURLToPath(import.meta.url);
	return { version: versionAbove(dirname(file)), stamp: Number(env.SWITCHBOARD_BUILD) || stampOf(file) };
}

/** Whether `one` should take the place of `other`; never both ways round, or two would evict each other for ever. */
export function isNewer(one: Build, other: Build): boolean {
	const order = compareVersions(one.version, other.version);
	return order > 0 || (order === 0 && one.stamp > other.stamp);
}

function compareVersions(one: string, other: string): number {
	const [a, b] = [numbersOf(one), numbersOf(other)];
	for (const [index, number] of a.entries()) {
		const difference = number - (b[index] ?? 0);
		if (difference !== 0) return difference;
	}
	return 0;
}

function numbersOf(version: string): readonly number[] {
	return version.split(/[.+-]/, 3).map((part) => Number.parseInt(part, 10) || 0);
}

function versionAbove(folder: string): string {
	for (let above = folder; dirname(above) !== above; above = dirname(above)) {
		const version = versionIn(join(above, 'package.json'));
		if (version !== undefined) return version;
	}
	return '0.0.0';
}

function versionIn(file: string): string | undefined {
	try {
		const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version?: unknown };
		return typeof version === 'string' ? version : undefined;
	} catch {
		return undefined;
	}
}

function stampOf(file: string): number {
	if (!file.endsWith('.ts')) return Math.trunc(statSync(file).mtimeMs);
	const source = resolve(file, '../..');
	return Math.max(...[source, resolve(source, '../../kit/src')].map(newestBelow));
}

function newestBelow(folder: string): number {
	let newest = 0;
	for (const item of readdirSync(folder, { withFileTypes: true, recursive: true })) {
		if (item.isFile()) newest = Math.max(newest, Math.trunc(statSync(join(item.parentPath, item.name)).mtimeMs));
	}
	return newest;
}
