import { describe, expect, it } from 'vitest';
import { parseLine } from '../src/adapters/bash-parser.ts';
import { judgeArguments, judgeLine } from '../src/command-judge.ts';

const lines = (line: string): string[] => judgeLine(line, parseLine).programs.map((program) => program.line);

describe('which programs a line would run', () => {
	it.each([
		['git status; rm -rf x', ['git status', 'rm -rf x']],
		['git status\nrm x', ['git status', 'rm x']],
		['ls & rm x || dd && y', ['ls', 'rm x', 'dd', 'y']],
		['git log | xargs rm', ['git log', 'xargs rm', 'rm']],
		['ls #\nrm x', ['ls', 'rm x']],
		['echo "a"$(rm x)"b" `id`', ['echo "a"$(rm x)"b" `id`', 'rm x', 'id']],
		['cat <(rm x)', ['cat <(rm x)', 'rm x']],
		['echo "$' + '{x:=$(rm x)}"', ['echo "$' + '{x:=$(rm x)}"', 'rm x']],
		['r"m" x', ['rm x']],
		["$'\\x72\\x6d' x", ['rm x']],
		['env -i A=1 rm x', ['env -i A=1 rm x', 'rm x']],
		[
			'nohup nice -n 5 timeout 5 rm x',
			['nohup nice -n 5 timeout 5 rm x', 'nice -n 5 timeout 5 rm x', 'timeout 5 rm x', 'rm x'],
		],
		['sh -c "rm x; id"', ["sh -c 'rm x; id'", 'rm x', 'id']],
		['bash -lc "git status"', ["bash -lc 'git status'", 'git status']],
		['eval "rm x"', ["eval 'rm x'", 'rm x']],
		['find . -exec rm {} + -o -name x', ["find . -exec rm '{}' + -o -name x", "rm '{}'"]],
		['if true; then rm x; fi', ['true', 'rm x']],
		['for i in 1; do rm $i; done', ['rm $i']],
		['sudo -u root rm x', ['sudo -u root rm x', 'rm x']],
		['echo "curl is nice"', ["echo 'curl is nice'"]],
		['A=1', ['A=1']],
	])('%j', (line, expected) => {
		expect(lines(line).filter((one) => one !== line || expected.includes(line))).toEqual(expected);
	});

	it('names the program unknown where only running the line would tell', () => {
		for (const line of ['$X -rf x', '{rm,-rf,x}', '$(echo rm) x', 'r* x']) {
			expect(
				judgeLine(line, parseLine).programs.some(({ name }) => name === undefined),
				line,
			).toBe(true);
		}
	});

	it('keeps a line that it cannot read as a whole', () => {
		for (const line of ['echo "abc', 'git status \r rm x', 'if x; then', 'a'.repeat(10) + '('.repeat(5000)]) {
			const { programs, notes } = judgeLine(line, parseLine);
			expect(programs.at(-1), line.slice(0, 20)).toEqual({ name: undefined, line });
			expect(notes).toContain('It could not be read completely.');
		}
	});

	it('looks through a long chain to its end', () => {
		expect(lines(`${'true ; '.repeat(500)}rm x`).at(-1)).toBe('rm x');
	});

	it('names files that are redirected to, and variables that are set', () => {
		const judged = judgeLine('GIT_SSH_COMMAND=x git pull > out.txt 2>&1 < in.txt', parseLine);
		expect(judged.redirects).toEqual(['out.txt', 'in.txt']);
		expect(judged.notes).toEqual(['It sets GIT_SSH_COMMAND for a program.']);
	});

	it('takes arguments without a shell as they are', () => {
		expect(judgeArguments(['echo', '$(rm x)', ';', 'id'], parseLine).programs).toEqual([
			{ name: 'echo', line: "echo '$(rm x)' ';' id" },
		]);
		expect(judgeArguments(['sh', '-c', 'rm x'], parseLine).programs.at(-1)).toEqual({ name: 'rm', line: 'rm x' });
		expect(judgeArguments(['constructor'], parseLine).programs).toEqual([{ name: 'constructor', line: 'constructor' }]);
	});
});
