import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the installed package a module belongs to; undefined for our own. */
export function packageOf(module) {
	return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(module)?.[0];
}

/** The licence texts of all packages these modules come from, as their licences ask of whoever passes them on. */
export function licencesOf(modules) {
	const packages = new Set(modules.map(packageOf).filter((folder) => folder !== undefined));
	const texts = [...packages].map(licenceOf);
	return `${[...new Set(texts)].sort().join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

function licenceOf(folder) {
	const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
	const file = existsSync(folder) && readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
	const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `Licensed under ${license}.`;
	return `${name} ${version}\n\n${text}`;
}
