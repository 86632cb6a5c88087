import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Account, Query, Summary } from '../src/account.ts';
import { mime } from '../src/adapters/mime.ts';
import type { Outgoing } from '../src/ports.ts';

const signal = AbortSignal.timeout(120_000);

/** What every kind of account must do, whatever it talks to. `account` is an empty one that can deliver to its owner. */
export function describeAccount(kind: string, account: () => Account): void {
	const mail = (changes: Partial<Outgoing> = {}): Promise<Uint8Array> =>
		mime.compose({
			messageId: `<${randomUUID()}@example.test>`,
			date: new Date(),
			from: { name: 'Grace Höpper', address: 'grace@example.test' },
			to: [account().self],
			cc: [],
			bcc: [],
			subject: 'Über the bridge',
			text: 'Meet me at noon.\n',
			references: [],
			attachments: [],
			...changes,
		});
	const search = async (query: Query = {}, folder = 'inbox'): Promise<readonly Summary[]> =>
		(await account().search(folder, query, { limit: 50 }, signal)).items;

	describe(`an account of kind ${kind}`, () => {
		it('has the folders mail needs, by role', async () => {
			const roles = (await account().folders(signal)).map(({ role }) => role);
			expect(roles).toEqual(expect.arrayContaining(['inbox', 'drafts', 'sent', 'archive', 'trash']));
		});

		it('gives back what was put in, byte for byte', async () => {
			const bytes = await mail();
			const at = await account().append('drafts', bytes, ['draft', 'seen'], signal);
			expect(Buffer.from(await account().source(at, 1_000_000, signal))).toEqual(Buffer.from(bytes));
			expect(Buffer.from(await account().source(at, 100, signal))).toEqual(Buffer.from(bytes).subarray(0, 100));
		});

		it('reads text, people and attachments, and leaves the message unread', async () => {
			const content = Buffer.from(Array.from({ length: 70_001 }, (_, index) => index % 251));
			const bytes = await mail({
				cc: [{ name: 'Ævar, "the" Bold', address: 'aevar@example.test' }],
				text: 'Grüße aus 東京\n',
				html: '<p>Grüße aus <b>東京</b></p>',
				attachments: [{ name: 'Rechnung für März.pdf', type: 'application/pdf', content }],
			});
			const at = await account().append('inbox', bytes, [], signal);
			const message = await account().read(at, signal);
			expect(message).toMatchObject({
				subject: 'Über the bridge',
				from: [{ name: 'Grace Höpper', address: 'grace@example.test' }],
				cc: [{ name: 'Ævar, "the" Bold', address: 'aevar@example.test' }],
				flags: [],
				attachments: 1,
				cut: false,
			});
			expect(message.text?.trim()).toBe('Grüße aus 東京');
			expect(message.html).toContain('<b>東京</b>');
			expect(message.headers).toContain('Subject:');
			const [part] = message.parts;
			expect(part).toMatchObject({ name: 'Rechnung für März.pdf', type: 'application/pdf' });
			expect(Math.abs((part?.size ?? 0) - content.length)).toBeLessThan(100);
			const hash = await account().attachment(
				at,
				part?.part ?? '',
				async (_, stream) => {
					const sum = createHash('sha256');
					for await (const chunk of stream) sum.update(chunk);
					return sum.digest('hex');
				},
				signal,
			);
			expect(hash).toBe(createHash('sha256').update(content).digest('hex'));
			expect((await account().summaries([at], signal))[0]?.flags).toEqual([]);
		});

		it('finds messages by what they say, who they are from, when they came and how they are marked', async () => {
			const word = randomUUID().slice(0, 8);
			const at = await account().append(
				'inbox',
				await mail({ subject: `Çok ${word}`, text: `the ${word} body has nödles\n` }),
				['flagged'],
				signal,
			);
			const other = await account().append(
				'inbox',
				await mail({ from: { name: '', address: `${word}@example.test` } }),
				['seen'],
				signal,
			);
			const file = { name: 'a.txt', type: 'text/plain', content: Buffer.from('a') };
			await account().append('inbox', await mail({ subject: `File ${word}`, attachments: [file] }), ['seen'], signal);
			const uids = async (query: Query) => (await search(query)).map((item) => item.at.uid);
			expect(await uids({ text: 'NÖDLES' })).toEqual([at.uid]);
			expect(await uids({ subject: `ÇOK ${word}` })).toEqual([at.uid]);
			expect(await uids({ from: word.toUpperCase() })).toEqual([other.uid]);
			expect(await uids({ subject: word, unread: true })).toEqual([at.uid]);
			expect(await uids({ subject: word, flagged: true })).toEqual([at.uid]);
			expect(await search({ subject: word, hasAttachment: true })).toMatchObject([{ subject: `File ${word}` }]);
			expect(await uids({ subject: word, hasAttachment: false })).toEqual([at.uid]);
			expect(await uids({ subject: word, since: day(-1), before: day(2) })).toHaveLength(2);
			expect(await uids({ subject: word, since: day(2) })).toEqual([]);
			expect(await uids({ subject: word, before: day(-1) })).toEqual([]);
			expect(await uids({ to: account().self.address, subject: word })).toHaveLength(2);
			expect(await uids({ subject: '%' })).toEqual([]);
			expect(await search({ subject: `Çok ${word}` })).toMatchObject([
				{ preview: `the ${word} body has nödles`, flags: ['flagged'] },
			]);
		});

		it('pages from the newest down without losing or repeating any', async () => {
			const word = randomUUID().slice(0, 8);
			for (let index = 0; index < 7; index++)
				await account().append('archive', await mail({ subject: `${word} ${index}` }), [], signal);
			const seen: string[] = [];
			let from: { readonly validity: string; readonly below: number } | undefined;
			do {
				const page = await account().search('archive', { subject: word }, { limit: 3, ...(from && { from }) }, signal);
				seen.push(...page.items.map(({ subject }) => subject.slice(-1)));
				from = page.next;
			} while (from !== undefined);
			expect(seen).toEqual(['6', '5', '4', '3', '2', '1', '0']);
		});

		it('sets and clears flags and keywords', async () => {
			const at = await account().append('inbox', await mail(), [], signal);
			expect(await account().flag([at], { add: ['seen', 'flagged', 'Invoice'], remove: [] }, signal)).toEqual([
				{ found: true },
			]);
			expect((await account().summaries([at], signal))[0]?.flags.toSorted()).toEqual(['Invoice', 'flagged', 'seen']);
			await account().flag([at], { add: [], remove: ['seen', 'Invoice'] }, signal);
			expect((await account().summaries([at], signal))[0]?.flags).toEqual(['flagged']);
		});

		it('moves messages, says where they are now, and which were gone', async () => {
			const [one, two] = [
				await account().append('inbox', await mail({ subject: 'one' }), [], signal),
				await account().append('inbox', await mail({ subject: 'two' }), [], signal),
			];
			const gone = { ...one, uid: 4_000_000 };
			const moved = await account().move([one, gone, two], 'archive', signal);
			expect(moved).toMatchObject([
				{ found: true, now: { folder: 'Archive' } },
				{ found: false },
				{ found: true, now: { folder: 'Archive' } },
			]);
			const now = moved.flatMap((outcome) => (outcome.found && outcome.now ? [outcome.now] : []));
			expect((await account().summaries(now, signal)).map(({ subject }) => subject).toSorted()).toEqual(['one', 'two']);
			expect(await account().summaries([one, two], signal)).toEqual([]);
			await expect(account().read(one, signal)).rejects.toMatchObject({ kind: 'not_found' });
		});

		it('deletes for good what was named and nothing else', async () => {
			const kept = await account().append('inbox', await mail({ subject: 'kept' }), [], signal);
			const at = await account().append('inbox', await mail({ subject: 'lost' }), [], signal);
			expect(await account().destroy([at], signal)).toEqual([{ found: true }]);
			expect(await account().destroy([at], signal)).toEqual([{ found: false }]);
			expect(await account().summaries([kept, at], signal)).toMatchObject([{ subject: 'kept' }]);
		});

		it('finds a message and its answers by Message-ID in every folder but drafts, junk and trash', async () => {
			const [first, second, third] = [0, 1, 2].map(() => `<${randomUUID()}@example.test>`) as [string, string, string];
			await account().append('inbox', await mail({ messageId: first, subject: 'first' }), [], signal);
			await account().append(
				'sent',
				await mail({ messageId: second, inReplyTo: first, references: [first], subject: 'second' }),
				['seen'],
				signal,
			);
			await account().append(
				'archive',
				await mail({ messageId: third, inReplyTo: second, references: [first, second], subject: 'third' }),
				[],
				signal,
			);
			await account().append(
				'drafts',
				await mail({ inReplyTo: first, references: [first], subject: 'draft' }),
				['draft'],
				signal,
			);
			await account().append(
				'trash',
				await mail({ inReplyTo: first, references: [first], subject: 'thrown away' }),
				[],
				signal,
			);
			const found = await account().related([first], signal);
			expect(found.map(({ subject }) => subject).toSorted()).toEqual(['first', 'second', 'third']);
			expect(found.find(({ subject }) => subject === 'third')).toMatchObject({
				messageId: third,
				inReplyTo: second,
				references: [first, second],
			});
			expect(await account().related([], signal)).toEqual([]);
		});

		it('makes folders, and refuses one that is there', async () => {
			const path = `Projects ${randomUUID().slice(0, 8)} é`;
			await account().createFolder(path, signal);
			await account().append(path, await mail({ subject: 'filed' }), [], signal);
			expect(await search({}, path)).toMatchObject([{ subject: 'filed', at: { folder: path } }]);
			await expect(account().createFolder(path, signal)).rejects.toMatchObject({ kind: 'conflict' });
		});

		it('answers a folder that is not there with those that are', async () => {
			const fault = await account()
				.search('Nowhere', {}, { limit: 1 }, signal)
				.catch((error: unknown) => error);
			expect(fault).toMatchObject({ kind: 'not_found', hint: expect.stringContaining('Archive') });
			const at = await account().append('inbox', await mail(), [], signal);
			await expect(account().move([at], 'Nowhere', signal)).rejects.toMatchObject({ kind: 'not_found' });
		});

		it('knows a reference from before the folder was made anew', async () => {
			const at = await account().append('inbox', await mail(), [], signal);
			const stale = { ...at, validity: '17' };
			await expect(account().read(stale, signal)).rejects.toMatchObject({ kind: 'not_found' });
			expect(await account().flag([stale], { add: ['seen'], remove: [] }, signal)).toEqual([{ found: false }]);
			await expect(
				account().search('inbox', {}, { limit: 1, from: { validity: '17', below: 5 } }, signal),
			).rejects.toMatchObject({ kind: 'not_found' });
		});

		it('delivers to its owner, and says so before content goes out', async () => {
			const messageId = `<${randomUUID()}@example.test>`;
			const { address } = account().self;
			let begun = 0;
			const bytes = await mail({ messageId, from: account().self, subject: 'to myself' });
			const delivery = await account().submit(
				{ messageId, from: address, recipients: [address], bytes },
				() => (begun += 1),
				signal,
			);
			expect(delivery).toEqual({ accepted: [address], rejected: [] });
			expect(begun).toBe(1);
			let found: readonly Summary[] = [];
			for (let tries = 0; tries < 100 && found.length === 0; tries++) {
				found = await account().related([messageId], signal);
				if (found.length === 0) await wait(50);
			}
			expect(found).toMatchObject([{ subject: 'to myself', at: { folder: 'INBOX' } }]);
		});

		it('does nothing for a call that was cancelled before', async () => {
			const cancelled = AbortSignal.abort(new DOMException('cancelled', 'AbortError'));
			const messageId = `<${randomUUID()}@example.test>`;
			const { address } = account().self;
			const mailOut = { messageId, from: address, recipients: [address], bytes: await mail({ messageId }) };
			await expect(account().submit(mailOut, () => {}, cancelled)).rejects.toMatchObject({ name: 'AbortError' });
		});
	});
}

function day(offset: number): string {
	return new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
}
