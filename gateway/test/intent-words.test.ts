import { processorMs } from '@switchboard/kit/testing';
import { describe, expect, it } from 'vitest';
import { datesIn, written } from '../src/intent/adapters/dates.ts';
import { literalsOf } from '../src/intent/literals.ts';
import { amountsIn, converted, numbersIn } from '../src/intent/numbers.ts';
import { referencesIn } from '../src/intent/references.ts';
import { cardTerms, queryTerms, words } from '../src/intent/terms.ts';
import { valuesIn } from '../src/intent/values.ts';

const now = new Date(2026, 10, 22, 10, 0, 0);

describe('terms', () => {
	it.each([
		['fs_read', ['fs', 'read']],
		['getHTTPResponse', ['get', 'http', 'response']],
		['sha256Of', ['sha256', 'of']],
		['create-pull-request', ['create', 'pull', 'request']],
		['Ｆｕｌｌ width', ['full', 'width']],
		['读取README文件', ['读取', 'readme', '文件']],
	])('splits %s into words', (text, expected) => expect(words(text)).toEqual(expected));

	it('leaves out words that say nothing and numbers', () => {
		expect(cardTerms('please show me all of the 20 files')).toEqual(cardTerms('show files'));
	});

	it('finds one word by its forms', () => {
		expect(cardTerms('reading files')).toEqual(cardTerms('read file'));
	});

	it('finds Chinese by its meaning and by what is next to each other where it is not known', () => {
		expect(cardTerms('读取文件')).toEqual(expect.arrayContaining([...cardTerms('read file'), '读取', '取文', '文件']));
		expect(queryTerms('查找八字').map(({ word }) => word)).toEqual([...cardTerms('find'), '八字']);
	});

	it('counts a word of like meaning less than the word itself', () => {
		const [mail] = queryTerms('mail');
		expect(mail?.alike.find(({ term }) => term === 'mail')?.weight).toBe(1);
		expect(mail?.alike.find(({ term }) => term === 'messag')?.weight).toBeLessThan(1);
	});
});

describe('literals', () => {
	it.each([
		['read README.md, please.', ['path README.md']],
		['open http://127.0.0.1:8080/a?b=c, then', ['url http://127.0.0.1:8080/a?b=c']],
		['see (https://example.com/a_(b)).', ['url https://example.com/a_(b)']],
		['open localhost:3000/x or example.com', ['url localhost:3000/x', 'url example.com']],
		['mail ada.b@example.test now', ['email ada.b@example.test']],
		['search in src/**/*.ts and *.md', ['glob src/**/*.ts', 'glob *.md']],
		['read ~/notes/a.txt, ./b and /etc/hosts', ['path ~/notes/a.txt', 'path ./b', 'path /etc/hosts']],
		['run `npm test` in src/', ['code npm test', 'path src/']],
		['write "a; b.txt" to c.txt', ['quoted a; b.txt', 'path c.txt']],
		["don't read the user's 'own file'", ['quoted own file']],
		['打开“首页”，发给 a@example.com。', ['quoted 首页', 'email a@example.com']],
		['读取README.md并列出', ['path README.md']],
		['take switchboard://artifact/ab12 and file:///tmp/a%20b', ['uri switchboard://artifact/ab12', 'path /tmp/a b']],
		['C:\\Users\\x\\a.txt', ['path C:\\Users\\x\\a.txt']],
		['either and/or, e.g. version 1.2.3 at 5 p.m.', []],
	])('%s', (text, expected) => {
		expect(literalsOf(text).map(({ kind, value }) => `${kind} ${value}`)).toEqual(expected);
	});

	it('reads a hostile text in no time', () => {
		for (const hostile of [
			'"'.repeat(8_000),
			'a/'.repeat(4_000),
			`${'a.'.repeat(4_000)}!`,
			'('.repeat(8_000),
			'@'.repeat(8_000),
			'`'.repeat(8_001),
			'*/'.repeat(4_000),
			'第一'.repeat(4_000),
			'a-'.repeat(4_000),
		]) {
			const started = processorMs();
			literalsOf(hostile);
			expect(processorMs() - started).toBeLessThan(1_500);
		}
	});
});

