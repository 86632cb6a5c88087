import { delimiter, isAbsolute } from 'node:path';
import { Fault } from '@switchboard/kit';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a command gets of the Agent's own environment: nothing that holds a secret. */
const inherited =
	/^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|XDG_RUNTIME_DIR|SystemRoot|SYSTEMROOT|COMSPEC|ComSpec|PATHEXT|TEMP|TMP|USERPROFILE|APPDATA|LOCALAPPDATA|PROGRAMFILES|ProgramFiles)$/;

/** Variables by which a harmless program is made to run something else. */
const loading =
	/^(LD_|DYLD_|GIT_|BASH_|SWITCHBOARD_|npm_config_)|^(ENV|PATH|IFS|PS4|SHELLOPTS|PROMPT_COMMAND|NODE_OPTIONS|NODE_PATH|PYTHON(STARTUP|PATH|HOME|INSPECT)|PERL5(OPT|LIB|DB)|RUBY(OPT|LIB)|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|CLASSPATH|LESS(OPEN|CLOSE)|(GIT_|MAN)?PAGER|EDITOR|VISUAL|BROWSER|SSH_ASKPASS|SUDO_ASKPASS|GCONV_PATH|OPENSSL_CONF)$/i;

/** The environment of a command: an allow-list of ours, what the owner adds by name, and what the caller gives. */
export function environmentFor(
	ours: Environment,
	named: readonly string[],
	given: Readonly<Record<string, string>>,
): Record<string, string> {
	for (const name of Object.keys(given)) refuseVariable(name);
	const kept = Object.entries(ours).filter(
		(entry): entry is [string, string] =>
			entry[1] !== undefined && (inherited.test(entry[0]) || named.includes(entry[0])),
	);
	return { ...Object.fromEntries(kept), TERM: 'dumb', NO_COLOR: '1', GIT_TERMINAL_PROMPT: '0', ...given };
}

function refuseVariable(name: string): void {
	if (!/^[A-Za-z_][A-Za-z0-9_]{0,99}$/.test(name)) {
		throw new Fault('invalid_input', 'env: holds a name that is not one of a variable.');
	}
	if (!loading.test(name)) return;
	throw new Fault('denied', `env: ${name} would change which code runs.`, {
		hint: 'The owner can pass it on with the setting env.',
	});
}

/** Folders where programs are looked for; one that is relative or that the caller may write to would plant programs. */
export function searchPath(path: string | undefined, mayPlant: (folder: string) => boolean): readonly string[] {
	const folders = (path ?? '').split(delimiter).filter((folder) => isAbsolute(folder) && !mayPlant(folder));
	return [...new Set(folders)];
}
