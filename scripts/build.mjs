// Builds what is published: `tsc -b` for the libraries and their types, and a bundle for each executable.
// `node scripts/build.mjs [package folder…]`; all of them where none is named.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { licencesOf, packageOf } from './licences.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const all = ['kit', ...readdirSync(join(root, 'servers')).map((name) => `servers/${name}`), 'gateway'];

/** Left as dependencies: what runs from files of its own, or is a native program. */
const external = ['playwright-core', '@vscode/ripgrep', 'css-tree'].map((name) => new RegExp(`^${name}(/|$)`));

/** Code that looks for files beside itself does not survive being moved into a bundle. */
const looksBesideItself = /\b(__dirname|__filename|createRequire\(|import\.meta\.(url|dirname|filename))/;
/** These do so only for what we do not use: log transports in threads, and the text of a warning. */
const harmless = /[\\/](pino|thread-stream|undici)$/;

const named = process.argv.slice(2).map((folder) => resolve(folder));
const folders = named.length > 0 ? named : all.map((folder) => join(root, folder));
for (const folder of folders) rmSync(join(folder, 'dist'), { recursive: true, force: true });
compile(folders);
for (const folder of folders) {
	copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
	if (existsSync(join(folder, 'src', 'main.ts'))) await bundle(folder);
}

function compile(projects) {
	const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
	const { status } = spawnSync(process.execPath, [tsc, '-b', ...projects], { stdio: 'inherit' });
	if (status !== 0) process.exit(1);
}

async function bundle(folder) {
	const dist = join(folder, 'dist');
	const bundled = await rolldown({
		cwd: folder,
		input: { main: 'src/main.ts' },
		platform: 'node',
		// The oldest Node that the packages say they run on.
		transform: { target: 'node22.19' },
		external,
		resolve: { conditionNames: ['@switchboard/source', 'node', 'import', 'default'], mainFields: ['module', 'main'] },
		plugins: [{ name: 'movable', transform: refuseUnmovable }],
		logLevel: 'warn',
	});
	// The pieces lie beside main.js, where code that looks for it expects it.
	const output = { dir: dist, format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'bundle-[name].js' };
	const { output: files } = await bundled.write(output);
	await bundled.close();
	chmodSync(join(dist, 'main.js'), 0o755);
	const modules = files.flatMap((file) => file.moduleIds ?? []);
	writeFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), licencesOf(modules));
	const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
	const size = files.reduce((sum, file) => sum + (file.code?.length ?? 0), 0);
	process.stdout.write(`${name}: ${files.length} files, ${Math.round(size / 1024)} kB\n`);
}

function refuseUnmovable(code, id) {
	const folder = packageOf(id);
	if (folder === undefined || harmless.test(folder) || !looksBesideItself.test(code)) return;
	throw new Error(`${id} looks for files beside itself; name its package in \`external\` of scripts/build.mjs.`);
}