describe('amounts, numbers and dates', () => {
	it.each([
		['worth $1,200.50', [1200.5, 'USD']],
		['for 1.200,50 EUR', [1200.5, 'EUR']],
		['10k USD', [10_000, 'USD']],
		['50 euros', [50, 'EUR']],
		['300元', [300, 'CNY']],
	])('%s', (text, [number, currency]) => expect(amountsIn(text)).toMatchObject([{ number, currency }]));

	it('takes no three letters for a currency', () => expect(amountsIn('call 12 ABC and 3 PDF files')).toEqual([]));

	it.each([
		['the first 20 lines', 20, 'lines'],
		['a timeout of 30 seconds', 30, 'seconds'],
		['larger than 5 MB', 5, 'mb'],
		['the top five', 5, undefined],
		['三条', 3, '条'],
	])('%s', (text, number, unit) => expect(numbersIn(text)).toMatchObject([{ number, unit }]));

	it('converts a number into the unit that is asked for', () => {
		expect(converted(30, 'seconds', 'timeout ms')).toBe(30_000);
		expect(converted(2, 'minutes', 'timeout in seconds')).toBe(120);
		expect(converted(5, 'mb', 'min size Bytes')).toBe(5_000_000);
	});

	it.each([
		['since Monday', '2026-11-16', '2026-11-23'],
		['due on Friday', '2026-11-20', '2026-11-27'],
		['yesterday', '2026-11-21', '2026-11-21'],
		['on 3.4.2026', '2026-04-03', '2026-04-03'],
		['on 24 December', '2025-12-24', '2026-12-24'],
		['2026年3月4日', '2026-03-04', '2026-03-04'],
		['昨天的邮件', '2026-11-21', '2026-11-21'],
	])('%s is another day looking back than looking ahead', (text, past, future) => {
		const [date] = datesIn(text, now);
		expect([written(date?.past ?? now, 'date'), written(date?.future ?? now, 'date')]).toEqual([past, future]);
	});

	it('takes no day from what is read one way here and another there', () =>
		expect(datesIn('on 3/4/2026', now)).toEqual([]));

	it('writes a moment with the offset of this machine', () => {
		const [date] = datesIn('tomorrow at 9am', now);
		expect(date?.timed).toBe(true);
		expect(written(date?.future ?? now, 'date-time')).toMatch(/^2026-11-23T09:00:00(?:Z|[+-]\d\d:\d\d)$/);
	});
});

describe('values', () => {
	it.each([
		['add a contact Ada Example with phone +1 555 010 9999', ['name Ada Example', 'phone +1 555 010 9999']],
		['leave a notification saying "it is done"', ['quoted it is done', 'saying it is done']],
		['tell Bob that we are late', ['name Bob', 'saying we are late']],
		['find README.md in this folder', ['path README.md', 'path .']],
		['list the files in docs', ['place docs']],
		['find files named config', ['called config']],
		['添加联系人张三，电话 13800138000', ['name 张三', 'phone 13800138000']],
		['Read the README', ['path README']],
	])('%s', (text, expected) => {
		expect(valuesIn(text, now).map((value) => `${value.kind} ${value.text}`)).toEqual(expected);
	});

	it('knows the words that lead to a value, up to the value before', () => {
		const [, mail] = valuesIn('add Ada Example with email ada@example.test', now);
		expect(mail?.before).toEqual(['email', 'with']);
	});
});

describe('references', () => {
	it.each([
		['read it', [['it', undefined, undefined]]],
		['open the second link', [['thing', 'link', 1]]],
		['read the last one', [['thing', undefined, -1]]],
		['mail its title to Bob', [['part', 'title', undefined]]],
		['write the result to a.txt', [['result', undefined, undefined]]],
		['delete all of them', [['it', undefined, undefined]]],
		['读取第二个文件', [['thing', '文件', 1]]],
		['show the first 20 lines of a.txt', []],
	])('%s', (text, expected) => {
		expect(referencesIn(text).map(({ kind, noun, row }) => [kind, noun, row])).toEqual(expected);
	});
});
