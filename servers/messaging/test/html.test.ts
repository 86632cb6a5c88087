import { processorMs } from '@switchboard/kit/testing';
import { describe, expect, it } from 'vitest';
import { readHtml } from '../src/adapters/html.ts';

/** Each hides the word `secret` from a reader. */
const hiding: readonly (readonly [how: string, html: string])[] = [
	['display', '<p style="display:none">secret</p>'],
	['display, shouted and with a space', '<p STYLE="DISPLAY : NONE !important">secret</p>'],
	['visibility', '<p style="visibility:hidden">secret</p>'],
	['opacity', '<p style="opacity:0">secret</p>'],
	['no font size', '<p style="font-size:0px">secret</p>'],
	['one pixel of font', '<p style="font-size:1px">secret</p>'],
	['a shorthand font of nothing', '<p style="font:0/0 a">secret</p>'],
	['a font size above', '<div style="font-size:0"><p>secret</p></div>'],
	['no height', '<div style="height:0;overflow:hidden">secret</div>'],
	['no maximal height', '<div style="max-height:0;max-width:0;overflow:hidden">secret</div>'],
	['no size by attribute', '<div height="0" style="overflow:hidden">secret</div>'],
	['off the left', '<div style="position:absolute;left:-9999px">secret</div>'],
	['off the top', '<div style="position:absolute;top:-1000em">secret</div>'],
	['off the right', '<div style="position:fixed;left:5000px">secret</div>'],
	['indented away', '<p style="text-indent:-9999px">secret</p>'],
	['a margin out of sight', '<p style="margin-left:-2000px">secret</p>'],
	['scaled to nothing', '<p style="transform:scale(0)">secret</p>'],
	['clipped', '<p style="position:absolute;clip:rect(0,0,0,0)">secret</p>'],
	['clipped by path', '<p style="clip-path:inset(100%)">secret</p>'],
	['white on white', '<p style="color:#ffffff">secret</p>'],
	['white on white by name', '<body bgcolor="white"><p style="color:white">secret</p></body>'],
	['nearly white', '<p style="color:rgb(253, 254, 253)">secret</p>'],
	['black on black', '<div style="background:#000"><font color="black">secret</font></div>'],
	['transparent', '<p style="color:transparent">secret</p>'],
	['transparent by alpha', '<p style="color:rgba(0,0,0,0)">secret</p>'],
	['the hidden attribute', '<p hidden>secret</p>'],
	['a template', '<template>secret</template>'],
	['a class', '<style>.x{display:none}</style><p class="x">secret</p>'],
	['an id, and a weaker rule against it', '<style>#x{display:none} p{display:block}</style><p id="x">secret</p>'],
	['a rule for what is inside', '<style>div.a > span{font-size:0}</style><div class="a"><span>secret</span></div>'],
	[
		'an important rule against its own style',
		'<style>p{display:none!important}</style><p style="display:block">secret</p>',
	],
	['a rule for screens', '<style>@media screen{.x{display:none}}</style><p class="x">secret</p>'],
	['a rule under a condition', '<style>@supports (display:grid){.x{display:none}}</style><p class="x">secret</p>'],
	['Outlook', '<p style="mso-hide:all">secret</p>'],
	[
		'zero width in a class among thousands',
		`<style>${'.y{color:red}'.repeat(2_000)}.x{max-height:0}</style><p class="x">secret</p>`,
	],
];

