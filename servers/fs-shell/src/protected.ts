/** Folders whose content programs run or obey without asking: hooks, tasks, keys. */
const obeyedFolders = new Set([
	'.git',
	'.hg',
	'.svn',
	'.switchboard',
	'.vscode',
	'.idea',
	'.cursor',
	'.claude',
	'.codex',
	'.gemini',
	'.devcontainer',
]);

const obeyedFiles = new Set([
	'.mcp.json',
	'mcp.json',
	'claude_desktop_config.json',
	'.gitconfig',
	'.gitmodules',
	'.ripgreprc',
	'.npmrc',
	'.yarnrc',
	'.yarnrc.yml',
	'.pypirc',
	'.envrc',
	'.bashrc',
	'.bash_profile',
	'.bash_login',
	'.bash_logout',
	'.profile',
	'.zshrc',
	'.zshenv',
	'.zprofile',
	'.zlogin',
	'.zlogout',
	'.cshrc',
	'.tcshrc',
	'.login',
	'.inputrc',
	'.xprofile',
	'.xinitrc',
]);

const secretFolders = new Set(['.ssh', '.gnupg', '.aws', '.azure', '.kube', '.docker', '.password-store']);

const secretFiles = /^(\.env([._-].+)?|\.netrc|_netrc|\.pgpass|\.git-credentials|id_(rsa|dsa|ecdsa|ed25519)(_sk)?)$/;
/** Templates that are made to be read. */
const sampleFiles = /^\.env\.(.+\.)?(example|sample|template|dist|defaults)$/;

/** Whether a path below a root, as its names, is one that other programs run or obey. */
export function runsCode(below: readonly string[]): boolean {
	const names = below.map(asSomeSystemsSee);
	return names.some((name) => obeyedFolders.has(name)) || obeyedFiles.has(names.at(-1) ?? '');
}

export function holdsSecrets(below: readonly string[]): boolean {
	const names = below.map(asSomeSystemsSee);
	const last = names.at(-1) ?? '';
	return names.some((name) => secretFolders.has(name)) || (secretFiles.test(last) && !sampleFiles.test(last));
}

/** Some file systems make nothing of case, of characters that are not seen, or of dots and blanks at the end. */
function asSomeSystemsSee(name: string): string {
	return name
		.replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
		.replace(/[. ]+$/, '')
		.toLowerCase();
}

/** What of a root the sandbox makes read-only, where it is there. */
export const readOnlyInSandbox: readonly string[] = [
	'.git/hooks',
	'.git/config',
	'.switchboard',
	'.mcp.json',
	'.vscode',
];

/** What of a root the sandbox hides, where it is there. */
export const hiddenInSandbox: readonly string[] = [...secretFolders];
