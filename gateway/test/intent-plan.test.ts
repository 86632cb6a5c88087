import { processorMs } from '@switchboard/kit/testing';
import { describe, expect, it } from 'vitest';
import { planSteps } from '../src/intent/plan.ts';

const stepsOf = (instruction: string) => planSteps(instruction).map(({ text }) => text);

describe('what is spelled out becomes steps', () => {
	it.each<[string, string[]]>([
		[
			'find README.md in this folder and read it, then open http://127.0.0.1:8080/ in the browser and read the page, then add a contact Ada Example with email ada@example.test to the CRM, then leave a notification saying "Switchboard is ready"',
			[
				'find README.md in this folder',
				'read it',
				'open http://127.0.0.1:8080/ in the browser',
				'read the page',
				'add a contact Ada Example with email ada@example.test to the CRM',
				'leave a notification saying "Switchboard is ready"',
			],
		],
		[
			'1. read a.txt\n2. send its text to bob@example.com\n3) notify me',
			['read a.txt', 'send its text to bob@example.com', 'notify me'],
		],
		['Do the following:\n- list docs/\n- open example.com', ['list docs/', 'open example.com']],
		['1. read a.txt 2. open localhost:80/', ['read a.txt', 'open localhost:80/']],
		['Read a.txt. Then write it to b.txt. Finally notify me.', ['Read a.txt', 'write it to b.txt', 'notify me']],
		[
			'read a.txt; write "a; then b, and delete c" to b.txt',
			['read a.txt', 'write "a; then b, and delete c" to b.txt'],
		],
		[
			'open example.com and take a screenshot, and leave a notification saying done',
			['open example.com', 'take a screenshot', 'leave a notification saying done'],
		],
		['find and read README.md', ['find README.md', 'read README.md']],
		['first list the files, second read the first one', ['list the files', 'read the first one']],
		['Please can you run the tests and show me the output?', ['run the tests', 'show me the output']],
		['find contacts in Berlin and email them "hi"', ['find contacts in Berlin', 'email them "hi"']],
		[
			'读取 README.md，然后打开 http://127.0.0.1:80/ 并截图，最后发送通知：“完成”',
			['读取 README.md', '打开 http://127.0.0.1:80/', '截图', '发送通知：“完成”'],
		],
		['把 a.txt 的内容发给 bob@example.com，并删除它', ['把 a.txt 的内容发给 bob@example.com', '删除它']],
	])('%s', (instruction, expected) => expect(stepsOf(instruction)).toEqual(expected));
});

describe('what spells out nothing stays whole', () => {
	it.each([
		'plan a trip to Rome',
		'search for cats and dogs',
		'search and replace foo with bar in a.txt',
		'show the name and email of Ada',
		'show read and write permissions',
		'find invoices and orders',
		'copy a.txt to b.txt and c.txt',
		'list files in src, docs and tests',
		'what changed since then',
		'add Ada Example and Bob Example as contacts',
		'send a mail to bob@example.com saying please open the door and close the window',
		'note a task in the CRM: call Ben Sample back, due 2026-12-01',
		'添加联系人张三，邮箱 zhang@example.test，电话 13800138000',
		'Do not delete a.txt',
	])('%s', (instruction) => expect(stepsOf(instruction)).toEqual([instruction]));
});

it('keeps what is forbidden with the step it restrains', () => {
	expect(stepsOf('read a.txt, but do not delete it')).toEqual(['read a.txt, do not delete it']);
});

describe('what cannot simply be done is held', () => {
	it.each([
		['if the page says closed, send a mail to a@example.com', 'condition'],
		['when the build is green then notify me', 'condition'],
		['every day at 9 send me a mail', 'repetition'],
		['如果页面打不开，发送通知', 'condition'],
		['每天 9 点发送通知', 'repetition'],
	] as const)('%s', (instruction, hold) => expect(planSteps(instruction)).toEqual([{ text: instruction, hold }]));
});

it('holds nothing in an empty instruction', () => {
	expect(planSteps('  \n ')).toEqual([]);
});

it('reads a hostile instruction in no time', () => {
	for (const hostile of [
		'and '.repeat(2_000),
		'read a, and '.repeat(700),
		'1. '.repeat(2_600),
		'，并'.repeat(2_000),
		'then'.repeat(2_000),
	]) {
		const started = processorMs();
		planSteps(hostile);
		expect(processorMs() - started).toBeLessThan(3_000);
	}
});