describe('text that its reader would not see', () => {
	it.each(hiding)('is left out and counted: %s', async (_, html) => {
		const { text, hidden } = await readHtml(`<div>before</div>${html}<div>after</div>`);
		expect(text.replaceAll(/\s+/g, ' ')).toBe('before after');
		expect(hidden).toBe(html.startsWith('<template') ? 0 : 6);
	});

	it.each([
		['white on a dark ground', '<table bgcolor="#000080"><tr><td style="color:#fff">seen</td></tr></table>'],
		[
			'white on a picture',
			'<div style="background:url(https://example.com/a.png)"><p style="color:#fff">seen</p></div>',
		],
		['hidden on small screens alone', '<style>@media (max-width:600px){.x{display:none}}</style><p class="x">seen</p>'],
		['a rule overruled by its own style', '<style>.x{display:none}</style><p class="x" style="display:block">seen</p>'],
		['a small but readable font', '<p style="font-size:9px">seen</p>'],
		['a font size set again', '<td style="font-size:0"><span style="font-size:14px">seen</span></td>'],
		['visible again', '<div style="visibility:hidden"><span style="visibility:visible">seen</span></div>'],
		['a spacer with a line height', '<td style="line-height:1px;font-size:12px">seen</td>'],
		['a negative margin of a pixel', '<p style="margin-left:-1px">seen</p>'],
		['a height in a percent', '<div style="height:100%;overflow:hidden">seen</div>'],
	])('is kept where it is seen: %s', async (_, html) => {
		expect(await readHtml(html)).toMatchObject({ text: 'seen', hidden: 0 });
	});

	it('takes neither scripts nor comments nor styles for text', async () => {
		const html =
			'<title>no</title><script>no()</script><style>p{}</style><!-- no --><noscript>no</noscript><svg><text>no</text></svg><p>yes</p>';
		expect((await readHtml(html)).text).toBe('yes');
	});
});

describe('the text', () => {
	it('keeps lists, tables, quotes and links with their targets', async () => {
		const html =
			'<h2>Plan</h2><ul><li>one</li><li>two <a href="https://example.com/two">there</a></li></ul><blockquote>said</blockquote><img alt="chart" src="https://t.example.com/x.gif"><img src="https://t.example.com/pixel.gif"><a href="mailto:a@example.com">a@example.com</a>';
		const { text, links } = await readHtml(html);
		expect(text).toBe(
			'Plan\n\n * one\n * two there <https://example.com/two>\n\n> said\n\n[image: chart]a@example.com',
		);
		expect(links).toBe(2);
	});

	it('tells links that show another host than they lead to', async () => {
		const link = (href: string, shown: string) => `<a href="${href}">${shown}</a> `;
		const honest =
			link('https://www.example.com/a', 'example.com/a') +
			link('https://example.com', 'click here') +
			link('https://example.com', 'Read v1.2') +
			link('#top', 'top.example.com');
		expect((await readHtml(honest)).deceptive).toBe(0);
		const lies =
			link('https://evil.example.org', 'https://bank.example.com/login') +
			link('http://198.51.100.7/', 'bank.example.com');
		expect((await readHtml(lies)).deceptive).toBe(2);
	});

	it('shortens targets that only track, and inlined data', async () => {
		const { text } = await readHtml(
			`<a href="https://example.com/?t=${'x'.repeat(5_000)}">a</a><a href="data:text/html;base64,${'A'.repeat(5_000)}">b</a>`,
		);
		expect(text.length).toBeLessThan(450);
		expect(text).toContain('a <https://example.com/?t=xxx');
	});

	it.each([
		['nesting', `${'<div>'.repeat(100_000)}x${'</div>'.repeat(100_000)}`],
		['tables in tables', `${'<table><tr><td>'.repeat(3_000)}x`],
		['tags never closed', '<b><i><u>'.repeat(30_000)],
		['attributes', `<p ${Array.from({ length: 20_000 }, (_, index) => `a${index}="x"`).join(' ')}>x</p>`],
		[
			'styles',
			`<style>${Array.from({ length: 20_000 }, (_, index) => `.a${index} .b .c{display:none}`).join('')}</style>${'<p class="b"><i class="c">x</i></p>'.repeat(5_000)}`,
		],
		['a style sheet that is none', `<style>${'{'.repeat(100_000)}</style>x`],
		[
			'selectors that search subtrees',
			`<style>${':has(:has(p)){display:none}'.repeat(100)}</style>${'<p>x</p>'.repeat(5_000)}`,
		],
		['entities', '&amp;'.repeat(300_000)],
		['links', '<a href="https://example.com/x">x</a>'.repeat(20_000)],
	])('comes within two seconds whatever the HTML: %s', async (_, html) => {
		const started = processorMs();
		await readHtml(html);
		expect(processorMs() - started).toBeLessThan(2_000);
	});
});
