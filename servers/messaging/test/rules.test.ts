import { processorMs } from '@switchboard/kit/testing';
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../src/address.ts';
import { verdictsOf } from '../src/authentication.ts';
import { candidatesFor, isAmbiguous } from '../src/contacts.ts';
import { foldQuotes } from '../src/fold.ts';
import { withoutBcc } from '../src/header-block.ts';
import { fileName, line } from '../src/line.ts';
import { cursorOf, draftAt, messageAt, messageRef, partAt, partRef, positionIn } from '../src/refs.ts';
import { answerSubject, answerTo, forwardSubject, threadHeaders } from '../src/reply.ts';
import { inOrder } from '../src/thread.ts';

const who = (address: string, name = '') => ({ name, address });
const original = {
	from: [who('bob@example.test', 'Bob')],
	replyTo: [],
	to: [who('ada@example.test')],
	cc: [],
	subject: 'Hello',
	date: '2026-11-22T10:00:00.000Z',
	messageId: '<c@x>',
	inReplyTo: '',
	references: [],
};

describe('an address', () => {
	it.each([
		['ada@example.com', who('ada@example.com')],
		['Ada Lovelace <ada@example.com>', who('ada@example.com', 'Ada Lovelace')],
		['"Lovelace, Ada" <ada@example.com>', who('ada@example.com', 'Lovelace, Ada')],
		['  <ada@example.com> ', who('ada@example.com')],
		['jörg@bücher.example', who('jörg@bücher.example')],
	])('is read from %j', (text, address) => expect(parseAddress(text)).toEqual(address));

	it.each([
		'',
		'ada',
		'a@b@c',
		'a@b, c@d',
		'a b@c',
		'a@b\r\nBcc: c@d',
		'a@b\u202e.com',
		'.a@b',
		'a..b@c',
		'a@b.',
		`${'a'.repeat(65)}@b`,
		'<a@b> c',
		'a@[127.0.0.1]',
	])('is not read from %j', (text) => expect(parseAddress(text)).toBeUndefined());
});

describe('an answer', () => {
	const own = ['ada@example.test'];
	it('goes to Reply-To before From, to those an own message went to, and of a note to self to oneself', () => {
		expect(answerTo(original, own, false)).toEqual({ to: original.from, cc: [] });
		expect(answerTo({ ...original, replyTo: [who('desk@x')] }, own, false).to).toEqual([who('desk@x')]);
		expect(answerTo({ ...original, from: [who('ada@example.test')], to: [who('bob@x')] }, own, false).to).toEqual([
			who('bob@x'),
		]);
		expect(answerTo({ ...original, from: [who('ada@example.test')] }, own, false).to).toEqual([
			who('ada@example.test'),
		]);
	});

	it('to all names everybody once and the owner never', () => {
		const many = {
			...original,
			to: [who('ADA@example.test'), who('eve@x'), who('bob@example.test')],
			cc: [who('Eve@X'), who('ada+x@example.test'), who('carol@x')],
		};
		expect(answerTo(many, own, true)).toEqual({ to: [...original.from, who('eve@x')], cc: [who('carol@x')] });
	});

	it.each([
		['Hello', 'Re: Hello', 'Fwd: Hello'],
		['RE: Hello', 'RE: Hello', 'Fwd: RE: Hello'],
		['Re[2]: Hello', 'Re[2]: Hello', 'Fwd: Re[2]: Hello'],
		['AW: Hallo', 'AW: Hallo', 'Fwd: AW: Hallo'],
		['Fw: Hello', 'Re: Fw: Hello', 'Fw: Hello'],
		['Reply', 'Re: Reply', 'Fwd: Reply'],
	])('has the subject of %j', (subject, answer, forward) => {
		expect(answerSubject(subject)).toBe(answer);
		expect(forwardSubject(subject)).toBe(forward);
	});

	it('names its ancestors, of very many the eldest and the latest', () => {
		expect(threadHeaders(original)).toEqual({ inReplyTo: '<c@x>', references: ['<c@x>'] });
		expect(threadHeaders({ ...original, inReplyTo: '<a@x>' }).references).toEqual(['<a@x>', '<c@x>']);
		const references = Array.from({ length: 60 }, (_, index) => `<${index}@x>`);
		const kept = threadHeaders({ ...original, references }).references;
		expect(kept).toHaveLength(22);
		expect([kept[0], kept[1], kept.at(-1)]).toEqual(['<0@x>', '<40@x>', '<c@x>']);
		expect(threadHeaders({ ...original, messageId: '' })).toEqual({ references: [] });
	});
});

describe('quotations', () => {
	it.each([
		['Yes.\n\nOn Sun, 22 Nov 2026, Bob <bob@x> wrote:\n> one\n> two\n', 'Yes.\n\n[3 quoted lines]\n', 3],
		['Yes.\n\nOn Sun, 22 Nov 2026,\nBob <bob@x>\nwrote:\n\n> one\n', 'Yes.\n\n[5 quoted lines]\n', 5],
		['Am 22.11.2026 um 10:00 schrieb Bob:\n> eins\n> zwei\nJa.', '[3 quoted lines]\nJa.', 3],
		['> one question\nYes.\n> two\n> lines\nNo.', '> one question\nYes.\n[2 quoted lines]\nNo.', 2],
		['Yes.\n-----Original Message-----\nFrom: Bob\nno mark\n', 'Yes.\n[4 quoted lines]', 4],
		['On the whole he wrote:\nnothing', 'On the whole he wrote:\nnothing', 0],
		['plain', 'plain', 0],
	])('of %j are folded', (text, folded, lines) => expect(foldQuotes(text)).toEqual({ text: folded, lines }));

	it('are folded in linear time', () => {
		const started = processorMs();
		foldQuotes(`${'On a wrote\n'.repeat(100_000)}${'> x\n\n'.repeat(100_000)}`);
		expect(processorMs() - started).toBeLessThan(1_000);
	});
});

