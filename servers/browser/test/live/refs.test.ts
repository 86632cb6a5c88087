import type { TestAgent } from '@switchboard/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browse, refOf, startAgent } from '../support/browsing.ts';
import { type Site, serve } from '../support/site.ts';

let agent: TestAgent;
let site: Site;

beforeAll(async () => {
	site = await serve();
	agent = await startAgent();
});
afterAll(async () => {
	await agent.close();
	await site.close();
});

describe('a ref', () => {
	it('outlives changes of label, role, place and class, and new snapshots', async () => {
		const page = browse(agent);
		const first = await page.open(
			site.page(
				'/',
				'<div id="from"><button onclick="n.textContent=++c">Count</button></div><div id="to"></div><p id="n">0</p><script>let c = 0</script>',
			),
		);
		const ref = refOf(first, 'Count');
		await page.evaluate(
			"const b = document.querySelector('button'); b.textContent = 'Other'; b.className = 'x'; b.setAttribute('role', 'tab'); to.append(b); 0",
		);
		expect(refOf(await page.look(), 'tab "Other"')).toBe(ref);
		for (let i = 1; i <= 3; i += 1)
			expect((await page.call('browser_click', { ref })).text).toMatch(new RegExp(`\n?${i}$|^${i}\n`, 'm'));
	});

	it('stays with its element through navigation within the page', async () => {
		const page = browse(agent);
		const first = await page.open(
			site.page(
				'/spa',
				"<button onclick=\"history.pushState(0, '', '/spa/next'); h.textContent = 'Next'\">Go</button><h1 id=\"h\">First</h1>",
			),
		);
		const after = await page.call('browser_click', { ref: refOf(first, 'Go') });
		expect(after.url).toBe(`${site.origin}/spa/next`);
		expect(after.document).toBe(first.document);
		expect(refOf(after, 'Go')).toBe(refOf(first, 'Go'));
	});

	it('of an element that was replaced by its like is stale, and the fault carries what is there now', async () => {
		const page = browse(agent);
		const first = await page.open(
			site.page('/rerender', '<div id="app"><button>Buy</button></div><p id="log">nothing</p>'),
		);
		const stale = refOf(first, 'Buy');
		await page.evaluate('app.innerHTML = \'<button onclick="log.textContent = 1">Buy now</button>\'; 0');
		const fault = await page.fault('browser_click', { ref: stale });
		expect(fault).toMatchObject({ kind: 'not_found', retryable: false });
		expect(fault.message).toBe(`${stale} is no longer on the page.`);
		expect(fault.hint).toMatch(
			/Nothing was done\. What can be acted on now:\n\[begin outside [0-9a-f]+.*\]\n\[e\d+\] button "Buy now"\n\[end outside/,
		);
		expect(refOf({ text: fault.hint ?? '' }, 'Buy now')).not.toBe(stale);
		expect((await page.look()).text).toContain('nothing');
	});

	it('of a document that was replaced is never taken for one of the new document', async () => {
		const page = browse(agent);
		const url = site.page('/same', '<button onclick="document.title = \'clicked\'">Same</button>');
		const first = await page.open(url);
		const second = await page.open(url);
		expect(second.document).not.toBe(first.document);
		expect(refOf(second, 'Same')).not.toBe(refOf(first, 'Same'));
		const fault = await page.fault('browser_click', { ref: refOf(first, 'Same') });
		expect(fault.kind).toBe('conflict');
		expect(fault.message).toContain('no longer there');
		expect(fault.hint).toContain(`[${refOf(second, 'Same')}] button "Same"`);
		expect((await page.look()).title).toBe('');
	});

	it('of a frame’s document is void once the frame has another', async () => {
		site.page('/a', '<button>In A</button>');
		site.page('/b', '<button>In B</button>');
		const page = browse(agent);
		const first = await page.open(
			site.page('/framed', `<iframe id="f" src="${site.other}/a"></iframe><button>Outer</button>`),
		);
		await page.evaluate("f.src = '/b'; new Promise((done) => { f.onload = () => done(0); })");
		const fault = await page.fault('browser_click', { ref: refOf(first, 'In A') });
		expect(fault.kind).toBe('conflict');
		expect(fault.hint).toContain('In B');
		expect((await page.look()).text).toContain(`[${refOf(first, 'Outer')}] button "Outer"`);
	});

	it('belongs to its tab', async () => {
		const page = browse(agent);
		const first = await page.open(site.page('/one', '<button onclick="this.textContent=\'pressed\'">One</button>'));
		await page.open(site.page('/two', '<button>Two</button>'), { newTab: true });
		const ref = refOf(first, 'One');
		const fault = await page.fault('browser_click', { ref });
		expect(fault).toMatchObject({ kind: 'conflict', message: `${ref} is in tab t1, and tab t2 is in front.` });
		await page.call('browser_tabs', { select: 't1' });
		expect((await page.call('browser_click', { ref })).text).toContain('pressed');
		await page.call('browser_close', { tab: 't1' });
		expect((await page.fault('browser_click', { ref })).message).toContain('closed');
	});

	it('that was never given is not found', async () => {
		const page = browse(agent);
		await page.open(site.page('/none', 'nothing'));
		expect(await page.fault('browser_click', { ref: 'e999' })).toMatchObject({
			kind: 'not_found',
			hint: expect.stringContaining('nothing to act on'),
		});
		expect(await page.fault('browser_click', { ref: 'link' })).toMatchObject({ kind: 'invalid_input' });
	});

	it('is found by words, by description and for mere text', async () => {
		const page = browse(agent);
		await page.open(
			site.page(
				'/find',
				'<a href="/1">Sign in help</a><button>Sign in</button><p>Please sign in below</p><input type="search" aria-label="Articles"><ul id="u"><li>Alpha</li><li>Beta</li></ul><p id="log"></p><script>u.addEventListener("click", (e) => { log.textContent = "got " + e.target.textContent; })</script>',
			),
		);
		type Found = { matches: { ref: string; role: string; name: string; line: string }[] };
		const { matches } = await page.call<Found>('browser_find', { text: 'sign in' });
		expect(matches.map(({ role, name }) => [role, name])).toEqual([
			['button', 'Sign in'],
			['link', 'Sign in help'],
			['text', 'Please sign in below'],
		]);
		expect(matches[0]?.line).toBe(`[${matches[0]?.ref}] button "Sign in"`);
		expect((await page.call<Found>('browser_find', { text: 'articles search box' })).matches[0]).toMatchObject({
			role: 'searchbox',
		});
		expect((await page.call<Found>('browser_find', { text: 'nowhere to be seen' })).matches).toEqual([]);
		const beta = (await page.call<Found>('browser_find', { text: 'Beta' })).matches[0]?.ref ?? '';
		expect((await page.call('browser_click', { ref: beta })).text).toContain('got Beta');
	});

	it('is lost by no random change, and none is ever acted on in silence', async () => {
		const page = browse(agent);
		await page.open(
			site.page(
				'/random',
				`<div id="app"></div><script>
					let serial = 0;
					globalThis.clicked = [];
					const add = (before) => { const b = document.createElement('button'); const id = ++serial; b.dataset.id = id; b.textContent = 'b' + id; b.style.display = 'block'; b.onclick = () => clicked.push(id); app.insertBefore(b, before); };
					for (let i = 0; i < 8; i++) add(null);
					globalThis.shake = (seed) => {
						const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
						for (let i = 0; i < 20; i++) {
							const all = app.children, one = all[Math.floor(random() * all.length)];
							const what = random();
							if (what < 0.3) one.textContent += '!';
							else if (what < 0.5) app.append(one);
							else if (what < 0.7) one.className = 'c' + i;
							else if (what < 0.85 || all.length < 4) add(one);
							else one.remove();
						}
						for (const b of app.children) b.textContent = b.textContent.replaceAll('!', '');
					};
				</script>`,
			),
		);
		const known = new Map<string, string>();
		for (let round = 1; round <= 6; round += 1) {
			await page.evaluate(`shake(${round * 7919}); clicked.length = 0; 0`);
			const { text } = await page.look();
			const now = new Map([...text.matchAll(/\[(e\d+)\] button "b(\d+)"/g)].map(([, ref = '', id = '']) => [ref, id]));
			for (const [ref, id] of known) if ([...now.values()].includes(id)) expect(now.get(ref)).toBe(id);
			for (const [ref, id] of now) known.set(ref, id);
			for (const [ref, id] of [...known].slice(-4)) {
				const done = await page.act({ action: 'click', ref });
				const clicked = await page.evaluate('const c = clicked.splice(0); c');
				expect([done.steps?.[0]?.ok, clicked]).toEqual(now.has(ref) ? [true, [Number(id)]] : [false, []]);
			}
		}
	});
});
