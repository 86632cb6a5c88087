import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { arch, availableParallelism, freemem, platform, release, totalmem, type } from 'node:os';
import { searchPath } from '../environment.ts';
import type { Places, Scope } from './places.ts';
import { findProgram } from './shell/programs.ts';
import type { Sandbox } from './shell/sandbox.ts';

export interface RootInfo {
	readonly path: string;
	readonly access: 'read-write' | 'read-only';
	readonly freeBytes?: number;
	readonly totalBytes?: number;
}

export interface MachineInfo {
	readonly system: string;
	readonly platform: string;
	readonly architecture: string;
	readonly processors: number;
	readonly memoryBytes: number;
	readonly freeMemoryBytes: number;
	readonly node: string;
	readonly shells: readonly string[];
	/** Programs that are found, by name. */
	readonly tools: Readonly<Record<string, string>>;
	readonly sandbox: 'bubblewrap' | 'unavailable';
	readonly sandboxReason?: string;
	readonly network: boolean;
}

export interface Machine {
	roots(scope: Scope): Promise<readonly RootInfo[]>;
	describe(): Promise<MachineInfo>;
}

const shells = ['bash', 'sh', 'zsh', 'fish', 'dash', 'pwsh'];

const tools =
	'git gh node npm pnpm yarn deno bun python3 pip3 uv ruby perl php java mvn gradle go cargo rustc gcc clang make cmake docker podman sqlite3 psql curl wget jq rg fd tar zip unzip rsync ssh ffmpeg pandoc soffice convert pdftotext'.split(
		' ',
	);

export function createMachine(places: Places, sandbox: Sandbox): Machine {
	return {
		async roots(scope) {
			const { roots, isReadOnly } = await places.territory(scope);
			return Promise.all(roots.map((root) => describeRoot(root, isReadOnly)));
		},
		async describe() {
			const folders = searchPath(process.env.PATH, () => false);
			const found = (name: string): [string, string][] => {
				const path = findProgram(name, folders);
				return path === undefined ? [] : [[name, path]];
			};
			const state = await sandbox.state();
			return {
				system: `${type()} ${release()}`,
				platform: platform(),
				architecture: arch(),
				processors: availableParallelism(),
				memoryBytes: totalmem(),
				freeMemoryBytes: freemem(),
				node: process.version,
				shells: shells.flatMap(found).map(([, path]) => path),
				tools: Object.fromEntries(tools.flatMap(found)),
				sandbox: state.state,
				...(state.state === 'unavailable' && { sandboxReason: state.reason }),
				network: state.state === 'unavailable' || sandbox.settings.hasNetwork,
			};
		},
	};
}

async function describeRoot(path: string, isReadOnly: boolean): Promise<RootInfo> {
	const mayWrite =
		!isReadOnly &&
		(await access(path, constants.W_OK).then(
			() => true,
			() => false,
		));
	const disk = await statfs(path).catch(() => undefined);
	return {
		path,
		access: mayWrite ? 'read-write' : 'read-only',
		...(disk !== undefined && { freeBytes: disk.bavail * disk.bsize, totalBytes: disk.blocks * disk.bsize }),
	};
}
