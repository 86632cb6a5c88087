import { globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const packages = ['kit', 'gateway', ...globSync('servers/*', { cwd: root })].sort();

interface Import {
	/** Path of the importing file from the checkout's root. */
	readonly file: string;
	readonly from: string;
}

const importPattern =
	/(?:^|[;}\s])(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]/gm;

function sourcesOf(folder: string): string[] {
	return globSync(`${folder}/src/**/*.ts`, { cwd: root }).sort();
}

function importsOf(folder: string): Import[] {
	return sourcesOf(folder).flatMap((file) =>
		[...readFileSync(join(root, file), 'utf8').matchAll(importPattern)].map(([, a, b, c]) => ({
			file,
			from: a ?? b ?? c ?? '',
		})),
	);
}

const isRelative = ({ from }: Import): boolean => from.startsWith('.');
const isBuiltin = ({ from }: Import): boolean => from.startsWith('node:');
const isOurs = ({ from }: Import): boolean => from.startsWith('@switchboard/') || from.startsWith('switchboard-');
const isVendor = (found: Import): boolean => !isRelative(found) && !isBuiltin(found) && !isOurs(found);

/** `@scope/name` of `@scope/name/deep/file.js`. */
function packageOf(from: string): string {
	return from
		.split('/')
		.slice(0, from.startsWith('@') ? 2 : 1)
		.join('/');
}

describe.each(packages)('%s', (folder) => {
	const imports = importsOf(folder);

	it('imports of ours only the kit, by name', () => {
		const wrong = imports
			.filter(isOurs)
			.filter(({ from }) => folder === 'kit' || packageOf(from) !== '@switchboard/kit');
		expect(wrong).toEqual([]);
	});

	it('stays inside its own folder otherwise, and names its files with their ending', () => {
		const wrong = imports
			.filter(isRelative)
			.filter(
				({ file, from }) =>
					relative(join(root, folder, 'src'), resolve(root, dirname(file), from)).startsWith('..') ||
					!from.endsWith('.ts'),
			);
		expect(wrong).toEqual([]);
	});

	it('names what is built into Node as such', () => {
		expect(imports.filter(({ from }) => !from.startsWith('node:') && builtinModules.includes(from))).toEqual([]);
	});

	it('declares every package it imports, exactly pinned', () => {
		const { dependencies, optionalDependencies } = JSON.parse(
			readFileSync(join(root, folder, 'package.json'), 'utf8'),
		) as Record<string, Record<string, string> | undefined>;
		const declared = { ...dependencies, ...optionalDependencies };
		const undeclared = imports.filter(isVendor).filter(({ from }) => !(packageOf(from) in declared));
		expect(undeclared).toEqual([]);
		expect(Object.entries(declared).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
	});

	it('has no default export', () => {
		const wrong = sourcesOf(folder).filter((file) =>
			/^export\s+(default\b|\{[^}]*\bas default\b)/m.test(readFileSync(join(root, file), 'utf8')),
		);
		expect(wrong).toEqual([]);
	});

	// The kit is one adapter to its vendors, the SDK above all.
	if (folder === 'kit') return;
	it('imports each vendor package in one adapters folder', () => {
		const places = new Map<string, Set<string>>();
		for (const { file, from } of imports.filter(isVendor)) {
			const name = packageOf(from);
			if (name === 'zod') continue;
			const place = /^(.*\/adapters)\//.exec(file)?.[1] ?? file;
			places.set(name, (places.get(name) ?? new Set()).add(place));
		}
		const wrong = [...places].filter(([, found]) => found.size > 1 || ![...found][0]?.endsWith('/adapters'));
		expect(wrong.map(([name, found]) => ({ name, in: [...found] }))).toEqual([]);
	});
});

it('finds imports however they are written', () => {
	const text = `import a from 'a';\nimport { b,\n c } from "b";\nexport * from 'd';\nimport 'e';\nconst f = await import('f');\nimport type { G } from 'g';`;
	expect([...text.matchAll(importPattern)].map(([, a, b, c]) => a ?? b ?? c)).toEqual(['a', 'b', 'd', 'e', 'f', 'g']);
});