describe('a conversation', () => {
	const message = (messageId: string, date: string, inReplyTo = '', references: string[] = []) => ({
		messageId,
		date,
		inReplyTo,
		references,
	});
	it('puts no answer before what it answers, whatever the clocks say, and each message once', () => {
		const list = [
			message('<c>', '3', '<b>', ['<a>', '<b>']),
			message('<b>', '1', '<a>'),
			message('<a>', '2'),
			message('<a>', '4'),
		];
		expect(inOrder(list).map(({ message: { messageId }, depth }) => [messageId, depth])).toEqual([
			['<a>', 0],
			['<b>', 1],
			['<c>', 2],
		]);
	});

	it('ends where headers name each other in a ring', () => {
		expect(inOrder([message('<a>', '1', '<b>'), message('<b>', '2', '<a>')])).toHaveLength(2);
	});
});

describe('references', () => {
	const at = { account: 'work', folder: 'Projekte/Öl\tx', validity: '1763800000', uid: 42 };
	it('name what they were made of and nothing else', () => {
		expect(messageAt(messageRef(at))).toEqual(at);
		expect(partAt(partRef(at, '1.2'))).toEqual({ at, part: '1.2' });
		expect(() => draftAt(messageRef(at))).toThrow(/draftRef must be/);
		for (const wrong of [
			'',
			'm_',
			'm_AAAA',
			messageRef(at).slice(0, -1),
			`${messageRef(at)}A`,
			messageRef(at).toLowerCase(),
		]) {
			expect(() => messageAt(wrong)).toThrow(/ref must be/);
		}
	});

	it('of a page are bound to their query', () => {
		const cursor = cursorOf({ text: 'a' }, [1]);
		expect(positionIn({ text: 'a' }, cursor)).toEqual([1]);
		expect(() => positionIn({ text: 'b' }, cursor)).toThrow(/cursor must be/);
	});
});

it('takes Bcc out of a header, folded as it may be, and nothing else', () => {
	const text = 'To: a@x\r\nbcc: b@x,\r\n\tc@x,\r\n d@x\r\nX-Bcc: keep\r\n\r\nBcc: in the body\r\n\xff';
	const kept = Buffer.from(withoutBcc(Buffer.from(text, 'latin1'))).toString('latin1');
	expect(kept).toBe('To: a@x\r\nX-Bcc: keep\r\n\r\nBcc: in the body\r\n\xff');
	expect(Buffer.from(withoutBcc(Buffer.from('Bcc: b@x\r\nTo: a@x\r\n\r\n'))).toString()).toBe('To: a@x\r\n\r\n');
	expect(Buffer.from(withoutBcc(Buffer.from('To: a@x\r\nBcc: b@x'))).toString()).toBe('To: a@x\r\n');
});

it.each([
	['../../etc/passwd', 'passwd'],
	['C:\\Windows\\evil.exe', 'evil.exe'],
	['.bashrc', 'bashrc'],
	['a\u202efdp.exe', 'afdp.exe'],
	['two\r\nlines.txt', 'two lines.txt'],
	['con.txt', '_con.txt'],
	['a<b>|c?.pdf', 'a_b__c_.pdf'],
	['...', 'attachment'],
	['', 'attachment'],
	[`${'x'.repeat(300)}.pdf`, `${'x'.repeat(116)}.pdf`],
])('makes a file name of %j', (name, safe) => expect(fileName(name)).toBe(safe));

it('makes one bounded line of a subject', () => {
	expect(line('a\r\n\tb\u0000\u200bc', 10)).toBe('a bc');
	expect(line('x'.repeat(20), 10)).toBe(`${'x'.repeat(9)}…`);
});

it('believes only the topmost verdict of the own server', () => {
	const own = 'mx.example.test; spf=pass (ip ok; dkim=pass) smtp.mailfrom=x; dkim=fail header.d=x; dmarc=none';
	expect(
		verdictsOf(['evil.example; spf=pass; dkim=pass', own, 'mx.example.test; spf=fail'], 'MX.example.test'),
	).toEqual({ spf: 'pass', dkim: 'fail', dmarc: 'none' });
	expect(verdictsOf(['evil.example; spf=pass'], 'mx.example.test')).toBeUndefined();
	expect(verdictsOf([own], undefined)).toBeUndefined();
});

it('ranks people by how well a name fits and whether the owner writes to them', () => {
	const seen = (address: string, name: string, date: string, written = false) => ({
		who: who(address, name),
		date,
		written,
	});
	const sightings = [
		seen('jose@x', 'José Grün', '2026-01-01'),
		seen('jose@x', '', '2026-03-01'),
		seen('josefine@x', 'Josefine Braun', '2026-05-01'),
		seen('sales@x', 'Jose Sales', '2026-06-01', true),
		seen('me@x', 'Jose Me', '2026-07-01'),
		seen('other@x', 'Other', '2026-07-01'),
	];
	const found = candidatesFor('jose', sightings, ['me@x']);
	expect(found.map(({ address }) => address)).toEqual(['sales@x', 'jose@x', 'josefine@x']);
	expect(found[1]).toMatchObject({ name: 'José Grün', lastContact: '2026-03-01', messages: 2 });
	expect(isAmbiguous(found)).toBe(true);
	expect(isAmbiguous(candidatesFor('grun', sightings, []))).toBe(false);
	expect(candidatesFor('JOSE@X', sightings, [])).toMatchObject([{ address: 'jose@x', score: 1 }]);
});
