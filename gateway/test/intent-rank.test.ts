import { describe, expect, it } from 'vitest';
import { decide } from '../src/intent/decide.ts';
import { createCardIndex } from '../src/intent/rank.ts';
import { cardOf, entries, entryOf } from './intent-cards.ts';

const index = createCardIndex(entries);
const best = (instruction: string) => decide(index.rank(instruction)).candidates[0]?.entry.name;

describe('ranking', () => {
	it.each([
		['read README.md', 'fs_read'],
		['show me what is in notes.txt', 'fs_read'],
		['find all PDF files', 'fs_find'],
		['open https://example.com', 'browser_open'],
		['visit localhost:3000', 'browser_open'],
		['what does the page say', 'browser_read'],
		['add a contact Ada Example with email ada@example.test to the CRM', 'contact_add'],
		['save Ben Sample <ben@example.test> as a contact', 'contact_add'],
		['create a deal "Relaunch" over 5000 EUR', 'biz_create'],
		['which invoices are still open', 'biz_search'],
		['notify me that the report is ready', 'notify_send'],
		['remind me to call Ada', 'notify_send'],
		['send an email to bob@example.com saying hi', 'msg_send'],
		['show my unread mail', 'msg_search'],
		['delete old.txt', 'fs_remove'],
		['execute npm test', 'shell_run'],
		['读取 README.md', 'fs_read'],
		['查找所有 PDF 文件', 'fs_find'],
		['打开网页 http://127.0.0.1/', 'browser_open'],
		['添加联系人张三', 'contact_add'],
		['运行命令 `ls`', 'shell_run'],
	])('%s → %s', (instruction, name) => expect(best(instruction)).toBe(name));

	it('looks at what is to be done, not at what is to be said or at values', () => {
		expect(best('leave a notification saying "open the web page and read the file"')).toBe('notify_send');
		expect(best('read notes/contact-mail-browser.txt')).toBe('fs_read');
	});

	it('ranks Agents by their best Skill', () => {
		expect(index.rank('open https://example.com in the browser').agents[0]?.agent).toBe('browser');
	});

	it('finds a foreign tool by the parts of its name alone', () => {
		const foreign = entryOf('tracker', { ...cardOf('create_issue'), effect: 'execute' });
		expect(createCardIndex([...entries, foreign]).rank('create an issue').skills[0]?.entry.name).toBe('create_issue');
	});

	it('takes a Card whose schema is nonsense', () => {
		const odd = entryOf('odd', {
			...cardOf('odd_tool'),
			inputSchema: { properties: { a: true, b: null, c: { type: ['string', 'null'] }, d: { anyOf: [] } } },
		});
		expect(createCardIndex([odd]).rank('odd tool').skills).toHaveLength(1);
	});

	it('answers within 5 ms among 500 Skills', () => {
		const many = Array.from({ length: 500 }, (_, at) => {
			const source = entries[at % entries.length];
			if (source === undefined) throw new Error('no entries');
			return {
				...source,
				agent: `agent${at % 40}`,
				name: `${source.name}_${at}`,
				card: { ...source.card, description: `${source.card.description} Variant number ${at} for team ${at % 17}.` },
			};
		});
		const large = createCardIndex(many);
		const times = Array.from({ length: 200 }, (_, at) => {
			const started = performance.now();
			large.rank(`find the e-mail from Ada about invoice ${at} and note a contact for the team`);
			return performance.now() - started;
		});
		times.sort((a, b) => a - b);
		// The slowest are left to whatever else the machine does.
		expect(times[100]).toBeLessThan(5);
	});
});

describe('decision', () => {
	it.each([
		'order a pizza',
		'what is the weather in Berlin',
		'book a flight to Rome',
		'play some music',
		'explain quantum physics',
		'今天天气怎么样',
		'播放音乐',
		'订一张去北京的机票',
		'???',
		'',
	])('says that nothing here does “%s”', (instruction) => {
		const { kind, reasons } = decide(index.rank(instruction));
		expect(kind).toBe('none');
		expect(reasons[0]).toBeTruthy();
	});

	it('gives its reasons and the runners-up', () => {
		const { kind, confidence, candidates, reasons } = decide(index.rank('find all PDF files'));
		expect(kind).toBe('route');
		expect(confidence).toBeGreaterThan(0.7);
		expect(candidates.length).toBeGreaterThan(1);
		expect(reasons.join(' ')).toMatch(/fs_find.*“find”/);
		expect(candidates[0]?.reasons).toContain('reads like an instruction it serves');
	});

	it('asks which one is meant where two fit alike', () => {
		const twins = ['alpha', 'beta'].map((agent) =>
			entryOf(agent, cardOf(`${agent}_report`, { description: 'Makes the weekly report.' })),
		);
		const decision = decide(createCardIndex(twins).rank('the weekly report about sales'));
		expect(decision.kind).toBe('clarify');
		expect(decision.candidates.map(({ entry }) => entry.agent).sort()).toEqual(['alpha', 'beta']);
	});

	it('follows a Skill named in the words', () => {
		const { kind, confidence, candidates } = decide(index.rank('use fs_find for a.txt'));
		expect([kind, confidence, candidates[0]?.entry.name]).toEqual(['route', 1, 'fs_find']);
	});

	it('does nothing that the words forbid', () => {
		expect(decide(index.rank('do not delete old.txt')).kind).toBe('none');
	});
});
