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

/** A page and what its script wrote to `log`. */
async function on(html: string) {
	const page = browse(agent);
	const shown = await page.open(site.page('/page', `${html}<script>globalThis.log = [];</script>`));
	return { page, shown, ref: (words: string) => refOf(shown, words), log: () => page.evaluate('log') };
}

describe('acting', () => {
	it('asks leave for the origins of page and element, and says what it would do', async () => {
		const { page, ref } = await on(
			`<form action="https://pay.example.com/send"><input aria-label="Card"><button>Pay</button></form><iframe src="${site.page('/framed', '<button>Inner</button>').replace('127.0.0.1', 'localhost')}"></iframe>`,
		);
		const prepare = (name: string, args: Record<string, unknown>) =>
			agent.prepare(name, args, { session: page.session });
		expect(await prepare('browser_fill', { ref: ref('Card'), text: '1234' })).toMatchObject({
			effect: 'execute',
			targets: [{ kind: 'origin', value: site.origin }],
			preview: `On ${site.origin}/page:\nfill "1234" into textbox "Card" [${ref('Card')}]`,
		});
		expect((await prepare('browser_click', { ref: ref('Pay') })).targets).toEqual([
			{ kind: 'origin', value: site.origin },
			{ kind: 'origin', value: 'https://pay.example.com' },
		]);
		expect((await prepare('browser_act', { steps: [{ action: 'click', ref: ref('Inner') }] })).targets).toEqual([
			{ kind: 'origin', value: site.origin },
			{ kind: 'origin', value: site.other },
		]);
		expect((await prepare('browser_evaluate', { script: '1 + 1' })).preview).toContain('run this script:\n1 + 1');
		expect(await prepare('browser_open', { url: 'https://example.com/a?b=c' })).toMatchObject({
			effect: 'read',
			targets: [{ kind: 'origin', value: 'https://example.com' }],
		});
	});

	it('does not do in one document what was decided on in another', async () => {
		const { page, ref } = await on('<button>Go</button>');
		const { digest } = await agent.prepare('browser_evaluate', { script: '1' }, { session: page.session });
		await page.open(site.page('/other', 'other'));
		expect(await agent.fault('browser_evaluate', { script: '1' }, { session: page.session, digest })).toMatchObject({
			kind: 'conflict',
		});
		expect(ref('Go')).toBeTruthy();
	});

	it('carries out every kind of step', async () => {
		const { page, ref, log } = await on(`
			<button ondblclick="log.push('dblclick')">Twice</button>
			<div tabindex="0" onmouseover="log.push('hover')" style="width:90px">Over</div>
			<input aria-label="Typed" oninput="log.push(this.value)" onkeydown="if (event.key === 'Enter') log.push('enter')">
			<select aria-label="Pick" onchange="log.push(this.value)"><option value="1">One</option><option value="2">Two</option></select>
			<select aria-label="Many" multiple onchange="log.push([...this.selectedOptions].map((o) => o.value).join())"><option>a</option><option>b</option><option>c</option></select>
			<label><input type="checkbox" onchange="log.push(this.checked)"> Box</label>
			<input type="date" aria-label="Day" onchange="log.push(this.value)">
			<input type="range" aria-label="Level" max="10" onchange="log.push(this.value)">
			<div contenteditable="true" aria-label="Rich">old text</div>
			<div style="height:3000px"></div><button onclick="log.push('far')">Far below</button>`);
		const { steps } = await page.act(
			{ action: 'dblclick', ref: ref('Twice') },
			{ action: 'hover', ref: ref('Over') },
			{ action: 'fill', ref: ref('Typed'), text: 'ab' },
			{ action: 'type', ref: ref('Typed'), text: 'c' },
			{ action: 'press', key: 'Enter' },
			{ action: 'select', ref: ref('Pick'), values: ['Two'] },
			{ action: 'select', ref: ref('Many'), values: ['a', 'c'] },
			{ action: 'check', ref: ref('Box') },
			{ action: 'check', ref: ref('Box') },
			{ action: 'uncheck', ref: ref('Box') },
			{ action: 'fill', ref: ref('Day'), text: '2026-02-03' },
			{ action: 'fill', ref: ref('Level'), text: '7' },
			{ action: 'fill', ref: ref('Rich'), text: 'new text' },
			{ action: 'click', ref: ref('Far below') },
		);
		expect(steps?.filter(({ ok }) => !ok)).toEqual([]);
		expect(await log()).toEqual([
			'dblclick',
			'hover',
			'ab',
			'abc',
			'enter',
			'2',
			'a,c',
			true,
			false,
			'2026-02-03',
			'7',
			'far',
		]);
		expect((await page.look()).text).toContain('{Rich} = "new text"');
	});

	it('clicks at coordinates, scrolls, and drags by pixels and onto an element', async () => {
		const { page, ref, log } = await on(`
			<canvas id="c" width="200" height="100" style="position:absolute;left:0;top:0" onclick="log.push([event.offsetX, event.offsetY])"></canvas>
			<div id="s" style="position:absolute;top:120px;height:60px;width:120px;overflow:auto" tabindex="0">scroller<div style="height:900px"></div></div>
			<div id="k" style="position:absolute;top:200px;left:0;width:20px;height:20px;background:red" onmousedown="down = true"></div>
			<div draggable="true" style="position:absolute;top:240px;width:60px" ondragstart="event.dataTransfer.setData('text', 'card')">Card</div>
			<div style="position:absolute;top:300px;width:160px;height:60px" ondragover="event.preventDefault()" ondrop="log.push('dropped ' + event.dataTransfer.getData('text'))" onclick="1">Column</div>
			<script>let down; onmousemove = (e) => { if (down) k.style.left = e.clientX + 'px'; }; onmouseup = () => { if (down) log.push('slid to ' + k.style.left); down = false; };</script>`);
		const { steps } = await page.act(
			{ action: 'click_xy', x: 30, y: 40 },
			{ action: 'scroll', ref: ref('scroller'), y: 300 },
			{ action: 'drag', ref: ref('div#k'), x: 100 },
			{ action: 'drag', ref: ref('Card'), to: ref('Column') },
		);
		expect(steps?.map(({ ok }) => ok)).toEqual([true, true, true, true]);
		expect(await log()).toEqual([[30, 40], 'slid to 110px', 'dropped card']);
		expect(await page.evaluate('s.scrollTop')).toBe(300);
	});

	it('stops at the first step that fails and says which', async () => {
		const { page, ref, log } = await on(
			'<button onclick="log.push(1)">A</button><button disabled>B</button><button onclick="log.push(3)">C</button>',
		);
		const done = await page.act(...['A', 'B', 'C'].map((name) => ({ action: 'click', ref: ref(`"${name}"`) })));
		expect(done.steps).toEqual([
			{ ok: true },
			{ ok: false, fault: { kind: 'conflict', message: `${ref('"B"')} is disabled.` } },
		]);
		expect(done.text).toContain('button "C"');
		expect(await log()).toEqual([1]);
	});

	it.each([
		[{ action: 'click' }, 'click needs ref'],
		[{ action: 'fill', ref: 'e1' }, 'fill needs text'],
		[{ action: 'drag', ref: 'e1' }, 'drag needs to, or x and y'],
		[{ action: 'click_xy', x: 1 }, 'click_xy needs y'],
		[{ action: 'upload', ref: 'e1', values: ['/etc/passwd'] }, 'upload takes artifact URIs'],
		[{ action: 'fly', ref: 'e1' }, 'action'],
	])('refuses %j before it does anything', async (step, words) => {
		const { page } = await on('<button>A</button>');
		const fault = await page.fault('browser_act', { steps: [step] });
		expect(fault.kind).toBe('invalid_input');
		expect(fault.message).toContain(words);
	});

	it('names what lies over an element, and clicks nothing', async () => {
		const { page, ref, log } = await on(
			`<button onclick="log.push('hit')">Under</button><div role="dialog" aria-label="Cookies" style="position:fixed;inset:0;background:#fff" onclick="log.push('over')">We use cookies</div>`,
		);
		const fault = await page.fault('browser_click', { ref: ref('Under') });
		expect(fault.kind).toBe('conflict');
		expect(fault.message).toMatch(/^e\d+ is covered by e\d+, which would be hit instead\.$/);
		expect(fault.hint).toMatch(/\[begin outside .*\]\n\[e\d+\] dialog "We use cookies"\n/);
		expect(await log()).toEqual([]);
	});

	it('clicks what is covered in part, wrapped over lines, scrolled away, in a moving box, or behind its label', async () => {
		const { page, ref, log } = await on(`
			<style>@keyframes in { from { margin-left: 400px } to { margin-left: 0 } } .m { animation: in .3s linear; width: 120px }</style>
			<div style="width:90px">text text <a href="#" onclick="log.push('wrapped')">a long link that wraps</a></div>
			<div style="position:relative;width:200px"><button style="width:200px" onclick="log.push('part')">Partly</button><i style="position:absolute;left:60px;top:0;width:80px;height:30px;background:red"></i></div>
			<div style="height:50px;overflow:auto"><div style="height:500px"></div><button onclick="log.push('scrolled')">Scrolled</button></div>
			<label style="position:relative;display:block"><input type="checkbox" onchange="log.push('label')"><span style="position:absolute;inset:0;background:#eee">Shown</span></label>
			<div class="m"><button onclick="log.push('moving')">Moving</button></div>
			<svg width="40" height="40"><rect width="40" height="40" onclick="log.push('shape')"/></svg>`);
		const { steps } = await page.act(
			...['wraps', 'Partly', 'Scrolled', 'Shown', 'Moving', '<rect>'].map((words) => ({
				action: 'click',
				ref: ref(words),
			})),
		);
		expect(steps?.filter(({ ok }) => !ok)).toEqual([]);
		expect(await log()).toEqual(['wrapped', 'part', 'scrolled', 'label', 'moving', 'shape']);
	});

	it('reaches into nested frames and shadow roots, and is told of what covers a frame', async () => {
		site.page(
			'/leaf',
			`<body style="margin:0"><div style="height:700px"></div><button onclick="parent.postMessage('leaf', '*')">Leaf</button><input aria-label="Deep field">`,
		);
		site.page(
			'/branch',
			`<iframe style="border:5px solid;padding:7px;margin-top:90px" src="${site.origin}/leaf"></iframe><script>onmessage = (e) => parent.postMessage(e.data, '*')</script>`,
		);
		const { page, shown, ref, log } = await on(`
			<div id="host"></div><iframe width="400" height="400" src="${site.other}/branch"></iframe>
			<script>onmessage = (e) => log.push(e.data); const r = host.attachShadow({mode:'open'}); r.innerHTML = '<button>Shadow</button>'; r.firstChild.onclick = () => log.push('shadow');</script>`);
		const done = await page.act(
			{ action: 'click', ref: ref('Leaf') },
			{ action: 'fill', ref: ref('Deep field'), text: 'deep' },
			{ action: 'click', ref: ref('Shadow') },
		);
		expect(done.steps?.filter(({ ok }) => !ok)).toEqual([]);
		expect(await log()).toEqual(['leaf', 'shadow']);
		expect(done.text).toContain('= "deep"');
		await page.evaluate(
			`const o = document.createElement('section'); o.id = 'veil'; o.style = 'position:fixed;inset:0;background:#ccc'; o.textContent = 'Veil'; document.body.append(o); 0`,
		);
		expect((await page.fault('browser_click', { ref: refOf(shown, 'Leaf') })).hint).toContain('Veil');
	});

	it('answers dialogs with no and tells of them', async () => {
		const { page, ref, log } = await on(
			`<button onclick="alert('Hello'); log.push(confirm('Really?')); log.push(prompt('Name?'))">Ask</button>`,
		);
		const done = await page.call('browser_click', { ref: ref('Ask') });
		expect(done.notes).toEqual(
			['Hello', 'Really?', 'Name?'].map(
				(said, i) => `The page showed a ${['alert', 'confirm', 'prompt'][i]} dialog, which was dismissed: "${said}"`,
			),
		);
		expect(await log()).toEqual([false, null]);
	});

	it('brings a window that the page opens to the front', async () => {
		site.page('/popup', '<title>Popup</title><button>Inside</button>');
		const { page, ref } = await on(
			'<a href="/popup" target="_blank" rel="noopener">New window</a><button onclick="window.open(\'/popup\')">By script</button>',
		);
		const done = await page.call('browser_click', { ref: ref('New window') });
		expect(done).toMatchObject({
			tab: 't2',
			title: 'Popup',
			notes: ['The page opened a window, now tab t2 in front.'],
		});
		await page.call('browser_tabs', { select: 't1' });
		expect((await page.call('browser_click', { ref: ref('By script') })).tab).toBe('t3');
		const { tabs } = await page.call<{ tabs: unknown[] }>('browser_tabs');
		expect(tabs).toHaveLength(3);
	});

	it('waits for what a click sets going, and not when nothing is', async () => {
		site.page('/slow', (_request, response) => setTimeout(() => response.end('loaded late'), 300));
		site.page('/next', '<title>Next</title><p>Arrived</p>');
		const { page, ref } = await on(`
			<p id="p">before</p>
			<button onclick="1">Idle</button>
			<button onclick="fetch('/slow').then((r) => r.text()).then((t) => { p.textContent = t; })">Fetch</button>
			<button onclick="let n = 0; const step = () => { p.textContent = 'step ' + ++n; if (n < 8) requestAnimationFrame(step); }; setTimeout(step, 40)">Steps</button>
			<a href="/next">Next page</a><i id="clock"></i><script>setInterval(() => { clock.textContent = Date.now(); }, 30)</script>`);
		await new Promise((done) => setTimeout(done, 300));
		const times: number[] = [];
		for (let i = 0; i < 6; i += 1) {
			const started = performance.now();
			await page.act({ action: 'click', ref: ref('Idle') });
			times.push(performance.now() - started);
		}
		// The fastest tells what is waited for; the others tell how busy the machine is.
		expect(Math.min(...times)).toBeLessThan(400);
		expect((await page.call('browser_click', { ref: ref('Fetch') })).text).toContain('loaded late');
		expect((await page.call('browser_click', { ref: ref('Steps') })).text).toMatch(/step \d/);
		expect(await page.call('browser_click', { ref: ref('Next page') })).toMatchObject({
			title: 'Next',
			text: 'Arrived',
		});
	});

	it('says when a field does not hold what was filled in, or cannot take it', async () => {
		const { page, ref } = await on(`
			<input aria-label="Digits" oninput="this.value = this.value.replace(/\\D/g, '')">
			<input aria-label="Fixed" readonly value="x"><input type="date" aria-label="Day"><button>Push</button>
			<select aria-label="Pick"><option>One</option></select><div role="checkbox" aria-checked="false" tabindex="0">Stuck</div>`);
		expect((await page.call('browser_fill', { ref: ref('Digits'), text: 'a1b2' })).notes).toEqual([
			`${ref('Digits')} does not hold just what was filled in; it now holds "12".`,
		]);
		for (const [step, kind, words] of [
			[{ action: 'fill', ref: ref('Fixed'), text: 'y' }, 'conflict', 'is read-only'],
			[{ action: 'fill', ref: ref('Day'), text: 'tomorrow' }, 'invalid_input', 'does not take that value'],
			[{ action: 'fill', ref: ref('Push'), text: 'y' }, 'invalid_input', 'is a button and takes no such input'],
			[{ action: 'select', ref: ref('Pick'), values: ['Two'] }, 'invalid_input', 'has no such option'],
			[{ action: 'check', ref: ref('Push') }, 'invalid_input', 'cannot be checked'],
			[{ action: 'check', ref: ref('Stuck') }, 'conflict', 'still not checked'],
			[{ action: 'press', key: 'Hyperspace' }, 'invalid_input', 'no such key'],
		] as const) {
			const [outcome] = (await page.act(step)).steps ?? [];
			expect(outcome?.fault?.kind).toBe(kind);
			expect(outcome?.fault?.message).toContain(words);
		}
	});

	it('submits a form with Enter and follows it', async () => {
		site.page('/search', (request, response) =>
			response.setHeader('content-type', 'text/html').end(`<p>You asked ${request.url}</p>`),
		);
		const { page, ref } = await on('<form action="/search"><input name="q" aria-label="Query"></form>');
		expect((await page.call('browser_fill', { ref: ref('Query'), text: 'tea', submit: true })).text).toBe(
			'You asked /search?q=tea',
		);
		expect((await page.call('browser_back')).text).toContain('textbox {Query}');
		expect((await page.call('browser_back', { forward: true })).text).toContain('You asked');
		expect(await page.fault('browser_back', { forward: true })).toMatchObject({ kind: 'not_found' });
	});

	it('waits for words, for their end, for an address and for loading, and says when it was in vain', async () => {
		const { page, ref } = await on(
			`<p id="p">Working</p><button onclick="setTimeout(() => { p.textContent = 'Done'; history.pushState(0, '', '/finished'); }, 700)">Start</button>`,
		);
		await page.call('browser_click', { ref: ref('Start') });
		expect(
			(await page.call('browser_wait', { text: 'done', gone: 'Working', url: '*/finished', load: true })).text,
		).toContain('Done');
		expect(await page.fault('browser_wait', { text: 'never', timeoutMs: 300 })).toMatchObject({ kind: 'timeout' });
		expect(await page.fault('browser_wait', {})).toMatchObject({ kind: 'invalid_input' });
	});

	it('runs scripts, and says what they threw and what took too long', async () => {
		const { page } = await on('<p>x</p>');
		expect(await page.evaluate('const a = await Promise.resolve(20); a + 1')).toBe(21);
		expect(await page.evaluate('({ a: [1, "b", null] })')).toEqual({ a: [1, 'b', null] });
		expect(await page.evaluate('undefined')).toBe(null);
		const threw = await page.fault('browser_evaluate', { script: 'throw new Error("bad day")' });
		expect(threw).toMatchObject({ kind: 'invalid_input', message: 'The script threw.' });
		expect(threw.hint).toMatch(/\[begin outside .*\]\nError: bad day/);
		expect(await page.fault('browser_evaluate', { script: 'for (;;);', timeoutMs: 300 })).toMatchObject({
			kind: 'timeout',
		});
		expect(await page.fault('browser_evaluate', { script: 'new Promise(() => {})', timeoutMs: 300 })).toMatchObject({
			kind: 'timeout',
		});
		expect((await page.look()).text).toBe('x');
	});
});
